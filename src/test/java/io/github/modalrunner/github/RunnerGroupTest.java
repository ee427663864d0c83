package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GitHubDoor;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.upstream.CallFailed.Denied;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A runner group that the settings name: its id is looked up, and again when it may have changed.
 */
class RunnerGroupTest {
  private static final String GROUPS = "/orgs/acme/actions/runner-groups";
  private static final String MINT = "/orgs/acme/actions/runners/generate-jitconfig";

  private final ScriptedServer github = ScriptedServer.start();
  private final GitHubDoor door =
      new GitHubDoor(
          github,
          Map.of("runner.github.scope", "organization", "runner.github.runner-group", "builders"));

  @AfterEach
  void close() {
    door.close();
    github.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 422})
  void aGroupThatWasMadeAnewIsFoundOnceAMintWasRefused(int refused) {
    // Given
    github
        .on("GET", GROUPS)
        .reply(groups("builders", 7), groups("builders", 8))
        .on("POST", MINT)
        .reply(
            mint ->
                mint.json().path("runner_group_id").asInt() == 8
                    ? minted()
                    : Reply.json(refused, Map.of("message", "No runner group")));
    Exchange first = mint();

    // When
    Exchange again = mint();

    // Then
    assertThat(first.getException()).isInstanceOf(Denied.class);
    assertThat(again.getException()).isNull();
    assertThat(mint().getException()).isNull();
    assertThat(github.requests("GET", GROUPS)).hasSize(2);
  }

  @Test
  void aGroupIsFoundOnAnyPage() {
    // Given
    String next = "<%s/organizations/1/actions/runner-groups?per_page=100&page=2>; rel=\"next\"";
    github
        .on("GET", GROUPS)
        .reply(
            asked ->
                asked.query().containsKey("page")
                    ? groups("Builders", 107)
                    : groups("others", 7).header("Link", next.formatted(github.uri())))
        .on("POST", MINT)
        .reply(minted());

    // When
    Exchange mint = mint();

    // Then
    assertThat(mint.getException()).isNull();
    assertThat(github.requests("POST", MINT).get(0).json().path("runner_group_id").asInt())
        .isEqualTo(107);
  }

  @Test
  void aGroupThatIsOnNoPageIsDenied() {
    // Given
    github.on("GET", GROUPS).reply(groups("others", 7));

    // When
    Exchange mint = mint();

    // Then
    assertThat(mint.getException(Denied.class).getCode()).isEqualTo("github_group_unknown");
  }

  private Exchange mint() {
    return door.ask(
        "github-jit-create",
        Map.of("repository", "acme/api", "name", "mgr-1-1", "labels", "[\"modal\"]"),
        Map.of());
  }

  private static Reply groups(String name, int id) {
    return Reply.json(200, Map.of("runner_groups", List.of(Map.of("id", id, "name", name))));
  }

  private static Reply minted() {
    return Reply.json(201, Map.of("encoded_jit_config", "eyJ9", "runner", Map.of("id", 5)));
  }
}
