package io.github.modalrunner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.modalrunner.demo.Answer;
import io.github.modalrunner.demo.Faults;
import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Pace;
import io.github.modalrunner.demo.World;
import io.github.modalrunner.demo.WorldDriver;
import io.github.modalrunner.demo.WorldServer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A life of the gateway with faults of every kind, after which no secret stands anywhere: neither
 * in what it printed, nor in its ledger, nor in what the admin port tells.
 */
@Execution(ExecutionMode.CONCURRENT)
class SecrecyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String WEBHOOK_SECRET = "webhook-secret-7c41f09d5be2";
  private static final String PREVIOUS_SECRET = "webhook-secret-before-2ad93c6e";
  private static final String GITHUB_TOKEN = "ghp_TokenOfGitHub51c7a2b9e4d0";
  private static final String LAUNCHER_TOKEN = "token-of-the-launcher-90be4f7a";
  private static final String ADMIN_TOKEN = "token-of-the-admin-port-3fd81c5e";
  private static final String MARKER = "marker-of-a-body-b6d2e80a";

  /** What a line of JSON says of a sandbox: the names of ECS, and the keys of the journal. */
  private static final String[] ECS = {
    "@timestamp",
    "ecs.version",
    "service.name",
    "event.dataset",
    "log.level",
    "message",
    "jobId",
    "repository",
    "runner",
    "sandboxId",
    "log.logger",
    "process.thread.name"
  };

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void noSecretStandsInLogLedgerOrAdminPort(String format) throws Exception {
    // Given
    Everything wrong = new Everything();
    World world =
        new World(
            7, System::currentTimeMillis, new Pace(300, 100, 200, 500, 60_000, 60_000, 0), wrong);
    Path log = folder.resolve("log");
    try (WorldServer server = new WorldServer(world)) {
      Map<String, String> settings = settings(format, server);
      URI admin = URI.create("http://127.0.0.1:" + settings.get("runner.admin.port"));
      URI webhook =
          URI.create("http://127.0.0.1:" + settings.get("runner.http.port") + "/webhooks/github");
      Process gateway = GatewayCommand.run(settings, log);
      List<String> told = new ArrayList<>();
      try {
        await().atMost(PATIENCE).until(() -> !gateway.isAlive() || isReady(admin));
        assertThat(gateway.isAlive()).as(() -> read(log)).isTrue();

        // When
        try (WorldDriver driver = new WorldDriver(world, webhook, WEBHOOK_SECRET, 50)) {
          JobSpec job = JobSpec.of("octo-org/octo-repo", "modal").lasting(300);
          List<Long> jobs = world.submit(job, 8);
          told.addAll(strangers(webhook));
          await().atMost(PATIENCE).until(() -> world.unfinished() == 0);
          told.addAll(admin(admin, jobs));
          assertThat(driver.accepted()).isNotEmpty();
        }
      } finally {
        gateway.destroy();
        gateway.waitFor(30, TimeUnit.SECONDS);
        gateway.destroyForcibly();
      }

      // Then: it was a life indeed, …
      String printed = read(log);
      assertThat(wrong.kinds).hasSize(6);
      assertThat(printed)
          .contains("runner minted", "sandbox launched", "runner delayed", "delivery quarantined")
          .contains("webhook misconfigured", "renew runner.github.token");
      assertThat(String.join("\n", told)).contains("octo-org/octo-repo", "\"parked\"", "timeline");
      if (format.equals("json")) {
        assertThat(printed.lines())
            .allSatisfy(line -> assertThat(json(line).has("message")).isTrue())
            .filteredOn(line -> json(line).path("message").asText().equals("sandbox launched"))
            .isNotEmpty()
            .allSatisfy(line -> assertThat(json(line).fieldNames()).toIterable().containsOnly(ECS));
      } else {
        assertThat(printed)
            .containsPattern(
                "(?m)^[0-9:.]{12} INFO  sandbox launched \\{jobId=\\d+ repository=octo-org/octo-repo runner=\\S+ sandboxId=\\S+}$");
      }
      // … and nothing is told of what it knew
      List<String> secrets =
          Stream.concat(
                  wrong.configurations.stream(),
                  Stream.of(
                      WEBHOOK_SECRET, PREVIOUS_SECRET, GITHUB_TOKEN, LAUNCHER_TOKEN, ADMIN_TOKEN))
              .toList();
      assertThat(secrets).hasSizeGreaterThan(12);
      assertThat(printed)
          .doesNotContain(secrets)
          .doesNotContain(MARKER, "\"workflow_job\"", "node_id");
      assertThat(told)
          .allSatisfy(
              answer ->
                  assertThat(answer)
                      .doesNotContain(secrets)
                      .doesNotContain(MARKER, "\"workflow_job\":", "node_id"));
      assertThat(ledger()).doesNotContain(secrets);
      // A sender that is refused is no error, whoever it is
      assertThat(printed).doesNotContain("Unhandled exception");
    }
  }

  private Map<String, String> settings(String format, WorldServer server) {
    return RunningGateway.settings(
        folder,
        Map.ofEntries(
            Map.entry("runner.log.format", format),
            Map.entry("runner.webhook.secret", WEBHOOK_SECRET),
            Map.entry("runner.webhook.previous-secret", PREVIOUS_SECRET),
            Map.entry("runner.github.token", GITHUB_TOKEN),
            Map.entry("runner.modal.token", LAUNCHER_TOKEN),
            Map.entry("runner.admin.token", ADMIN_TOKEN),
            Map.entry("runner.github.api-url", server.githubUrl()),
            Map.entry("runner.modal.launcher-url", server.launcherUrl()),
            Map.entry("runner.github.mints-per-minute", "6000"),
            Map.entry("runner.modal.creates-per-second", "40"),
            Map.entry("runner.retry.initial-delay", "200ms"),
            Map.entry("runner.retry.max-delay", "500ms"),
            Map.entry("runner.breaker.open-for", "200ms"),
            Map.entry("runner.reconcile.every", "500ms"),
            Map.entry("runner.reconcile.job-checks", "1s"),
            Map.entry("runner.runner.exit-grace", "0s")));
  }

  /** Requests that are refused for what they are; their answers. */
  private static List<String> strangers(URI webhook) {
    byte[] marked = ("{\"action\":\"queued\",\"" + MARKER + "\":\"").getBytes(UTF_8);
    Delivery broken = Delivery.of("workflow_job", marked);
    Delivery misconfigured =
        Delivery.of(
            Payloads.example("ping/ping")
                .with("/hook/config/content_type", "form")
                .with("/hook/config/secret", MARKER));
    Delivery long_ = Delivery.of("workflow_job", (MARKER + "x".repeat(2 << 20)).getBytes(UTF_8));
    return Stream.of(
            broken.signedWith(WEBHOOK_SECRET),
            broken.signedWith(PREVIOUS_SECRET),
            broken.signedWith("the secret of somebody else"),
            broken,
            misconfigured.signedWith(WEBHOOK_SECRET),
            misconfigured.signedWith(WEBHOOK_SECRET).contentType("text/plain"),
            misconfigured.signedWith(WEBHOOK_SECRET).header("X-GitHub-Event", MARKER),
            long_.signedWith(WEBHOOK_SECRET))
        .map(delivery -> delivery.postTo(webhook))
        .map(answer -> answer.headers().map() + answer.body())
        .toList();
  }

  /** Everything that the admin port tells, whatever it does not know included. */
  private static List<String> admin(URI admin, List<Long> jobs) {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/",
                "/api/status",
                "/api/jobs",
                "/api/runners",
                "/api/pools",
                "/api/deliveries?limit=500",
                "/api/dead-letters",
                "/api/costs?by=repository",
                "/observe/health/live",
                "/observe/health/ready",
                "/observe/metrics",
                "/api/nothing"));
    jobs.forEach(id -> paths.addAll(List.of("/api/jobs/" + id, "/api/jobs/" + id + "/explain")));
    String deliveries = get(admin.resolve("/api/deliveries?limit=500"));
    json(deliveries)
        .path("deliveries")
        .findValuesAsText("guid")
        .forEach(guid -> paths.add("/api/deliveries/" + guid));
    return paths.stream().map(path -> get(admin.resolve(path))).toList();
  }

  private static boolean isReady(URI admin) {
    try {
      return get(admin.resolve("/observe/health/ready")).contains("\"UP\"");
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  private static String get(URI uri) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + ADMIN_TOKEN).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All bytes of the ledger and of the files beside it. */
  private String ledger() throws IOException {
    StringBuilder bytes = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("ledger")).toList()) {
        bytes.append(new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    assertThat(bytes).contains("octo-org/octo-repo");
    return bytes.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** One fault of each kind, at the first runners of a run; and what GitHub minted meanwhile. */
  private static final class Everything implements Faults {
    final Set<String> configurations = ConcurrentHashMap.newKeySet();
    final Set<String> kinds = ConcurrentHashMap.newKeySet();

    @Override
    public Answer around(Call call, Supplier<Answer> doing) {
      return switch (call.kind()) {
        case "github.generate-jitconfig" -> mint(doing);
        case "launcher.create" -> create(doing);
        default -> doing.get();
      };
    }

    private Answer mint(Supplier<Answer> doing) {
      if (kinds.add("401")) {
        return Answer.text(401, "{\"message\":\"Bad credentials\"}");
      }
      if (kinds.add("500")) {
        return Answer.text(500, "<html>" + GITHUB_TOKEN + "</html>");
      }
      Answer minted = doing.get();
      configurations.add(json(minted.body()).path("encoded_jit_config").asText());
      return kinds.add("mint lost") ? minted.cut(Answer.Wire.HALF) : minted;
    }

    private Answer create(Supplier<Answer> doing) {
      if (kinds.add("text")) {
        return Answer.text(401, "modal-http: missing credentials for proxy authorization");
      }
      if (kinds.add("html")) {
        return Answer.text(503, "<html>" + LAUNCHER_TOKEN + configurations + "</html>");
      }
      Answer created = doing.get();
      return kinds.add("create lost") ? created.cut(Answer.Wire.NOTHING) : created;
    }
  }
}
