package io.github.modalrunner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Modal lists, against the ledger. */
class SandboxSweepTest {
  @TempDir Path folder;

  @Test
  void aSandboxThatEndedCountsNoLongerThoughItsRegistrationCannotBeRemoved() {
    // Given: GitHub lets nobody remove it, and Modal lists no sandbox
    try (Upstreams upstreams = new Upstreams()) {
      upstreams
          .github()
          .on("DELETE", "/repos/{owner}/{repo}/actions/runners/{id}")
          .reply(Reply.json(403, Map.of("message", "Must have admin rights to Repository.")));
      try (RunningGateway gateway =
          RunningGateway.start(
              folder, upstreams.settings(Map.of("runner.limits.max-runners", "1")))) {
        // When
        gateway.change(
            "INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, registration, registration_id, sandbox, sandbox_id, created_at, launched_at, deadline_at)"
                + " VALUES ('mgr-1-1', 'p', 'o/r', '[]', 'default', 1, 1, 'DEAD', 'DELETE', 7, 'RUNNING', 'sb-1', 1, 1, 1)");

        // Then
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(
                            gateway.rows(
                                "SELECT state, registration, sandbox FROM runner WHERE name = 'mgr-1-1'"))
                        .extracting(row -> List.copyOf(row.values()))
                        .containsExactly(List.of("DEAD", "DELETE", "GONE")));
      }
    }
  }
}
