package io.github.modalrunner.docs;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.ExtensionExample;
import io.github.modalrunner.fixtures.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reload of docs/editing-routes.md, with the lines that it prints. */
class EditingRoutesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final AtomicLong ids = new AtomicLong();

  @Test
  void aSavedRouteFileIsInForceForTheNextDeliveryAndABadOneIsNot() throws Exception {
    // Given
    try (GatewayProcess gateway =
        GatewayProcess.in(folder, Map.of("runner.limits.max-runners", "0"))) {
      Files.writeString(
          folder.resolve("application.properties"),
          "\n" + Page.of("docs/editing-routes.md").blocks("properties").get(0).text(),
          StandardOpenOption.APPEND);
      gateway.start();
      assertThat(verdict(gateway)).isEqualTo("ADMITTED");
      Path file = folder.resolve("routes/16-policy.camel.yaml");
      String refusing =
          ExtensionExample.routes("An admission policy")
              .get("16-policy.camel.yaml")
              .replace("${variable.row[workflow]} == 'Release'", "${variable.row[jobId]} > 0")
              .replace("large", "default");

      // When
      Files.writeString(file, refusing);

      // Then
      await().atMost(PATIENCE).until(() -> verdict(gateway).equals("REFUSED"));

      // When
      Files.writeString(file, refusing.replace("- filter", "- filtre"));

      // Then
      await().atMost(PATIENCE).until(() -> Files.readString(gateway.log()).contains("filtre"));
      assertThat(verdict(gateway)).isEqualTo("REFUSED");
    }
  }

  private String verdict(GatewayProcess gateway) {
    Delivery delivery =
        Delivery.of(queued(ids.incrementAndGet(), "modal")).signedWith(GatewayProcess.SECRET);
    int status = delivery.postTo(gateway.webhook()).status();
    return status == 202
        ? gateway
            .rows("SELECT verdict FROM delivery WHERE guid = '" + delivery.guid() + "'")
            .get(0)
            .get("verdict")
            .toString()
        : "status " + status;
  }
}
