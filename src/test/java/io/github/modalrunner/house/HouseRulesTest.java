package io.github.modalrunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    assertThat(Sql.files(house)).isNotEmpty();
    assertThat(house.settings()).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleOfTheHouseHolds() {
    House house = House.at(Path.of(""));
    return Rules.all().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(), () -> assertThat(rule.verdict(house)).isEmpty()));
  }
}
