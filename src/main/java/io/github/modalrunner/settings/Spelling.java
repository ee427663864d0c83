package io.github.modalrunner.settings;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tells a misspelt setting from a name that is none of our business. */
final class Spelling {
  private final Set<String> known;
  private final Set<String> areas;

  /** Over the properties that exist. */
  Spelling(Set<String> known) {
    this.known = known;
    this.areas =
        known.stream()
            .map(property -> property.replaceFirst("^(runner\\.[^.]*\\.).*", "$1"))
            .map(Setting::variable)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a RUNNER_* variable must be a setting: CI systems and the launcher have their own, such
   * as RUNNER_OS and RUNNER_VERSION, so only those count that name an area of ours or nearly a
   * setting.
   */
  boolean ours(String variable) {
    return areas.stream().anyMatch(variable::startsWith)
        || closest(variable).filter(p -> distance(p, variable) <= 2).isPresent();
  }

  /** The property that was probably meant by the name of a property or a variable. */
  Optional<String> meant(String name) {
    return closest(name).filter(p -> distance(p, name) <= name.length() / 4);
  }

  private Optional<String> closest(String name) {
    return known.stream().min(Comparator.comparingInt(p -> distance(p, name)));
  }

  /** Levenshtein's distance of the letters and digits. */
  private static int distance(String left, String right) {
    String a = letters(left);
    String b = letters(right);
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
