package io.github.modalrunner.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.fixtures.Browser;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The setup page as a person walks through it, up to the stored files. */
class SetupBrowserTest {
  private static final String FORM = "Create the GitHub App – modal-github-runner";
  private static final String CREATED = "The GitHub App is created – modal-github-runner";
  private static final String REFUSED = "No App was set up – modal-github-runner";

  @TempDir static Path folder;

  private static ManifestGitHub github;
  private static RunningGateway gateway;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Browser.isInstalled(),
        "Chromium and its driver are not installed (Debian: chromium, chromium-driver)");
    github = new ManifestGitHub();
    Map<String, String> settings =
        github.settings(
            Map.of(
                "runner.github.scope",
                "organization",
                "runner.setup.folder",
                folder.resolve("secrets").toString()));
    gateway = RunningGateway.start(folder, settings);
    browser = Browser.start(Files.createDirectory(folder.resolve("browser")));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (gateway != null) {
      gateway.close();
    }
    if (github != null) {
      github.close();
    }
  }

  @BeforeEach
  void storesNothingYet() throws IOException {
    github.makesApps();
    for (String file : List.of("app-private-key.pem", "webhook-secret", "github-app.env")) {
      Files.deleteIfExists(folder.resolve("secrets").resolve(file));
    }
    browser.complaints(); // those of another test
  }

  @Test
  void leadsByKeyboardFromTheFormOverGitHubToTheStoredFiles() throws IOException {
    // Given
    browser.open(gateway.admin().resolve("/setup"));
    browser.awaitTitle(FORM);
    assertThat(browser.text("#permissions"))
        .isEqualTo("actions (read), metadata (read), organization self hosted runners (write)");
    assertThat(
            browser.script(
                "return [...document.querySelectorAll('input:not([type=hidden])')].every(i => i.labels.length === 1)"))
        .hasToString("true");

    // When
    browser.type("#hook", "https://ci.example.com" + Browser.TAB);
    assertThat(browser.script("return document.activeElement.id").asText())
        .isEqualTo("organization");
    browser.type("#organization", "octo-org" + Browser.ENTER);
    browser.awaitTitle("GitHub");
    browser.click("#confirm");
    browser.awaitTitle(CREATED);

    // Then
    Recorded form =
        github.server.requests("POST", "/organizations/octo-org/settings/apps/new").get(0);
    JsonNode manifest = new ObjectMapper().readTree(Recorded.queryOf(form.text()).get("manifest"));
    assertThat(manifest.at("/hook_attributes/url").asText())
        .isEqualTo("https://ci.example.com/webhooks/github");
    assertThat(manifest.at("/hook_attributes/active").asBoolean()).isTrue();
    assertThat(manifest.path("url").asText()).isEqualTo("https://ci.example.com");
    assertThat(manifest.path("redirect_url").asText())
        .isEqualTo(gateway.admin() + "/setup/callback");
    assertThat(manifest.at("/default_permissions/organization_self_hosted_runners").asText())
        .isEqualTo("write");
    assertThat(form.header("Origin")).isEqualTo(gateway.admin().toString());

    Path stored = folder.resolve("secrets");
    assertThat(stored.resolve("app-private-key.pem")).hasContent(github.pem);
    assertThat(stored.resolve("webhook-secret")).hasContent(ManifestGitHub.SECRET);
    assertThat(browser.text("#lines"))
        .isEqualTo(Files.readString(stored.resolve("github-app.env")).strip());
    assertThat(browser.script("return document.getElementById('install').href").asText())
        .isEqualTo(github.web() + "/github-apps/modal-runner/installations/new");
    assertThat(browser.script("return document.activeElement.id").asText()).isEqualTo("title");
    assertThat(browser.script("return location.search").asText()).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void sendsNoFormThatIsNotFilledIn() {
    // Given
    browser.open(gateway.admin().resolve("/setup"));
    browser.awaitTitle(FORM);
    // When
    browser.type("#hook", "https://ci.example.com/webhooks/github");
    browser.click("#create");
    // Then
    assertThat(browser.script("return document.activeElement.id").asText())
        .isEqualTo("organization");
    assertThat(browser.title()).isEqualTo(FORM);
    assertThat(github.server.requests()).isEmpty();
  }

  @Test
  void saysWhatIsWrongAndLeadsBack() {
    // Given
    browser.open(gateway.admin().resolve("/setup/callback?code=abc&state=of-somebody-else"));
    browser.awaitTitle(REFUSED);
    assertThat(browser.text("[role=alert]")).contains("begin again on /setup");
    // When
    browser.click("#refused a");
    // Then
    browser.awaitTitle(FORM);
    assertThat(browser.text("h1")).isEqualTo("Create the GitHub App");
  }
}
