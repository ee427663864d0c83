package io.github.modalrunner.github;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What goes to GitHub and to the launcher when all is well: one runner, one sandbox, no more. */
@Execution(ExecutionMode.CONCURRENT)
class MintRouteTest {
  private static final String INSTANCE = "an-installation-of-32-characters";
  private static final Upstreams UPSTREAMS = new Upstreams();

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.ofEntries(
                    Map.entry("runner.instance", INSTANCE),
                    Map.entry("runner.github.runner-group-id", "7"),
                    Map.entry("runner.profiles.gpu.labels", "modal,gpu"),
                    Map.entry("runner.profiles.gpu.image", "cuda"),
                    Map.entry("runner.profiles.gpu.cpu", "1.5"),
                    Map.entry("runner.profiles.gpu.memory-mib", "16384"),
                    Map.entry("runner.profiles.gpu.gpu", "A100-80GB:2"),
                    Map.entry("runner.profiles.gpu.region", "us-east"),
                    Map.entry("runner.profiles.gpu.timeout", "1h"),
                    Map.entry("runner.profiles.gpu.cache", "true"),
                    Map.entry("runner.profiles.gpu.docker", "true"),
                    Map.entry("runner.profiles.gpu.outbound-domains", "github.com,pypi.org"))));
  }

  @AfterAll
  static void everyRequestFitsItsContract() {
    gateway.close();
    UPSTREAMS.close();
    assertThat(UPSTREAMS.github().unexpected()).isEmpty();
    assertThat(UPSTREAMS.launcher().unexpected()).isEmpty();
    assertThat(UPSTREAMS.problems("")).isEmpty();
  }

  @Test
  void asksGitHubForARunnerWithExactlyTheJobsLabels() {
    // Given: labels as a workflow may spell them
    Payload job = queued(Long.MAX_VALUE, "Self-Hosted", "MODAL", "a label").repository("acme/mint");

    // When
    post(job);

    // Then
    Recorded mint = minted("acme/mint");
    assertThat(mint.header("Authorization")).isEqualTo("Bearer " + RunningGateway.TOKEN);
    assertThat(mint.header("Accept")).isEqualTo("application/vnd.github+json");
    assertThat(mint.header("X-GitHub-Api-Version")).isEqualTo("2022-11-28");
    assertThat(mint.header("User-Agent")).isEqualTo("modal-github-runner");
    JsonNode body = mint.json();
    assertThat(body.properties()).hasSize(4);
    assertThat(body.path("name").asText())
        .startsWith(INSTANCE + "-")
        .matches("[a-z0-9-]{1,63}")
        .contains(Long.toString(Long.MAX_VALUE));
    assertThat(body.path("runner_group_id").asInt()).isEqualTo(7);
    assertThat(body.path("labels").toString()).isEqualTo("[\"Self-Hosted\",\"MODAL\",\"a label\"]");
    assertThat(body.path("work_folder").asText()).isEqualTo("_work");
  }

  @Test
  void nothingOfTheWebhookGoesOut() {
    // Given
    Delivery delivery =
        Delivery.of(queued(21, "modal").repository("acme/clean"))
            .signedWith(RunningGateway.SECRET)
            .header("Cookie", "a=b")
            .header("X-Marker", "marker");

    // When
    delivery.postTo(gateway.webhook());

    // Then
    Recorded mint = minted("acme/clean");
    Recorded create = created(mint.json().path("name").asText());
    assertThat(List.of(mint, create))
        .allSatisfy(
            request ->
                assertThat(request.headers().keySet())
                    .noneMatch(
                        name ->
                            name.matches(
                                "(?i)x-(hub|github-(event|delivery|hook)|marker).*|cookie")));
    assertThat(create.headers().values().toString()).doesNotContain(RunningGateway.TOKEN);
    assertThat(mint.headers().values().toString()).doesNotContain(RunningGateway.LAUNCHER_TOKEN);
  }

  @Test
  void createsOneSandboxOfTheRunnersNameWithItsConfiguration() {
    // When
    post(queued(31, "modal").repository("acme/plain.repo"));

    // Then
    String name = minted("acme/plain.repo").json().path("name").asText();
    Recorded create = created(name);
    assertThat(create.header("Authorization")).isEqualTo("Bearer " + RunningGateway.LAUNCHER_TOKEN);
    assertThat(create.header("User-Agent")).isEqualTo("modal-github-runner");
    JsonNode body = create.json();
    assertThat(body.path("owner").asText()).isEqualTo(INSTANCE);
    assertThat(body.path("image").asText()).isEqualTo("default");
    assertThat(body.path("cpu").asDouble()).isEqualTo(2);
    assertThat(body.path("memory_mib").asInt()).isEqualTo(4096);
    assertThat(body.path("timeout_seconds").asInt()).isEqualTo(6 * 3600);
    assertThat(body.path("docker").asBoolean()).isFalse();
    assertThat(body.path("jit_config").asText()).isEqualTo(Upstreams.configuration(name));
    assertThat(body.path("tags"))
        .isEqualTo(tree("{'repository':'acme.plain.repo','profile':'default','job':'31'}"));
    assertThat(body.has("gpu") || body.has("network") || body.has("cache_volume")).isFalse();
    await()
        .until(
            () ->
                gateway
                    .api("/api/jobs/31/explain")
                    .at("/runners/0/state")
                    .asText()
                    .equals("launched"));
    assertThat(UPSTREAMS.creates(31)).hasSize(1);
  }

  @Test
  void aSandboxGetsWhatItsProfileSays() {
    // When
    post(queued(41, "gpu", "modal").repository("acme/heavy"));

    // Then
    JsonNode body = created(minted("acme/heavy").json().path("name").asText()).json();
    assertThat(body.path("image").asText()).isEqualTo("cuda");
    assertThat(body.path("cpu").asDouble()).isEqualTo(1.5);
    assertThat(body.path("memory_mib").asInt()).isEqualTo(16384);
    assertThat(body.path("gpu").asText()).isEqualTo("A100-80GB:2");
    assertThat(body.path("region").asText()).isEqualTo("us-east");
    assertThat(body.path("timeout_seconds").asInt()).isEqualTo(3600);
    assertThat(body.path("cache_volume").asText()).isEqualTo(INSTANCE + "-acme.heavy");
    assertThat(body.path("docker").asBoolean()).isTrue();
    assertThat(body.path("network").has("outbound_cidrs")).isFalse();
    assertThat(body.at("/network/outbound_domains"))
        .extracting(JsonNode::asText)
        .startsWith("github.com", "pypi.org")
        .contains("*.actions.githubusercontent.com")
        .doesNotHaveDuplicates();
    assertThat(body.at("/tags/profile").asText()).isEqualTo("gpu");
  }

  @Test
  void anOrganizationsRunnersAreMintedThereAndAServersApiHasItsOwnPath(@TempDir Path own) {
    String mint = "/api/v3/orgs/acme/actions/runners/generate-jitconfig";
    try (Upstreams upstreams = new Upstreams()) {
      upstreams.github().on("POST", mint).reply(upstreams::minted);
      try (RunningGateway organization =
          RunningGateway.start(
              own,
              upstreams.settings(
                  Map.of(
                      "runner.github.api-url", upstreams.github().uri() + "/api/v3",
                      "runner.github.scope", "organization",
                      "runner.github.api-version", "2026-03-10",
                      "runner.modal.token", "",
                      "runner.modal.key", "wk-test-key",
                      "runner.modal.secret", "ws-test-secret")))) {
        // When
        Delivery.of(queued(51, "modal").repository("acme/any"))
            .signedWith(RunningGateway.SECRET)
            .postTo(organization.webhook());

        // Then
        Recorded minted = upstreams.github().await(1, "POST", mint).get(0);
        Recorded create = upstreams.launcher().await(1, "PUT", Upstreams.SANDBOX).get(0);
        assertThat(minted.header("X-GitHub-Api-Version")).isEqualTo("2026-03-10");
        assertThat(create.header("Modal-Key")).isEqualTo("wk-test-key");
        assertThat(create.header("Modal-Secret")).isEqualTo("ws-test-secret");
        assertThat(create.headers()).doesNotContainKey("Authorization");
        assertThat(upstreams.problems("/api/v3")).isEmpty();
      }
    }
  }

  @Test
  void aRunnerThatRunsAlreadyIsNotStartedTwice() {
    // Given: the answer to a repeat, though it is the first that we hear
    UPSTREAMS
        .launcher()
        .on("PUT", "/v1/sandboxes/" + INSTANCE + "-61-1")
        .reply(
            create -> {
              UPSTREAMS.created(create);
              return UPSTREAMS.created(create);
            });

    // When
    post(queued(61, "modal").repository("acme/repeat"));

    // Then
    await()
        .until(
            () ->
                gateway
                    .api("/api/jobs/61/explain")
                    .at("/runners/0/state")
                    .asText()
                    .equals("launched"));
    assertThat(UPSTREAMS.creates(61)).hasSize(1);
  }

  private static Recorded minted(String repository) {
    String path = "/repos/" + repository + "/actions/runners/generate-jitconfig";
    List<Recorded> mints = UPSTREAMS.github().await(1, "POST", path);
    assertThat(mints).hasSize(1);
    return mints.get(0);
  }

  private static Recorded created(String name) {
    return UPSTREAMS.launcher().await(1, "PUT", "/v1/sandboxes/" + name).get(0);
  }

  private static JsonNode tree(String singleQuoted) {
    return new io.github.modalrunner.fixtures.Answer(0, null, singleQuoted.replace('\'', '"'))
        .json();
  }

  private static void post(Payload payload) {
    Delivery delivery = Delivery.of(payload).signedWith(RunningGateway.SECRET);
    assertThat(delivery.postTo(gateway.webhook()).status()).isEqualTo(202);
  }
}
