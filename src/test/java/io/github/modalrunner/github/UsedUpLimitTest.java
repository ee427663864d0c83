package io.github.modalrunner.github;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known to be refused is not asked for: neither by mints nor by any timer. */
class UsedUpLimitTest {
  private static final Upstreams UPSTREAMS = new Upstreams();
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** So long, in seconds, that every timer comes round several times. */
  private static final long WINDOW = 20;

  private static final int LIMIT = 5000;

  @TempDir static Path folder;
  private static RunningGateway gateway;

  /** What GitHub says is left of the limit, once it says so. */
  private static volatile int remaining = LIMIT;

  /** When the limit is reset. */
  private static volatile Instant reset = Instant.EPOCH;

  @BeforeAll
  static void start() {
    UPSTREAMS.github().on("POST", Upstreams.MINT).reply(UsedUpLimitTest::mint);
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.retry.initial-delay", "100ms",
                    "runner.retry.max-delay", "500ms",
                    "runner.reconcile.job-checks", "1s",
                    "runner.runner.boot-deadline", "10s",
                    "runner.runner.reap-grace", "1s")));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    UPSTREAMS.close();
  }

  @AfterEach
  void plenty() {
    remaining = LIMIT;
  }

  private static Reply mint(Recorded request) {
    boolean limited = remaining == 0 && Instant.now().isBefore(reset);
    Reply reply =
        limited
            ? Reply.json(403, Map.of("message", "API rate limit exceeded for user ID 1."))
            : UPSTREAMS.minted(request);
    return reply
        .header("X-RateLimit-Limit", Integer.toString(LIMIT))
        .header("X-RateLimit-Remaining", Integer.toString(limited ? 0 : remaining))
        .header("X-RateLimit-Reset", Long.toString(reset.getEpochSecond()))
        .header("X-RateLimit-Resource", "core");
  }

  @Test
  void nothingIsAskedBeforeTheResetAndNothingIsKilled() {
    // Given: a runner that will not come online, so that its registration is due to be removed
    post(1);
    awaitLaunched(1);
    leave(0);

    // When
    post(2);
    await()
        .atMost(PATIENCE)
        .until(
            () -> gateway.api("/api/jobs/2").at("/reason/code").asText(),
            code -> code.equals("github_rate_limited"));
    Instant known = Instant.now();

    // Then
    awaitLaunched(2);
    await().atMost(PATIENCE).until(() -> !terminated(any -> true).isEmpty());
    assertThat(asked(known, reset)).isEmpty();
    assertThat(terminated(request -> request.at().isBefore(reset))).isEmpty();
    assertThat(reads(reset, Instant.MAX)).isNotEmpty();
  }

  @Test
  void readsLeaveTheLastOfALimitToMints() {
    // Given: a runner to read about, and a mint that tells how little is left
    post(3);
    awaitLaunched(3);
    leave(LIMIT / 100);
    post(4);
    awaitLaunched(4);
    Instant known = Instant.now();

    // When
    post(5);

    // Then
    awaitLaunched(5);
    await().atMost(PATIENCE).until(() -> !reads(reset, Instant.MAX).isEmpty());
    assertThat(reads(known, reset)).isEmpty();
    assertThat(asked(known, reset))
        .extracting(Recorded::path)
        .contains("/repos/acme/r5/actions/runners/generate-jitconfig");
  }

  /** So much is left of the limit from now on, until its reset. */
  private static void leave(int calls) {
    reset = Instant.ofEpochSecond(Instant.now().getEpochSecond() + WINDOW);
    remaining = calls;
  }

  private static void post(long id) {
    Delivery.of(queued(id, "modal").repository("acme/r" + id))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
  }

  /** The runner may have been given up meanwhile, but it was launched. */
  private static void awaitLaunched(long job) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !gateway
                    .rows(
                        "SELECT name FROM runner WHERE launched_at IS NOT NULL AND minted_for = "
                            + job)
                    .isEmpty());
  }

  private static List<Recorded> asked(Instant from, Instant before) {
    return UPSTREAMS.github().requests().stream()
        .filter(request -> request.at().isAfter(from) && request.at().isBefore(before))
        .toList();
  }

  private static List<Recorded> reads(Instant from, Instant before) {
    return asked(from, before).stream().filter(r -> r.method().equals("GET")).toList();
  }

  /** Of the first two jobs' sandboxes; those of the others may go at any time. */
  private static List<Recorded> terminated(Predicate<Recorded> when) {
    return UPSTREAMS.launcher().requests("DELETE", Upstreams.SANDBOX).stream()
        .filter(r -> r.variable(Upstreams.SANDBOX, "name").matches("mgr-[12]-.*"))
        .filter(when)
        .toList();
  }
}
