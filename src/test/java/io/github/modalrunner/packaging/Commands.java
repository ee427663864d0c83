package io.github.modalrunner.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Programs of the machine that a test may use where they are installed. */
final class Commands {
  private Commands() {}

  static boolean missing(String program) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getenv("PATH"))
        .noneMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** What it prints, errors included; fails when it does. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(() -> String.join(" ", command) + "\n" + printed).isZero();
    return printed;
  }
}
