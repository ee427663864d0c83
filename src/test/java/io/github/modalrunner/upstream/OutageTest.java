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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole other side that is down: what was accepted waits, and goes on when it is back. */
class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Upstreams UPSTREAMS = new Upstreams();
  private static final AtomicLong IDS = new AtomicLong();

  @TempDir static Path folder;
  private static RunningGateway gateway;

  /** Which side fails, if one does. */
  private static volatile String down = "";

  @BeforeAll
  static void start() {
    UPSTREAMS.github().on("POST", Upstreams.MINT).reply(unlessDown("github", UPSTREAMS::minted));
    UPSTREAMS
        .launcher()
        .on("PUT", Upstreams.SANDBOX)
        .reply(unlessDown("launcher", UPSTREAMS::created));
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of("runner.retry.initial-delay", "100ms", "runner.breaker.open-for", "1s")));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    UPSTREAMS.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "launcher"})
  void holdsCallsBackWhileOneSideFailsAndServesEverythingWhenItIsBack(String side) {
    // Given: more jobs than it takes to be sure, each in a pool of its own
    down = side;
    List<Long> jobs = LongStream.range(0, 15).map(n -> IDS.incrementAndGet()).boxed().toList();
    jobs.forEach(OutageTest::post);
    await().atMost(PATIENCE).until(() -> degraded().toString().equals("[\"" + side + "\"]"));
    await()
        .atMost(PATIENCE)
        .until(
            () -> gateway.api("/api/jobs").findValuesAsText("code"),
            codes -> codes.contains(side + "_breaker_open"));
    int ready = gateway.admin("/observe/health/ready").statusCode();

    // When
    down = "";

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
  @ValueSource(strings = {"github", "launcher"})
  void aSideThatCannotBeReachedIsTriedAgainUntilItCan(String side) {
    // Given
    ScriptedServer server = side.equals("github") ? UPSTREAMS.github() : UPSTREAMS.launcher();
    long id = IDS.incrementAndGet();
    server.refuseConnections();
    post(id);
    JsonNode parked =
        await()
            .atMost(PATIENCE)
            .until(
                () -> gateway.api("/api/jobs/" + id),
                job -> job.at("/reason/code").asText().equals(side + "_unreachable"));

    // When
    server.acceptConnections();

    // Then
    assertThat(parked.path("state").asText()).isEqualTo("parked");
    awaitServed(id);
    // Nothing had been done: a mint that was never sent keeps its name
    assertThat(UPSTREAMS.mints("acme/r" + id)).doesNotHaveDuplicates();
    assertThat(UPSTREAMS.mints("acme/r" + id).get(0)).endsWith("-1");
    assertThat(UPSTREAMS.creates(id)).hasSize(1);
  }

  private static Function<Recorded, Reply> unlessDown(
      String side, Function<Recorded, Reply> answer) {
    return request -> down.equals(side) ? Reply.status(500) : answer.apply(request);
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
