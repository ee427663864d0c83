package io.github.modalrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.ServedGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway cannot start with is said in a sentence, and the process ends with 1. */
class RefusedStartTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"run, runner.http", "run, runner.admin", "setup, runner.admin"})
  void namesThePortThatSomebodyElseHas(String command, String port) throws Exception {
    // Given
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String taken = Integer.toString(other.getLocalPort());
      Map<String, String> settings = settings(Map.of(port + ".port", taken));

      // When
      String said = refused(GatewayCommand.run(settings, log(), command));

      // Then
      assertThat(said)
          .contains("Port " + taken + " of 127.0.0.1 cannot be used")
          .contains("change " + port + ".port")
          .contains(port.equals("runner.http") ? "RUNNER_HTTP_PORT" : "RUNNER_ADMIN_PORT")
          .doesNotContain("\tat ", "Exception", "Setup: open");
    }
  }

  @Test
  void saysThatThereAreNoRoutes() throws Exception {
    // When
    String said = refused(GatewayCommand.run(folder, settings(Map.of()), log(), "run"));

    // Then
    assertThat(said)
        .contains("1 problem found:", "routes:0", "start in the one that holds routes/")
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void saysWhatIsWrongWithARouteFile() throws Exception {
    // Given
    Path routes = Files.createDirectory(folder.resolve("routes"));
    Files.writeString(
        routes.resolve("wrong.camel.yaml"),
        """
        - route:
            id: wrong
            form:
              uri: direct:wrong
        """);

    // When
    String said = refused(GatewayCommand.run(folder, settings(Map.of()), log(), "run"));

    // Then
    assertThat(said)
        .contains("routes/wrong.camel.yaml:", "'form' is unknown here")
        .doesNotContain("\tat ", "Exception");
  }

  private Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("runner.ledger.url", "jdbc:sqlite:" + folder.resolve("data/ledger.db"));
    return ServedGateway.settings(folder, all);
  }

  private Path log() {
    return folder.resolve("log");
  }

  private String refused(Process gateway) throws IOException, InterruptedException {
    try {
      assertThat(gateway.waitFor(120, TimeUnit.SECONDS)).as(() -> "ended: " + read(log())).isTrue();
      assertThat(gateway.exitValue()).as(() -> read(log())).isEqualTo(1);
      return read(log());
    } finally {
      gateway.destroyForcibly();
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "there is no log: " + e;
    }
  }
}
