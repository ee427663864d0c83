package io.github.modalrunner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.TestLedger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that grew beyond one machine goes on in PostgreSQL. */
class LedgerMoveTest {
  private static final int DELIVERIES = 1_234;

  @TempDir Path folder;

  private static void fill(Ledger ledger) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
          INSERT INTO delivery (guid, event, state, source, received_at, job_id, job_name)
          SELECT 'guid-' || i, 'workflow_job', 'DONE', 'webhook', i, i, 'Übersetzen' FROM n
          """
              .formatted(DELIVERIES));
      statement.execute("INSERT INTO payload SELECT received_at, guid, x'7B00FF7D' FROM delivery");
      statement.execute(
          "INSERT INTO pace (name, tokens, granted, at, turn) VALUES ('token', 12.5, 1, 5, 3)");
    }
  }

  private static List<Map<String, Object>> rows(String url, String sql) {
    return RunningGateway.rows(url, sql);
  }

  @Test
  void everythingIsThereAndASecondRunAddsNothing() throws SQLException {
    // Given
    String to = TestLedger.POSTGRESQL.in(folder);
    try (Ledger from = Ledger.open(TestLedger.SQLITE.in(folder), "", "", 2);
        Ledger target = Ledger.open(to, "", "", 2)) {
      fill(from);
      LedgerMove move = new LedgerMove(from, target);

      // When
      List<LedgerMove.Count> first = move.run(count -> {});
      List<LedgerMove.Count> second = move.run(count -> {});

      // Then
      assertThat(first)
          .allMatch(LedgerMove.Count::isComplete)
          .contains(new LedgerMove.Count("delivery", DELIVERIES, DELIVERIES))
          .extracting(LedgerMove.Count::table)
          .contains("payload", "job", "runner", "event", "dead_letter", "sweep", "pace");
      assertThat(second).isEqualTo(first);
      assertThat(
              rows(
                  to,
                  "SELECT d.job_name, d.received_at, p.body FROM delivery d JOIN payload p ON p.guid = d.guid WHERE d.guid = 'guid-7'"))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.get("job_name")).isEqualTo("Übersetzen");
                assertThat(row.get("received_at")).isEqualTo(7L);
                assertThat((byte[]) row.get("body")).containsExactly('{', 0, 0xFF, '}');
              });
      assertThat(rows(to, "SELECT tokens FROM pace").get(0)).containsEntry("tokens", 12.5);
    }
  }

  @Test
  void whatWasInterruptedIsTakenUp() throws SQLException {
    // Given: a third of it arrived
    String to = TestLedger.POSTGRESQL.in(folder);
    try (Ledger from = Ledger.open(TestLedger.SQLITE.in(folder), "", "", 2);
        Ledger target = Ledger.open(to, "", "", 2)) {
      fill(from);
      new LedgerMove(from, target).run(count -> {});
      try (Connection connection = target.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("DELETE FROM delivery WHERE received_at > " + DELIVERIES / 3);
      }

      // When
      List<LedgerMove.Count> counts = new LedgerMove(from, target).run(count -> {});

      // Then
      assertThat(counts).allMatch(LedgerMove.Count::isComplete);
    }
  }

  @Test
  void theCommandSaysWhatItCopied() throws Exception {
    // Given
    String from = TestLedger.SQLITE.in(folder);
    try (Ledger ledger = Ledger.open(from, "", "", 2)) {
      fill(ledger);
    }
    Path output = folder.resolve("output");

    // When
    int code = move(from, output);

    // Then
    assertThat(output)
        .content()
        .contains("delivery            1,234 rows,      1,234 there")
        .contains("Complete: start the gateway on the new ledger.");
    assertThat(code).isZero();
  }

  @Test
  void aLedgerThatIsNotThereIsNotMade() throws Exception {
    // Given
    Path missing = folder.resolve("elsewhere/ledger.db");
    Path output = folder.resolve("output");

    // When
    int code = move("jdbc:sqlite:" + missing, output);

    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output).content().contains("There is no ledger " + missing);
    assertThat(missing).doesNotExist();
  }

  /** Runs the command to a new ledger on PostgreSQL; its exit code. */
  private int move(String from, Path output) throws Exception {
    Process moving =
        GatewayCommand.run(
            RunningGateway.settings(
                folder, Map.of("runner.ledger.url", TestLedger.POSTGRESQL.in(folder))),
            output,
            "move-ledger",
            from);
    assertThat(moving.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return moving.exitValue();
  }
}
