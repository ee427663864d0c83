package io.github.modalrunner.github;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  private static final AtomicLong IDS = new AtomicLong(8_000_000_000L);
  private static final Map<String, Function<Recorded, Reply>> FAULTS = new ConcurrentHashMap<>();
  private static final String FORBIDDEN = "Resource not accessible by personal access token";

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    UPSTREAMS
        .github()
        .on("POST", Upstreams.MINT)
        .reply(
            mint ->
                FAULTS
                    .getOrDefault(mint.variable(Upstreams.MINT, "repo"), UPSTREAMS::minted)
                    .apply(mint));
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.retry.initial-delay", "1s",
                    "runner.retry.max-delay", "1s",
                    "runner.github.secondary-wait", "1s",
                    "runner.breaker.open-for", "100ms")));
  }

  @AfterAll
  static void everyRequestFitsItsContract() {
    gateway.close();
    UPSTREAMS.close();
    assertThat(UPSTREAMS.problems("")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void parksTheJobWithAReasonAndServesItOnceTheFaultHasEnded(Fault fault) {
    // Given
    long id = IDS.incrementAndGet();
    FAULTS.put(fault.name(), fault.script());
    Delivery.of(queued(id, "modal").repository("acme/" + fault.name()))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
    JsonNode parked =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> gateway.api("/api/jobs/" + id),
                job -> job.at("/reason/code").asText().equals(fault.code()));

    // When
    FAULTS.remove(fault.name());

    // Then
    assertThat(parked.path("state").asText()).isEqualTo("parked");
    assertThat(parked.at("/reason/message").asText()).contains(fault.sentence()).endsWith(".");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.api("/api/jobs/" + id).path("reason").isNull());
    List<String> names = UPSTREAMS.mints("acme/" + fault.name());
    if (fault.isDone()) {
      assertThat(names).doesNotHaveDuplicates();
    }
    assertThat(UPSTREAMS.creates(id)).containsExactly(names.get(names.size() - 1));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> UPSTREAMS.registrations(),
            all ->
                names.stream()
                    .distinct()
                    .filter(all::contains)
                    .toList()
                    .equals(UPSTREAMS.creates(id)));
    assertThat(
            gateway.api("/api/jobs/" + id + "/explain").path("timeline").findValuesAsText("detail"))
        .anyMatch(detail -> detail.contains(fault.sentence()));
  }

  static Stream<Fault> faults() {
    return Stream.of(
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
        limited(
                "primary-limit",
                mint ->
                    message(403, "API rate limit exceeded for user ID 1.")
                        .header("X-RateLimit-Limit", "5000")
                        .header("X-RateLimit-Remaining", "0")
                        .header("X-RateLimit-Reset", "" + (Instant.now().getEpochSecond() + 2)))
            .saying("(403)"),
        limited(
                "secondary-limit",
                mint -> message(403, "You have exceeded a secondary rate limit."))
            .saying("(403)"),
        limited("retry-after", mint -> message(429, "Slow down").header("Retry-After", "1"))
            .saying("(429)"),
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
  }

  private static Fault denied(String name, Reply reply, String code) {
    return new Fault(name, mint -> reply, code, "", true);
  }

  private static Fault limited(String name, Function<Recorded, Reply> script) {
    return new Fault(name, script, "github_rate_limited", "", false);
  }

  private static Fault unknown(String name, Function<Recorded, Reply> script, String code) {
    return new Fault(name, script, code, "", true);
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
   * @param isDone whether GitHub may know the name, so that it must not be sent again
   */
  record Fault(
      String name, Function<Recorded, Reply> script, String code, String sentence, boolean isDone) {
    Fault saying(String part) {
      return new Fault(name, script, code, part, isDone);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
