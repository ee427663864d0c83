package io.github.modalrunner.house;

import java.util.List;
import java.util.stream.Stream;

/** All rules of the house. */
final class Rules {
  private Rules() {}

  static List<Rule> all() {
    return Stream.of(
            FormRules.all(),
            RouteRules.all(),
            FlowRules.all(),
            SqlRules.all(),
            SettingRules.all(),
            SourceRules.all())
        .flatMap(List::stream)
        .toList();
  }
}
