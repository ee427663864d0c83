package io.github.modalrunner.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.Application;
import io.github.modalrunner.contract.OpenApiContract;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.fixtures.ServedGateway;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code check} against a GitHub and a launcher, of which one thing at a time is not as it should.
 */
class OnlineCheckTest {
  private static final String HOOK = "/repos/octo-org/octo-repo/hooks/7";
  private static final String DELIVERIES = HOOK + "/deliveries";
  private static final String RUNNERS = "/repos/octo-org/octo-repo/actions/runners";
  private static final String RUNS = "/repos/octo-org/octo-repo/actions/runs";
  private static final String HEALTH = "/v1/health";
  private static final AppPem PEM = AppPem.create();

  private final ScriptedServer github = ScriptedServer.start();
  private final ScriptedServer launcher = ScriptedServer.start();

  @TempDir Path folder;

  @BeforeEach
  void allIsWell() {
    github
        .on("GET", "/rate_limit")
        .reply(Reply.json(200, Map.of("resources", Map.of())))
        .on("GET", RUNNERS)
        .reply(Reply.json(200, Map.of("total_count", 0, "runners", List.of())))
        .on("GET", RUNS)
        .reply(Reply.json(200, Map.of("total_count", 0, "workflow_runs", List.of())))
        .on("GET", HOOK)
        .reply(hook(Map.of()))
        .on("GET", DELIVERIES)
        .reply(deliveries(200, 202, 401))
        .on("GET", "/app")
        .reply(app("write", "workflow_job"))
        .on("GET", "/app/installations")
        .reply(installations("write", null))
        .on("GET", "/repos/octo-org/octo-repo/installation")
        .reply(Reply.json(200, Map.of("id", 1)))
        .on("GET", "/app/hook/config")
        .reply(Reply.json(200, config(Map.of())))
        .on("GET", "/app/hook/deliveries")
        .reply(deliveries(202));
    launcher.on("GET", HEALTH).reply(health("default", "node"));
  }

  @AfterEach
  void stop() {
    github.close();
    launcher.close();
  }

  @Test
  void findsNothingWhereAllIsWellAndAsksByTheDescription() {
    // When
    List<Finding> findings = check(token());
    // Then
    assertThat(findings).isEmpty();
    assertThat(github.requests()).hasSize(5).allMatch(r -> r.method().equals("GET"));
    assertThat(github.requests())
        .filteredOn(r -> !r.path().equals(HOOK)) // not in the part of the description that is here
        .allSatisfy(r -> assertThat(OpenApiContract.github().requestProblems(r)).isEmpty());
    assertThat(launcher.requests())
        .isNotEmpty() // the timer that looks for images may have come round too
        .allSatisfy(r -> assertThat(OpenApiContract.launcher().requestProblems(r)).isEmpty());
  }

  @Test
  void findsNothingAboutAnAppThatIsWell() {
    // When
    List<Finding> findings = check(app());
    // Then
    assertThat(findings).isEmpty();
    assertThat(github.requests()).hasSize(5);
    assertThat(github.unexpected()).isEmpty();
  }

  static Stream<Arguments> ofToken() {
    return Stream.of(
        wrong("/rate_limit", Reply.status(401), "runner.github.token", "make a new token"),
        wrong(
            "/rate_limit",
            Reply.json(200, Map.of()).header("X-OAuth-Scopes", "public_repo, workflow"),
            "runner.github.token",
            "lacks the scope repo"),
        wrong("/rate_limit", Reply.status(503), "runner.github.token", "503"),
        wrong(
            "/rate_limit",
            Reply.cut(),
            "runner.github.token",
            "): check runner.github.api-url, DNS, proxy and firewall."),
        wrong(
            RUNNERS,
            Reply.json(403, Map.of("message", "Resource not accessible by …")),
            "repos/octo-org/octo-repo",
            "Administration: read and write"),
        wrong(RUNNERS, Reply.status(404), "repos/octo-org/octo-repo", "give it access"),
        wrong(RUNS, Reply.status(403), "repos/octo-org/octo-repo", "Actions: read"),
        wrong(HOOK, hook(Map.of("active", false)), hookName(), "tick Active"),
        wrong(HOOK, hook(Map.of("events", List.of("push"))), hookName(), "tick Workflow jobs"),
        wrong(HOOK, hookWith(Map.of("content_type", "form")), hookName(), "application/json"),
        wrong(HOOK, hookWith(Map.of("insecure_ssl", "1")), hookName(), "enable SSL verification"),
        wrong(HOOK, hookWith(Map.of("insecure_ssl", 1)), hookName(), "enable SSL verification"),
        wrong(HOOK, hookWith(Map.of("secret", "")), hookName(), "has no secret"),
        wrong(HOOK, hookWith(Map.of("url", "https://x.example/")), hookName(), "/webhooks/github"),
        wrong(DELIVERIES, deliveries(401, 401, 202), hookName(), "last 2 deliveries failed"),
        wrong(DELIVERIES, deliveries(401), hookName(), "the secrets differ"),
        wrong(DELIVERIES, deliveries(415), hookName(), "application/json"),
        wrong(DELIVERIES, deliveries(0, 502), hookName(), "no answer"),
        wrong(DELIVERIES, deliveries(503, 202), hookName(), "could not write its ledger"));
  }

  @ParameterizedTest
  @MethodSource("ofToken")
  void saysWhatToChange(String path, Reply reply, String subject, String sentence) {
    // Given
    github.on("GET", path).reply(reply);
    // When
    List<Finding> findings = check(token());
    // Then
    assertThat(findings).singleElement().satisfies(found(subject, sentence));
  }

  static Stream<Arguments> ofApp() {
    return Stream.of(
        wrong("/app", Reply.status(401), "App 12345", "must belong together"),
        wrong("/app", app("read", "workflow_job"), "App 12345", "administration: write"),
        wrong("/app", app("write", "push"), "App 12345", "tick Workflow job"),
        wrong("/app/installations", Reply.json(200, List.of()), "App 12345", "installed nowhere"),
        wrong(
            "/app/installations",
            installations("read", null),
            "App 12345 on octo-org",
            "accept the App's new permissions"),
        wrong(
            "/app/installations",
            installations("write", "2026-11-01T00:00:00Z"),
            "App 12345 on octo-org",
            "unsuspend"),
        wrong(
            "/repos/octo-org/octo-repo/installation",
            Reply.status(404),
            "App 12345 on octo-org/octo-repo",
            "install it"),
        wrong(
            "/app/hook/config",
            Reply.json(200, config(Map.of("content_type", "form"))),
            "App 12345",
            "application/json"),
        wrong("/app/hook/deliveries", deliveries(401), "App 12345", "the secrets differ"));
  }

  @ParameterizedTest
  @MethodSource("ofApp")
  void saysWhatToChangeAboutTheApp(String path, Reply reply, String subject, String sentence) {
    // Given
    github.on("GET", path).reply(reply);
    // When
    List<Finding> findings = check(app());
    // Then
    assertThat(findings).singleElement().satisfies(found(subject, sentence));
  }

  static Stream<Arguments> ofLauncher() {
    return Stream.of(
        wrong(HEALTH, Reply.status(401), "launcher", "runner.modal.token"),
        wrong(HEALTH, Reply.recorded("edge/404"), "launcher", "runner.modal.launcher-url"),
        wrong(HEALTH, health("node"), "launcher", "no image default"),
        wrong(HEALTH, Reply.recorded("edge/502"), "launcher", "502"),
        wrong(HEALTH, Reply.cut(), "launcher", "did not answer"));
  }

  @ParameterizedTest
  @MethodSource("ofLauncher")
  void saysWhatIsTheMatterWithTheLauncher(
      String path, Reply reply, String subject, String sentence) {
    // Given
    launcher.on("GET", path).reply(reply);
    // When
    List<Finding> findings = check(token());
    // Then
    assertThat(findings).singleElement().satisfies(found(subject, sentence));
  }

  @Test
  void namesTheHostThatDoesNotAnswer() {
    // Given
    Map<String, String> given = token();
    given.put("runner.modal.launcher-url", "https://launcher.invalid");
    // When
    List<Finding> findings = check(given);
    // Then
    assertThat(findings)
        .singleElement()
        .satisfies(
            found(
                "launcher",
                "The launcher at launcher.invalid did not answer (UnknownHostException): check runner.modal.launcher-url"));
  }

  @Test
  void doesNotHoldAgainstAHookWhatItMayNotSee() {
    // Given
    github.on("GET", HOOK).reply(Reply.status(404)).on("GET", DELIVERIES).reply(Reply.status(403));
    // When
    List<Finding> findings = check(token());
    // Then
    assertThat(findings)
        .hasSize(2)
        .allSatisfy(
            finding -> {
              assertThat(finding.wrong()).isFalse();
              assertThat(finding.message()).contains("Webhooks: read");
            });
  }

  @Test
  void commandPrintsWhatIsWrongAndItsCodeTells() throws Exception {
    // Given
    Path fine = folder.resolve("fine");
    Path faulty = folder.resolve("faulty");
    // When
    int codeWhenFine = run(fine);
    github.on("GET", DELIVERIES).reply(deliveries(401, 401));
    int codeWhenFaulty = run(faulty);
    // Then
    assertThat(codeWhenFine).as(Files.readString(fine)).isZero();
    assertThat(fine).content().contains("No problems found.");
    assertThat(codeWhenFaulty).isEqualTo(1);
    assertThat(faulty)
        .content()
        .contains("1 problem found:", hookName() + "\n  The last 2 deliveries failed")
        .doesNotContain(ServedGateway.TOKEN, ServedGateway.LAUNCHER_TOKEN, ServedGateway.SECRET);
  }

  private int run(Path output) throws InterruptedException, IOException {
    Process check = GatewayCommand.run(token(), output, "check");
    try {
      assertThat(check.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
      return check.exitValue();
    } finally {
      check.destroyForcibly();
    }
  }

  private static List<Finding> check(Map<String, String> given) {
    Settings settings = Settings.read(Map.of(), given, Map.of());
    assertThat(settings.problems()).isEmpty();
    return Application.check(settings);
  }

  private Map<String, String> token() {
    Map<String, String> given = new HashMap<>();
    given.put("runner.github.hooks", "repos/octo-org/octo-repo/hooks/7");
    given.put("runner.github.api-url", github.uri().toString());
    given.put("runner.modal.launcher-url", launcher.uri().toString());
    given.put("runner.github.request-timeout", "5s");
    given.put("runner.modal.request-timeout", "5s");
    return ServedGateway.settings(folder, given);
  }

  private Map<String, String> app() {
    Map<String, String> given = token();
    given.put("runner.github.token", "");
    given.put("runner.github.hooks", "");
    given.put("runner.github.app-id", "12345");
    given.put("runner.github.app-private-key", PEM.pkcs1());
    given.put("runner.repositories.allow", "octo-org/octo-repo, octo-org/a*");
    return given;
  }

  private static ThrowingConsumer<Finding> found(String subject, String sentence) {
    return finding -> {
      assertThat(finding.wrong()).isTrue();
      assertThat(finding.subject()).isEqualTo(subject);
      assertThat(finding.message()).contains(sentence).endsWith(".");
    };
  }

  private static Arguments wrong(String path, Reply reply, String subject, String sentence) {
    return Arguments.of(path, reply, subject, sentence);
  }

  private static String hookName() {
    return "repos/octo-org/octo-repo/hooks/7";
  }

  private static Reply hook(Map<String, Object> changed) {
    Map<String, Object> hook = new HashMap<>();
    hook.put("id", 7);
    hook.put("active", true);
    hook.put("events", List.of("workflow_job"));
    hook.put("config", config(Map.of()));
    hook.putAll(changed);
    return Reply.json(200, hook);
  }

  private static Reply hookWith(Map<String, Object> changed) {
    return hook(Map.of("config", config(changed)));
  }

  private static Map<String, Object> config(Map<String, Object> changed) {
    Map<String, Object> config = new HashMap<>();
    config.put("content_type", "json");
    config.put("insecure_ssl", "0");
    config.put("secret", "********");
    config.put("url", "https://ci.example.com/webhooks/github");
    config.putAll(changed);
    return config;
  }

  /** Newest first; 0 is a delivery without an answer. */
  private static Reply deliveries(int... statuses) {
    return Reply.json(
        200,
        Arrays.stream(statuses)
            .mapToObj(
                status ->
                    Map.of(
                        "id",
                        1,
                        "event",
                        "workflow_job",
                        "status",
                        status == 202 ? "OK" : "Invalid HTTP Response: " + status,
                        "status_code",
                        status))
            .toList());
  }

  private static Reply app(String administration, String event) {
    return Reply.json(
        200,
        Map.of(
            "id",
            12345,
            "permissions",
            Map.of("actions", "read", "metadata", "read", "administration", administration),
            "events",
            List.of(event)));
  }

  private static Reply installations(String administration, String suspendedAt) {
    Map<String, Object> installation = new HashMap<>();
    installation.put("id", 1);
    installation.put("account", Map.of("login", "octo-org"));
    installation.put("suspended_at", suspendedAt);
    installation.put(
        "permissions",
        Map.of("actions", "read", "metadata", "read", "administration", administration));
    return Reply.json(200, List.of(installation));
  }

  private static Reply health(String... images) {
    return Reply.json(200, Map.of("status", "ok", "modal_sdk", "1.5.4", "images", List.of(images)));
  }
}
