package io.github.modalrunner.demo;

import static io.github.modalrunner.demo.Game.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The HTTP side of the stand-ins; {@link Game} holds each answer against its contract. */
class StandInTest {
  private static final String ACTIONS = "/repos/" + REPOSITORY + "/actions";
  private static final String HOOK = "/repos/" + REPOSITORY + "/hooks/42/deliveries";
  private final Game game = new Game();

  private JsonNode get(String path, String query) {
    Answer answer = game.github("GET", path, query, null);
    assertThat(answer.status()).isEqualTo(200);
    return Game.json(answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorization", "user-agent", "x-github-api-version"})
  void gitHubRefusesACallWithoutThisHeader(String header) {
    // Given
    Map<String, String> headers = new HashMap<>(Game.GITHUB_HEADERS);
    headers.remove(header);

    // When
    Answer answer =
        game.github.handle("GET", "/demo/github" + ACTIONS + "/runners", null, headers, null);

    // Then
    assertThat(answer.status()).isIn(400, 401, 403);
  }

  @Test
  void gitHubKnowsOnlyRepositoriesThatItHasHeardOf() {
    // When
    int unknown = game.mintIn("repos/octo-org/unknown", "a", "modal").status();

    // Then
    assertThat(unknown).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"name\":\"a\",\"runner_group_id\":1,\"labels\":[]}",
        "{\"name\":\"a\",\"runner_group_id\":\"1\",\"labels\":[\"modal\"]}",
        "{\"name\":\"\",\"runner_group_id\":1,\"labels\":[\"modal\"]}"
      })
  void gitHubRefusesAMintThatItsDescriptionDoesNotAllow(String body) {
    // When
    Answer answer = game.github("POST", ACTIONS + "/runners/generate-jitconfig", null, body);

    // Then
    assertThat(answer.status()).isEqualTo(422);
  }

  @Test
  void runnersAreListedInPagesAndByName() {
    // Given
    for (int i = 0; i < 250; i++) {
      game.mint("mgr-" + i, "modal");
    }

    // When
    Set<Long> ids = new HashSet<>();
    String query = "per_page=100";
    while (query != null) {
      Answer page = game.github("GET", ACTIONS + "/runners", query, null);
      Game.json(page.body()).path("runners").forEach(r -> ids.add(r.path("id").asLong()));
      query = next(page);
    }
    JsonNode named = get(ACTIONS + "/runners", "name=mgr-77");

    // Then
    assertThat(ids).hasSize(250);
    assertThat(named.path("total_count").asInt()).isEqualTo(1);
    assertThat(named.at("/runners/0/name").asText()).isEqualTo("mgr-77");
  }

  @Test
  void theNextPageAsksForTheSame() {
    // Given
    game.world.submit(JobSpec.of(REPOSITORY, "modal"));
    game.world.submit(JobSpec.of(REPOSITORY, "modal"));
    String query = "status=queued&created=%3E%3D2026-01-01&per_page=1";

    // When
    String next = next(game.github("GET", ACTIONS + "/runs", query, null));

    // Then
    assertThat(next.split("&"))
        .containsExactlyInAnyOrder(
            "status=queued", "created=%3E%3D2026-01-01", "per_page=1", "page=2");
  }

  /** The query of the Link header's next page; null without one. */
  private static String next(Answer answer) {
    String link = answer.headers().get("Link");
    if (link == null) {
      return null;
    }
    assertThat(link)
        .matches(
            "<http://github.example/demo/github/(repositories|organizations)/\\d+/.*>; rel=\"next\"");
    return link.substring(link.indexOf('?') + 1, link.indexOf('>'));
  }

  @Test
  void runsAreFoundByStatusAndAMixedOneIsInProgress() {
    // Given
    JobSpec job = JobSpec.of(REPOSITORY, "modal").lasting(60_000);
    game.world.submit(job, 3);
    game.runner("mgr-1-1", "modal");
    game.pass(2_000).world.submit(job);

    // When
    JsonNode queued = get(ACTIONS + "/runs", "status=queued");
    JsonNode running = get(ACTIONS + "/runs", "status=in_progress&created=%3E%3D2026-01-01");
    JsonNode none = get(ACTIONS + "/runs", "status=in_progress&created=%3E%3D2036-01-01");

    // Then
    assertThat(queued.path("total_count").asInt()).isEqualTo(1);
    assertThat(running.path("total_count").asInt()).isEqualTo(1);
    assertThat(none.path("total_count").asInt()).isZero();
    JsonNode run = running.at("/workflow_runs/0");
    assertThat(run.at("/repository/full_name").asText()).isEqualTo(REPOSITORY);
    assertThat(run.at("/head_repository/full_name").asText()).isEqualTo(REPOSITORY);
    JsonNode jobs = get(ACTIONS + "/runs/" + run.path("id") + "/jobs", "filter=latest");
    assertThat(jobs.findValuesAsText("status")).contains("in_progress", "queued");
    assertThat(jobs.path("total_count").asInt()).isEqualTo(3);
  }

  @Test
  void theDeliveryLogHoldsWhatWasSentNewestFirstAndEachWithItsBody() {
    // Given
    game.world.submit(JobSpec.of(REPOSITORY, "modal"), 45);
    game.world.noise(REPOSITORY, "push");
    game.pass(10);

    // When
    Answer first = game.github("GET", HOOK, null, null);
    JsonNode second = get(HOOK, next(first));

    // Then
    JsonNode newest = Game.json(first.body()).get(0);
    assertThat(newest.path("event").asText()).isEqualTo("push");
    assertThat(first.headers()).containsKey("Link");
    assertThat(second).hasSize(16);
    JsonNode whole = get(HOOK + "/" + second.get(0).path("id"), null);
    assertThat(whole.at("/request/payload/action").asText()).isEqualTo("queued");
    assertThat(whole.path("guid")).isEqualTo(second.get(0).path("guid"));
  }

  @Test
  void theDeliveryLogTellsFailedDeliveriesAndNotThoseNeverSent() {
    // Given
    game.world.submit(JobSpec.of(REPOSITORY, "modal"), 3);
    List<Delivery> sent = game.world.tick(game.now());
    game.world.answered(sent.get(0), 202);
    game.world.answered(sent.get(1), 0);

    // When
    JsonNode all = get("/app/hook/deliveries", null);
    JsonNode failed = get("/orgs/octo-org/hooks/1/deliveries", "status=failure");

    // Then
    assertThat(all).hasSize(2);
    assertThat(failed).hasSize(1);
    assertThat(failed.at("/0/guid").asText()).isEqualTo(sent.get(1).guid());
    assertThat(failed.at("/0/status").asText()).isNotEqualTo("OK");
  }

  @Test
  void theLauncherWantsProxyCredentialsOrABearerToken() {
    // Given
    String health = "/demo/launcher/v1/health";

    // When
    Answer none = game.launcher.handle("GET", health, null, Map.of("Modal-Key", "k"), null);
    Answer bearer =
        game.launcher.handle("GET", health, null, Map.of("Authorization", "Bearer t"), null);

    // Then
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.body()).startsWith("modal-http:");
    assertThat(bearer.status()).isEqualTo(200);
    assertThat(game.launcher("GET", "/v1/health", null, null).status()).isEqualTo(200);
  }

  @Test
  void theLauncherRefusesWhatItsContractDoesNotAllow() {
    // Given
    String jit = "QUJDREVGR0hJSktM";

    // When
    int tooShort = game.launch("mgr-1", jit, "mgr", 59).status();
    int owner = game.launch("mgr-1", jit, "MGR", 60).status();
    int name = game.launch("MGR", jit).status();
    int empty = game.launcher("PUT", "/v1/sandboxes/mgr-1", null, "").status();
    int large = game.launch("mgr-1", "QUJD".repeat(500_000)).status();

    // Then
    assertThat(List.of(tooShort, owner, name, empty, large))
        .containsExactly(422, 422, 404, 422, 413);
    assertThat(game.world.sandboxes()).isEmpty();
  }

  @Test
  void theLauncherListsInPages() {
    // Given
    for (int i = 0; i < 130; i++) {
      game.runner("mgr-" + i, "modal");
    }

    // When
    JsonNode first = Game.json(game.launcher("GET", "/v1/sandboxes", "owner=mgr", null).body());
    String query = "owner=mgr&cursor=" + first.path("next").asText();
    JsonNode second = Game.json(game.launcher("GET", "/v1/sandboxes", query, null).body());

    // Then
    assertThat(first.path("sandboxes")).hasSize(100);
    assertThat(second.path("sandboxes")).hasSize(30);
    assertThat(second.path("next").isNull()).isTrue();
  }

  @Test
  void theLaunchersRequestSchemaIsTheContracts() throws Exception {
    // Given
    Object contract;
    try (InputStream in = getClass().getResourceAsStream("/contract/launcher.openapi.yaml")) {
      contract = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
    }
    JsonNode schemas = Payloads.JSON.valueToTree(contract).at("/components/schemas");

    // When
    JsonNode ours = Payloads.template("sandbox-request.schema.json");

    // Then
    JsonNode theirs = schemas.path("SandboxRequest");
    assertThat(rules(ours.at("/properties/owner"))).isEqualTo(rules(schemas.path("Owner")));
    assertThat(ours.path("required")).isEqualTo(theirs.path("required"));
    theirs
        .path("properties")
        .properties()
        .forEach(
            p -> {
              if (!p.getKey().equals("owner")) {
                assertThat(rules(ours.path("properties").path(p.getKey())))
                    .as(p.getKey())
                    .isEqualTo(rules(p.getValue()));
              }
            });
    assertThat(ours.path("properties")).hasSameSizeAs(theirs.path("properties"));
  }

  /** What a schema demands, whichever of the two ways of writing null it uses. */
  private static Set<String> rules(JsonNode schema) {
    Set<String> rules = new TreeSet<>();
    schema
        .properties()
        .forEach(
            p -> {
              switch (p.getKey()) {
                case "type" -> {
                  boolean list = p.getValue().isArray();
                  rules.add("type " + (list ? p.getValue().get(0) : p.getValue()));
                  if (list) {
                    rules.add("nullable true");
                  }
                }
                case "example", "description" -> {}
                default -> rules.add(p.getKey() + " " + p.getValue());
              }
            });
    return rules;
  }
}
