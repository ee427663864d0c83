package io.github.modalrunner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The launcher's own tests, which are written in Python as it is. Skipped where Python 3 or one of
 * its packages is missing.
 */
class LauncherPythonTest {
  private static final Path PYTHON =
      Files.isExecutable(Path.of("/usr/bin/python3"))
          ? Path.of("/usr/bin/python3")
          : Path.of("python3");

  @Test
  void keepsItsContract() throws IOException, InterruptedException {
    // Given
    assumeTrue(
        exitCode("-c", "import httpx, jsonschema, pytest, starlette, uvicorn, yaml") == 0,
        "Python 3 with pytest, starlette, httpx, jsonschema, uvicorn and yaml is not installed");

    // When
    int code = exitCode("-m", "pytest", "-q", "-p", "no:cacheprovider", "src/test/modal");

    // Then
    assertThat(code).as(Files.readString(output())).isZero();
  }

  private static int exitCode(String... arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of(PYTHON.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process python;
    try {
      python = builder.start();
    } catch (IOException noPython) {
      Files.writeString(output(), noPython.getMessage(), StandardCharsets.UTF_8);
      return -1;
    }
    assertThat(python.waitFor(5, TimeUnit.MINUTES)).as("pytest ends").isTrue();
    return python.exitValue();
  }

  private static Path output() {
    return Path.of("target", "launcher-pytest.txt");
  }
}
