package io.github.modalrunner.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.fixtures.ServedGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The demo's own routes, with the smallest possible gateway in the place of the real one. */
class DemoRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
  private final Main main = new Main();
  private final int port = Integer.parseInt(ServedGateway.freePort());

  @AfterEach
  void stop() {
    main.stop();
  }

  private void start(int jobs, Object gateway) {
    main.setDefaultPropertyPlaceholderLocation("false");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", Integer.toString(port));
    main.addInitialProperty("camel.main.routes-include-pattern", "file:routes/demo/*.camel.yaml");
    main.addInitialProperty("runner.http.port", Integer.toString(port));
    main.addInitialProperty("runner.admin.host", "127.0.0.1");
    main.addInitialProperty("runner.admin.port", Integer.toString(port));
    main.addInitialProperty("runner.webhook.secret", "a-secret-of-the-test");
    main.addInitialProperty("runner.demo.jobs", Integer.toString(jobs));
    main.bind("demoEnd", (DemoEnd) ends::add);
    main.bind("gateway", gateway);
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("platform-http:/webhooks/github").bean("gateway").removeHeaders("*");
              }
            });
    main.start();
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Authorization", "Bearer t")
            .header("User-Agent", "test")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .build(),
        BodyHandlers.ofString());
  }

  /** Mints and launches at each queued job. */
  public final class OneRunnerEach {
    public void accept(@Header("X-GitHub-Event") String event, @Body String body) throws Exception {
      JsonNode payload = JSON.readTree(body);
      if (!payload.path("action").asText().equals("queued")) {
        return;
      }
      String repository = payload.at("/repository/full_name").asText();
      Map<String, Object> jit =
          Map.of(
              "name",
              "mgr-" + payload.at("/workflow_job/id").asText() + "-1",
              "runner_group_id",
              1,
              "labels",
              payload.at("/workflow_job/labels"));
      String minted =
          call(
                  "POST",
                  "/demo/github/repos/" + repository + "/actions/runners/generate-jitconfig",
                  JSON.writeValueAsString(jit))
              .body();
      Map<String, Object> sandbox =
          Map.of(
              "owner",
              "mgr",
              "image",
              "default",
              "cpu",
              2,
              "memory_mib",
              4096,
              "timeout_seconds",
              3600,
              "jit_config",
              JSON.readTree(minted).path("encoded_jit_config").asText(),
              "tags",
              Map.of());
      call(
          "PUT",
          "/demo/launcher/v1/sandboxes/" + jit.get("name"),
          JSON.writeValueAsString(sandbox));
    }
  }

  @Test
  void servesThreeJobsAndEndsByItself() {
    // When
    start(3, new OneRunnerEach());

    // Then
    await().atMost(Duration.ofSeconds(30)).until(() -> !ends.isEmpty());
    assertThat(ends).containsExactly(0);
  }
}
