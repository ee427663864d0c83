package io.github.modalrunner.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Postgres;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import io.github.modalrunner.fixtures.Wire;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away and comes back; the gateway stays. */
class LostDatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** GitHub waits no longer for an answer. */
  private static final Duration GITHUB_WAITS = Duration.ofSeconds(10);

  /** Attempts to connect in a second: more would be a busy loop. */
  private static final int SOME = 20;

  private static final Upstreams UPSTREAMS = new Upstreams();

  @TempDir static Path folder;
  private static Wire wire;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    URI database = URI.create(Postgres.newDatabase().substring("jdbc:".length()));
    wire = new Wire(database.getPort());
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.ledger.url",
                    "jdbc:postgresql://127.0.0.1:%d%s?%s"
                        .formatted(wire.port(), database.getPath(), database.getQuery()))));
  }

  @AfterAll
  static void stop() {
    wire.mend();
    gateway.close();
    wire.close();
    UPSTREAMS.close();
  }

  @Test
  void nothingIsAcceptedMeanwhileAndAllGoesOnAfterwards() {
    // Given
    assertThat(post(1).status()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> UPSTREAMS.creates(1).size() == 1);
    long begun = System.nanoTime();
    int before = wire.attempts();

    // When
    wire.cut();
    Answer refused = post(2);
    Duration answered = Duration.ofNanos(System.nanoTime() - begun);
    int ready = gateway.admin("/observe/health/ready").statusCode();
    int live = gateway.admin("/observe/health/live").statusCode();
    int api = gateway.admin("/api/jobs").statusCode();
    double seconds = (System.nanoTime() - begun) / 1e9;
    int attempts = wire.attempts() - before;
    wire.mend();

    // Then
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isNotEmpty();
    assertThat(answered).isLessThan(GITHUB_WAITS);
    assertThat(ready).isEqualTo(503);
    assertThat(live).isEqualTo(200);
    assertThat(api).isEqualTo(503);
    assertThat(attempts).isLessThan((int) (SOME * (1 + seconds)));
    await()
        .atMost(PATIENCE)
        .until(() -> gateway.admin("/observe/health/ready").statusCode() == 200);
    assertThat(post(2).status()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> UPSTREAMS.creates(2).size() == 1);
    assertThat(UPSTREAMS.creates(1)).hasSize(1);
    assertThat(gateway.rows("SELECT * FROM dead_letter")).isEmpty();
  }

  private static Answer post(long id) {
    return Delivery.of(Payloads.queued(id, "modal").repository("acme/r" + id))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
  }
}
