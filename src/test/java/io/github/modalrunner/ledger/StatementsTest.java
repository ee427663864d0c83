package io.github.modalrunner.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.TestLedger;
import io.github.modalrunner.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the routes rely on, on each engine, with several processes at one ledger. */
@ParameterizedClass
@EnumSource(TestLedger.class)
class StatementsTest {
  private static final long NOW = 1_000_000;
  private static final int PROCESSES = 4;

  /** Parameters that are texts; the others are numbers. */
  private static final Pattern TEXT =
      Pattern.compile(
          "by|text|pattern|name|repository|pool|labels|profile|state|owner|instance|image|credential|cause|code|message|conclusion|workflow|branch"
              + "|guid|guids|trace|notice|event|action|source|verdict|subject|kind|original|route|step|letter|sweep|position|warmUpGuid|sandbox_id"
              + "|.*Message|.*Code|.*Name|jobState|new_state|new_cause|new_registration|new_sandbox");

  @Parameter TestLedger engine;
  @TempDir Path folder;

  private Ledger ledger;
  private Statements statements;

  @BeforeEach
  void open() {
    ledger = Ledger.open(settings(Map.of()));
    statements = new Statements(ledger);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** With values of the types that it gets. */
  @Test
  void everyStatementIsOneThatTheEngineTakes() throws SQLException {
    // Given
    Map<String, Object> terms = terms("one", Map.of());
    Map<String, String> refused = new TreeMap<>();
    try (Connection connection = ledger.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (Path file : statements.all()) {
        // When
        try {
          Statements.run(
              connection, file, name -> terms.computeIfAbsent(name, StatementsTest::value));
        } catch (SQLException e) {
          refused.put(file.getFileName().toString(), e.getMessage());
        }
        connection.rollback();
      }
    }

    // Then
    assertThat(refused).isEmpty();
  }

  @Test
  void aDeliveryIsNewOnce() {
    // Given
    Map<String, Object> row = delivery("one", 1);
    List<Inbox> inboxes =
        IntStream.range(0, PROCESSES)
            .mapToObj(process -> new Inbox(ledger.dataSource(), engine == TestLedger.SQLITE))
            .toList();

    // When
    List<Boolean> stored = atOnce(process -> inboxes.get(process).store(row));

    // Then
    inboxes.forEach(Inbox::close);
    assertThat(stored).hasSize(PROCESSES).containsOnlyOnce(true);
    assertThat(ledger.inbox().store(row)).isFalse();
  }

  @Test
  void aPageOfSandboxesIsSeenAtOnce() {
    // Given
    List<Map<String, String>> page = List.of(listed("sb-1"), listed("sb-2"), listed("sb-2"));
    statements.run("sandbox-seen", new Rows().listed(Map.of("started", NOW), page));

    // When
    statements.run(
        "sandbox-seen", new Rows().listed(Map.of("started", NOW + 5), List.of(listed("sb-2"))));
    statements.run("sandbox-seen", new Rows().listed(Map.of("started", NOW + 9), List.of()));

    // Then
    assertThat(sandboxes())
        .extracting(
            row -> row.get("sandbox_id"),
            row -> row.get("name"),
            row -> row.get("repository"),
            row -> ((Number) row.get("first_seen_at")).longValue(),
            row -> ((Number) row.get("seen_at")).longValue())
        .containsExactly(
            tuple("sb-1", "name of sb-1", "o/r", NOW, NOW),
            tuple("sb-2", "name of sb-2", "o/r", NOW, NOW + 5));
  }

  private List<Map<String, Object>> sandboxes() {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM sandbox ORDER BY sandbox_id")) {
      return Statements.rows(result);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> listed(String id) {
    return Map.of("sandbox_id", id, "name", "name of " + id, "repository", "o/r");
  }

  @Test
  void noDeliveryIsClaimedTwice() {
    // Given
    IntStream.range(0, 100)
        .forEach(i -> statements.run("delivery-insert", delivery("guid-" + i, i)));

    // When
    List<Object> claimed = new ArrayList<>();
    while (claimed.size() < 100) {
      List<Object> more = claimAtOnce();
      assertThat(more).isNotEmpty().hasSizeLessThanOrEqualTo(PROCESSES * 7);
      claimed.addAll(more);
    }

    // Then
    assertThat(claimed).hasSize(100).doesNotHaveDuplicates();
    assertThat(claimAtOnce()).isEmpty();
  }

  /** A SQLite ledger has one process, which applies what it claims before it claims again. */
  private List<Object> claimAtOnce() {
    IntFunction<List<Map<String, Object>>> claim =
        process ->
            statements.run("delivery-claim", terms("process " + process, Map.of("batch", 7)));
    List<Object> guids =
        (engine == TestLedger.SQLITE ? List.of(claim.apply(0)) : atOnce(claim))
            .stream().flatMap(List::stream).map(row -> row.get("guid")).toList();
    if (engine == TestLedger.SQLITE) {
      guids.forEach(guid -> statements.run("delivery-done", terms("one", Map.of("guids", guid))));
    }
    return guids;
  }

  @Test
  void whatADeadProcessClaimedIsClaimedAgainAfterItsLease() {
    // Given
    statements.run("delivery-insert", delivery("left", 1));
    Map<String, Object> terms = terms("dead", Map.of());
    statements.run("delivery-claim", terms);

    // When
    Map<String, Object> later = terms("living", Map.of("now", NOW + (Long) terms.get("lease")));

    // Then
    assertThat(statements.run("delivery-claim", later)).hasSize(1);
  }

  @Test
  void manyProcessesThatDecideAtOnceWantEachRunnerOnce() {
    // Given
    queue(1, 40, null);

    // When
    List<List<Map<String, Object>>> wanted =
        atOnce(process -> statements.run("pool-intents", terms("process " + process, Map.of())));

    // Then
    assertThat(wanted.stream().flatMap(List::stream)).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void manyProcessesTogetherKeepThePace() {
    // Given: more than a burst
    queue(1, 40, null);
    statements.run("pool-intents", terms("one", Map.of()));
    Map<String, String> pace =
        Map.of("runner.github.mints-per-minute", "6000", "runner.modal.creates-per-second", "9");

    // When: they all try again and again within the same instant
    List<Object> claimed = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      claimed.addAll(
          atOnce(process -> dispatch("process " + process, pace, NOW)).stream()
              .flatMap(List::stream)
              .toList());
    }

    // Then: one burst of creates, and a second later one more
    assertThat(claimed).hasSizeLessThanOrEqualTo(9).isNotEmpty().doesNotHaveDuplicates();
    assertThat(dispatch("one", pace, NOW + 1000)).hasSize(9);
  }

  @Test
  void eachCredentialHasMintsOfItsOwnAndTheCreatesAreShared() {
    // Given: two installations with more jobs than a burst of mints, and one with less
    Map<String, String> pace =
        Map.of(
            "runner.github.app-id", "1",
            "runner.github.mints-per-minute", "50",
            "runner.modal.creates-per-second", "25");
    queue(100, 20, 7L);
    queue(200, 20, 8L);
    queue(300, 3, null);
    statements.run("pool-intents", terms("one", Map.of(), pace));

    // When
    List<Map<String, Object>> first = take(pace, NOW);
    statements.run("pace-pause", terms("one", Map.of("credential", "7", "wait", 60_000L), pace));
    claim(first, pace, NOW);
    List<Map<String, Object>> later = take(pace, NOW + 12_000);

    // Then: ten mints each, a fifth of a minute's; the third has as many as it wants
    assertThat(granted(first)).isEqualTo(Map.of("create", 23L, "7", 10L, "8", 10L, "token", 3L));
    assertThat(granted(later)).isEqualTo(Map.of("create", 10L, "8", 10L));
  }

  @Test
  void aJobThatHadARunnerIsLookedAtAgainWhenThereIsRoomForAnother() throws SQLException {
    // Given: its runner never came up
    queue(1, 1, null);
    statements.run("pool-intents", terms("one", Map.of()));
    execute("UPDATE runner SET state = 'GONE'");
    execute("UPDATE job SET check_at = " + 2 * NOW);

    // When
    statements.run("job-relook", terms("one", Map.of("maxRunners", 0L)));
    long full = number("SELECT check_at FROM job");
    statements.run("job-relook", terms("one", Map.of("maxRunners", 1L)));

    // Then
    assertThat(full).isEqualTo(2 * NOW);
    assertThat(number("SELECT check_at FROM job")).isEqualTo(NOW);
  }

  @Test
  void theLatestIntentsOfAPoolAreDroppedWhenItsJobsEndButNoneThatIsClaimed() throws SQLException {
    // Given: three jobs of one pool, each with an intent, the last of which is claimed
    for (long job : List.of(4L, 8L, 12L)) {
      queue(job, 1, null);
    }
    statements.run("pool-intents", terms("one", Map.of()));
    List<Object> inTurn = names("SELECT name FROM runner ORDER BY turn");
    execute(
        "UPDATE runner SET lease_owner = 'one', lease_until = 9 WHERE name = '%s'"
            .formatted(inTurn.get(2)));
    execute("UPDATE job SET state = 'COMPLETED' WHERE job_id < 12");

    // When
    List<Map<String, Object>> dropped = statements.run("pool-surplus", terms("one", Map.of()));

    // Then: one job is left, and a runner is on its way
    assertThat(dropped)
        .extracting(row -> row.get("name"))
        .containsExactlyInAnyOrder(inTurn.get(0), inTurn.get(1));
    assertThat(statements.run("pool-surplus", terms("one", Map.of()))).isEmpty();
  }

  @Test
  void poolsThatWaitTakeNoPlaceFromOthersAndAreProbedByOneRunnerLater() throws SQLException {
    // Given: as many runners wanted as there may be, in three of five pools that are denied
    Map<String, Object> now = terms("one", Map.of("maxRunners", 12L));
    queue(0, 30, null);
    statements.run("pool-intents", now);
    for (long pool : List.of(0L, 1L, 2L)) {
      statements.run(
          "pool-backoff",
          terms(
              "one",
              Map.of("pool", "pool " + pool, "wait", 300_000L, "code", "x", "message", "y")));
    }

    // When
    statements.run("pool-surplus", now);
    List<Object> kept = names("SELECT DISTINCT pool FROM runner ORDER BY pool");
    statements.run("pool-intents", now);
    List<Object> others = names("SELECT pool FROM runner ORDER BY pool");
    now.put("now", NOW + 300_000);
    now.put("maxRunners", 100L);
    statements.run("pool-intents", now);
    statements.run("pool-surplus", now);

    // Then
    assertThat(kept).containsExactly("pool 3", "pool 4");
    assertThat(others).hasSize(12).containsOnly("pool 3", "pool 4");
    assertThat(number("SELECT count(*) FROM runner WHERE pool = 'pool 0'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM runner WHERE pool = 'pool 1'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM runner WHERE pool = 'pool 2'")).isEqualTo(1);
    assertThat(statements.run("pool-intents", now)).isEmpty();
  }

  @Test
  void anImageThatWaitsIsProbedByOneRunnerOfAllItsPools() throws SQLException {
    // Given
    execute("INSERT INTO profile (name, image) VALUES ('default', 'node')");
    execute(
        "INSERT INTO image (image, attempts, since, retry_at) VALUES ('node', 1, 0, %d)"
            .formatted(NOW + 60_000));
    queue(1, 20, null);
    Map<String, Object> now = terms("one", Map.of());

    // When
    List<Map<String, Object>> waiting = statements.run("pool-intents", now);
    now.put("now", NOW + 60_000);

    // Then
    assertThat(waiting).isEmpty();
    assertThat(statements.run("pool-intents", now)).hasSize(5);
    assertThat(statements.run("pool-surplus", now)).hasSize(4);
    assertThat(statements.run("pool-intents", now)).isEmpty();
  }

  @Test
  void poolsOfACredentialAtItsLimitWaitAsLong() throws SQLException {
    // Given
    Map<String, String> app = Map.of("runner.github.app-id", "1");
    queue(10, 5, 7L);
    queue(20, 5, 8L);
    execute("UPDATE job SET pool = pool || ' of ' || cast(installation_id AS varchar(20))");
    execute(
        "INSERT INTO pace (name, tokens, granted, at, turn, paused_until) VALUES ('7', 0, 0, %d, 1, %d)"
            .formatted(NOW, NOW + 3_600_000));

    // When
    statements.run("pool-pause", terms("one", Map.of(), app));
    statements.run("pool-intents", terms("one", Map.of(), app));

    // Then
    assertThat(names("SELECT DISTINCT credential FROM runner")).containsExactly("8");
    assertThat(names("SELECT DISTINCT reason_code FROM job_view WHERE pool LIKE '%of 7'"))
        .containsExactly("github_rate_limited");

    // When: an hour later
    Map<String, Object> later = terms("one", Map.of("now", NOW + 3_600_000L), app);
    statements.run("pool-resume", later);
    statements.run("pool-pause", later);

    // Then: all of them, none has to probe
    assertThat(statements.run("pool-intents", later)).hasSize(5);
  }

  @Test
  void aRepositoryAtItsLimitKeepsNoOtherOfItsPoolFromTheProbe() throws SQLException {
    // Given: the oldest job of a pool in back-off is of a repository that has all it may have
    queue(4, 1, null);
    statements.run("pool-intents", terms("one", Map.of()));
    execute("UPDATE runner SET state = 'BUSY'");
    queue(9, 1, null);
    queue(8, 1, null);
    execute("UPDATE job SET pool = 'shared'");
    execute("UPDATE job SET queued_at = 1 WHERE job_id = 8");
    execute("UPDATE job SET state = 'IN_PROGRESS' WHERE job_id = 4");
    execute(
        "INSERT INTO pool (pool, attempts, since, retry_at, reason_code, reason_message) VALUES ('shared', 3, 0, 0, 'x', 'y')");

    // When
    List<Map<String, Object>> wanted =
        statements.run("pool-intents", terms("one", Map.of("maxRunnersPerRepository", 1L)));

    // Then
    assertThat(wanted).extracting(row -> row.get("name")).containsExactly("mgr-9-1");
  }

  @Test
  void aClockThatWasAheadStopsNoMints() {
    // Given
    Map<String, String> pace = Map.of("runner.modal.creates-per-second", "9");
    queue(1, 20, null);
    statements.run("pool-intents", terms("one", Map.of()));
    dispatch("ahead", pace, NOW + 86_400_000);

    // When
    List<Object> later = dispatch("one", pace, NOW + 1000);

    // Then
    assertThat(later).hasSize(9);
  }

  @Test
  void aRegistrationThatCannotBeRemovedIsTriedEverMoreRarely() throws SQLException {
    // Given
    queue(1, 1, null);
    statements.run("pool-intents", terms("one", Map.of()));
    execute("UPDATE runner SET state = 'DEAD', registration = 'DELETE', ended_at = " + NOW);
    Map<String, Object> later = terms("one", Map.of());

    // When
    int tries = 0;
    for (long at = NOW; at < NOW + 7 * 86_400_000L; at += 10_000) {
      later.put("now", at);
      tries += statements.run("registration-claim", later).size();
    }

    // Then: a few at first, less than a hundred in a week
    assertThat(tries).isBetween(20, 60);
  }

  @Test
  void looksThatFailGoBehindOthers() throws SQLException {
    // Given: more jobs than a look takes
    queue(1, 80, null);
    execute("UPDATE job SET check_at = " + NOW);

    // When
    Map<String, Object> terms = terms("one", Map.of("scarce", 0L));
    List<Object> first = ids(statements.run("job-check-claim", terms));
    terms.put("now", NOW + (Long) terms.get("firstCheck"));
    List<Object> second = ids(statements.run("job-check-claim", terms));

    // Then
    assertThat(first).hasSize(50);
    assertThat(second).hasSize(50);
    assertThat(Stream.concat(first.stream(), second.stream()).distinct()).hasSize(80);
  }

  private static List<Object> ids(List<Map<String, Object>> rows) {
    return rows.stream().map(row -> row.get("job_id")).toList();
  }

  @Test
  void oneProcessSweepsAndAnotherAfterItsLease() {
    // When
    Map<String, Object> terms = terms("one", Map.of("sweep", "all", "sweptBefore", 0L));
    List<List<Map<String, Object>>> swept =
        atOnce(
            process ->
                statements.run(
                    "sweep-claim",
                    terms("process " + process, Map.of("sweep", "all", "sweptBefore", 0L))));

    // Then
    assertThat(swept.stream().mapToInt(List::size).sum()).isEqualTo(1);
    terms.put("now", NOW + (Long) terms.get("sweepLease") + 1);
    assertThat(statements.run("sweep-claim", terms)).hasSize(1);
  }

  @Test
  void aSweepOfAClockThatWasAheadIsDueAndProvesNothing() throws SQLException {
    // Given: two sweeps that are still to come
    Map<String, Object> terms =
        terms("one", Map.of("sweep", "all", "sweptBefore", NOW - 1, "counted", 0L));
    terms.put("position", null);
    execute(
        "INSERT INTO sweep (name, before_at, swept_at) VALUES ('all', %d, %d)"
            .formatted(2 * NOW, 3 * NOW));

    // When
    List<Map<String, Object>> claimed = statements.run("sweep-claim", terms);
    terms.put("started", NOW);
    statements.run("sweep-done", terms);
    terms.put("now", NOW + 1);
    terms.put("sweptBefore", NOW);
    List<Map<String, Object>> next = statements.run("sweep-claim", terms);

    // Then: none of them counts as the one before
    assertThat(claimed).extracting(row -> number(row, "before_at")).containsExactly(0L);
    assertThat(next).extracting(row -> number(row, "before_at")).containsExactly(0L);
    assertThat(next).extracting(row -> number(row, "swept_at")).containsExactly(NOW);
  }

  @Test
  void aSandboxThatTwoListingsDidNotShowIsGoneThoughItsRegistrationStands() throws SQLException {
    // Given: runners that were given up, but not all before the two listings, nor all unseen
    String given =
        "INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, registration, sandbox, created_at, launched_at, deadline_at) VALUES ('%s', 'p', 'o/r', '[]', 'default', 1, 1, 'DEAD', 'DELETE', 'RUNNING', 1, %d, 1)";
    execute(given.formatted("ended", 10));
    execute(given.formatted("young", 500));
    execute(given.formatted("listed", 10));
    execute(
        "INSERT INTO sandbox (sandbox_id, name, repository, first_seen_at, seen_at) VALUES ('sb-1', 'listed', 'o/r', 10, 500), ('sb-2', 'ended', 'o/r', 10, 499)");

    // When
    List<Map<String, Object>> unproven =
        statements.run("sandbox-ended", terms("one", Map.of("before_at", 0L)));
    List<Map<String, Object>> ended =
        statements.run("sandbox-ended", terms("one", Map.of("before_at", 500L)));

    // Then
    assertThat(unproven).isEmpty();
    assertThat(ended).extracting(row -> row.get("name")).containsExactly("ended");
    assertThat(names("SELECT name FROM runner WHERE sandbox = 'GONE'")).containsExactly("ended");
    assertThat(number("SELECT ended_at FROM runner WHERE name = 'ended'")).isEqualTo(NOW);
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }

  private List<Object> dispatch(String owner, Map<String, String> pace, long now) {
    return Terms.granted(take(pace, now)).stream()
        .flatMap(
            granted -> {
              Map<String, Object> terms = terms(owner, granted, pace);
              terms.put("now", now);
              return statements.run("runner-claim", terms).stream();
            })
        .map(row -> row.get("name"))
        .toList();
  }

  private void claim(List<Map<String, Object>> taken, Map<String, String> pace, long now) {
    Terms.granted(taken)
        .forEach(
            granted -> {
              Map<String, Object> terms = terms("one", granted, pace);
              terms.put("now", now);
              statements.run("runner-claim", terms);
            });
  }

  private List<Map<String, Object>> take(Map<String, String> pace, long now) {
    Map<String, Object> terms = terms("one", Map.of(), pace);
    terms.put("now", now);
    return statements.run("pace-take", terms);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<Object> names(String sql) throws SQLException {
    List<Object> names = new ArrayList<>();
    try (Connection connection = ledger.reads().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        names.add(found.getString(1));
      }
    }
    return names;
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = ledger.reads().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      found.next();
      return found.getLong(1);
    }
  }

  private static Map<Object, Object> granted(List<Map<String, Object>> taken) {
    Map<Object, Object> granted = new HashMap<>();
    taken.forEach(
        row -> granted.put(row.get("credential"), ((Number) row.get("granted")).longValue()));
    return granted;
  }

  /** Jobs that wait for a runner. */
  private void queue(long first, int count, Long installation) {
    for (long id = first; id < first + count; id++) {
      Map<String, Object> row = delivery("job-" + id, id);
      row.put("installationId", installation);
      statements.run("delivery-insert", row);
      statements.run("job-apply", terms("one", Map.of("guids", "job-" + id)));
    }
  }

  private Map<String, Object> delivery(String guid, long job) {
    Map<String, Object> row = terms("one", Map.of("guid", guid, "jobId", job, "runId", job));
    row.putAll(
        Map.of(
            "event", "workflow_job",
            "action", "queued",
            "state", "NEW",
            "source", "webhook",
            "runAttempt", 1,
            "jobRank", 1,
            "jobState", "QUEUED",
            "eventAt", NOW,
            "verdict", "ADMITTED"));
    row.putAll(
        Map.of(
            "repository",
            "o/r" + job % 4,
            "labels",
            "[\"modal\"]",
            "profile",
            "default",
            "pool",
            "pool " + job % 5));
    return row;
  }

  private Map<String, Object> terms(String owner, Map<String, Object> more) {
    return terms(owner, more, Map.of());
  }

  private Map<String, Object> terms(
      String owner, Map<String, Object> more, Map<String, String> given) {
    Map<String, Object> terms = new HashMap<>(Terms.of(settings(given), () -> NOW).now());
    terms.put("owner", owner);
    terms.putAll(more);
    return terms;
  }

  private Settings settings(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("runner.ledger.url", ledger == null ? engine.in(folder) : "jdbc:sqlite:none");
    return Settings.read(Map.of(), RunningGateway.settings(folder, all), Map.of());
  }

  /** What several processes do at the same instant. */
  private static <T> List<T> atOnce(IntFunction<T> work) {
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    CountDownLatch go = new CountDownLatch(1);
    try {
      List<Future<T>> done =
          IntStream.range(0, PROCESSES)
              .mapToObj(
                  process ->
                      threads.submit(
                          () -> {
                            go.await();
                            return work.apply(process);
                          }))
              .toList();
      go.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : done) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Object value(String name) {
    if (name.equals("body")) {
      return "{}".getBytes(UTF_8);
    }
    if (name.equals("listed")) {
      return "[]";
    }
    return TEXT.matcher(name).matches() ? "text" : 1L;
  }
}
