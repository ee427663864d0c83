package io.github.modalrunner.packaging;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image, without what it stands on: its files laid out in a folder, started as the image says,
 * by its user where the test may become that. The Dockerfile says the same of it.
 */
class ImageIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final String DOCKERFILE = read(Path.of("src/main/docker/Dockerfile"));

  @TempDir Path folder;
  private JsonNode config;
  private Path app;

  @BeforeEach
  void layOut() throws Exception {
    Path image = Files.createDirectory(folder.resolve("image"));
    Path root = Files.createDirectory(folder.resolve("root"));
    unpack(Path.of("target/image-layout.tar"), image);
    config = JSON.readTree(image.resolve("config.json").toFile()).path("config");
    for (JsonNode layer : JSON.readTree(image.resolve("manifest.json").toFile()).at("/0/Layers")) {
      unpack(image.resolve(layer.asText()), root);
    }
    app = root.resolve("app");
    for (Path open : List.of(folder, root, app)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void theImageServesAndWritesToItsVolumeOnly() throws Exception {
    // Given
    Map<Path, FileTime> before = filesOutsideOfData();
    String ledger = "jdbc:sqlite:" + app.resolve("data/ledger.db");
    try (Upstreams upstreams = new Upstreams();
        GatewayProcess gateway =
            GatewayProcess.installed(
                app,
                folder.resolve("gateway.log"),
                upstreams.settings(Map.of("runner.ledger.url", ledger)),
                command())) {
      // its own setting says where the ledger is
      gateway.with("RUNNER_LEDGER_URL", "").start();

      // When
      int status =
          Delivery.of(queued(1, "modal"))
              .signedWith(GatewayProcess.SECRET)
              .postTo(gateway.webhook())
              .status();

      // Then
      assertThat(status).isEqualTo(202);
      await().atMost(PATIENCE).until(() -> upstreams.creates(1).size() == 1);
      assertThat(healthCheck(gateway)).as("the health check while it serves").isZero();
      gateway.stop();
      assertThat(healthCheck(gateway)).as("the health check without a gateway").isNotZero();
    }
    assertThat(filesOutsideOfData()).isEqualTo(before);
  }

  @Test
  void theDockerfileMakesTheSameImage() throws IOException {
    // When
    List<String> entrypoint = strings(instruction("ENTRYPOINT"));

    // Then
    assertThat(entrypoint.stream().filter(word -> !word.startsWith("-XX:AOTCache=")))
        .isEqualTo(strings(config.path("Entrypoint").toString()));
    assertThat(instruction("USER")).isEqualTo(config.path("User").asText());
    assertThat(instruction("WORKDIR")).isEqualTo(config.path("WorkingDir").asText());
    assertThat(config.path("Env")).map(JsonNode::asText).containsExactly(instruction("ENV"));
    assertThat(config.path("Volumes").fieldNames())
        .toIterable()
        .containsExactly(instruction("VOLUME"));
    assertThat(Stream.of(instruction("EXPOSE").split(" ")).map(port -> port + "/tcp"))
        .containsExactlyElementsOf(() -> config.path("ExposedPorts").fieldNames());
    assertThat(app.toFile().list())
        .containsExactlyInAnyOrder(
            "modal-github-runner.jar", "application.properties", "LICENSE", "routes", "data");
    assertThat(DOCKERFILE)
        .contains(
            "COPY target/modal-github-runner.jar application.properties LICENSE ./\n",
            "COPY routes routes\n",
            "mkdir -m 0700 data");
  }

  @Test
  void theDockerfilesDemoMakesTheCacheThatItsCommandTakes() throws Exception {
    // Given
    String cache =
        strings(instruction("ENTRYPOINT")).stream()
            .filter(word -> word.startsWith("-XX:AOTCache="))
            .map(word -> word.substring(word.indexOf('=') + 1))
            .findFirst()
            .orElseThrow();

    // When
    String demo = instruction("RUN java").replace("\\\n", "").replace("> /dev/null", "");
    String printed =
        Commands.run(
            "sh", "-c", ("cd /app && " + JAVA + " " + demo).replace("/app", app.toString()));

    // Then
    assertThat(printed).contains("10 jobs served, 0 waiting, 0 sandboxes left");
    assertThat(Files.exists(Path.of(cache.replace("/app", app.toString()))))
        .as("Java before 25 makes none, and the image starts without")
        .isEqualTo(Runtime.version().feature() >= 25);
  }

  /** The image's own command, with the Java of this test and the folder in the place of /app. */
  private List<String> command() throws Exception {
    List<String> command = new ArrayList<>();
    if (Commands.run("id", "-u").strip().equals("0")) {
      String[] user = config.path("User").asText().split(":", 2);
      command.addAll(
          List.of("setpriv", "--reuid=" + user[0], "--regid=" + user[1], "--clear-groups"));
    }
    for (String word : strings(config.path("Entrypoint").toString())) {
      command.add(word.equals("java") ? JAVA : word.replace("/app", app.toString()));
    }
    return command;
  }

  private static int healthCheck(GatewayProcess gateway) throws Exception {
    Matcher check =
        Pattern.compile("HEALTHCHECK[^\\[]*CMD (\\[.*])", Pattern.DOTALL).matcher(DOCKERFILE);
    assertThat(check.find()).isTrue();
    ProcessBuilder builder = new ProcessBuilder(strings(check.group(1).lines().findFirst().get()));
    builder.environment().put("RUNNER_ADMIN_PORT", Integer.toString(gateway.admin().getPort()));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static String instruction(String name) {
    Matcher matcher = Pattern.compile("(?m)^" + name + " ((?:.*\\\\\n)*.*)$").matcher(DOCKERFILE);
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }

  private static List<String> strings(String array) throws IOException {
    return List.of(JSON.readValue(array, String[].class));
  }

  private Map<Path, FileTime> filesOutsideOfData() throws IOException {
    try (Stream<Path> files = Files.walk(app.getParent())) {
      return new HashMap<>(
          files
              .filter(file -> !file.startsWith(app.resolve("data")))
              .collect(toMap(file -> file, ImageIT::changed)));
    }
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void unpack(Path archive, Path into) throws Exception {
    Commands.run("tar", "-xf", archive.toString(), "-C", into.toString());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
