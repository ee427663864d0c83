package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GitHubDoor;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an App asks of GitHub, call by call: each but the App's own by its installation's token. */
class AppCallsTest {
  private static final String REPOSITORY = "octo-org/octo-repo";
  private static final String JOBS = "/repos/" + REPOSITORY + "/actions/runs/9/jobs";
  private static final String JOB = "/repos/" + REPOSITORY + "/actions/jobs/399";
  private static final String INSTALLATION = "/repos/{o}/{r}/installation";
  private static final String TOKEN = "/app/installations/{id}/access_tokens";

  /** How GitHub names the repository in what it links and redirects to. */
  private static final String BY_ID = "/repositories/1296269/";

  private final AtomicInteger tokens = new AtomicInteger();
  private final ScriptedServer github = ScriptedServer.start();
  private GitHubDoor door;

  @BeforeEach
  void open() {
    github
        .on("GET", INSTALLATION)
        .reply(Reply.json(200, Map.of("id", 77)))
        .on("POST", TOKEN)
        .reply(token -> token());
    door = GitHubDoor.ofApp(github);
  }

  @AfterEach
  void close() {
    door.close();
    github.close();
  }

  @Test
  void theNextPageIsAskedForByTheInstallationsToken() {
    // Given
    github.on("GET", JOBS).reply(this::page).on("GET", BY_ID + "**").reply(this::page);
    Exchange first = list(JOBS + "?filter=latest&per_page=100");

    // When
    Exchange second = list((String) answer(first).get("next"));

    // Then
    assertThat(answer(second).get("items").toString()).contains("\"id\":2");
    assertThat(answer(second).get("next")).isEqualTo("");
    assertThat(calls())
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.query()).containsEntry("filter", "latest"))
        .allSatisfy(AppCallsTest::byTheToken);
  }

  @Test
  void aRenamedRepositoryIsFollowedByTheInstallationsToken() {
    // Given
    github
        .on("GET", JOB)
        .reply(Reply.status(301).header("Location", github.uri() + BY_ID + "actions/jobs/399"))
        .on("GET", BY_ID + "**")
        .reply(call -> ofTheInstallation(call, queued()));

    // When
    Exchange look = look(7L);

    // Then
    assertThat(answer(look).get("status")).isEqualTo("queued");
    assertThat(calls()).hasSize(2).allSatisfy(AppCallsTest::byTheToken);
  }

  @Test
  void credentialsThatAreRefusedAreRenewedOnceAndThenDenied() {
    // Given
    Reply refused = Reply.json(401, Map.of("message", "Bad credentials"));
    github.on("GET", JOB).reply(refused, refused, notFound());

    // When
    Exchange look = look(7L);

    // Then
    assertThat(look.getException(Denied.class).getCode()).isEqualTo("github_unauthorized");
    assertThat(calls())
        .extracting(call -> call.header("Authorization"))
        .containsExactly("Bearer ghs_1", "Bearer ghs_2");
  }

  @Test
  void whoeverAsksForASuspendedInstallationIsToldAtOnce() {
    // Given
    github
        .on("POST", TOKEN)
        .reply(Reply.json(403, Map.of("message", "This installation has been suspended")));
    look(7L);
    Instant before = Instant.now();

    // When
    List<Exchange> others = IntStream.range(0, 20).mapToObj(i -> look(7L)).toList();

    // Then
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
    assertThat(others)
        .allSatisfy(look -> assertThat(codeOf(look)).isEqualTo("github_app_suspended"));
    assertThat(github.requests("POST", TOKEN)).hasSize(1);
    door.pass(Duration.ofSeconds(11));
    github.on("POST", TOKEN).reply(token -> token()).on("GET", JOB).reply(queued());
    assertThat(answer(look(7L)).get("status")).isEqualTo("queued");
  }

  @Test
  void anAppThatCannotBeAnsweredNowKeepsNobodyWaiting() {
    // Given
    github.on("POST", TOKEN).reply(Reply.status(503));
    look(7L);
    Instant before = Instant.now();

    // When
    Exchange other = look(7L);

    // Then
    assertThat(codeOf(other)).isEqualTo("github_server_error");
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void theInstallationOfAnAppThatWasInstalledAgainIsLookedUpOnce() {
    // Given
    github.on("POST", TOKEN.replace("{id}", "7")).reply(notFound());
    github.on("GET", JOB).reply(queued());

    // When
    Exchange first = look(7L);
    List<Exchange> later = List.of(look(7L), look(7L));

    // Then
    assertThat(first.getException(NotDone.class).getCode()).isEqualTo("github_token_pending");
    assertThat(later)
        .allSatisfy(look -> assertThat(answer(look).get("status")).isEqualTo("queued"));
    assertThat(calls()).allSatisfy(AppCallsTest::byTheToken);
    assertThat(github.requests("GET", INSTALLATION)).hasSize(1);
    assertThat(github.requests("POST", TOKEN))
        .extracting(token -> token.variable(TOKEN, "id"))
        .containsExactly("7", "77");
  }

  @Test
  void anInstallationThatWasRemovedIsDenied() {
    // Given
    github.on("POST", TOKEN).reply(notFound()).on("GET", INSTALLATION).reply(notFound());
    look(7L);

    // When
    List<Exchange> looks = List.of(look(7L), look(7L));

    // Then
    assertThat(looks)
        .allSatisfy(look -> assertThat(codeOf(look)).isEqualTo("github_app_not_installed"));
    assertThat(github.requests("GET", INSTALLATION)).hasSize(1);
  }

  private Exchange list(String target) {
    return door.ask("github-list", target, Map.of("listed", "jobs"));
  }

  private Exchange look(Long installation) {
    Map<String, Object> job = new HashMap<>();
    job.put("repository", REPOSITORY);
    job.put("job_id", 399);
    job.put("installation_id", installation);
    return door.ask("github-job-get", job, Map.of());
  }

  private static Map<?, ?> answer(Exchange exchange) {
    assertThat(exchange.getException()).isNull();
    return exchange.getMessage().getBody(Map.class);
  }

  private static String codeOf(Exchange exchange) {
    assertThat(exchange.getException()).isInstanceOf(CallFailed.class);
    return ((CallFailed) exchange.getException()).getCode();
  }

  private static Reply queued() {
    return Reply.json(200, Map.of("status", "queued"));
  }

  private static Reply notFound() {
    return Reply.json(404, Map.of("message", "Not Found"));
  }

  /** The calls that are not the App's own. */
  private List<Recorded> calls() {
    return github.requests().stream()
        .filter(call -> !call.path().matches(".*/(installation|access_tokens)"))
        .toList();
  }

  private Reply page(Recorded call) {
    boolean last = "2".equals(call.query().get("page"));
    Reply page =
        ofTheInstallation(
            call, Reply.json(200, Map.of("jobs", List.of(Map.of("id", last ? 2 : 1)))));
    String more = BY_ID + "actions/runs/9/jobs?filter=latest&per_page=100&page=";
    return last
        ? page.header("Link", "<%s%s1>; rel=\"prev\"".formatted(github.uri(), more))
        : page.header(
            "Link",
            "<%1$s%2$s2>; rel=\"next\", <%1$s%2$s2>; rel=\"last\"".formatted(github.uri(), more));
  }

  /** As GitHub answers an App that shows its own JWT there. */
  private static Reply ofTheInstallation(Recorded call, Reply reply) {
    return call.header("Authorization").startsWith("Bearer ghs_")
        ? reply
        : Reply.json(401, Map.of("message", "A JSON web token could not be decoded"));
  }

  private static void byTheToken(Recorded call) {
    assertThat(call.header("Authorization")).isEqualTo("Bearer ghs_1");
  }

  private Reply token() {
    return Reply.json(
        201,
        Map.of(
            "token",
            "ghs_" + tokens.incrementAndGet(),
            "expires_at",
            Instant.now().plusSeconds(3600).toString()));
  }
}
