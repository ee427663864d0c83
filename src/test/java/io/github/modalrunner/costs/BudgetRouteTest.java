package io.github.modalrunner.costs;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A budget that is spent holds new jobs back, ends nothing, and lets go again. */
class BudgetRouteTest {
  private final Upstreams upstreams = new Upstreams();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    upstreams.close();
  }

  @Test
  void jobsOfASpentBudgetWaitUntilItsPeriodEnds() {
    try (RunningGateway gateway = start("acme/tight=1,acme/near=5000")) {
      // Given
      post(gateway, 1, "acme/tight");
      awaitRunner(gateway, 1);
      awaitBudget(gateway, "acme/tight a day", "spent");

      // When
      post(gateway, 2, "acme/tight");
      post(gateway, 3, "acme/near");

      // Then
      awaitRunner(gateway, 3);
      awaitBudget(gateway, "acme/near a day", "nearly_spent");
      await().until(() -> gateway.jobState(2).equals("parked"));
      await()
          .until(
              () ->
                  gateway
                      .api("/api/jobs/2/explain")
                      .path("timeline")
                      .findValuesAsText("what")
                      .stream()
                      .anyMatch("parked"::equals));
      JsonNode held = gateway.api("/api/jobs/2/explain");
      assertThat(held.at("/reason/code").asText()).isEqualTo("budget_exhausted");
      assertThat(held.at("/reason/message").asText()).contains("1 USD a day for acme/tight");
      assertThat(held.at("/next/message").asText()).contains("when the period of the budget ends");
      assertThat(held.path("runners")).isEmpty();
      assertThat(gateway.api("/api/jobs/1").path("state").asText()).isEqualTo("queued");
      assertThat(gateway.rows("SELECT state FROM runner WHERE minted_for = 1"))
          .containsExactly(Map.of("state", "LAUNCHED"));

      // When: what was spent was spent the day before
      gateway.change("UPDATE runner SET created_at = created_at - 86400000 WHERE minted_for = 1");

      // Then
      awaitRunner(gateway, 2);
    }
  }

  @Test
  void jobsOfASpentBudgetAreServedOnceItIsRaised() {
    // Given
    try (RunningGateway gateway = start("acme/*=1")) {
      post(gateway, 1, "acme/one");
      awaitRunner(gateway, 1);
      awaitBudget(gateway, "acme/* a day", "spent");
      post(gateway, 2, "Acme/other");
      await().until(() -> gateway.jobState(2).equals("parked"));
    }

    // When
    try (RunningGateway gateway = start("acme/*=1000000")) {
      // Then
      awaitRunner(gateway, 2);
    }
    try (RunningGateway gateway = start("")) {
      await().until(() -> gateway.rows("SELECT name FROM budget").isEmpty());
    }
  }

  private RunningGateway start(String daily) {
    Map<String, String> settings = new HashMap<>();
    // 64 USD a second, so that a budget is spent at once
    settings.put("runner.prices.cpu-core-second", "1");
    settings.put("runner.profiles.default.cpu", "64");
    settings.put("runner.budgets.daily", daily);
    settings.put("runner.budgets.warn-percent", "1");
    settings.put("runner.reconcile.every", "200ms");
    // It stays over restarts
    settings.put("runner.ledger.url", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    return RunningGateway.start(folder, upstreams.settings(settings));
  }

  private static void awaitRunner(RunningGateway gateway, long job) {
    await()
        .until(
            () ->
                !gateway
                    .rows("SELECT 1 FROM runner WHERE launched_at > 0 AND minted_for = " + job)
                    .isEmpty());
  }

  private static void awaitBudget(RunningGateway gateway, String name, String state) {
    await()
        .until(
            () -> {
              for (JsonNode budget : gateway.api("/api/costs").path("budgets")) {
                if (budget.path("name").asText().equals(name)) {
                  return budget.path("state").asText().equals(state);
                }
              }
              return false;
            });
  }

  private static void post(RunningGateway gateway, long job, String repository) {
    Delivery.of(queued(job, "modal").repository(repository).privateRepository(true))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
  }
}
