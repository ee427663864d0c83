package io.github.modalrunner.bench;

import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * Fills a ledger with the past: finished jobs of a month, each with its three deliveries (those of
 * the last three days with their bodies) and its runner; as many running jobs as the default limit
 * allows; and jobs that wait.
 */
final class LedgerFill {
  private static final int RUNNING = 100;

  private LedgerFill() {}

  /** Creates a folder's ledger and fills it. */
  static void fill(Path folder, int finished, int queued) {
    String url = GatewayProcess.ledger(folder);
    Ledger.open(Settings.read(Map.of(), Map.of("runner.ledger.url", url), Map.of())).close();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      connection.setAutoCommit(false);
      statement.execute(
          "CREATE TEMP TABLE past (n INTEGER PRIMARY KEY, state TEXT, job_rank INTEGER, at INTEGER, repository TEXT, pool TEXT)");
      long now = System.currentTimeMillis();
      add(statement, 1_000_000, finished, "COMPLETED", 3, now - 2_592_000_000L, 2_592_000_000L);
      add(statement, 2_000_000, RUNNING, "IN_PROGRESS", 2, now - 600_000, 600_000);
      add(statement, 3_000_000, queued, "QUEUED", 1, now - 600_000, 600_000);
      deliveries(statement, 1, "queued", "QUEUED");
      deliveries(statement, 2, "in_progress", "IN_PROGRESS");
      deliveries(statement, 3, "completed", "COMPLETED");
      statement.execute(
          "INSERT INTO payload SELECT received_at, guid, randomblob(%d) FROM delivery WHERE received_at > %d - 259200000"
              .formatted(Deliveries.BODY_BYTES, now));
      statement.execute(
          """
          INSERT INTO job (job_id, run_id, run_attempt, job_rank, event_at, state, repository, name, workflow, branch, labels, profile, pool,
                           runner_name, queued_at, started_at, completed_at, first_seen_at, updated_at, check_at)
          SELECT n, n, 1, job_rank, at, state, repository, 'build', 'build', 'main', '["modal"]', 'default', pool,
                 CASE WHEN job_rank > 1 THEN 'mgr-' || n || '-1' END, at, at, CASE WHEN job_rank = 3 THEN at END, at, at, %d + 300000 + n %% 300000
            FROM past
          """
              .formatted(now));
      statement.execute(
          """
          INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, registration, registration_id, sandbox, sandbox_id, job_id,
                              created_at, minted_at, launched_at, online_at, busy_at, exited_at, ended_at, deadline_at)
          SELECT 'mgr-' || n || '-1', pool, repository, '["modal"]', 'default', n, 1, CASE job_rank WHEN 3 THEN 'GONE' ELSE 'BUSY' END,
                 CASE job_rank WHEN 3 THEN 'GONE' ELSE 'HELD' END, n, CASE job_rank WHEN 3 THEN 'GONE' ELSE 'RUNNING' END, 'sb-' || n, n,
                 at, at, at, at, at, CASE WHEN job_rank = 3 THEN at END, CASE WHEN job_rank = 3 THEN at END,
                 CASE job_rank WHEN 3 THEN at ELSE 253402300799000 END
            FROM past WHERE job_rank > 1
          """);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets the sandboxes of a folder's ledger run at the launcher. */
  static void adopt(Path folder, OtherSides others) {
    if (folder.resolve("data/ledger.db").toFile().exists()) {
      RunningGateway.rows(
              GatewayProcess.ledger(folder),
              "SELECT name, sandbox_id FROM runner WHERE sandbox = 'RUNNING'")
          .forEach(
              row -> others.adopt(row.get("name").toString(), row.get("sandbox_id").toString()));
    }
  }

  private static void add(
      Statement statement, long first, int count, String state, int rank, long from, long span)
      throws SQLException {
    statement.execute(
        """
        INSERT INTO past
        WITH RECURSIVE counted (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < %2$d)
        SELECT %1$d + i, '%3$s', %4$d, %5$d + i * %6$d / %2$d, name, name || ' group 1 [modal]'
          FROM (SELECT i, 'octo/repository-' || substr('0' || (i %% %7$d), -2) AS name FROM counted WHERE i < %8$d) AS jobs
        """
            .formatted(
                first,
                Math.max(1, count),
                state,
                rank,
                from,
                span,
                Deliveries.REPOSITORIES,
                count));
  }

  private static void deliveries(Statement statement, int rank, String action, String state)
      throws SQLException {
    statement.execute(
        """
        INSERT INTO delivery (guid, event, action, state, source, received_at, job_id, run_id, run_attempt, job_rank, job_state, event_at,
                              repository, job_name, workflow, branch, labels, verdict, profile, pool, runner_name, queued_at)
        SELECT lower(hex(randomblob(18))), 'workflow_job', '%2$s', 'DONE', 'webhook', at + %1$d, n, n, 1, %1$d, '%3$s', at,
               repository, 'build', 'build', 'main', '["modal"]', 'ADMITTED', 'default', pool, CASE WHEN %1$d > 1 THEN 'mgr-' || n || '-1' END, at
          FROM past WHERE job_rank >= %1$d
        """
            .formatted(rank, action, state));
  }
}
