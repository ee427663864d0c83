package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GitHubDoor;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.webhook.Payloads;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a payload calls its repository, a call goes to the configured host and to a path of the
 * structure that is meant: such a name is refused, or it is one segment and nothing else.
 */
class RepositoryNamesPropertyTest {
  private static final Payloads PAYLOADS = new Payloads();
  private static ScriptedServer github;
  private static GitHubDoor repositories;
  private static GitHubDoor organizations;

  @BeforeContainer
  static void open() {
    Reply nothing = Reply.json(404, Map.of("message", "Not Found"));
    github = ScriptedServer.start();
    Stream.of("GET", "POST", "DELETE").forEach(method -> github.on(method, "**").reply(nothing));
    repositories = new GitHubDoor(github, Map.of());
    organizations = new GitHubDoor(github, Map.of("runner.github.scope", "organization"));
  }

  @AfterContainer
  static void close() {
    repositories.close();
    organizations.close();
    github.close();
  }

  @Property(tries = 100)
  void aNameThatGitHubAllowsIsOneSegment(
      @ForAll("owners") String owner, @ForAll("repositories") String repository) {
    // Given
    String name = owner + "/" + repository;

    // When, Then
    assertThat(isAccepted(name)).isTrue();
    staysInItsPlace(owner, repository);
  }

  @Property(tries = 500)
  void anyOtherNameIsRefusedOrStaysInItsPlaceAllTheSame(@ForAll("anything") String name) {
    // When
    boolean accepted = isAccepted(name);

    // Then
    if (accepted) {
      assertThat(name).matches("[^/]+/[^/]+");
      staysInItsPlace(name.replaceFirst("/.*", ""), name.replaceFirst(".*/", ""));
    }
  }

  @Property(tries = 300)
  void aNameThatHoldsWhatMeansSomethingInAUrlIsRefused(
      @ForAll("owners") String owner,
      @ForAll("repositories") String repository,
      @ForAll("meaning") String meaning) {
    // When, Then
    assertThat(
            Stream.of(
                owner + meaning + "/" + repository,
                meaning + owner + "/" + repository,
                owner + "/" + repository + meaning,
                owner + "/" + meaning + repository))
        .noneMatch(RepositoryNamesPropertyTest::isAccepted);
    assertThat(Stream.of("./a", "../a", "a/.", "a/..", "a/", "/a", "a", "", "a/b/c"))
        .noneMatch(RepositoryNamesPropertyTest::isAccepted);
  }

  @Provide
  Arbitrary<String> owners() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('0', '9')
        .ofMinLength(1)
        .ofMaxLength(39)
        .map(name -> name.length() > 2 ? name.charAt(0) + "-" + name.substring(2) : name);
  }

  @Provide
  Arbitrary<String> repositories() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('A', 'Z')
        .withCharRange('0', '9')
        .withChars("._-")
        .ofMinLength(1)
        .ofMaxLength(100)
        .filter(name -> !name.equals(".") && !name.equals(".."));
  }

  @Provide
  Arbitrary<String> meaning() {
    return Arbitraries.of(
        "/",
        "//",
        "/../",
        "%2f",
        "%2F",
        "%2e%2e",
        "%00",
        "?",
        "#",
        "@",
        ":",
        ";",
        "\\",
        "&",
        "=",
        "+",
        " ",
        "\t",
        "\r\n",
        "\0",
        "{",
        "}",
        "{{runner.github.token}}",
        "${body}",
        "ü",
        "名",
        "\u2025",
        "\uff0f",
        "\u202e",
        "\ud83d\ude80",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "'",
        "|",
        "^",
        "`",
        "*",
        "!",
        "$",
        "(",
        ")",
        ",",
        "~");
  }

  @Provide
  Arbitrary<String> anything() {
    Arbitrary<String> piece =
        Arbitraries.frequencyOf(
            Tuple.of(4, repositories().map(name -> name.substring(0, 1))),
            Tuple.of(2, Arbitraries.of("/", ".", "..", "-", "api", "evil.example")),
            Tuple.of(1, meaning()),
            Tuple.of(1, Arbitraries.strings().ofMaxLength(2)));
    Arbitrary<String> part = piece.list().ofMinSize(1).ofMaxSize(4).map(p -> String.join("", p));
    return Combinators.combine(part, part).as((owner, name) -> owner + "/" + name);
  }

  private static boolean isAccepted(String name) {
    Payload payload =
        io.github.modalrunner.fixtures.Payloads.queued(1, "modal")
            .with("/repository/full_name", name);
    return PAYLOADS.readJob(payload.bytes()).isValid();
  }

  /** Every call that is made from a payload's repository. */
  private static void staysInItsPlace(String owner, String repository) {
    Map<String, Object> row =
        Map.of(
            "repository",
            owner + "/" + repository,
            "name",
            "mgr-1-1",
            "labels",
            "[\"modal\"]",
            "registration_id",
            23L,
            "job_id",
            1L,
            "run_id",
            2L);
    String runs =
        repositories.bean("github", GitHub.class).runsPath(owner + "/" + repository, "queued");
    assertThat(asked(repositories, "github-jit-create", row))
        .containsExactly("repos", owner, repository, "actions", "runners", "generate-jitconfig");
    assertThat(asked(repositories, "github-runner-find", row))
        .containsExactly("repos", owner, repository, "actions", "runners");
    assertThat(asked(repositories, "github-runner-get", row))
        .containsExactly("repos", owner, repository, "actions", "runners", "23");
    assertThat(asked(repositories, "github-job-get", row))
        .containsExactly("repos", owner, repository, "actions", "jobs", "1");
    assertThat(asked(repositories, "github-run-get", row))
        .containsExactly("repos", owner, repository, "actions", "runs", "2");
    assertThat(asked(repositories, "github-list", runs))
        .containsExactly("repos", owner, repository, "actions", "runs");
    assertThat(asked(organizations, "github-jit-create", row))
        .containsExactly("orgs", owner, "actions", "runners", "generate-jitconfig");
  }

  /** The decoded segments of the path that one call went to, at the configured host. */
  private static List<String> asked(GitHubDoor door, String helper, Object body) {
    github.forget();
    door.ask(helper, body, Map.of());
    assertThat(github.requests()).hasSize(1);
    Recorded request = github.requests().get(0);
    assertThat(request.header("Host")).isEqualTo(github.uri().getAuthority());
    assertThat(request.path()).startsWith("/").doesNotEndWith("/");
    return Stream.of(request.path().substring(1).split("/", -1))
        .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }
}
