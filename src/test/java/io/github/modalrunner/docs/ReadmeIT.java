package io.github.modalrunner.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's way from a build to a checked installation, typed as it stands there. */
class ReadmeIT {
  private static final Page README = Page.of("README.md");

  @TempDir Path folder;

  @Test
  void whatTheReadmeSaysToTypeEndsWithoutProblems() throws IOException, InterruptedException {
    // Given
    Path gateway = folder.resolve("gateway");
    String install = line("mkdir ../gateway").replace("../gateway", gateway.toString());
    Stream<String> settings =
        README.blocks("sh").stream()
            .flatMap(block -> block.text().lines())
            .filter(line -> line.startsWith("export "));
    List<String> typed =
        Stream.concat(Stream.of(install), Stream.concat(settings, Stream.of(line("java -jar"))))
            .toList();

    // When
    Process shell =
        new ProcessBuilder("bash", "-e", "-c", String.join("\n", typed))
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);

    // Then
    assertThat(shell.waitFor()).as(said).isZero();
    assertThat(said).contains("No problems found.");
    assertThat(gateway.toFile().list())
        .containsExactlyInAnyOrder("modal-github-runner.jar", "application.properties", "routes");
  }

  /** The first line of a shell block that begins so. */
  private static String line(String begins) {
    return README.blocks("sh").stream()
        .flatMap(block -> block.text().lines())
        .filter(line -> line.startsWith(begins))
        .findFirst()
        .orElseThrow();
  }
}
