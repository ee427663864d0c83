package io.github.modalrunner.house;

import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One rule of the house.
 *
 * @param name what holds, as a sentence
 * @param instead what to write where it does not
 * @param breaches every place that breaks it, as "where: what"; none when all is well
 */
record Rule(String name, String instead, Function<House, Stream<String>> breaches) {

  /** What the author of a breach reads; empty when the rule holds. */
  String verdict(House house) {
    String found = String.join("\n  ", breaches.apply(house).distinct().sorted().toList());
    return found.isEmpty() ? "" : name + ", but\n  " + found + "\nInstead: " + instead;
  }

  @Override
  public String toString() {
    return name;
  }
}
