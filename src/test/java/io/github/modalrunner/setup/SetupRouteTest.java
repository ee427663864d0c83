package io.github.modalrunner.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.contract.OpenApiContract;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The setup page and its callback, on the admin port of the real gateway. */
class SetupRouteTest {
  @TempDir static Path folder;

  private static ManifestGitHub github;
  private static Path stored;
  private static RunningGateway usual;

  private RunningGateway gateway;

  @BeforeAll
  static void startTheUsual() {
    github = new ManifestGitHub();
    stored = folder.resolve("secrets");
    usual = start(Map.of("runner.github.hooks", "orgs/octo-org/hooks/1"));
  }

  @AfterAll
  static void stopTheUsual() {
    usual.close();
    github.close();
  }

  @BeforeEach
  void beginAnew() throws IOException {
    github.makesApps();
    if (Files.isDirectory(stored)) {
      try (Stream<Path> files = Files.list(stored)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(stored);
    gateway = usual;
  }

  @AfterEach
  void stop() {
    if (gateway != usual) {
      gateway.close();
    }
  }

  @Test
  void servesAPageThatMayOnlyRunItsOwnScriptAndSendItsFormToGitHub() {
    // When
    HttpResponse<String> page = gateway.admin("/setup");
    // Then
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .matches(
                        "default-src 'none'; base-uri 'none'; frame-ancestors 'none';"
                            + " style-src 'sha256-[^']+'; script-src 'sha256-[^']+';"
                            + " form-action http://127\\.0\\.0\\.1:\\d+"));
    assertThat(page.body()).doesNotContain("src=", "<link", "url(");
    JsonNode form = document(page).path("form");
    assertThat(form.path("web").asText()).isEqualTo(github.web());
    assertThat(form.path("state").asText()).hasSize(43);
    assertThat(form.path("manifest").path("public").asBoolean(true)).isFalse();
    assertThat(form.at("/manifest/default_events"))
        .map(JsonNode::asText)
        .containsExactly("workflow_job");
    assertThat(stored).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "repository, '{\"actions\":\"read\",\"metadata\":\"read\",\"administration\":\"write\"}'",
    "organization, '{\"actions\":\"read\",\"metadata\":\"read\",\"organization_self_hosted_runners\":\"write\"}'"
  })
  void asksForTheLeastThatTheScopeNeeds(String scope, String permissions) {
    // Given
    gateway = start(Map.of("runner.github.scope", scope));
    // When
    JsonNode manifest = document(gateway.admin("/setup")).at("/form/manifest");
    // Then
    assertThat(manifest.path("default_permissions").toString()).isEqualTo(permissions);
  }

  @Test
  void storesWhatTheCodeIsExchangedForAndSaysWhatIsNext() throws IOException {
    // Given
    String state = state();
    // When
    HttpResponse<String> page = back(ManifestGitHub.CODE, state);
    // Then
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(modes())
        .isEqualTo(
            Map.of(
                "", "rwx------",
                "app-private-key.pem", "rw-------",
                "webhook-secret", "rw-------",
                "github-app.env", "rw-------"));
    assertThat(stored.resolve("app-private-key.pem")).hasContent(github.pem);
    assertThat(stored.resolve("webhook-secret")).hasContent(ManifestGitHub.SECRET);
    JsonNode created = document(page).path("created");
    assertThat(created.path("install").asText())
        .isEqualTo(github.web() + "/github-apps/modal-runner/installations/new");
    assertThat(created.path("lines"))
        .map(JsonNode::asText)
        .containsExactly(
            "RUNNER_GITHUB_APP_ID=1234567",
            "RUNNER_GITHUB_APP_PRIVATE_KEY_FILE=" + stored.resolve("app-private-key.pem"),
            "RUNNER_WEBHOOK_SECRET_FILE=" + stored.resolve("webhook-secret"),
            "RUNNER_GITHUB_HOOKS=orgs/octo-org/hooks/1,app")
        .isEqualTo(Files.readAllLines(stored.resolve("github-app.env")));
    assertThat(page.body())
        .doesNotContain(ManifestGitHub.SECRET, ManifestGitHub.CLIENT_SECRET, "PRIVATE KEY-----");
    Recorded exchange = exchanges().get(0);
    assertThat(exchange.header("Authorization")).isNull();
    assertThat(
            OpenApiContract.github()
                .requestProblems(
                    exchange.method(),
                    exchange.path().substring("/api/v3".length()),
                    exchange.rawQuery(),
                    exchange.header("Content-Type"),
                    exchange.body()))
        .isEmpty();
  }

  @Test
  void takesAStateOnce() {
    // Given
    String state = state();
    back("unknown", state);
    // When
    HttpResponse<String> again = back(ManifestGitHub.CODE, state);
    // Then
    assertRefused(again, 403, "setup_state_unknown");
    assertThat(exchanges()).hasSize(1);
    assertThat(stored).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/setup/callback",
        "/setup/callback?code=abc",
        "/setup/callback?code=abc&state=",
        "/setup/callback?code=abc&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void exchangesNothingWithoutAStateOfItsOwn(String path) {
    // Given
    state();
    // When
    HttpResponse<String> page = gateway.admin(path);
    // Then
    assertRefused(page, 403, "setup_state_unknown");
    assertThat(exchanges()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..%2Fx", "a%2Fb", "a%3Fb", "a%0Ab", "a%20b", "%E2%82%AC", "a.b"})
  void putsNoCodeIntoAPathThatIsNone(String code) {
    // When
    HttpResponse<String> page = back(code, state());
    // Then
    assertRefused(page, 400, "setup_code_invalid");
    assertThat(exchanges()).isEmpty();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(Reply.json(404, Map.of("message", "Not Found")), 422, "setup_code_refused"),
        Arguments.of(Reply.json(422, Map.of("message", "Validation")), 422, "setup_code_refused"),
        Arguments.of(Reply.status(500), 502, "setup_key_lost"),
        Arguments.of(Reply.text(503, "text/html", "<h1>Unicorn</h1>"), 502, "setup_key_lost"),
        Arguments.of(Reply.status(302).header("Location", "/elsewhere"), 502, "setup_key_lost"),
        Arguments.of(Reply.json(201, Map.of("id", 1)), 502, "setup_key_lost"),
        Arguments.of(Reply.text(201, "text/html", "<html>"), 502, "setup_key_lost"),
        Arguments.of(Reply.cut(), 502, "setup_key_lost"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatToDoWhenGitHubGivesNoApp(Reply reply, int status, String code) {
    // Given
    github.server.on("POST", ManifestGitHub.CONVERSION).reply(reply);
    // When
    HttpResponse<String> page = back(ManifestGitHub.CODE, state());
    // Then
    assertRefused(page, status, code);
    assertThat(exchanges()).hasSize(1);
    assertThat(stored).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"app-private-key.pem", "webhook-secret", "github-app.env"})
  void writesNothingOverAFileThatIsThere(String name) throws IOException {
    // Given
    String state = state();
    Files.createDirectories(stored);
    Files.writeString(stored.resolve(name), "of another App");
    // When
    HttpResponse<String> page = back(ManifestGitHub.CODE, state);
    // Then
    assertRefused(page, 409, "setup_files_exist");
    assertRefused(gateway.admin("/setup"), 409, "setup_files_exist");
    assertThat(exchanges()).isEmpty();
    assertThat(stored.resolve(name)).hasContent("of another App");
    assertThat(stored.toFile().list()).containsExactly(name);
  }

  @Test
  void spendsNoCodeWhenTheFilesCannotBeWritten() throws IOException {
    // Given
    Files.writeString(stored, "a file where the folder should be");
    // When
    HttpResponse<String> page = back(ManifestGitHub.CODE, state());
    // Then
    assertRefused(page, 500, "setup_not_stored");
    assertThat(exchanges()).isEmpty();
  }

  @Test
  void makesNoLinkToAnotherHost() {
    // Given
    Map<String, Object> app = github.app();
    app.put("html_url", "https://elsewhere.example/apps/x");
    app.put("name", "</script><script>alert(1)</script>");
    github.server.on("POST", ManifestGitHub.CONVERSION).reply(Reply.json(201, app));
    // When
    HttpResponse<String> page = back(ManifestGitHub.CODE, state());
    // Then
    assertThat(document(page).at("/created/install").asText()).isEmpty();
    assertThat(document(page).at("/created/name"))
        .hasToString("\"</script><script>alert(1)</script>\"");
    assertThat(page.body()).doesNotContain("<script>alert");
  }

  @Test
  void isOverOnceAnAppIsConfigured() {
    // Given
    gateway =
        start(
            Map.of(
                "runner.github.token", "",
                "runner.github.app-id", "1",
                "runner.github.app-private-key", AppPem.create().pkcs8()));
    // When
    HttpResponse<String> page = gateway.admin("/setup");
    // Then
    assertRefused(page, 409, "setup_done");
    assertRefused(back(ManifestGitHub.CODE, "any"), 409, "setup_done");
  }

  @Test
  void needsToKnowWhereGitHubsPagesAre() {
    // Given
    gateway = start(Map.of("runner.github.web-url", ""));
    // When
    HttpResponse<String> page = gateway.admin("/setup");
    // Then
    assertRefused(page, 409, "setup_impossible");
  }

  @Test
  void isNotOnThePublicPort() throws IOException, InterruptedException {
    // Given
    URI there = gateway.webhook().resolve("/setup");
    // When
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(there).build(), BodyHandlers.ofString());
    // Then
    assertThat(answer.statusCode()).isEqualTo(404);
  }

  private static RunningGateway start(Map<String, String> more) {
    Map<String, String> settings = github.settings(more);
    settings.put("runner.setup.folder", stored.toString());
    try {
      return RunningGateway.start(Files.createTempDirectory(folder, "gateway"), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it was asked but for the hook's deliveries, which a sweep reads meanwhile. */
  private static List<Recorded> exchanges() {
    return github.server.requests("POST", "/**");
  }

  private String state() {
    return document(gateway.admin("/setup")).at("/form/state").asText();
  }

  private HttpResponse<String> back(String code, String state) {
    return gateway.admin("/setup/callback?code=" + code + "&state=" + state);
  }

  private Map<String, String> modes() throws IOException {
    Map<String, String> modes = new HashMap<>();
    try (Stream<Path> files = Files.walk(stored)) {
      for (Path file : files.toList()) {
        modes.put(
            stored.relativize(file).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return modes;
  }

  private static void assertRefused(HttpResponse<String> page, int status, String code) {
    assertThat(page.statusCode()).isEqualTo(status);
    assertThat(document(page).at("/refused/code").asText()).isEqualTo(code);
    assertThat(document(page).at("/refused/message").asText()).endsWith(".");
  }

  static JsonNode document(HttpResponse<String> page) {
    String start = "id=\"document\">";
    int from = page.body().indexOf(start) + start.length();
    try {
      return new ObjectMapper()
          .readTree(page.body().substring(from, page.body().indexOf("</script>", from)));
    } catch (IOException e) {
      throw new AssertionError(page.body(), e);
    }
  }
}
