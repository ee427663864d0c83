package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A ledger that cannot store what comes in. */
@Execution(ExecutionMode.CONCURRENT)
class WebhookOutageTest {
  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(folder, Map.of("runner.limits.max-runners-per-repository", "0"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void nothingIsAcceptedThatIsNotStored() throws SQLException {
    // Given
    Delivery job = signed(queued(1, "modal").bytes());
    Delivery broken = signed("{}".getBytes(UTF_8));
    List<Answer> during;

    // When
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("ALTER TABLE delivery RENAME TO elsewhere");
      during = List.of(job.postTo(gateway.webhook()), broken.postTo(gateway.webhook()));
      statement.execute("ALTER TABLE elsewhere RENAME TO delivery");
    }

    // Then
    assertThat(during)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(503);
              assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
              assertThat(answer.json().path("status").asText()).isEqualTo("unavailable");
            });
    assertThat(job.postTo(gateway.webhook()).status()).isEqualTo(202);
    assertThat(broken.postTo(gateway.webhook()).status()).isEqualTo(422);
    await().until(() -> gateway.jobState(1).equals("parked"));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatNeedsNoLedgerIsAnsweredAllTheSame() throws SQLException {
    // Given
    Delivery ping = Delivery.of(io.github.modalrunner.fixtures.Payloads.example("ping/ping"));
    Answer answer;

    // When
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("ALTER TABLE delivery RENAME TO elsewhere");
      answer = ping.signedWith(RunningGateway.SECRET).postTo(gateway.webhook());
      statement.execute("ALTER TABLE elsewhere RENAME TO delivery");
    }

    // Then
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aLedgerThatIsLockedForAMomentDelaysTheAnswer() throws SQLException {
    // Given
    List<CompletableFuture<Answer>> answers;

    // When
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      answers =
          LongStream.range(10, 30)
              .mapToObj(id -> signed(queued(id, "modal").bytes()))
              .map(delivery -> delivery.postAsyncTo(gateway.webhook()))
              .toList();
      await().pollDelay(Duration.ofMillis(300)).until(() -> true);
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      statement.execute("ROLLBACK");
    }

    // Then
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(202));
    await().until(() -> gateway.rows("SELECT job_id FROM job WHERE job_id >= 10").size() == 20);
  }

  private static Connection connect() throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
    }
    return connection;
  }

  private static Delivery signed(byte[] body) {
    return Delivery.of("workflow_job", body).signedWith(RunningGateway.SECRET);
  }
}
