package io.github.modalrunner.packaging;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.Gateway;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar: what is in it, and that it serves in a folder that holds nothing else. */
class JarIT {
  private static final Path JAR = Path.of("target/modal-github-runner.jar");
  private static final Path BOM = Path.of("target/bom.json");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void theJarServesInAFolderWithRoutesAndSettings() throws Exception {
    // Given
    assertThat(Path.of(Gateway.class.getProtectionDomain().getCodeSource().getLocation().toURI()))
        .as("these tests run against the jar")
        .isRegularFile();
    try (Upstreams upstreams = new Upstreams();
        GatewayProcess gateway = GatewayProcess.in(folder, upstreams.settings(Map.of())).start()) {
      // When
      int status =
          Delivery.of(queued(1, "modal"))
              .signedWith(GatewayProcess.SECRET)
              .postTo(gateway.webhook())
              .status();

      // Then
      assertThat(status).isEqualTo(202);
      await().atMost(PATIENCE).until(() -> upstreams.creates(1).size() == 1);
      assertThat(upstreams.problems("")).isEmpty();
      assertThat(gateway.stop()).isIn(0, 143);
    }
  }

  @Test
  void theJarHasItsLicenceAndThoseOfAllThatIsInIt() throws IOException {
    // Given
    JsonNode components = new ObjectMapper().readTree(BOM.toFile()).path("components");

    // When
    String licence = text("META-INF/LICENSE");
    String notices = text("META-INF/THIRD-PARTY.txt");

    // Then
    assertThat(licence).isEqualTo(Files.readString(Path.of("LICENSE")));
    assertThat(components).isNotEmpty();
    assertThat(components)
        .allSatisfy(
            component -> {
              assertThat(component.path("licenses")).as(component.toString()).isNotEmpty();
              assertThat(component.path("hashes")).isNotEmpty();
              assertThat(notices)
                  .contains(
                      "%s:%s:%s"
                          .formatted(
                              component.path("group").asText(),
                              component.path("name").asText(),
                              component.path("version").asText()));
            });
  }

  @Test
  void theBillOfMaterialsNamesWhatServesAndNothingOfTheTests() throws IOException {
    // When
    List<String> names =
        new ObjectMapper().readTree(BOM.toFile()).path("components").findValuesAsText("name");

    // Then
    assertThat(names)
        .contains("camel-core", "sqlite-jdbc", "postgresql", "logback-classic")
        .doesNotContain("junit-jupiter-api", "assertj-core", "archunit");
  }

  /** The rest of "same inputs, same bytes" is shown by building twice: docs/security.md. */
  @Test
  void nothingOfTheMachineOrTheHourIsInTheJar() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      // When
      Attributes manifest = jar.getManifest().getMainAttributes();
      List<Long> ours =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("io/github/modalrunner/"))
              .map(
                  entry ->
                      entry.getTimeLocal().getYear() * 10000L + entry.getTimeLocal().getDayOfYear())
              .distinct()
              .toList();

      // Then
      assertThat(manifest.keySet())
          .extracting(Object::toString)
          .containsExactlyInAnyOrder(
              "Manifest-Version",
              "Created-By",
              "Build-Jdk-Spec",
              "Main-Class",
              "Enable-Native-Access",
              "Multi-Release");
      assertThat(ours).hasSize(1);
    }
  }

  private static String text(String entry) throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream in = jar.getInputStream(jar.getEntry(entry))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
