package io.github.modalrunner.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DemoScriptTest {
  private final AtomicLong now = new AtomicLong(Game.START);
  private final World world = new World(1, now::get, Pace.USUAL, Faults.NONE);
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private DemoScript script(int jobs) {
    return new DemoScript(
        world, jobs, "http://127.0.0.1:8081/", new PrintStream(printed, true, UTF_8));
  }

  /** Lets the script run for so long; gives the exit codes that it asked for. */
  private List<Integer> play(DemoScript script, int seconds) {
    List<Integer> codes = new ArrayList<>();
    for (int i = 0; i < seconds * 10; i++) {
      now.addAndGet(100);
      script.next().forEach(d -> world.answered(d, 202));
      codes.add(script.exitCode());
    }
    return codes.stream().filter(Objects::nonNull).toList();
  }

  @Test
  void saysWhereTheStatusPageIsAndThatAllWereServed() {
    // Given
    DemoScript script = script(2);
    List<Integer> codes = new ArrayList<>(play(script, 1));

    // When
    runner("repos/octo-org/api", "mgr-1-1");
    runner("repos/octo-org/web", "mgr-2-1");
    codes.addAll(play(script, 15));

    // Then
    assertThat(codes).containsExactly(0);
    assertThat(printed.toString(UTF_8))
        .contains("http://127.0.0.1:8081/")
        .contains("completed: success")
        .endsWith("2 jobs served, 0 waiting, 0 sandboxes left" + System.lineSeparator());
  }

  @Test
  void beginsAndEndsWithTheLinesThatTheReadmeQuotes() throws IOException {
    // Given
    DemoScript script = script(3);
    play(script, 2);
    runner("repos/octo-org/api", "mgr-1-1");
    runner("repos/octo-org/web", "mgr-2-1");
    runner("repos/octo-org/docs", "mgr-3-1");

    // When
    play(script, 15);

    // Then
    List<String> lines = printed.toString(UTF_8).lines().toList();
    assertThat(Files.readAllLines(Path.of("README.md")))
        .contains(lines.get(0), lines.get(lines.size() - 1));
  }

  @Test
  void failsHonestlyWhenNoJobIsServedForTwoMinutes() {
    // When
    List<Integer> codes = play(script(3), 130);

    // Then
    assertThat(codes).containsExactly(1);
    assertThat(printed.toString(UTF_8))
        .contains("Not every job was served")
        .endsWith("0 jobs served, 3 waiting, 0 sandboxes left" + System.lineSeparator());
  }

  @Test
  void goesOnForEverAFewJobsAtATimeWhenNoNumberIsGiven() {
    // When
    List<Integer> codes = play(script(0), 300);

    // Then
    assertThat(codes).isEmpty();
    assertThat(world.unfinished()).isEqualTo(3);
  }

  private void runner(String scope, String name) {
    GitHubApi github = new GitHubApi(world);
    String mint =
        "{\"name\":\"%s\",\"runner_group_id\":1,\"labels\":[\"self-hosted\",\"linux\",\"modal\"]}";
    String minted =
        github
            .handle(
                "POST",
                "/demo/github/" + scope + "/actions/runners/generate-jitconfig",
                null,
                Game.GITHUB_HEADERS,
                mint.formatted(name))
            .body();
    String sandbox =
        """
        {"owner":"mgr","image":"default","cpu":2,"memory_mib":4096,"timeout_seconds":3600,
         "jit_config":"%s","tags":{}}
        """;
    String jit = Game.json(minted).path("encoded_jit_config").asText();
    new LauncherApi(world)
        .handle(
            "PUT",
            "/demo/launcher/v1/sandboxes/" + name,
            null,
            Game.LAUNCHER_HEADERS,
            sandbox.formatted(jit));
  }
}
