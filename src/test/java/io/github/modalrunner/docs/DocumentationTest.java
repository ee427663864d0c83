package io.github.modalrunner.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.docs.Page.Block;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What README.md, DEPLOY.md and docs/ name is there, and what they quote can be read. */
class DocumentationTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Page README = Page.of("README.md");
  private static final Page DEPLOY = Page.of("DEPLOY.md");
  private static final String CHAOS =
      Page.read("src/test/java/io/github/modalrunner/chaos/ChaosIT.java");
  private static final Set<String> SUREFIRE = Set.of("test", "it.test");
  private static final Set<String> PHASES =
      Set.of("clean", "validate", "compile", "test", "package", "verify", "install");

  @Test
  void everyJsonBlockIsJson() {
    // When
    List<String> unreadable = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Block block : page.blocks("json")) {
        try {
          JSON.readTree(block.text());
        } catch (JsonProcessingException e) {
          unreadable.add(page.name() + ": " + e.getMessage());
        }
      }
    }

    // Then
    assertThat(unreadable).isEmpty();
  }

  @Test
  void everyYamlBlockIsYaml() {
    // When
    List<String> unreadable = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Block block : page.blocks("yaml")) {
        try {
          block.yaml();
        } catch (YamlEngineException e) {
          unreadable.add(page.name() + ": " + e.getMessage());
        }
      }
    }

    // Then
    assertThat(unreadable).isEmpty();
  }

  @Test
  void everyXmlBlockIsXml() throws ParserConfigurationException {
    // Given
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();

    // When
    List<String> unreadable = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Block block : page.blocks("xml")) {
        try {
          builder.parse(new InputSource(new StringReader("<blocks>" + block.text() + "</blocks>")));
        } catch (SAXException | IOException e) {
          unreadable.add(page.name() + ": " + e.getMessage());
        }
      }
    }

    // Then
    assertThat(unreadable).isEmpty();
  }

  /** Read, not run: what it would do is another machine's matter. */
  @Test
  void everyShellBlockIsOneThatAShellReads() throws IOException, InterruptedException {
    // When
    List<String> unreadable = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Block block : page.blocks("sh")) {
        Process shell = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        shell.getOutputStream().write(block.text().getBytes(UTF_8));
        shell.getOutputStream().close();
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        if (shell.waitFor() != 0) {
          unreadable.add(page.name() + ": " + said);
        }
      }
    }

    // Then
    assertThat(unreadable).isEmpty();
  }

  @Test
  void everyLinkLeadsSomewhere() {
    // When
    List<String> broken =
        Page.all().stream()
            .flatMap(page -> page.links().stream().filter(link -> !leads(page, link)))
            .toList();

    // Then
    assertThat(broken).isEmpty();
  }

  @Test
  void everyFileThatIsNamedExists() throws IOException {
    // Given
    Pattern named =
        Pattern.compile(
            "(?<![\\w/.:~-])((?:src|routes|docs|\\.ci)/[\\w./*-]*[\\w*]|[A-Z]+\\.md|pom\\.xml|application\\.properties)");
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(""))) {
      files = all.filter(file -> !file.startsWith("target") && !file.startsWith(".git")).toList();
    }

    // When
    Set<String> missing =
        Page.all().stream()
            .flatMap(page -> named.matcher(page.text()).results())
            .map(found -> found.group(1))
            .filter(name -> files.stream().noneMatch(glob(name)::matches))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(missing).isEmpty();
  }

  @Test
  void readmeNamesEveryRouteFileAndNoOther() throws IOException {
    // Given
    Set<String> files;
    try (Stream<Path> routes = Files.walk(Path.of("routes"))) {
      files =
          routes
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".camel.yaml"))
              .collect(toUnmodifiableSet());
    }

    // When
    Set<String> named = README.found("`([\\w-]+\\.camel\\.yaml)`").collect(toUnmodifiableSet());

    // Then
    assertThat(named).isEqualTo(files);
  }

  @Test
  void everyMavenCommandIsOneThatTheBuildKnows() {
    // When
    List<String> commands = Page.all().stream().flatMap(page -> page.commands("mvn")).toList();

    // Then
    assertThat(README.commands("mvn"))
        .contains("mvn -B compile exec:java -Pdemo -Drunner.demo.jobs=3", "mvn -B verify");
    assertThat(commands)
        .allSatisfy(
            command ->
                assertThat(Stream.of(command.split(" ")).skip(1))
                    .as(command)
                    .allMatch(DocumentationTest::buildUnderstands));
  }

  @Test
  void deployInstallsWhatTheLauncherWasWrittenForAndShowsItsImages() throws IOException {
    // Given
    String sdk = JSON.readTree(Page.read("src/test/modal/modal-sdk.json")).path("version").asText();
    List<String> images =
        Page.of("src/main/modal/image.py")
            .found("(?m)^    \"(\\w+)\": ImageSpec\\(")
            .sorted()
            .toList();

    // When
    JsonNode health = JSON.readTree(DEPLOY.blocks("json").get(0).text());

    // Then
    assertThat(DEPLOY.text()).contains("modal==" + sdk);
    assertThat(DEPLOY.found("(starlette==[\\d.]+)"))
        .isNotEmpty()
        .allMatch(Page.read("src/main/modal/app.py")::contains);
    assertThat(health.path("modal_sdk").asText()).isEqualTo(sdk);
    assertThat(health.path("images")).map(JsonNode::asText).isEqualTo(images);
  }

  private static boolean leads(Page page, String link) {
    String[] parts = link.split("#", 2);
    Path file =
        parts[0].isEmpty()
            ? Path.of(page.name())
            : Path.of(page.name()).resolveSibling(parts[0]).normalize();
    return Files.exists(file)
        && (parts.length == 1 || Page.of(file.toString()).anchors().contains(parts[1]));
  }

  private static PathMatcher glob(String name) {
    return FileSystems.getDefault().getPathMatcher("glob:" + name);
  }

  /** A phase, a goal of a plugin of the build, a profile, a setting or a property of the build. */
  private static boolean buildUnderstands(String word) {
    String pom = Page.read("pom.xml");
    if (word.startsWith("-P")) {
      return Stream.of(word.substring(2).split(",", -1))
          .allMatch(profile -> pom.contains("<id>" + profile + "</id>"));
    }
    if (word.startsWith("-D") && word.contains("=")) {
      String property = word.substring(2).replaceFirst("=.*", "");
      return SUREFIRE.contains(property)
          || pom.contains("<" + property + ">")
          || CHAOS.contains('"' + property + '"')
          || Page.read("docs/configuration.md").contains("| `" + property + "` |");
    }
    if (word.contains(":")) {
      String plugin = word.replaceFirst(":.*", "");
      return pom.contains("<artifactId>" + plugin + "-maven-plugin<")
          || pom.contains("<artifactId>maven-" + plugin + "-plugin<");
    }
    return Set.of("-B", "-DskipTests").contains(word) || PHASES.contains(word);
  }
}
