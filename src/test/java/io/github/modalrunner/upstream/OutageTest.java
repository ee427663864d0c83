package io.github.modalrunner.upstream;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole other side that is down: what was accepted waits, and goes on when it is back. */
@Execution(ExecutionMode.CONCURRENT)
class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** What the limits ask for, less what clocks and whole seconds lose; far more than back-off. */
  private static final Duration LIMIT = Duration.ofMillis(1900);

  private static final Upstreams UPSTREAMS = new Upstreams();
  private static final AtomicLong IDS = new AtomicLong();

  @TempDir static Path folder;
  private static RunningGateway gateway;

  /** What GitHub says instead of a runner, if it does not give one. */
  private static volatile Supplier<Reply> limit;

  @BeforeAll
  static void start() {
    UPSTREAMS.github().on("POST", Upstreams.MINT).reply(OutageTest::minted);
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.retry.initial-delay", "100ms",
                    "runner.retry.max-delay", "500ms",
                    "runner.github.secondary-wait", "2s",
                    "runner.breaker.open-for", "1s",
                    "runner.reconcile.job-checks", "2s")));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    UPSTREAMS.close();
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(strings = {"github", "launcher"})
  void holdsCallsBackWhileOneSideFailsAndServesEverythingWhenItIsBack(String side) {
    // Given: more jobs than it takes to be sure, each in a pool of its own
    ScriptedServer server = server(side);
    server.answerAlways(Reply.status(500));
    List<Long> jobs = LongStream.range(0, 15).map(n -> IDS.incrementAndGet()).boxed().toList();
    int ready;
    try {
      jobs.forEach(OutageTest::post);
      await().atMost(PATIENCE).until(() -> degraded().toString().equals("[\"" + side + "\"]"));
      await()
          .atMost(PATIENCE)
          .until(
              () -> gateway.api("/api/jobs").findValuesAsText("code"),
              codes -> codes.contains(side + "_breaker_open"));
      ready = gateway.admin("/observe/health/ready").statusCode();
    } finally {
      // When
      server.answerByRules();
    }

    // Then
    assertThat(ready).isEqualTo(200);
    jobs.forEach(OutageTest::awaitServed);
    await().atMost(PATIENCE).until(() -> degraded().isEmpty());
    jobs.forEach(
        id -> {
          assertThat(UPSTREAMS.mints("acme/r" + id)).doesNotHaveDuplicates();
          assertThat(UPSTREAMS.creates(id)).doesNotHaveDuplicates();
        });
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(strings = {"github", "launcher"})
  void aSideThatCannotBeReachedIsTriedAgainUntilItCan(String side) {
    // Given
    ScriptedServer server = server(side);
    long id = IDS.incrementAndGet();
    server.refuseConnections();
    try {
      post(id);
      await()
          .atMost(PATIENCE)
          .until(
              () -> gateway.api("/api/jobs/" + id),
              job ->
                  job.path("state").asText().equals("parked")
                      && job.at("/reason/code")
                          .asText()
                          .matches(side + "_(unreachable|breaker_open)"));
    } finally {
      // When
      server.acceptConnections();
    }

    // Then: nothing had been done, so a mint that was never sent has kept its name
    awaitServed(id);
    List<String> mints = UPSTREAMS.mints("acme/r" + id);
    assertThat(mints).doesNotHaveDuplicates();
    assertThat(mints.size() == 1).isEqualTo(side.equals("github"));
    assertThat(UPSTREAMS.creates(id)).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("limits")
  void aLimitIsWaitedOutAsLongAsItAsksForAndTheNameIsKept(String name, Supplier<Reply> said) {
    // Given
    limit = said;
    long id = IDS.incrementAndGet();
    post(id);
    JsonNode parked =
        await()
            .atMost(PATIENCE)
            .until(
                () -> gateway.api("/api/jobs/" + id),
                job -> job.at("/reason/code").asText().equals("github_rate_limited"));

    // When
    limit = null;

    // Then
    assertThat(parked.path("state").asText()).isEqualTo("parked");
    awaitServed(id);
    assertThat(Set.copyOf(UPSTREAMS.mints("acme/r" + id))).containsExactly("mgr-" + id + "-1");
    List<Instant> times = times("acme/r" + id);
    assertThat(times).hasSizeGreaterThan(1);
    for (int i = 1; i < times.size(); i++) {
      assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThan(LIMIT);
    }
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        limit(
            "used up",
            () ->
                message(403, "API rate limit exceeded for user ID 1.")
                    .header("X-RateLimit-Limit", "5000")
                    .header("X-RateLimit-Remaining", "0")
                    .header("X-RateLimit-Reset", "" + (Instant.now().getEpochSecond() + 3))),
        limit("secondary", () -> message(403, "You have exceeded a secondary rate limit.")),
        limit("too many", () -> message(429, "Slow down.").header("Retry-After", "2")));
  }

  private static Arguments limit(String name, Supplier<Reply> said) {
    return Arguments.of(name, said);
  }

  private static Reply message(int status, String text) {
    return Reply.json(status, Map.of("message", text));
  }

  private static Reply minted(Recorded request) {
    Supplier<Reply> said = limit;
    return said == null ? UPSTREAMS.minted(request) : said.get();
  }

  private static List<Instant> times(String repository) {
    return UPSTREAMS
        .github()
        .requests("POST", "/repos/" + repository + "/actions/runners/generate-jitconfig")
        .stream()
        .map(Recorded::at)
        .toList();
  }

  private static ScriptedServer server(String side) {
    return side.equals("github") ? UPSTREAMS.github() : UPSTREAMS.launcher();
  }

  private static JsonNode degraded() {
    return gateway.api("/observe/health/ready").path("degraded");
  }

  private static void awaitServed(long id) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                gateway
                        .rows(
                            "SELECT name FROM runner WHERE state = 'LAUNCHED' AND minted_for = "
                                + id)
                        .size()
                    == 1);
    await().atMost(PATIENCE).until(() -> gateway.api("/api/jobs/" + id).path("reason").isNull());
  }

  private static void post(long id) {
    Delivery.of(queued(id, "modal").repository("acme/r" + id))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
  }
}
