package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address that sends forged deliveries without end, and GitHub behind the same proxy. */
class WebhookFloodTest {
  private static final int BUDGET = 5;

  @TempDir Path folder;

  @Test
  void aFloodOfForgeriesIsCutShortAndNoSignedDeliveryIs() {
    // Given
    try (RunningGateway gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.webhook.forged-per-minute",
                Integer.toString(BUDGET),
                "runner.limits.max-runners",
                "0"))) {
      Delivery forged = Delivery.of(queued(1, "modal")).signedWith("the secret of somebody else");

      // When
      List<Answer> answers =
          IntStream.range(0, 2 * BUDGET).mapToObj(i -> forged.postTo(gateway.webhook())).toList();
      List<Integer> signed =
          IntStream.range(0, 2 * BUDGET)
              .map(
                  i ->
                      Delivery.of(queued(2, "modal"))
                          .signedWith(RunningGateway.SECRET)
                          .postTo(gateway.webhook())
                          .status())
              .boxed()
              .toList();

      // Then
      assertThat(answers.subList(0, BUDGET)).allMatch(answer -> answer.status() == 401);
      assertThat(answers.subList(BUDGET, 2 * BUDGET))
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.header("Retry-After")).isEqualTo("60");
                assertThat(answer.header("Connection")).isEqualTo("close");
              });
      assertThat(signed).containsOnly(202);
      assertThat(gateway.rows("SELECT * FROM delivery WHERE job_id = 1")).isEmpty();
    }
  }
}
