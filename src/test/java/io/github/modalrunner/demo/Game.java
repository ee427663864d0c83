package io.github.modalrunner.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.contract.OpenApiContract;
import io.github.modalrunner.contract.WebhookSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A world by a clock that stands still until told otherwise. Every answer and webhook that passes
 * is held against its contract.
 */
final class Game {
  static final long START = 1_795_000_000_000L;
  static final String REPOSITORY = "octo-org/octo-repo";
  private static final String GITHUB = "/repos/" + REPOSITORY + "/actions";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenApiContract GITHUB_CONTRACT = OpenApiContract.github();
  private static final OpenApiContract LAUNCHER_CONTRACT = OpenApiContract.launcher();
  static final Map<String, String> GITHUB_HEADERS =
      Map.of(
          "authorization", "Bearer t",
          "user-agent", "test",
          "x-github-api-version", "2022-11-28",
          "host", "github.example");
  static final Map<String, String> LAUNCHER_HEADERS = Map.of("Modal-Key", "k", "Modal-Secret", "s");

  private static final Set<String> CHECKED = ConcurrentHashMap.newKeySet();
  private final AtomicLong now = new AtomicLong(START);
  final World world;
  final GitHubApi github;
  final LauncherApi launcher;
  final List<Delivery> webhooks = new ArrayList<>();

  Game() {
    this(1, new Pace(1_000, 500, 2_000, 60_000, 360_000, 86_400_000, 0), Faults.NONE);
  }

  Game(long seed, Pace pace, Faults faults) {
    world = new World(seed, now::get, pace, faults);
    github = new GitHubApi(world);
    launcher = new LauncherApi(world);
    world.repository(REPOSITORY, true);
  }

  static JsonNode json(String text) {
    try {
      return text.isEmpty() ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets time pass; every webhook is answered 202. */
  Game pass(long ms) {
    for (Delivery delivery : world.tick(now.addAndGet(ms))) {
      world.answered(delivery, 202);
      webhooks.add(delivery);
      if (delivery.event().equals("workflow_job") && CHECKED.add(shape(delivery.payload()))) {
        byte[] body = delivery.body().getBytes(StandardCharsets.UTF_8);
        assertThat(WebhookSchemas.GITHUB.problems("workflow_job", body)).isEmpty();
        assertThat(WebhookSchemas.OCTOKIT.problems("workflow_job", body)).isEmpty();
      }
    }
    return this;
  }

  long now() {
    return now.get();
  }

  /** What makes webhooks differ in kind: schemas are slow, and one of each kind is enough. */
  private static String shape(JsonNode payload) {
    JsonNode job = payload.path("workflow_job");
    return List.of(
            payload.path("action"),
            job.path("status"),
            job.path("conclusion"),
            job.path("runner_id").isNull() ? "none" : job.path("runner_id").asLong() > 0,
            payload.has("deployment"))
        .toString();
  }

  /** What was sent so far about this job. */
  List<String> heardOf(long jobId) {
    return webhooks.stream().filter(d -> d.jobId() == jobId).map(Delivery::action).toList();
  }

  JsonNode lastWebhook() {
    return webhooks.get(webhooks.size() - 1).payload();
  }

  Answer github(String method, String path, String query, String body) {
    return checked(github, GITHUB_CONTRACT, GitHubApi.PREFIX, method, path, query, body);
  }

  Answer github(String method, String path) {
    return github(method, path, null, null);
  }

  Answer launcher(String method, String path, String query, String body) {
    return checked(launcher, LAUNCHER_CONTRACT, LauncherApi.PREFIX, method, path, query, body);
  }

  private static Answer checked(
      StandIn api,
      OpenApiContract contract,
      String prefix,
      String method,
      String path,
      String query,
      String body) {
    Map<String, String> headers = api instanceof GitHubApi ? GITHUB_HEADERS : LAUNCHER_HEADERS;
    Answer answer = api.handle(method, prefix + path, query, headers, body);
    if (contract.documents(method, path, answer.status())) {
      assertThat(
              contract.answerProblems(
                  method,
                  path,
                  answer.status(),
                  answer.headers().get("Content-Type"),
                  answer.body().getBytes(StandardCharsets.UTF_8)))
          .isEmpty();
    }
    return answer;
  }

  Answer mint(String name, String... labels) {
    return mintIn("repos/" + REPOSITORY, name, labels);
  }

  Answer mintIn(String scope, String name, String... labels) {
    Map<String, Object> body =
        Map.of("name", name, "runner_group_id", 1, "labels", labels, "work_folder", "_work");
    String path = "/" + scope + "/actions/runners/generate-jitconfig";
    return github("POST", path, null, JSON.valueToTree(body).toString());
  }

  Answer launch(String name, String jitConfig) {
    return launch(name, jitConfig, "mgr", 3_600);
  }

  Answer launch(String name, String jitConfig, String owner, int timeoutSeconds) {
    Map<String, Object> body =
        Map.of(
            "owner",
            owner,
            "image",
            "default",
            "cpu",
            2,
            "memory_mib",
            4096,
            "timeout_seconds",
            timeoutSeconds,
            "jit_config",
            jitConfig,
            "tags",
            Map.of("repository", "octo-repo"));
    return launcher("PUT", "/v1/sandboxes/" + name, null, JSON.valueToTree(body).toString());
  }

  /** Mints a runner and starts its sandbox; gives the runner's id. */
  long runner(String name, String... labels) {
    JsonNode minted = json(mint(name, labels).body());
    launch(name, minted.path("encoded_jit_config").asText());
    return minted.at("/runner/id").asLong();
  }

  Answer deleteRunner(long id) {
    return github("DELETE", GITHUB + "/runners/" + id);
  }

  JsonNode runnerAt(long id) {
    return json(github("GET", GITHUB + "/runners/" + id).body());
  }

  JsonNode job(long id) {
    return json(github("GET", GITHUB + "/jobs/" + id).body());
  }

  JsonNode sandbox(String name) {
    return json(launcher("GET", "/v1/sandboxes/" + name, "owner=mgr", null).body());
  }

  Answer deleteSandbox(String name) {
    return launcher("DELETE", "/v1/sandboxes/" + name, "owner=mgr", null);
  }

  long count(Tally.Fact fact) {
    return world.tally().get(fact);
  }
}
