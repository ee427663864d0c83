package io.github.modalrunner.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GitHub's published payloads, byte for byte, at a gateway that serves all of them. */
@Execution(ExecutionMode.CONCURRENT)
class WebhookExamplesTest {
  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.repositories.allow-public", "true",
                "runner.profiles.default.labels", "ubuntu-latest",
                "runner.profiles.k8s.labels", "k8s",
                "runner.profiles.gpu.labels", "gpu",
                "runner.limits.max-runners-per-repository", "0"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "workflow_job/queued, 1, default, ",
    "workflow_job/queued.with-deployment, 1, k8s, ",
    "workflow_job/waiting, 1, k8s, ",
    "workflow_job/in_progress, 2, default, GitHub Actions 5",
    "workflow_job/in_progress.with-queued-steps, 2, default, GitHub Actions 6",
    "workflow_job/completed.failure.with-organization, 3, default, GitHub Actions 5",
    "workflow_job/completed.success.with-organization, 3, default, GitHub Actions 5",
    "nonconforming/in_progress.legacy-2021, 2, gpu, my runner"
  })
  void storesEveryExampleOfAJobAsItIs(String name, int rank, String profile, String runner) {
    // Given
    Payload example = Payloads.example(name);
    Delivery delivery = Delivery.of(example).signedWith(RunningGateway.SECRET);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
    String row =
        "SELECT * FROM delivery d JOIN payload p USING (received_at, guid) WHERE guid = '"
            + delivery.guid()
            + "'";
    await().until(() -> gateway.rows(row).get(0).get("state").equals("DONE"));
    assertThat(gateway.rows(row))
        .singleElement()
        .satisfies(
            stored -> {
              assertThat(stored)
                  .containsEntry("job_rank", rank)
                  .containsEntry("profile", profile)
                  .containsEntry("runner_name", runner)
                  .containsEntry("body", example.bytes());
              assertThat(((Number) stored.get("job_id")).longValue())
                  .isEqualTo(example.json().at("/workflow_job/id").longValue());
            });
  }

  @ParameterizedTest
  @CsvSource({
    "ping/ping, 0",
    "ping/ping.legacy-2019, 0",
    "ping/with-app_id, 0",
    // Its hook is not subscribed to jobs
    "ping/with-organization, 1"
  })
  void answersEveryExampleOfAPing(String name, int warnings) {
    // Given
    Delivery delivery = Delivery.of(Payloads.example(name)).signedWith(RunningGateway.SECRET);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("pong");
    assertThat(answer.json().path("warnings")).hasSize(warnings);
    assertThat(List.of(answer.json().path("delivery").asText())).containsExactly(delivery.guid());
  }
}
