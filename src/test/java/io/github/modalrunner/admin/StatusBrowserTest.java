package io.github.modalrunner.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Browser;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status page as an operator sees it, while jobs come and go. */
class StatusBrowserTest {
  private static final String ROW =
      "return [...document.querySelectorAll('#%s tr')].some(row => row.textContent.includes('%s'))";

  @TempDir static Path folder;

  private static Upstreams upstreams;
  private static RunningGateway gateway;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Browser.isInstalled(),
        "Chromium and its driver are not installed (Debian: chromium, chromium-driver)");
    upstreams = new Upstreams();
    gateway = RunningGateway.start(folder, upstreams.settings(Map.of()));
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
    if (upstreams != null) {
      upstreams.close();
    }
  }

  @BeforeEach
  void opens() {
    browser.complaints(); // those of another test
    browser.open(gateway.admin().resolve("/"));
    browser.awaitTrue("the page is filled", "return Boolean(document.body.dataset.read)");
  }

  @Test
  void jobsAppearWhileTheyRunAndExplainThemselves() {
    // Given
    send(Payloads.queued(101, "modal"));
    await().until(() -> upstreams.creates(101).size() == 1);
    String runner = upstreams.creates(101).get(0);

    // When
    send(Payloads.inProgress(101, 1, runner, "modal"));

    // Then
    browser.awaitTrue("the job runs", ROW.formatted("running", runner));
    browser.click("#running tr[data-key='101'] button");
    browser.awaitTrue(
        "its timeline is told",
        "return document.getElementById('job').open && document.querySelectorAll('#job-timeline li').length >= 4");
    assertThat(browser.text("#job-title")).contains("in progress");
    assertThat(browser.text("#job-timeline")).contains(runner);
    assertThat(
            browser.script("return document.querySelectorAll('#job-line circle').length").asInt())
        .isGreaterThanOrEqualTo(4);

    // And when it ends, the open dialog follows
    send(
        Payloads.completed(101, "success", 1, runner, "modal")
            .with("/workflow_job/completed_at", Instant.now().toString()));
    browser.awaitTrue(
        "the dialog follows",
        "return document.getElementById('job-title').textContent.includes('completed')");
    browser.click("#job-close");
    browser.awaitTrue("the job ended", ROW.formatted("ended", "success"));
    browser.awaitTrue(
        "the hour counts it",
        "return document.querySelector('#hours svg').getAttribute('aria-label').includes('1 succeeded')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatIsNotServedSaysWhy() throws SQLException {
    // Given
    change(
        "INSERT INTO pool VALUES ('held', 1, 1, 99999999999999, 'made_up', 'A reason that a test made up.')");
    change(
        """
        INSERT INTO job (job_id, run_attempt, job_rank, event_at, state, repository, name, labels, profile, pool, queued_at, first_seen_at, updated_at, check_at)
        VALUES (102, 1, 1, 1, 'QUEUED', 'octo-org/held', 'held', '["modal"]', 'default', 'held', 1, 1, 1, 99999999999999)
        """);

    // When
    send(Payloads.queued(103, "windows", "modal"));

    // Then
    browser.awaitTrue("the parked one gives its reason", ROW.formatted("waiting", "made up"));
    browser.awaitTrue("it counts as unserved", text("n-unserved", "1"));
    assertThat(browser.text("#health")).isEqualTo("1 job waits too long");
    browser.awaitTrue("the refused one is among the last", ROW.formatted("ended", "refused"));
    change("DELETE FROM job WHERE job_id = 102");
    browser.awaitTrue("it does not any more", text("n-unserved", "0"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aDeadLetterIsPutBack() throws SQLException {
    // Given
    change(
        "INSERT INTO dead_letter (id, kind, subject, job_id, cause, attempts, parked_at) VALUES ('delivery-x', 'delivery', 'nothing', NULL, 'A cause that a test made up.', 1, %d)"
            .formatted(System.currentTimeMillis()));
    browser.awaitTrue("the letter is shown", ROW.formatted("letters", "made up"));
    browser.awaitTrue("and counted", text("n-letters", "1"));

    // When
    browser.click("#letters button");

    // Then
    browser.awaitTrue("it was put back", ROW.formatted("letters", "at "));
    assertThat(gateway.rows("SELECT replayed_at FROM dead_letter WHERE id = 'delivery-x'").get(0))
        .doesNotContainEntry("replayed_at", null);
    browser.awaitTrue("none is left", text("n-letters", "0"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void labelsAreExplainedAndCostsAreShown() {
    // Given
    send(Payloads.queued(105, "modal"));
    await().until(() -> upstreams.creates(105).size() == 1);
    browser.awaitTrue(
        "costs are asked for", "return !document.getElementById('costs-card').hidden");

    // When
    browser.type("#labels-labels", "[self-hosted, modal]" + Browser.ENTER);
    browser.script(
        "const by = document.getElementById('costs-by'); by.value = 'profile'; by.dispatchEvent(new Event('change'))");

    // Then
    browser.awaitTrue(
        "the labels lead somewhere",
        "return document.getElementById('labels-answer').textContent.includes('admitted')");
    browser.awaitTrue(
        "the profile has cost something",
        "return document.getElementById('costs').textContent.includes('default$')");
    assertThat(browser.text("#costs-total")).startsWith("Altogether $").contains("Prices:");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void nothingComesFromElsewhere() {
    // When
    JsonNode addresses =
        browser.script("return performance.getEntriesByType('resource').map(entry => entry.name)");

    // Then
    assertThat(addresses).isNotEmpty();
    assertThat(addresses)
        .allMatch(address -> address.asText().startsWith(gateway.admin().toString() + "/"));
  }

  @Test
  void theKeyboardReachesWhatTheMouseDoes() {
    // When
    JsonNode stops =
        browser.script(
            "return [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')].filter(e => e.checkVisibility()).map(e => e.tabIndex)");

    // Then
    assertThat(stops).isNotEmpty();
    assertThat(stops).allMatch(stop -> stop.asInt() <= 0);
    assertThat(browser.script("return document.querySelectorAll('main h2').length").asInt())
        .isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void shutsNobodyOut(String scheme) throws IOException {
    // Given
    browser.prefer(scheme);
    send(Payloads.queued(104, "modal"));
    browser.awaitTrue(
        "a job is there", "return document.querySelectorAll('tbody button').length > 0");

    // When
    List<String> page = violations();
    browser.click("tbody button");
    browser.awaitTrue(
        "the dialog is filled", "return document.querySelectorAll('#job-timeline li').length > 0");
    List<String> dialog = violations();

    // Then
    assertThat(page).isEmpty();
    assertThat(dialog).isEmpty();
  }

  @Test
  void asksForTheTokenAndKeepsItInTheTab() throws IOException {
    // Given
    String token = "a-token-that-a-test-made-up";
    Path other = Files.createDirectory(folder.resolve("guarded"));
    try (RunningGateway guarded =
        RunningGateway.start(other, upstreams.settings(Map.of("runner.admin.token", token)))) {
      browser.open(guarded.admin().resolve("/"));
      browser.awaitTrue("it asks", "return !document.getElementById('door').hidden");
      List<String> closed = violations();

      // When
      browser.type("#token", token + Browser.ENTER);

      // Then
      browser.awaitTrue("it is filled", "return Boolean(document.body.dataset.read)");
      browser.open(guarded.admin().resolve("/"));
      browser.awaitTrue("and again", "return Boolean(document.body.dataset.read)");
      assertThat(browser.script("return document.getElementById('door').hidden").asBoolean())
          .isTrue();
      assertThat(browser.script("return document.cookie + localStorage.length").asText())
          .isEqualTo("0");
      assertThat(closed).isEmpty();
      assertThat(guarded.admin("/api/status").statusCode()).isEqualTo(401);
    }
  }

  private static String text(String id, String text) {
    return "return document.getElementById('%s').textContent === '%s'".formatted(id, text);
  }

  /** What axe finds: rule and element. */
  private static List<String> violations() throws IOException {
    browser.script(axe());
    JsonNode found =
        browser.script(
            "return axe.run().then(told => told.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html + ' ' + n.failureSummary)))");
    return StreamSupport.stream(found.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static String axe() throws IOException {
    try (InputStream in = StatusBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void send(Payload payload) {
    Delivery.of(payload).signedWith(RunningGateway.SECRET).postTo(gateway.webhook());
  }

  private static void change(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("ledger.db") + "?busy_timeout=10000");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
