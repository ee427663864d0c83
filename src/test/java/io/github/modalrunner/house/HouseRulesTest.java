package io.github.modalrunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.ExtensionExample;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the rules of the house against the project: {@code routes/}, its SQL, settings and source.
 *
 * <p>Why a rule stands is said at the rule; {@link HouseRulesSelfTest} shows that each can fail.
 */
class HouseRulesTest {
  @Test
  void thereIsAHouseToHoldThemAgainst() {
    // When
    House house = House.at(Path.of(""));

    // Then
    assertThat(house.routes()).isNotEmpty();
    assertThat(house.routeFiles())
        .extracting(RouteFile::name)
        .anyMatch(name -> name.startsWith("routes/optional/"));
    assertThat(Sql.files(house)).isNotEmpty();
    assertThat(house.settings()).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleOfTheHouseHolds() {
    return tests(House.at(Path.of("")));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHoldsWithTheExampleOfTheDocumentationToo() {
    Map<String, String> example = new HashMap<>();
    ExtensionExample.routes().forEach((name, text) -> example.put("routes/" + name, text));
    return tests(House.at(Path.of(""), example));
  }

  private static Stream<DynamicTest> tests(House house) {
    return Rules.all().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(), () -> assertThat(rule.verdict(house)).isEmpty()));
  }
}
