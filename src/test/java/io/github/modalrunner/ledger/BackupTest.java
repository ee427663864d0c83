package io.github.modalrunner.ledger;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup as DEPLOY.md makes it, of a ledger that is in use, and what follows when it is put back:
 * what was accepted before it is served, what came after it is not known.
 */
class BackupTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aBackupOfARunningLedgerIsRestoredAndGoesOn() throws Exception {
    // Given
    Path ledger = folder.resolve("ledger.db");
    Path backup = folder.resolve("backup.db");
    try (Upstreams upstreams = new Upstreams()) {
      Map<String, String> full = Map.of("runner.limits.max-runners", "0");
      try (RunningGateway gateway = RunningGateway.start(folder, upstreams.settings(full))) {
        deliver(gateway, 1);
        await().atMost(PATIENCE).until(() -> gateway.jobState(1).equals("parked"));

        // When
        backUp(ledger, backup);
        deliver(gateway, 2);
      }
      for (String file : new String[] {"ledger.db", "ledger.db-wal", "ledger.db-shm"}) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.copy(backup, ledger);
      try (RunningGateway restored = RunningGateway.start(folder, upstreams.settings(Map.of()))) {

        // Then
        await().atMost(PATIENCE).until(() -> upstreams.creates(1).size() == 1);
        assertThat(restored.admin("/api/jobs/2").statusCode()).isEqualTo(404);
        assertThat(restored.rows("PRAGMA integrity_check"))
            .containsExactly(Map.of("integrity_check", "ok"));
      }
    }
  }

  /** What the tool's {@code .backup} does, by the driver; the tool may not be installed. */
  private static void backUp(Path ledger, Path backup) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ledger);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("backup to '" + backup + "'");
    }
  }

  private static void deliver(RunningGateway gateway, long jobId) {
    assertThat(
            Delivery.of(queued(jobId, "modal"))
                .signedWith(RunningGateway.SECRET)
                .postTo(gateway.webhook())
                .status())
        .isEqualTo(202);
  }
}
