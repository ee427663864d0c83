package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GitHubDoor;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A limit that GitHub names while calls are left: whatever the credential would ask waits. */
class SecondaryLimitTest {
  private static final String JOB = "/repos/acme/api/actions/jobs/{id}";
  private static final String RUNNER = "/repos/acme/api/actions/runners/{id}";
  private static final String TOKEN = "/app/installations/{id}/access_tokens";

  private final ScriptedServer github = ScriptedServer.start();
  private GitHubDoor door;

  @AfterEach
  void close() {
    door.close();
    github.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 429})
  void nothingGoesOutBeforeTheTimeThatGitHubNames(int status) {
    // Given
    github.on("GET", JOB).reply(limited(status).header("Retry-After", "90"), queued());
    github.on("DELETE", RUNNER).reply(Reply.status(204));
    door = new GitHubDoor(github, Map.of());

    // When
    Exchange limited = look(1);
    Exchange other = look(2);
    Exchange removal = remove();

    // Then
    assertThat(waitOf(limited)).isEqualTo(90_000);
    assertThat(waitOf(other)).isBetween(1_000L, 90_000L);
    assertThat(waitOf(removal)).isBetween(1_000L, 90_000L);
    assertThat(github.requests()).hasSize(1);
    door.pass(Duration.ofSeconds(91));
    assertThat(look(2).getException()).isNull();
    assertThat(remove().getException()).isNull();
  }

  @Test
  void withoutATimeItIsTheOneOfTheSettings() {
    // Given
    github.on("GET", JOB).reply(limited(403), queued());
    door = new GitHubDoor(github, Map.of("runner.github.secondary-wait", "20s"));

    // When
    Exchange limited = look(1);

    // Then
    assertThat(waitOf(limited)).isEqualTo(20_000);
    assertThat(waitOf(look(2))).isBetween(1_000L, 20_000L);
    door.pass(Duration.ofSeconds(21));
    assertThat(look(2).getException()).isNull();
  }

  @Test
  void anAppThatIsLimitedKeepsTheTokensItHas() {
    // Given
    github.on("GET", JOB).reply(queued());
    github
        .on("POST", TOKEN)
        .reply(
            Reply.json(201, Map.of("token", "ghs_1", "expires_at", "2100-01-01T00:00:00Z")),
            limited(403).header("Retry-After", "90"));
    door = GitHubDoor.ofApp(github);
    look(1, 7);

    // When
    Exchange another = look(2, 8);
    Exchange third = look(3, 9);

    // Then
    assertThat(waitOf(another)).isEqualTo(90_000);
    assertThat(waitOf(third)).isBetween(1_000L, 90_000L);
    assertThat(github.requests("POST", TOKEN)).hasSize(2);
    assertThat(look(4, 7).getException()).isNull();
  }

  private Exchange look(long job) {
    return look(job, 7);
  }

  private Exchange look(long job, long installation) {
    return door.ask(
        "github-job-get",
        Map.of("repository", "acme/api", "job_id", job, "installation_id", installation),
        Map.of());
  }

  private Exchange remove() {
    return door.ask(
        "github-runner-delete",
        Map.of("repository", "acme/api", "installation_id", 7L),
        Map.of("registrationId", 23L));
  }

  private static long waitOf(Exchange exchange) {
    assertThat(exchange.getException()).isInstanceOf(NotDone.class);
    return exchange.getException(NotDone.class).getRetryAfter();
  }

  private static Reply queued() {
    return Reply.json(200, Map.of("status", "queued"));
  }

  private static Reply limited(int status) {
    return Reply.json(status, Map.of("message", "You have exceeded a secondary rate limit."))
        .header("X-RateLimit-Limit", "5000")
        .header("X-RateLimit-Remaining", "4000")
        .header("X-RateLimit-Resource", "core")
        .header("X-RateLimit-Reset", "4000000000");
  }
}
