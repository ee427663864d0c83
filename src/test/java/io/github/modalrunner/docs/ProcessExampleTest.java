package io.github.modalrunner.docs;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.ExtensionExample;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Upstreams;
import io.github.modalrunner.settings.RouteFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runners as processes, installed by the commands of docs/extending.md; in the place of GitHub's
 * runner a script that notes what it was given and stays.
 */
class ProcessExampleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String RUNNER = "mgr-1-1";

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() {
    process().ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void aJobGetsAProcessThatOutlivesTheGatewayAndEndsWhenItShould() throws Exception {
    // Given
    try (Upstreams upstreams = new Upstreams();
        GatewayProcess gateway = GatewayProcess.in(folder, settings(upstreams))) {
      install();
      gateway.start();

      // When
      Delivery.of(queued(1, "modal")).signedWith(GatewayProcess.SECRET).postTo(gateway.webhook());

      // Then
      await().atMost(PATIENCE).until(() -> Files.exists(own().resolve("started")));
      assertThat(Files.readString(own().resolve("given")))
          .contains("ACTIONS_RUNNER_INPUT_JITCONFIG=" + Upstreams.configuration(RUNNER))
          .doesNotContain("RUNNER_WEBHOOK_SECRET", "RUNNER_GITHUB_TOKEN", GatewayProcess.TOKEN);
      assertThat(upstreams.launcher().requests()).isEmpty();

      // When
      gateway.kill();
      gateway.start();

      // Then
      assertThat(process()).isPresent();
      await().atMost(PATIENCE).until(() -> sandbox(gateway).equals("RUNNING"));

      // When
      gateway.rows("SELECT 1");
      Delivery.of(queued(1, "modal").action("completed").status("completed").conclusion("success"))
          .signedWith(GatewayProcess.SECRET)
          .postTo(gateway.webhook());

      // Then
      await().atMost(PATIENCE).until(() -> sandbox(gateway).equals("GONE"));
      assertThat(process()).isEmpty();
      assertThat(own()).doesNotExist();
    }
  }

  private static Map<String, String> settings(Upstreams upstreams) {
    Map<String, String> settings =
        new HashMap<>(
            upstreams.settings(
                Map.of(
                    "runner.runner.surplus-hold", "0s",
                    "runner.runner.reap-grace", "0s",
                    "runner.runner.exit-grace", "0s",
                    "runner.runner.idle-limit", "1s",
                    "runner.runner.boot-deadline", "1s")));
    return settings;
  }

  /** What the page says to type, but for its settings and the start. */
  private void install() throws IOException, InterruptedException {
    Path home = Files.createDirectory(folder.resolve("actions-runner"));
    Path script =
        Files.writeString(
            home.resolve("run.sh"),
            "#!/bin/sh\nenv > given\n: > started\nexec tail -f /dev/null\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    List<String> commands =
        new Page("", ExtensionExample.section("Another provider of sandboxes"))
            .blocks("sh")
            .get(0)
            .text()
            .lines()
            .filter(line -> line.matches("(mv|cp) .*"))
            .toList();
    assertThat(commands).hasSize(2);
    Path optional = Files.createDirectory(folder.resolve("routes/optional"));
    for (String file : List.of("61-sandbox-process.camel.yaml", "beans-process.camel.yaml")) {
      Files.copy(Path.of("routes/optional", file), optional.resolve(file));
    }
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", String.join("\n", commands))
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
    assertThat(RouteFiles.check(folder.resolve("routes"))).isEmpty();
  }

  private Path own() {
    return folder.resolve("data/runners").resolve(RUNNER);
  }

  private static String sandbox(GatewayProcess gateway) {
    return gateway
        .rows("SELECT sandbox FROM runner WHERE name = '" + RUNNER + "'")
        .get(0)
        .get("sandbox")
        .toString();
  }

  /** The process that the runner's folder names, while it runs. */
  private Optional<ProcessHandle> process() {
    try {
      Path note = own().resolve(".process");
      return Files.exists(note)
          ? ProcessHandle.of(Long.parseLong(Files.readString(note).replaceFirst("-.*", "")))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
