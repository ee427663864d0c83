package io.github.modalrunner.docs;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.docs.Page.Block;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.ExtensionExample;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admission policy of docs/extending.md, as it is printed there. */
class PolicyExampleTest {
  private static final String SECTION = "An admission policy";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void thePolicyRefusesChangesTheProfileAndLeavesTheRestAlone() throws IOException {
    // Given
    try (Upstreams upstreams = new Upstreams();
        GatewayProcess gateway = GatewayProcess.in(folder, upstreams.settings(Map.of()))) {
      install();
      gateway.start();

      // When
      deliver(gateway, queued(1, "modal").with("/workflow_job/workflow_name", "Release"));
      deliver(gateway, queued(2, "modal").with("/repository/full_name", "octo-org/monorepo"));
      deliver(gateway, queued(3, "modal"));
      deliver(
          gateway,
          queued(4, "modal", "windows").with("/repository/full_name", "octo-org/monorepo"));

      // Then
      await().atMost(PATIENCE).until(() -> gateway.jobState(1).equals("refused"));
      assertThat(gateway.api("/api/jobs/1").at("/reason/code").asText())
          .isEqualTo("policy_refused");
      assertThat(gateway.api("/api/jobs/1").at("/reason/message").asText())
          .contains("signing machines");
      await().atMost(PATIENCE).until(() -> upstreams.creates(2).size() == 1);
      await().atMost(PATIENCE).until(() -> upstreams.creates(3).size() == 1);
      assertThat(cpu(upstreams, 2)).isEqualTo(16);
      assertThat(cpu(upstreams, 3)).isEqualTo(2);
      await().atMost(PATIENCE).until(() -> gateway.jobState(4).equals("refused"));
      assertThat(gateway.api("/api/jobs/4").at("/reason/code").asText()).isEqualTo("label_refused");
      assertThat(upstreams.creates(1)).isEmpty();
    }
  }

  private void install() throws IOException {
    Map<String, String> routes = ExtensionExample.routes(SECTION);
    assertThat(routes).containsOnlyKeys("16-policy.camel.yaml");
    for (Map.Entry<String, String> file : routes.entrySet()) {
      Files.writeString(folder.resolve("routes").resolve(file.getKey()), file.getValue());
    }
    for (Block block : new Page("", ExtensionExample.section(SECTION)).blocks("properties")) {
      Files.writeString(
          folder.resolve("application.properties"), "\n" + block.text(), StandardOpenOption.APPEND);
    }
  }

  private static void deliver(GatewayProcess gateway, Payload payload) {
    assertThat(
            Delivery.of(payload)
                .signedWith(GatewayProcess.SECRET)
                .postTo(gateway.webhook())
                .status())
        .isEqualTo(202);
  }

  private static double cpu(Upstreams upstreams, long jobId) {
    return upstreams.launcher().requests("PUT", Upstreams.SANDBOX).stream()
        .filter(request -> request.json().at("/tags/job").asText().equals(Long.toString(jobId)))
        .findFirst()
        .orElseThrow()
        .json()
        .path("cpu")
        .asDouble();
  }
}
