package io.github.modalrunner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.modalrunner.fixtures.Recording;
import io.github.modalrunner.jobs.Profile;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the gateway asks is what the launcher's own tests are asked: the recorded calls. */
class SandboxesTest {
  private static final Map<String, Object> MINTED = Map.of("jit_config", "e30=");
  private static final String NAME = "mgr-30433642545-1";
  private static final String REPOSITORY = "octo-org/hello.world";

  @Test
  void asksForTheDefaultProfileAsRecorded() {
    // Given
    Recording golden = Recording.of("create-default-201");
    Sandboxes sandboxes = sandboxes(profile("default", "default", null, List.of(), List.of()));

    // When
    JsonNode request = request(sandboxes, "default", REPOSITORY, golden);

    // Then
    assertThat(request).isEqualTo(golden.requestBody());
    assertThat(sandboxes.path(runner("default", REPOSITORY))).isEqualTo(golden.path());
  }

  @Test
  void asksForEveryOptionAsRecorded() {
    // Given
    Recording golden = Recording.of("create-201");
    Profile gpu =
        new Profile(
            "gpu",
            new TreeSet<>(Set.of("modal", "gpu")),
            "gpu",
            1.5,
            4096,
            "A100-80GB:2",
            "us-east",
            3600,
            "true",
            true,
            List.of("pypi.org"),
            List.of("10.0.0.0/8"));

    // When
    JsonNode request = request(sandboxes(gpu), "gpu", REPOSITORY, golden);

    // Then
    assertThat(request).isEqualTo(golden.requestBody());
  }

  @Test
  void looksAtListsAndDeletesWhereRecorded() {
    // Given
    Sandboxes sandboxes = sandboxes(profile("default", "default", null, List.of(), List.of()));
    Map<String, Object> launched = new HashMap<>(runner("default", REPOSITORY));
    launched.put("sandbox_id", "sb-0000000000000000000001");

    // Then
    assertThat(sandboxes.queryPath(runner("default", REPOSITORY)))
        .isEqualTo(Recording.of("get-running-200").path())
        .isEqualTo(Recording.of("delete-204").path());
    assertThat(sandboxes.queryPath(launched)).isEqualTo(Recording.of("get-finished-200").path());
    assertThat(sandboxes.listPath(null)).isEqualTo(Recording.of("list-200").path());
    assertThat(sandboxes.listPath("a&b=c")).endsWith("&cursor=a%26b%3Dc");
    assertThat(sandboxes.healthPath()).isEqualTo(Recording.of("health-200").path());
  }

  @Test
  void eachRepositoryHasAVolumeOfItsOwnHoweverLongItsName() {
    // Given
    Sandboxes sandboxes = sandboxes(profile("default", "default", "true", List.of(), List.of()));
    List<String> repositories =
        List.of(
            "o/r",
            "o/r.x",
            "o-r/x",
            "o/" + "r".repeat(100),
            "o/" + "r".repeat(99) + "s",
            // texts whose hash codes are equal
            "o/" + "r".repeat(80) + "Aa",
            "o/" + "r".repeat(80) + "BB");

    // When
    List<String> volumes =
        repositories.stream()
            .map(r -> (String) sandboxes.request(runner("default", r), MINTED).get("cache_volume"))
            .toList();

    // Then
    assertThat(volumes).doesNotHaveDuplicates().allMatch(v -> v.matches("[A-Za-z0-9._-]{1,64}"));
    assertThat(volumes.get(0)).isEqualTo("mgr-o.r");
  }

  @Test
  void aLimitKeepsWhatGitHubActionsNeeds() {
    // Given
    Sandboxes cidrs =
        sandboxes(profile("default", "default", null, List.of(), List.of("10.0.0.0/8")));
    List<String> eighty =
        IntStream.range(0, 80).mapToObj(n -> "host" + n + ".example.com").toList();
    Sandboxes most =
        new Sandboxes(
            "mgr",
            List.of(profile("default", "default", null, eighty, List.of())),
            ActionsHosts.of("https://octo.ghe.com:8443"),
            Map.of());

    // Then
    assertThat(domains(cidrs)).isEqualTo(ActionsHosts.of(""));
    assertThat(domains(most))
        .containsAll(eighty)
        .contains("github.com", "octo.ghe.com", "*.octo.ghe.com")
        .hasSizeLessThanOrEqualTo(100);
  }

  @SuppressWarnings("unchecked")
  private static List<String> domains(Sandboxes sandboxes) {
    Map<String, Object> request = sandboxes.request(runner("default", REPOSITORY), MINTED);
    return (List<String>) ((Map<String, Object>) request.get("network")).get("outbound_domains");
  }

  private static JsonNode request(
      Sandboxes sandboxes, String profile, String repository, Recording golden) {
    return new JsonMapper()
        .valueToTree(
            sandboxes.request(
                runner(profile, repository),
                Map.of("jit_config", golden.requestBody().path("jit_config").asText())));
  }

  private static Map<String, Object> runner(String profile, String repository) {
    return Map.of(
        "name", NAME, "profile", profile, "repository", repository, "minted_for", 30433642545L);
  }

  private static Sandboxes sandboxes(Profile profile) {
    return new Sandboxes("mgr", List.of(profile), ActionsHosts.of(""), Map.of());
  }

  private static Profile profile(
      String name, String image, String cache, List<String> domains, List<String> cidrs) {
    return new Profile(
        name,
        Collections.unmodifiableSortedSet(new TreeSet<>(Set.of("modal"))),
        image,
        2,
        4096,
        null,
        null,
        21600,
        cache,
        false,
        domains,
        cidrs);
  }
}
