package io.github.modalrunner.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.fixtures.GitHubDoor;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.github.Credentials;
import io.github.modalrunner.github.GitHub;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.CallFailed.OutcomeUnknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that the gateway asks of GitHub, by the real routes, against GitHub's own description:
 * what is sent fits it, GitHub's own examples are understood, and so is whatever comes instead.
 */
class GitHubContractTest {
  private static final OpenApiContract CONTRACT = OpenApiContract.github();
  private static final ScriptedServer GITHUB = ScriptedServer.start();
  private static final Map<Way, GitHubDoor> DOORS = new EnumMap<>(Way.class);
  private static final AtomicLong IDS = new AtomicLong(1000);

  /** Where routes ask for a target. */
  private static final Pattern TARGET =
      Pattern.compile("(?:ref|beanName): (?:github|credentials)\\s+method: \"(\\w+Path)\\(");

  private static final Pattern DOOR = Pattern.compile("\\{\\{runner\\.github\\.api-url}}");
  private static final String REPOSITORY = "octo-org/octo-repo";
  private static final String REPO = "/repos/{owner}/{repo}";
  private static final String ORG = "/orgs/{org}";
  private static final Map<String, Object> ROW =
      Map.of(
          "name",
          "mgr-399444496-1",
          "repository",
          REPOSITORY,
          "labels",
          "[\"self-hosted\",\"modal\"]",
          "registration_id",
          23L,
          "job_id",
          399444496L,
          "run_id",
          29679449L);

  /** With which credentials, and where runners are registered. */
  private enum Way {
    REPOSITORY,
    ORGANIZATION,
    GROUP,
    ENTERPRISE,
    APP,
    /** Of which nobody has asked for an installation yet. */
    ANOTHER_APP;

    Map<String, String> settings() {
      return switch (this) {
        case REPOSITORY -> Map.of();
        case ORGANIZATION -> Map.of("runner.github.scope", "organization");
        case GROUP ->
            Map.of(
                "runner.github.scope", "organization",
                "runner.github.runner-group", "octo-runner-group");
        case ENTERPRISE ->
            Map.of(
                "runner.github.scope", "enterprise",
                "runner.github.enterprise", "octo-enterprise");
        case APP, ANOTHER_APP ->
            Map.of(
                "runner.github.token", "",
                "runner.github.app-id", "12345",
                "runner.github.app-private-key", AppPem.create().pkcs1());
      };
    }
  }

  /**
   * One thing that is asked of GitHub.
   *
   * @param target the method that names where it is asked
   * @param expected the operation of GitHub's description
   * @param success the status of its answer
   * @param answers other statuses that are an answer, not a failure
   */
  private record Operation(
      String target,
      String expected,
      Way way,
      int success,
      Set<Integer> answers,
      Function<GitHubDoor, Exchange> ask) {
    Operation(
        String target, String expected, Way way, int success, Function<GitHubDoor, Exchange> ask) {
      this(target, expected, way, success, Set.of(), ask);
    }

    Operation answers(Integer... statuses) {
      return new Operation(target, expected, way, success, Set.of(statuses), ask);
    }

    /** An installation that is gone may have come again by another number. */
    Class<?> meaning(Failure failure) {
      return target.equals("tokenPath") && failure.status() == 404
          ? NotDone.class
          : failure.means();
    }

    @Override
    public String toString() {
      return expected + " by " + way;
    }
  }

  /** What GitHub may answer instead, and what that means for the work at hand. */
  private record Failure(int status, String message, Map<String, String> headers, Class<?> means) {
    Failure(int status, String message, Class<?> means) {
      this(status, message, Map.of(), means);
    }

    JsonNode json() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("message", message)
          .put("documentation_url", "https://docs.github.com/rest")
          .put("status", Integer.toString(status));
    }

    Reply reply() {
      Reply reply = Reply.json(status, json());
      for (Map.Entry<String, String> header : headers.entrySet()) {
        reply = reply.header(header.getKey(), header.getValue());
      }
      return reply;
    }

    @Override
    public String toString() {
      return status + " " + message + " " + headers.keySet();
    }
  }

  private static final String RESET = Long.toString(4_000_000_000L);
  private static final List<Failure> FAILURES =
      List.of(
          new Failure(401, "Bad credentials", Denied.class),
          new Failure(403, "Resource not accessible by integration", Denied.class),
          new Failure(403, "Repository level self-hosted runners are disabled", Denied.class),
          new Failure(
              403,
              "API rate limit exceeded",
              Map.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", RESET),
              NotDone.class),
          new Failure(403, "You have exceeded a limit", Map.of("Retry-After", "60"), NotDone.class),
          new Failure(403, "You have exceeded a secondary rate limit", NotDone.class),
          new Failure(404, "Not Found", Denied.class),
          new Failure(409, "Already exists", OutcomeUnknown.class),
          new Failure(410, "Gone", Denied.class),
          new Failure(422, "Validation Failed", Denied.class),
          new Failure(429, "Too many requests", NotDone.class),
          new Failure(429, "Too many requests", Map.of("Retry-After", "1"), NotDone.class),
          new Failure(500, "Server Error", OutcomeUnknown.class),
          new Failure(502, "Bad Gateway", OutcomeUnknown.class),
          new Failure(503, "Service Unavailable", OutcomeUnknown.class),
          new Failure(504, "We couldn't respond to your request in time.", OutcomeUnknown.class));

  private static List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    for (Way way : List.of(Way.REPOSITORY, Way.ORGANIZATION)) {
      String runners = (way == Way.REPOSITORY ? REPO : ORG) + "/actions/runners";
      String runner = runners + "/{runner_id}";
      all.addAll(
          List.of(
              new Operation(
                  "jitPath",
                  "POST " + runners + "/generate-jitconfig",
                  way,
                  201,
                  row("github-jit-create")),
              new Operation("findPath", "GET " + runners, way, 200, row("github-runner-find")),
              new Operation("runnerPath", "GET " + runner, way, 200, row("github-runner-get"))
                  .answers(404),
              new Operation("deletePath", "DELETE " + runner, way, 204, row("github-runner-delete"))
                  .answers(404, 422),
              new Operation(
                  "runnersPath",
                  "GET " + runners,
                  way,
                  200,
                  list("runners", github -> github.runnersPath(REPOSITORY)))));
    }
    all.add(
        new Operation(
            "jitPath",
            "POST /enterprises/{enterprise}/actions/runners/generate-jitconfig",
            Way.ENTERPRISE,
            201,
            row("github-jit-create")));
    all.add(
        new Operation(
            "groupsPath",
            "GET " + ORG + "/actions/runner-groups",
            Way.GROUP,
            200,
            row("github-group-find")));
    all.addAll(jobsAndRuns());
    all.addAll(hooks());
    all.addAll(apps());
    return all;
  }

  private static List<Operation> jobsAndRuns() {
    String actions = REPO + "/actions";
    Way way = Way.REPOSITORY;
    return List.of(
        new Operation(
                "jobPath", "GET " + actions + "/jobs/{job_id}", way, 200, row("github-job-get"))
            .answers(404),
        new Operation(
                "runPath", "GET " + actions + "/runs/{run_id}", way, 200, row("github-run-get"))
            .answers(404),
        new Operation(
            "runsPath",
            "GET " + actions + "/runs",
            way,
            200,
            list("workflow_runs", github -> github.runsPath(REPOSITORY, "queued"))),
        new Operation(
            "runsPath",
            "GET " + actions + "/runs",
            way,
            200,
            list("workflow_runs", github -> github.runsPath(REPOSITORY, "in_progress"))),
        new Operation(
            "runJobsPath",
            "GET " + actions + "/runs/{run_id}/jobs",
            way,
            200,
            list("jobs", github -> github.runJobsPath(ROW))));
  }

  private static List<Operation> hooks() {
    List<Operation> all = new ArrayList<>();
    Map<String, String> hooks =
        Map.of(
            "repos/octo-org/octo-repo/hooks/1", REPO + "/hooks/{hook_id}",
            "orgs/octo-org/hooks/1", ORG + "/hooks/{hook_id}",
            "app", "/app/hook");
    hooks.forEach(
        (hook, path) -> {
          Way way = hook.equals("app") ? Way.APP : Way.REPOSITORY;
          all.add(
              new Operation(
                  "deliveriesPath",
                  "GET " + path + "/deliveries",
                  way,
                  200,
                  list(null, github -> github.deliveriesPath(hook))));
          all.add(
              new Operation(
                      "deliveryPath",
                      "GET " + path + "/deliveries/{delivery_id}",
                      way,
                      200,
                      door ->
                          door.ask(
                              "github-delivery-get",
                              door.bean("github", GitHub.class).deliveryPath(hook, 12345678),
                              Map.of()))
                  .answers(404));
        });
    return all;
  }

  /** Each asks for an account or an installation that nobody has asked for before. */
  private static List<Operation> apps() {
    return List.of(
        new Operation(
            "installationPath",
            "GET " + REPO + "/installation",
            Way.APP,
            200,
            grant("github-installation-find", "/repos/octo-org/%d/actions/runners", false)),
        new Operation(
            "installationPath",
            "GET " + ORG + "/installation",
            Way.ANOTHER_APP,
            200,
            grant("github-installation-find", "/orgs/octo-%d/actions/runners", false)),
        new Operation(
            "tokenPath",
            "POST /app/installations/{installation_id}/access_tokens",
            Way.APP,
            201,
            grant("github-token-create", "/repos/octo-org/%d/actions/runners", true)));
  }

  private static Function<GitHubDoor, Exchange> row(String helper) {
    return door -> door.ask(helper, ROW, Map.of("registrationId", 23L));
  }

  private static Function<GitHubDoor, Exchange> list(
      String field, Function<GitHub, String> target) {
    return door ->
        door.ask(
            "github-list",
            target.apply(door.bean("github", GitHub.class)),
            field == null ? Map.of() : Map.of("listed", field));
  }

  private static Function<GitHubDoor, Exchange> grant(
      String helper, String path, boolean installed) {
    return door -> {
      long id = IDS.incrementAndGet();
      Credentials credentials = door.bean("credentials", Credentials.class);
      return door.ask(
          helper,
          null,
          Map.of("grant", credentials.choose(path.formatted(id), installed ? id : null)));
    };
  }

  @BeforeAll
  static void open() {
    for (Way way : Way.values()) {
      DOORS.put(way, new GitHubDoor(GITHUB, way.settings()));
    }
  }

  @AfterAll
  static void close() {
    DOORS.values().forEach(GitHubDoor::close);
    GITHUB.close();
  }

  @Test
  void everythingThatIsAskedOfGitHubIsHeldAgainstItsDescription() {
    // Given
    Set<String> named =
        routes()
            .flatMap(routes -> TARGET.matcher(routes).results())
            .map(found -> found.group(1))
            .collect(toCollection(TreeSet::new));
    Set<String> offered =
        Stream.of(GitHub.class, Credentials.class)
            .flatMap(type -> Stream.of(type.getMethods()))
            .map(Method::getName)
            .filter(name -> name.endsWith("Path"))
            .collect(toCollection(TreeSet::new));

    // When
    Set<String> covered =
        operations().stream().map(Operation::target).collect(toCollection(TreeSet::new));

    // Then
    assertThat(named).isEqualTo(offered).isEqualTo(covered);
  }

  @Test
  void thereIsOneDoorToGitHub() {
    // When
    long doors = routes().flatMap(routes -> DOOR.matcher(routes).results()).count();

    // Then
    assertThat(doors).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void whatIsSentFitsAndGitHubsOwnExampleIsUnderstood(Operation operation) {
    // Given
    answerWith(request -> example(request, operation.success()));

    // When
    Exchange exchange = operation.ask().apply(DOORS.get(operation.way()));

    // Then
    assertThat(exchange.getException()).isNull();
    assertThat(GITHUB.requests()).hasSize(1);
    Recorded request = GITHUB.requests().get(0);
    assertThat(CONTRACT.operationOf(request.method(), request.path()))
        .isEqualTo(operation.expected());
    assertThat(CONTRACT.requestProblems(request)).isEmpty();
    assertThat(request.header("Accept")).isEqualTo("application/vnd.github+json");
    assertThat(request.header("X-GitHub-Api-Version")).isEqualTo("2022-11-28");
    assertThat(request.header("User-Agent")).isEqualTo("modal-github-runner");
    assertThat(request.header("Authorization")).startsWith("Bearer ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void whateverComesInsteadIsToldApart(Operation operation) {
    // Given
    Map<String, Class<?>> meanings = new LinkedHashMap<>();
    Map<String, Class<?>> expected = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();

    // When
    for (Failure failure : FAILURES) {
      answerWith(request -> failure.reply());
      Exchange exchange = operation.ask().apply(DOORS.get(operation.way()));
      Exception thrown = exchange.getException();
      meanings.put(failure.toString(), thrown == null ? null : thrown.getClass());
      expected.put(
          failure.toString(),
          operation.answers().contains(failure.status()) ? null : operation.meaning(failure));
      for (Recorded request : GITHUB.requests()) {
        problems.addAll(CONTRACT.requestProblems(request));
        problems.addAll(documented(request, failure));
      }
    }

    // Then
    assertThat(meanings).isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  /** What an earlier answer held back may go out again. */
  private static void answerWith(Function<Recorded, Reply> script) {
    DOORS.values().forEach(door -> door.pass(Duration.ofHours(1)));
    GITHUB.forget();
    Stream.of("GET", "POST", "DELETE").forEach(method -> GITHUB.on(method, "**").reply(script));
  }

  /** GitHub's own example, whether it fits its own schema or not. */
  private static Reply example(Recorded request, int status) {
    if (status == 204) {
      return Reply.status(204);
    }
    JsonNode example = CONTRACT.example(request.method(), request.path(), status);
    assertThat(example.isMissingNode()).as("no example for %s", request).isFalse();
    return Reply.json(status, example);
  }

  /** What of a failure is not as GitHub documents it, where it does. */
  private static List<String> documented(Recorded request, Failure failure) {
    return CONTRACT.documents(request.method(), request.path(), failure.status())
        ? CONTRACT.answerProblems(
            request.method(),
            request.path(),
            failure.status(),
            "application/json",
            failure.json().toString().getBytes(UTF_8))
        : List.of();
  }

  private static Stream<String> routes() {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml"))
          .map(GitHubContractTest::text)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
