package io.github.modalrunner.demo;

import static io.github.modalrunner.demo.Game.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The world over the wire. */
class WorldServerTest {
  private static final String MINT =
      "{\"name\":\"%s\",\"runner_group_id\":1,\"labels\":[\"modal\"]}";
  private final HttpClient http = HttpClient.newHttpClient();

  private static World world(Faults faults) {
    World world = new World(1, System::currentTimeMillis, Pace.USUAL, faults);
    world.repository(REPOSITORY, true);
    return world;
  }

  private HttpResponse<String> mint(WorldServer server, String name) throws Exception {
    String path = "/repos/" + REPOSITORY + "/actions/runners/generate-jitconfig";
    return http.send(
        HttpRequest.newBuilder(URI.create(server.githubUrl() + path))
            .header("Authorization", "Bearer t")
            .header("User-Agent", "test")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .POST(BodyPublishers.ofString(MINT.formatted(name)))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void answersOverHttpWhatTheWorldSays() throws Exception {
    try (WorldServer server = new WorldServer(world(Faults.NONE))) {
      // When
      HttpResponse<String> first = mint(server, "mgr-1-1");
      HttpResponse<String> second = mint(server, "mgr-1-1");

      // Then
      assertThat(List.of(first.statusCode(), second.statusCode())).containsExactly(201, 409);
      assertThat(first.body()).contains("encoded_jit_config");
      assertThat(first.headers().firstValue("Content-Type"))
          .hasValueSatisfying(t -> assertThat(t).startsWith("application/json"));
    }
  }

  @Test
  void cutsAndDelaysAnswersAsTheFaultsSay() throws Exception {
    // Given
    Faults faults =
        new Faults() {
          @Override
          public Answer around(Call call, Supplier<Answer> doing) {
            return switch (call.subject()) {
              case "nothing" -> doing.get().cut(Answer.Wire.NOTHING);
              case "half" -> doing.get().cut(Answer.Wire.HALF);
              case "late" -> doing.get().late(300);
              default -> doing.get();
            };
          }
        };
    World world = world(faults);
    try (WorldServer server = new WorldServer(world)) {
      // When
      long before = System.nanoTime();
      int late = mint(server, "late").statusCode();
      long took = System.nanoTime() - before;

      // Then
      assertThat(late).isEqualTo(201);
      assertThat(took).isGreaterThan(300_000_000L);
      assertThatThrownBy(() -> mint(server, "nothing")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> mint(server, "half")).isInstanceOf(IOException.class);
      assertThat(world.registrations()).containsExactlyInAnyOrder("late", "nothing", "half");
    }
  }

  @Test
  void rateLimitsAreSaidAsGitHubSaysThem() throws Exception {
    // Given
    RateLimits limits = new RateLimits(Faults.NONE, System::currentTimeMillis);
    World world = world(limits);
    try (WorldServer server = new WorldServer(world)) {
      // When
      limits.primary(1, 60_000);
      HttpResponse<String> within = mint(server, "mgr-1-1");
      HttpResponse<String> over = mint(server, "mgr-2-1");
      limits.primary(1_000, 60_000);
      limits.secondary(9, 60_000);
      HttpResponse<String> slow = mint(server, "mgr-3-1");
      HttpResponse<String> fast = mint(server, "mgr-4-1");

      // Then
      assertThat(List.of(within.statusCode(), slow.statusCode())).containsOnly(201);
      assertThat(over.statusCode()).isIn(403, 429);
      assertThat(over.headers().firstValue("X-RateLimit-Remaining")).contains("0");
      assertThat(over.headers().firstValueAsLong("X-RateLimit-Reset")).isPresent();
      assertThat(over.headers().firstValue("Retry-After")).isEmpty();
      assertThat(fast.statusCode()).isIn(403, 429);
      assertThat(fast.headers().firstValueAsLong("Retry-After").getAsLong()).isBetween(1L, 60L);
      assertThat(world.registrations()).containsExactly("mgr-1-1", "mgr-3-1");
    }
  }

  @Test
  void theDriverDeliversToAGatewayAndLogsOneThatIsDown() throws Exception {
    // Given
    World world = world(Faults.NONE);
    URI nobody = URI.create("http://127.0.0.1:1/webhooks/github");

    // When
    try (WorldServer server = new WorldServer(world);
        WorldDriver driver = new WorldDriver(world, nobody, "secret", 10)) {
      world.submit(JobSpec.of(REPOSITORY, "modal"));

      // Then
      String hook = server.githubUrl() + "/repos/" + REPOSITORY + "/hooks/1/deliveries";
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          http.send(
                                  HttpRequest.newBuilder(URI.create(hook))
                                      .header("Authorization", "Bearer t")
                                      .header("User-Agent", "test")
                                      .header("X-GitHub-Api-Version", "2022-11-28")
                                      .build(),
                                  BodyHandlers.ofString())
                              .body())
                      .contains("\"status_code\":502"));
      assertThat(driver.accepted()).isEmpty();
    }
  }
}
