package io.github.modalrunner.ledger;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.TestLedger;
import io.github.modalrunner.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the status page and the metrics read, on each engine. */
@ParameterizedClass
@EnumSource(TestLedger.class)
class StatusStatementsTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  @Parameter TestLedger engine;
  @TempDir Path folder;

  private Settings settings;
  private Ledger ledger;
  private Statements statements;

  @BeforeEach
  void open() {
    settings =
        Settings.read(
            Map.of(),
            RunningGateway.settings(folder, Map.of("runner.ledger.url", engine.in(folder))),
            Map.of());
    ledger = Ledger.open(settings);
    statements = new Statements(ledger);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void countsWhatIsThereByStateAndProfile() throws SQLException {
    // Given
    job(1, "QUEUED", NOW - MINUTE, null);
    job(2, "WAITING", NOW - MINUTE, null);
    job(3, "IN_PROGRESS", NOW - MINUTE, "mgr-3-1");
    job(4, "COMPLETED", NOW - MINUTE, "mgr-4-1");
    job(5, "REFUSED", NOW - MINUTE, null);
    runner("mgr-1-1", 1, "LAUNCHED", NOW);
    runner("mgr-3-1", 3, "BUSY", NOW);
    runner("mgr-4-1", 4, "GONE", NOW);

    // When
    Map<String, Long> gauges = gauges();

    // Then
    assertThat(gauges)
        .containsEntry("jobs QUEUED", 1L)
        .containsEntry("jobs WAITING", 1L)
        .containsEntry("jobs IN_PROGRESS", 1L)
        .containsEntry("jobs COMPLETED", 1L)
        .containsEntry("jobs REFUSED", 1L)
        .containsEntry("runners LAUNCHED", 1L)
        .containsEntry("runners BUSY", 1L)
        .containsEntry("runners GONE", 1L)
        .containsEntry("demand default", 1L)
        .containsEntry("supply default", 1L)
        .containsEntry("used all", 2L);
  }

  @Test
  void unservedIsWhatIsQueuedForTooLongAndNothingElse() throws SQLException {
    // Given
    job(1, "QUEUED", NOW - 6 * MINUTE, null);
    job(2, "BLOCKED_UPSTREAM", NOW - 6 * MINUTE, null);
    job(3, "QUEUED", NOW - 4 * MINUTE, null);
    job(4, "WAITING", NOW - HOUR, null);
    job(5, "IN_PROGRESS", NOW - HOUR, "mgr-5-1");
    job(6, "IGNORED", NOW - HOUR, null);

    // When / Then
    assertThat(gauges()).containsEntry("unserved all", 2L);
  }

  @Test
  void ownerlessIsASandboxThatNoRunnerAnswersForOnceItIsOldEnough() throws SQLException {
    // Given
    sandbox("stray", NOW - 3 * MINUTE);
    sandbox("young-stray", NOW - MINUTE);
    sandbox("mgr-1-1", NOW - HOUR);
    runner("mgr-1-1", 1, "BUSY", NOW);
    sandbox("mgr-2-1", NOW - HOUR);
    runner("mgr-2-1", 2, "DEAD", NOW - MINUTE);
    sandbox("mgr-3-1", NOW - HOUR);
    runner("mgr-3-1", 3, "DEAD", NOW - 3 * MINUTE);
    sandbox("mgr-4-1", NOW - HOUR);
    runner("mgr-4-1", 4, "GONE", NOW);

    // When / Then: the stray, one that should be gone for long, one that is gone by the ledger
    assertThat(gauges()).containsEntry("ownerless all", 3L);
  }

  @Test
  void theCostOfADayIsThatOfItsRunnersSoFar() throws SQLException {
    // Given: one that runs, one that ran, one of yesterday, and one without a price
    for (String name : new String[] {"runs", "ran", "yesterday", "unpriced"}) {
      runner(name, 1, "BUSY", NOW);
      change(
          "UPDATE runner SET price = 0.001, launched_at = %d WHERE name = '%s'"
              .formatted(NOW - MINUTE, name));
    }
    change("UPDATE runner SET exited_at = launched_at + 10000 WHERE name = 'ran'");
    change("UPDATE runner SET created_at = created_at - 24 * 3600000 WHERE name = 'yesterday'");
    change("UPDATE runner SET price = NULL WHERE name = 'unpriced'");

    // When / Then: 60 s and 10 s, in millionths of a USD
    assertThat(gauges()).containsEntry("cost default", 70_000L);
  }

  @Test
  void ofTheSegmentsTheMiddleAndTheSlowEndAreTold() throws SQLException {
    // Given: mints of 100 to 2000 ms
    for (int i = 1; i <= 20; i++) {
      job(i, "IN_PROGRESS", NOW - 20_000, "mgr-" + i + "-1");
      measured("mgr-" + i + "-1", i, NOW - 18_000, 500, i * 100L, 3000);
    }

    // When
    Map<Object, Map<String, Object>> segments =
        statements.run("status-segments", terms()).stream()
            .collect(toMap(row -> row.get("segment"), row -> row));

    // Then
    assertThat(segments).doesNotContainKey("assignment");
    assertThat(numbers(segments.get("mint")))
        .isEqualTo(Map.of("n", 20L, "p50", 1000L, "p95", 1900L));
    assertThat(numbers(segments.get("pacing")))
        .isEqualTo(Map.of("n", 20L, "p50", 500L, "p95", 500L));
    assertThat(numbers(segments.get("queue")))
        .isEqualTo(Map.of("n", 20L, "p50", 1000L, "p95", 1000L));
  }

  @Test
  void eachRunnerIsMeasuredOnce() throws SQLException {
    // Given
    job(1, "IN_PROGRESS", NOW - 20_000, "mgr-1-1");
    measured("mgr-1-1", 1, NOW - 18_000, 500, 700, 3000);
    runner("mgr-2-1", 2, "LAUNCHED", NOW);

    // When
    List<Map<String, Object>> first = statements.run("runner-measure", terms());
    List<Map<String, Object>> again = statements.run("runner-measure", terms());

    // Then
    assertThat(first).hasSize(1);
    assertThat(numbers(first.get(0)))
        .containsEntry("delivery", 1000L)
        .containsEntry("queue", 1000L)
        .containsEntry("pacing", 500L)
        .containsEntry("mint", 700L)
        .containsEntry("create", 3000L);
    assertThat(again).isEmpty();
  }

  @Test
  void hoursTellWhatBecameOfTheJobsOfADay() throws SQLException {
    // Given
    completed(1, NOW - MINUTE, "success", "mgr-1-1");
    completed(2, NOW - MINUTE, "failure", "mgr-2-1");
    completed(3, NOW - MINUTE, "cancelled", null);
    completed(4, NOW - MINUTE - 2 * HOUR, "success", "mgr-4-1");
    completed(5, NOW - 25 * HOUR, "success", "mgr-5-1");

    // When
    List<Map<String, Object>> hours = statements.run("status-hours", terms());

    // Then
    long hour = (NOW - MINUTE) / HOUR;
    assertThat(hours)
        .extracting(row -> ((Number) row.get("hour")).longValue() - hour + " " + row.get("outcome"))
        .containsExactlyInAnyOrder("0 succeeded", "0 failed", "0 unserved", "-2 succeeded");
  }

  @Test
  void thePageShowsWhatWaitsLongestWhatRunsAndWhatEndedLast() throws SQLException {
    // Given
    for (int i = 1; i <= 60; i++) {
      job(i, "QUEUED", NOW - i * MINUTE, null);
      job(100 + i, "IN_PROGRESS", NOW - i * MINUTE, "mgr-" + i + "-1");
      completed(200 + i, NOW - i * MINUTE, "success", "mgr-" + i + "-1");
    }

    // When
    List<Map<String, Object>> jobs = statements.run("status-jobs", terms());

    // Then
    assertThat(jobs.stream().filter(row -> row.get("state").equals("PARKED")))
        .hasSize(50)
        .first()
        .satisfies(row -> assertThat(row).containsEntry("job_id", id(60)));
    assertThat(jobs.stream().filter(row -> row.get("state").equals("IN_PROGRESS"))).hasSize(50);
    assertThat(jobs.stream().filter(row -> row.get("state").equals("COMPLETED"))).hasSize(20);
  }

  @Test
  void aNoticeIsDueUntilItWasSent() throws SQLException {
    // Given
    change(
        "INSERT INTO dead_letter (id, kind, subject, cause, attempts, parked_at) VALUES ('a', 'runner', 'x', '<b> & c', 1, 5)");
    change(
        "INSERT INTO budget (name, pattern, usd, warn_usd, since_at, until_at, message, checked_at, level) VALUES ('daily o/*', 'o/%', 5, 4, 1, 2, 'm', 1, 1)");
    Map<String, Object> terms = terms();
    terms.putAll(Map.of("githubOpen", 0, "launcherOpen", 1));

    // When
    List<Map<String, Object>> due = statements.run("notices-due", terms);
    due.forEach(
        notice -> {
          Map<String, Object> sent = terms();
          sent.putAll(notice);
          statements.run("notice-sent", sent);
        });

    // Then
    assertThat(due)
        .extracting(row -> row.get("text").toString())
        .containsExactlyInAnyOrder(
            ":envelope: Dead letter a: &lt;b&gt; &amp; c",
            ":moneybag: The budget daily o/* is nearly spent.",
            ":warning: The launcher does not answer well: calls are held back, jobs wait.");
    assertThat(statements.run("notices-due", terms)).isEmpty();
  }

  private Map<String, Long> gauges() {
    return statements.run("status-gauges", terms()).stream()
        .collect(
            toMap(
                row -> row.get("what") + " " + row.get("label"),
                row -> ((Number) row.get("n")).longValue()));
  }

  private Map<String, Object> terms() {
    return Terms.of(settings, () -> NOW).now();
  }

  /** SQLite tells small numbers as integers. */
  private Object id(int id) {
    return engine == TestLedger.SQLITE ? (Object) id : (Object) (long) id;
  }

  private static Map<String, Long> numbers(Map<String, Object> row) {
    Map<String, Long> numbers = new TreeMap<>();
    row.forEach(
        (column, value) -> {
          if (value instanceof Number number) {
            numbers.put(column, number.longValue());
          }
        });
    return numbers;
  }

  private void job(long id, String state, long queuedAt, String runner) throws SQLException {
    change(
        """
        INSERT INTO job (job_id, run_attempt, job_rank, event_at, state, repository, labels, profile, pool, runner_name, queued_at, started_at, first_seen_at, updated_at, check_at)
        VALUES (%d, 1, 1, 1, '%s', 'o/r', '[]', 'default', 'pool', %s, %d, %d, %d, %d, 1)
        """
            .formatted(
                id, state, text(runner), queuedAt, queuedAt + 9000, queuedAt + 1000, queuedAt));
  }

  private void completed(long id, long at, String conclusion, String runner) throws SQLException {
    job(id, "COMPLETED", at - MINUTE, runner);
    change(
        "UPDATE job SET completed_at = %d, updated_at = %d, conclusion = '%s' WHERE job_id = %d"
            .formatted(at, at, conclusion, id));
  }

  private void runner(String name, long job, String state, long deadline) throws SQLException {
    change(
        """
        INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, sandbox, created_at, deadline_at)
        VALUES ('%s', 'pool', 'o/r', '[]', 'default', %d, 1, '%s', '%s', %d, %d)
        """
            .formatted(name, job, state, state.equals("GONE") ? "GONE" : "RUNNING", NOW, deadline));
  }

  private void measured(String name, long job, long at, long pacing, long mint, long create)
      throws SQLException {
    runner(name, job, "BUSY", NOW);
    long minted = at + pacing + mint;
    change(
        "UPDATE runner SET created_at = %d, claimed_at = %d, minted_at = %d, launched_at = %d, busy_at = %d WHERE name = '%s'"
            .formatted(at, at + pacing, minted, minted + create, minted + create + 2000, name));
  }

  private void sandbox(String name, long firstSeen) throws SQLException {
    change(
        "INSERT INTO sandbox (sandbox_id, name, repository, first_seen_at, seen_at) VALUES ('sb-%s', '%s', 'o/r', %d, %d)"
            .formatted(name, name, firstSeen, NOW));
  }

  private static String text(String text) {
    return text == null ? "NULL" : "'" + text + "'";
  }

  private void change(String sql) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
