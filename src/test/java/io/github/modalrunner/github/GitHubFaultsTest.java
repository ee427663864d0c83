package io.github.modalrunner.github;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Reasons;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a mint may come to but a runner. Each fault has a repository of its own. */
@Execution(ExecutionMode.CONCURRENT)
class GitHubFaultsTest {
  private static final Upstreams UPSTREAMS = new Upstreams();
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String FORBIDDEN = "Resource not accessible by personal access token";

  private static final List<Fault> FAULTS =
      List.of(
          denied("bad-credentials", message(401, "Bad credentials"), "github_unauthorized")
              .saying("runner.github.token"),
          denied("runners-disabled", message(403, "Forbidden"), "github_forbidden")
              .saying("Settings → Actions → Runners"),
          denied(
                  "permission-missing",
                  message(403, FORBIDDEN)
                      .header("X-Accepted-GitHub-Permissions", "administration=write"),
                  "github_forbidden")
              .saying("administration=write"),
          denied("not-shown", message(404, "Not Found"), "github_not_found")
              .saying("runner.github.api-url"),
          denied("version-retired", message(410, "Gone"), "github_api_version_retired")
              .saying("runner.github.api-version"),
          denied("group-wrong", message(422, "Invalid runner group"), "github_rejected")
              .saying("runner.github.runner-group-id"),
          denied(
                  "moved",
                  Reply.status(301).header("Location", "https://x.example"),
                  "github_unexpected")
              .saying("runner.github.api-url"),
          unknown("name-taken", mint -> message(409, "Already exists"), "github_name_taken")
              .saying("it is given up"),
          unknown("failing", mint -> Reply.status(500), "github_server_error").saying("500"),
          unknown(
                  "failing-after-all",
                  mint -> {
                    UPSTREAMS.minted(mint);
                    return message(503, "Unavailable");
                  },
                  "github_server_error")
              .saying("503"),
          unknown(
                  "behind-a-proxy",
                  mint -> Reply.text(502, "text/html", "<html>Bad Gateway</html>"),
                  "github_server_error")
              .saying("502"),
          unknown(
                  "no-json",
                  mint -> Reply.text(201, "text/html", "<html>Created</html>"),
                  "github_server_error")
              .saying("201"),
          unknown(
                  "no-configuration",
                  mint -> Reply.json(201, Map.of("runner", Map.of("id", 1))),
                  "github_answer_unreadable")
              .saying("without a runner and its configuration"),
          unknown("cut", mint -> Reply.cut(), "github_unreachable").saying("did not answer"),
          unknown(
                  "cut-after-all",
                  mint -> UPSTREAMS.minted(mint).cutAfterHeaders(),
                  "github_unreachable")
              .saying("did not answer"),
          unknown(
                  "slow",
                  mint -> UPSTREAMS.minted(mint).after(Duration.ofSeconds(4)),
                  "github_unreachable")
              .saying("did not answer"));

  @TempDir static Path folder;
  private static RunningGateway gateway;
  private static Reasons reasons;

  /** All faults happen at once, each to the mints of its job until it was seen to be parked. */
  @BeforeAll
  static void start() {
    UPSTREAMS.github().on("POST", Upstreams.MINT).reply(GitHubFaultsTest::answer);
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.github.request-timeout", "2s",
                    "runner.retry.initial-delay", "1s",
                    "runner.retry.max-delay", "1s",
                    "runner.breaker.open-for", "100ms",
                    "runner.reconcile.job-checks", "1s")));
    reasons = new Reasons(gateway);
    for (int id = 1; id <= FAULTS.size(); id++) {
      Delivery.of(queued(id, "modal").repository("acme/" + FAULTS.get(id - 1).name()))
          .signedWith(RunningGateway.SECRET)
          .postTo(gateway.webhook());
    }
  }

  @AfterAll
  static void everyRequestFitsItsContract() {
    reasons.close();
    gateway.close();
    UPSTREAMS.close();
    assertThat(UPSTREAMS.problems("")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void parksTheJobWithAReasonAndServesItOnceTheFaultHasEnded(Fault fault) {
    // Given
    long id = FAULTS.indexOf(fault) + 1L;
    String repository = "acme/" + fault.name();

    // When
    await().atMost(PATIENCE).until(() -> reasons.of(id).containsKey(fault.code()) && isServed(id));

    // Then
    assertThat(reasons.of(id).get(fault.code())).contains(fault.sentence()).endsWith(".");
    assertThat(UPSTREAMS.mints(repository)).hasSizeGreaterThan(1);
    List<String> names = UPSTREAMS.mints(repository).stream().distinct().toList();
    // GitHub may know each of them: none is sent twice, and only the last one stays
    assertThat(names).hasSize(fault.refused() ? 1 : UPSTREAMS.mints(repository).size());
    assertThat(UPSTREAMS.creates(id)).containsExactly(names.get(names.size() - 1));
    await()
        .atMost(PATIENCE)
        .until(
            () -> UPSTREAMS.registrations(),
            all -> names.stream().filter(all::contains).toList().equals(UPSTREAMS.creates(id)));
    JsonNode timeline = gateway.api("/api/jobs/" + id + "/explain").path("timeline");
    assertThat(timeline.findValuesAsText("detail"))
        .anyMatch(detail -> detail.contains(fault.sentence()));
  }

  private static boolean isServed(long id) {
    return !UPSTREAMS.creates(id).isEmpty()
        && gateway.api("/api/jobs/" + id).path("reason").isNull();
  }

  private static Reply answer(Recorded mint) {
    String repository = mint.variable(Upstreams.MINT, "repo");
    Fault fault = FAULTS.stream().filter(f -> f.name().equals(repository)).findAny().orElseThrow();
    boolean wasSeen = reasons.of(FAULTS.indexOf(fault) + 1L).containsKey(fault.code());
    return wasSeen ? UPSTREAMS.minted(mint) : fault.script().apply(mint);
  }

  static Stream<Fault> faults() {
    return FAULTS.stream();
  }

  private static Fault denied(String name, Reply reply, String code) {
    return new Fault(name, mint -> reply, code, "", true);
  }

  private static Fault unknown(String name, Function<Recorded, Reply> script, String code) {
    return new Fault(name, script, code, "", false);
  }

  private static Reply message(int status, String text) {
    return Reply.json(
        status, Map.of("message", text, "documentation_url", "https://docs.github.com/rest"));
  }

  /**
   * One way to fail.
   *
   * @param name of the repository that has it
   * @param code the reason that the job is to show
   * @param sentence what its message contains: the setting to change, if there is one
   * @param refused whether nothing was done, so that the name is still free
   */
  record Fault(
      String name,
      Function<Recorded, Reply> script,
      String code,
      String sentence,
      boolean refused) {
    Fault saying(String part) {
      return new Fault(name, script, code, part, refused);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
