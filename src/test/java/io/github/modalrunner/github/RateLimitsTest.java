package io.github.modalrunner.github;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import io.github.modalrunner.upstream.Http.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of GitHub's limits, as the gauges show it. */
class RateLimitsTest {
  private static final long RESET = 1_795_000_600;

  private final AtomicLong now = new AtomicLong((RESET - 600) * 1000);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final RateLimits limits = new RateLimits(meters, now::get);

  @Test
  void showsEachCredentialAndResourceByItself() {
    // When
    limits.note(answer("core", 5000, 4999), "token");
    limits.note(answer("core", 5000, 4321), "token");
    limits.note(answer("search", 30, 29), "token");
    limits.note(answer("core", 15000, 14000), "App 1 installation 2");

    // Then
    assertThat(gauge("runner_github_rate_limit", "token", "core")).isEqualTo(5000);
    assertThat(gauge("runner_github_rate_remaining", "token", "core")).isEqualTo(4321);
    assertThat(gauge("runner_github_rate_reset_seconds", "token", "core")).isEqualTo(600);
    assertThat(gauge("runner_github_rate_remaining", "token", "search")).isEqualTo(29);
    assertThat(gauge("runner_github_rate_remaining", "App 1 installation 2", "core"))
        .isEqualTo(14000);
    assertThat(meters.getMeters()).hasSize(9);
  }

  @Test
  void allIsLeftOnceTheWindowIsOver() {
    // Given
    limits.note(answer("core", 5000, 0), "token");

    // When
    now.set(RESET * 1000);

    // Then
    assertThat(gauge("runner_github_rate_remaining", "token", "core")).isEqualTo(5000);
    assertThat(gauge("runner_github_rate_reset_seconds", "token", "core")).isZero();
    assertThat(limits.isUsedUp("token")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Core", "a b", "x{y=\"z\"}", "a_name_of_more_than_forty_characters_in_all"})
  void aResourceThatGitHubDoesNotNameSoMakesNoGaugeOfItsOwn(String resource) {
    // When
    limits.note(answer(resource, 10, 5), "token");

    // Then
    assertThat(gauge("runner_github_rate_remaining", "token", "other")).isEqualTo(5);
  }

  @Test
  void anAnswerWithoutTheHeadersShowsNothing() {
    // When
    limits.note(new Answer(200, Map.of("Date", "today")), "token");

    // Then
    assertThat(meters.getMeters()).isEmpty();
  }

  @Test
  void theAdminPortShowsThemWithoutTheToken(@TempDir Path folder) {
    try (Upstreams upstreams = new Upstreams()) {
      // Given
      upstreams
          .github()
          .on("POST", Upstreams.MINT)
          .reply(
              mint ->
                  upstreams
                      .minted(mint)
                      .header("X-RateLimit-Limit", "5000")
                      .header("X-RateLimit-Remaining", "4321")
                      .header("X-RateLimit-Resource", "core")
                      .header("X-RateLimit-Reset", "4000000000"));
      try (RunningGateway gateway = RunningGateway.start(folder, upstreams.settings(Map.of()))) {
        // When
        Delivery.of(queued(1, "modal")).signedWith(RunningGateway.SECRET).postTo(gateway.webhook());

        // Then
        String labels = "{credential=\"token\",resource=\"core\"} ";
        await()
            .untilAsserted(
                () ->
                    assertThat(gateway.admin("/observe/metrics").body())
                        .contains("runner_github_rate_limit" + labels + "5000.0")
                        .contains("runner_github_rate_remaining" + labels + "4321.0")
                        .contains("runner_github_rate_reset_seconds" + labels)
                        .doesNotContain(RunningGateway.TOKEN));
      }
    }
  }

  @Test
  void theAdminPortsTokenIsAskedForHereToo(@TempDir Path folder) {
    try (RunningGateway gateway =
        RunningGateway.start(folder, Map.of("runner.admin.token", "a-token-of-the-admin-port"))) {
      // When
      HttpResponse<String> answer = gateway.admin("/observe/metrics");

      // Then
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).doesNotContain("camel", "jvm");
    }
  }

  private double gauge(String name, String credential, String resource) {
    return meters.get(name).tags("credential", credential, "resource", resource).gauge().value();
  }

  private static Answer answer(String resource, long limit, long remaining) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("X-RateLimit-Limit", Long.toString(limit));
    headers.put("X-RateLimit-Remaining", Long.toString(remaining));
    headers.put("X-RateLimit-Reset", Long.toString(RESET));
    headers.put("X-RateLimit-Resource", resource);
    return new Answer(200, headers);
  }
}
