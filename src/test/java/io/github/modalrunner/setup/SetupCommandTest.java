package io.github.modalrunner.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.ServedGateway;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code setup}: from no credential at all to the files, by a gateway that does nothing else. */
class SetupCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void needsNoCredentialAndTellsNoSecret() throws Exception {
    try (ManifestGitHub github = new ManifestGitHub()) {
      // Given
      Path stored = folder.resolve("a folder");
      Path log = folder.resolve("log");
      String publicPort = ServedGateway.freePort();
      String adminPort = ServedGateway.freePort();
      URI admin = URI.create("http://127.0.0.1:" + adminPort);
      Process gateway =
          GatewayCommand.run(
              github.settings(
                  Map.of(
                      "runner.http.port",
                      publicPort,
                      "runner.admin.port",
                      adminPort,
                      "runner.admin.token",
                      "not-read-here",
                      "runner.setup.folder",
                      stored.toString())),
              log,
              "setup");
      try {
        await()
            .atMost(PATIENCE)
            .until(() -> !gateway.isAlive() || answers(admin.resolve("/setup")));
        assertThat(gateway.isAlive()).as(() -> read(log)).isTrue();
        String state =
            SetupRouteTest.document(get(admin.resolve("/setup"))).at("/form/state").asText();

        // When
        HttpResponse<String> page =
            get(
                admin.resolve(
                    "/setup/callback?code=%s&state=%s".formatted(ManifestGitHub.CODE, state)));

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(stored.resolve("app-private-key.pem")).hasContent(github.pem);
        assertThat(stored.resolve("github-app.env"))
            .content()
            .contains("PRIVATE_KEY_FILE='" + stored + "/app-private-key.pem'");
        assertThatThrownBy(() -> get(URI.create("http://127.0.0.1:" + publicPort + "/setup")))
            .isInstanceOf(ConnectException.class);
      } finally {
        gateway.destroy();
        assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(read(log))
          .contains("/setup in a browser", "GitHub App created")
          .doesNotContain(
              ManifestGitHub.CODE,
              ManifestGitHub.SECRET,
              ManifestGitHub.CLIENT_SECRET,
              "PRIVATE KEY-----",
              "not-read-here");
    }
  }

  private boolean answers(URI uri) throws InterruptedException {
    try {
      return get(uri).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "there is no log: " + e;
    }
  }
}
