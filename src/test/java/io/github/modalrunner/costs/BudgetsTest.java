package io.github.modalrunner.costs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetsTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-20T10:00:00Z, 2026-11-20, 2026-11-21, 2026-11-01, 2026-12-01",
    "2026-12-31T23:59:59.999Z, 2026-12-31, 2027-01-01, 2026-12-01, 2027-01-01",
    "2028-02-29T00:00:00Z, 2028-02-29, 2028-03-01, 2028-02-01, 2028-03-01"
  })
  void aPeriodIsTheDayOrTheMonthThatIs(
      String now, String day, String nextDay, String month, String nextMonth) {
    // Given
    Map<String, Object> terms = Map.of("now", Instant.parse(now).toEpochMilli());

    // When
    Map<String, Object> daily = new Budgets(Map.of("*", 5.0), Map.of(), 0.8).rows(terms).get(0);
    Map<String, Object> monthly = new Budgets(Map.of(), Map.of("*", 5.0), 0.8).rows(terms).get(0);

    // Then
    assertThat(daily).containsEntry("since", millis(day)).containsEntry("until", millis(nextDay));
    assertThat(monthly)
        .containsEntry("since", millis(month))
        .containsEntry("until", millis(nextMonth));
  }

  @Test
  void aGlobBecomesAPatternThatMatchesNothingElse() {
    // When
    Map<String, Object> row =
        new Budgets(Map.of("Acme/a_b!*", 12.5), Map.of(), 0.8).rows(Map.of("now", 0L)).get(0);

    // Then
    assertThat(row)
        .containsEntry("pattern", "acme/a!_b!!%")
        .containsEntry("name", "Acme/a_b!* a day")
        .containsEntry("warnUsd", 10.0);
    assertThat(row.get("message").toString())
        .startsWith("The budget of 12.5 USD a day for Acme/a_b!* is spent")
        .contains("until 1970-01-02 (0:00 UTC)", "runner.budgets.daily");
  }

  private static long millis(String day) {
    return Instant.parse(day + "T00:00:00Z").toEpochMilli();
  }
}
