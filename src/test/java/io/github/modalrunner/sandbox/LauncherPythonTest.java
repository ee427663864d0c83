package io.github.modalrunner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.modalrunner.fixtures.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The launcher's own tests, which are written in Python as it is. Skipped where Python 3 or one of
 * its packages is missing.
 */
class LauncherPythonTest {
  private static final Path OUTPUT = Path.of("target", "launcher-pytest.txt");

  @Test
  void keepsItsContract() throws IOException, InterruptedException {
    // Given
    assumeTrue(Python.isComplete(), Python.MISSING);

    // When
    int code = Python.run(OUTPUT, "-m", "pytest", "-q", "-p", "no:cacheprovider", "src/test/modal");

    // Then
    assertThat(code).as(Files.readString(OUTPUT)).isZero();
  }
}
