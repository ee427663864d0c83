package io.github.modalrunner.docs;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.docs.Page.Block;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Verdict;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** README.md, DEPLOY.md and docs/ say what is so. */
class DocumentationTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Page README = Page.of("README.md");
  private static final Page DEPLOY = Page.of("DEPLOY.md");
  private static final Page RUNBOOK = Page.of("docs/runbook.md");

  /**
   * The table of settings, which {@code ConfigurationDocumentationTest} holds equal to the code.
   */
  private static final Page CONFIGURATION = Page.of("docs/configuration.md");

  /** What has to be given besides what a block shows. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "RUNNER_WEBHOOK_SECRET", "0123456789abcdef",
          "RUNNER_GITHUB_TOKEN", "token",
          "RUNNER_MODAL_LAUNCHER_URL", "https://launcher.example",
          "RUNNER_MODAL_TOKEN", "token");

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
  void everyPropertiesBlockIsAcceptedAsSettings() throws IOException {
    // When
    List<Settings.Problem> problems = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Block block : page.blocks("properties")) {
        problems.addAll(Settings.read(NEEDED, Map.of(), properties(block)).problems());
      }
    }

    // Then
    assertThat(problems).isEmpty();
  }

  @Test
  void everyWorkflowAsksForLabelsThatTheDefaultSettingsServe() {
    // Given
    Admission admission = Admission.of(Settings.read(NEEDED, Map.of(), Map.of()));

    // When
    List<Verdict.Kind> verdicts =
        Page.all().stream()
            .flatMap(page -> page.blocks("yaml").stream())
            .flatMap(DocumentationTest::labelsOfJobs)
            .map(labels -> admission.judge("owner/repository", true, labels).kind())
            .toList();

    // Then
    assertThat(verdicts).isNotEmpty().containsOnly(Verdict.Kind.ADMITTED);
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
  void everySettingThatIsNamedExists() {
    // Given
    Set<String> known = names("\\| `(runner\\.\\S+)` \\|");
    Pattern named = Pattern.compile("(?<![\\w./-])runner\\.[a-z][\\w.<>*…-]*[\\w>*…]");

    // When
    Set<String> unknown = new TreeSet<>();
    pagesAboutSettings()
        .flatMap(page -> named.matcher(page.text()).results())
        .map(
            found -> found.group().replaceFirst("^(runner\\.profiles\\.)[a-z0-9]+\\.", "$1<name>."))
        .forEach(
            name -> {
              String prefix = name.replaceFirst("[*…]$", "");
              boolean all = !prefix.equals(name);
              if (!known.contains(name)
                  && !(all && known.stream().anyMatch(property -> property.startsWith(prefix)))) {
                unknown.add(name);
              }
            });

    // Then
    assertThat(known).isNotEmpty();
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyVariableThatIsNamedExists() throws IOException {
    // Given
    Set<String> known = new TreeSet<>(names("\\| `(RUNNER_\\S+)` \\|"));
    names("\\| `(RUNNER_\\S+)` \\|.*\\| \\*secret\\*").forEach(name -> known.add(name + "_FILE"));
    Pattern named = Pattern.compile("(?<![\\w-])(?:RUNNER|LAUNCHER|MODAL)_[A-Z0-9_]+");
    for (String file : List.of("app.py", "image.py", "entrypoint.sh")) {
      named
          .matcher(Page.read(Path.of("src/main/modal", file)))
          .results()
          .forEach(found -> known.add(found.group()));
    }

    // When
    Set<String> unknown =
        pagesAboutSettings()
            .flatMap(page -> named.matcher(page.text()).results())
            .map(found -> found.group())
            .filter(name -> !known.contains(name))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyMavenCommandIsOneThatTheBuildKnows() {
    // Given
    String pom = Page.read(Path.of("pom.xml"));

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
                    .allMatch(word -> understands(pom, word)));
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
    Set<String> named =
        Pattern.compile("`([\\w-]+\\.camel\\.yaml)`")
            .matcher(README.text())
            .results()
            .map(found -> found.group(1))
            .collect(toUnmodifiableSet());

    // Then
    assertThat(named).isEqualTo(files);
  }

  @Test
  void everyReasonCodeHasAnEntryInTheRunbookAndNoneIsMadeUp() throws IOException {
    // Given
    Set<String> codes = ReasonCodes.ofTheSource();

    // When
    Set<String> entries =
        Pattern.compile("(?m)^\\| (?:\\d{3} )?`([a-z]+(?:_[a-z]+)*)` \\|")
            .matcher(RUNBOOK.text())
            .results()
            .map(found -> found.group(1))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(codes).hasSizeGreaterThan(20);
    assertThat(entries).containsAll(codes);
    assertThat(entries)
        .filteredOn(entry -> entry.contains("_"))
        .allSatisfy(entry -> assertThat(codes).contains(entry));
  }

  @Test
  void everyCodeOfTheLauncherHasAnEntryInTheRunbook() {
    // Given
    Map<?, ?> contract = yaml("src/main/resources/contract/launcher.openapi.yaml");

    // When
    List<?> codes =
        (List<?>)
            at(
                    contract,
                    "components",
                    "schemas",
                    "Error",
                    "properties",
                    "error",
                    "properties",
                    "code")
                .get("enum");

    // Then
    assertThat(codes)
        .isNotEmpty()
        .allSatisfy(code -> assertThat(RUNBOOK.text()).contains("`" + code + "`"));
  }

  @Test
  void everyPathOfTheAdminPortThatIsNamedIsServed() throws IOException {
    // Given
    List<Pattern> served = new ArrayList<>();
    served.add(Pattern.compile("/observe/metrics")); // Camel's own management server
    for (String file : List.of("routes/90-admin.camel.yaml")) {
      Pattern.compile("path: \"(/[^\"]+)\"")
          .matcher(Page.read(Path.of(file)))
          .results()
          .map(found -> Pattern.compile(found.group(1).replaceAll("\\{\\w+}", "[^/]+")))
          .forEach(served::add);
    }
    Pattern named = Pattern.compile("/(?:api|observe)/(?!v3)[\\w/-]+");

    // When
    Set<String> unserved =
        Page.all().stream()
            .flatMap(page -> named.matcher(page.text()).results())
            .map(found -> found.group())
            .filter(path -> served.stream().noneMatch(route -> route.matcher(path).matches()))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(unserved).isEmpty();
  }

  @Test
  void deployInstallsWhatTheLauncherWasWrittenForAndShowsItsImages() throws IOException {
    // Given
    String sdk =
        JSON.readTree(Page.read(Path.of("src/test/modal/modal-sdk.json"))).path("version").asText();
    List<String> images =
        Pattern.compile("(?m)^    \"(\\w+)\": ImageSpec\\(")
            .matcher(Page.read(Path.of("src/main/modal/image.py")))
            .results()
            .map(found -> found.group(1))
            .sorted()
            .toList();

    // When
    JsonNode health = JSON.readTree(DEPLOY.blocks("json").get(0).text());

    // Then
    assertThat(DEPLOY.text()).contains("modal==" + sdk);
    assertThat(Page.read(Path.of("src/main/modal/app.py")))
        .contains(DEPLOY.text().replaceAll("(?s).*(starlette==[\\d.]+).*", "$1"));
    assertThat(health.path("modal_sdk").asText()).isEqualTo(sdk);
    assertThat(health.path("images")).map(JsonNode::asText).isEqualTo(images);
  }

  private static Stream<Page> pagesAboutSettings() {
    return Page.all().stream().filter(page -> !page.equals(CONFIGURATION));
  }

  private static Set<String> names(String row) {
    return Pattern.compile(row)
        .matcher(CONFIGURATION.text())
        .results()
        .map(found -> found.group(1))
        .collect(toUnmodifiableSet());
  }

  private static boolean leads(Page page, String link) {
    String[] parts = link.split("#", 2);
    Path file =
        parts[0].isEmpty()
            ? Path.of(page.name())
            : Path.of(page.name()).resolveSibling(parts[0]).normalize();
    return Files.exists(file)
        && (parts.length == 1
            || Page.of(file.toString().replace('\\', '/')).anchors().contains(parts[1]));
  }

  private static PathMatcher glob(String name) {
    return FileSystems.getDefault().getPathMatcher("glob:" + name);
  }

  private static boolean understands(String pom, String word) {
    if (word.startsWith("-P")) {
      return pom.contains("<id>" + word.substring(2) + "</id>");
    }
    if (word.startsWith("-D")) {
      String property = word.substring(2).replaceFirst("=.*", "");
      return CONFIGURATION.text().contains("`" + property + "`")
          || pom.contains("<" + property + ">");
    }
    String plugin = word.replaceFirst(":.*", "");
    return word.equals("-B")
        || PHASES.contains(word)
        || word.contains(":")
            && pom.matches("(?s).*<artifactId>(maven-)?" + plugin + "-(maven-)?plugin<.*");
  }

  private static Map<String, String> properties(Block block) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(block.text()));
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> texts.put(n, properties.getProperty(n)));
    return texts;
  }

  /** The labels of each job of a workflow. */
  private static Stream<List<String>> labelsOfJobs(Block workflow) {
    return at((Map<?, ?>) load(workflow.text()), "jobs").values().stream()
        .map(
            job ->
                ((List<?>) ((Map<?, ?>) job).get("runs-on"))
                    .stream().map(Object::toString).toList());
  }

  private static Map<?, ?> yaml(String file) {
    return (Map<?, ?>) load(Page.read(Path.of(file)));
  }

  private static Object load(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  private static Map<?, ?> at(Map<?, ?> document, String... keys) {
    Map<?, ?> here = document;
    for (String key : keys) {
      here = (Map<?, ?>) here.get(key);
    }
    return here;
  }
}
