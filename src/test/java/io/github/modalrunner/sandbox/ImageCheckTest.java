package io.github.modalrunner.sandbox;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import io.github.modalrunner.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles may be ahead of the launcher: that is said, and keeps nobody else from being served. */
class ImageCheckTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String HEALTH = "/v1/health";

  @Test
  void saysWhichImageIsMissingUntilTheLauncherHasIt(@TempDir Path folder) {
    // Given: a launcher that cannot be asked at first
    try (Upstreams upstreams = new Upstreams()) {
      upstreams
          .launcher()
          .on("GET", HEALTH)
          .reply(Reply.cut(), Reply.recorded("edge/502"), images("default", "gpu"));
      Map<String, String> settings =
          upstreams.settings(
              Map.of(
                  "runner.profiles.cuda.labels", "modal-cuda",
                  "runner.profiles.cuda.image", "cuda"));
      try (RunningGateway gateway = RunningGateway.start(folder, settings)) {
        await()
            .atMost(PATIENCE)
            .until(() -> degraded(gateway).toString().equals("[\"no image cuda\"]"));
        int ready = gateway.admin("/observe/health/ready").statusCode();
        Delivery.of(queued(1, "modal")).signedWith(RunningGateway.SECRET).postTo(gateway.webhook());
        await().atMost(PATIENCE).until(() -> !upstreams.creates(1).isEmpty());

        // When
        upstreams.launcher().on("GET", HEALTH).reply(images("cuda", "default"));

        // Then
        await().atMost(PATIENCE).until(() -> degraded(gateway).isEmpty());
        assertThat(ready).isEqualTo(200);
      }
    }
  }

  @Test
  void asksNoMoreOnceAllAreKnown() {
    // Given
    Images images = Images.of(settings("cuda"));

    // When
    List<String> first = images.compare(List.of("default", "gpu"));
    List<String> again = images.compare(List.of("default", "gpu"));
    boolean settled = images.isSettled();
    List<String> then = images.compare(List.of("default", "cuda"));

    // Then
    assertThat(first)
        .singleElement()
        .asString()
        .contains("no image cuda", "profile cuda", "default, gpu", "runner.profiles.cuda.image");
    assertThat(again).isEmpty();
    assertThat(settled).isFalse();
    assertThat(then).isEmpty();
    assertThat(images.isSettled()).isTrue();
    assertThat(images.unknown()).isEmpty();
  }

  private static Settings settings(String image) {
    return Settings.read(
        Map.of(),
        RunningGateway.settings(
            Path.of("."),
            Map.of(
                "runner.profiles.cuda.labels", "modal-cuda", "runner.profiles.cuda.image", image)),
        Map.of());
  }

  private static Reply images(String... names) {
    return Reply.json(200, Map.of("status", "ok", "modal_sdk", "1.5.4", "images", List.of(names)));
  }

  private static JsonNode degraded(RunningGateway gateway) {
    return gateway.api("/observe/health/ready").path("degraded");
  }
}
