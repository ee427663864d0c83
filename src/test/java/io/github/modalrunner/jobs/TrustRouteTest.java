package io.github.modalrunner.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ScriptedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose code is run: a run is read once, before its first job gets a runner. */
class TrustRouteTest {
  private static final String RUN = "/repos/{o}/{r}/actions/runs/{id}";
  private static final String MINT = "/repos/{o}/{r}/actions/runners/generate-jitconfig";
  private static final AtomicLong IDS = new AtomicLong(1000);
  private static final ScriptedServer GITHUB = ScriptedServer.start();
  private static RunningGateway gateway;

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    Reply nothing = Reply.json(404, Map.of("message", "Not Found"));
    GITHUB.on("GET", "/repos/**").reply(nothing);
    // A look at a job that finds none would read its run too, for another reason
    GITHUB.on("GET", "/repos/{o}/{r}/actions/jobs/{id}").reply(Reply.status(403));
    GITHUB.on("DELETE", "/repos/**").reply(nothing);
    GITHUB.on("POST", MINT).reply(nothing);
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.github.api-url", GITHUB.uri().toString(),
                "runner.repositories.allow-forks", "false",
                "runner.repositories.allow-public", "true",
                "runner.reconcile.job-checks", "1s",
                "runner.retry.initial-delay", "200ms"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    GITHUB.close();
  }

  @Test
  void readsARunOnceForAllItsJobs() {
    // Given
    long run = run(Reply.json(200, document(1, 1)));
    long job = IDS.incrementAndGet();
    send(queued(job, run, true));
    await().until(() -> minted(job));
    // More than one on a machine that is slower to read than the wait before the next attempt
    int attempts = attempts(run);
    // When
    long second = IDS.incrementAndGet();
    send(queued(second, run, true));
    // Then
    await().until(() -> minted(second));
    assertThat(attempts(run)).isEqualTo(attempts);
    assertThat(reads(run)).hasSizeBetween(1, attempts);
  }

  @Test
  void refusesTheCodeOfAFork() {
    // Given
    long run = run(Reply.json(200, document(1, 2)));
    long job = IDS.incrementAndGet();
    // When
    send(queued(job, run, true));
    // Then
    await().until(() -> gateway.jobState(job).equals("refused"));
    assertThat(gateway.api("/api/jobs/" + job).at("/reason/code").asText())
        .isEqualTo("repository_fork");
    assertThat(minted(job)).isFalse();
  }

  @Test
  void takesARepositoryThatIsGoneForAFork() {
    // Given
    long run = run(Reply.json(200, Map.of("id", 5, "repository", Map.of("id", 1))));
    long job = IDS.incrementAndGet();
    // When
    send(queued(job, run, true));
    // Then
    await().until(() -> gateway.jobState(job).equals("refused"));
  }

  @Test
  void servesAPrivateRepositoryWhoseRunIsNotShown() {
    // Given
    long run = run(Reply.json(404, Map.of("message", "Not Found")));
    long job = IDS.incrementAndGet();
    // When
    send(queued(job, run, true));
    // Then
    await().atMost(Duration.ofSeconds(10)).until(() -> minted(job));
  }

  @Test
  void keepsAPublicRepositoryWaitingUntilItsRunIsShown() {
    // Given
    long run =
        run(
            Reply.json(404, Map.of("message", "Not Found")),
            Reply.status(502),
            Reply.json(200, document(1, 1)));
    long job = IDS.incrementAndGet();
    // When
    send(queued(job, run, false));
    // Then
    await().atMost(Duration.ofSeconds(10)).until(() -> minted(job));
    assertThat(reads(run)).hasSizeBetween(3, attempts(run));
  }

  @Test
  void keepsAPublicRepositoryWaitingWhateverALookAtTheJobSays() {
    // Given
    long run = run(Reply.json(404, Map.of("message", "Not Found")));
    long job = IDS.incrementAndGet();
    Payload payload = queued(job, run, false);
    String look = "/repos/octo-org/octo-repo/actions/jobs/" + job;
    GITHUB.on("GET", look).reply(Reply.json(200, payload.json().path("workflow_job")));
    // When
    send(payload);
    GITHUB.await(4, "GET", look);
    // Then
    assertThat(gateway.api("/api/jobs/" + job).at("/reason/code").asText())
        .isEqualTo("run_unread_public");
    assertThat(minted(job)).isFalse();
  }

  @Test
  void servesAJobThatWasStoredWhileItsRunWasRead() {
    // Given
    long run = run(Reply.status(403));
    long job = IDS.incrementAndGet();
    send(queued(job, run, false));
    await().until(() -> !reads(run).isEmpty());
    // When
    gateway.change("UPDATE run SET fork = 0, look_until = 0 WHERE run_id = " + run);
    // Then
    await().until(() -> minted(job));
  }

  @Test
  void asksNothingWhereForksAreForbidden() {
    // Given
    long run = run(Reply.status(500));
    long job = IDS.incrementAndGet();
    // When
    send(queued(job, run, true).with("/repository/allow_forking", false));
    // Then
    await().until(() -> minted(job));
    assertThat(reads(run)).isEmpty();
  }

  private static long run(Reply first, Reply... others) {
    long run = IDS.incrementAndGet();
    GITHUB.on("GET", "/repos/octo-org/octo-repo/actions/runs/" + run).reply(first, others);
    return run;
  }

  private static List<Recorded> reads(long run) {
    return GITHUB.requests("GET", RUN).stream()
        .filter(request -> request.path().endsWith("/" + run))
        .toList();
  }

  /** How often the run was to be read. */
  private static int attempts(long run) {
    return ((Number)
            gateway.rows("SELECT attempts FROM run WHERE run_id = " + run).get(0).get("attempts"))
        .intValue();
  }

  private static boolean minted(long job) {
    return GITHUB.requests("POST", MINT).stream()
        .anyMatch(request -> request.json().path("name").asText().startsWith("mgr-" + job + "-"));
  }

  private static Map<String, Object> document(long repository, long head) {
    return Map.of(
        "id",
        5,
        "status",
        "queued",
        "repository",
        Map.of("id", repository),
        "head_repository",
        Map.of("id", head));
  }

  /** Each job has labels of its own, so that no pool waits for another's failure. */
  private static Payload queued(long job, long run, boolean isPrivate) {
    return Payloads.queued(job, "modal", "job-" + job)
        .runId(run)
        .repository("octo-org/octo-repo")
        .privateRepository(isPrivate)
        .with("/repository/allow_forking", true);
  }

  private static void send(Payload payload) {
    assertThat(
            Delivery.of(payload)
                .signedWith(RunningGateway.SECRET)
                .postTo(gateway.webhook())
                .status())
        .isEqualTo(202);
  }
}
