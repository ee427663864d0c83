package io.github.modalrunner.docs;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alert rules ask for what there is; {@link MetricsTest} knows what. */
class ObservabilityTest {
  private static final Path FOLDER = Path.of("docs/observability");
  private static final Pattern METRIC = Pattern.compile("\\b(?:runner|hikaricp)_[a-z_]+");
  private static final Pattern MATCHER =
      Pattern.compile("([a-z_]+)\\{([a-z]+)(?:=|!=|=~)\"([^\"]+)\"");

  /** The file that Prometheus' own tool is looked for under. */
  private static final Path PROMTOOL =
      Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
          .map(folder -> Path.of(folder, "promtool"))
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(null);

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "dashboard.json"})
  void everyMetricThatIsAskedForExists(String file) throws IOException {
    // Given
    Set<String> known = known();

    // When
    Set<String> asked =
        expressions(file).stream()
            .flatMap(expression -> METRIC.matcher(expression).results())
            .map(found -> found.group().replaceFirst("_(bucket|count|sum)$", ""))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(asked).hasSizeGreaterThan(5);
    assertThat(known).containsAll(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "dashboard.json"})
  void everyLabelThatIsAskedForExists(String file) throws IOException {
    // Given
    Page document = Page.of("docs/metrics.md");

    // When
    List<String> asked =
        expressions(file).stream()
            .flatMap(expression -> MATCHER.matcher(expression).results())
            .flatMap(
                found ->
                    Stream.of(found.group(3).split("\\|", -1))
                        .map(
                            value ->
                                found.group(1).replaceFirst("_(bucket|count|sum)$", "")
                                    + " "
                                    + found.group(2)
                                    + " "
                                    + value))
            .toList();

    // Then
    assertThat(asked)
        .isNotEmpty()
        .allSatisfy(
            use -> {
              String[] words = use.split(" ", -1);
              String row =
                  document
                      .text()
                      .lines()
                      .filter(l -> l.startsWith("| `" + words[0]))
                      .findFirst()
                      .get();
              assertThat(row).as(use).contains("`" + words[1] + "`");
              assertThat(document.text()).as(use).contains(words[2]);
            });
  }

  @Test
  void theRunbookSaysWhatToDoAtEachAlertAndAtNoOther() throws IOException {
    // Given
    Set<String> alerts = new TreeSet<>(yaml("alerts.yml").findValuesAsText("alert"));

    // When
    Set<String> described =
        Page.of("docs/runbook.md")
            .found("(?m)^\\| `(Runner[A-Za-z]+)` \\|")
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(described).isNotEmpty().isEqualTo(alerts);
  }

  @Test
  void everyAlertSaysHowBadItIsAndWhatHappens() throws IOException {
    // When
    JsonNode rules = yaml("alerts.yml").at("/groups/0/rules");

    // Then
    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.at("/labels/severity").asText()).isIn("page", "ticket");
              assertThat(rule.at("/annotations/summary").asText()).endsWith(".");
            });
  }

  @Test
  void prometheusTakesTheRules() throws IOException, InterruptedException {
    assumeTrue(PROMTOOL != null, "promtool is not installed");

    // When
    Process check =
        new ProcessBuilder(
                PROMTOOL.toString(), "check", "rules", FOLDER.resolve("alerts.yml").toString())
            .inheritIO()
            .start();

    // Then
    assertThat(check.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(check.exitValue()).isZero();
  }

  private static Set<String> known() {
    return Page.of("docs/metrics.md")
        .found("(?m)^\\| `([a-z_]+)` \\| (?:counter|gauge|histogram|summary) \\|")
        .collect(toCollection(TreeSet::new));
  }

  private static List<String> expressions(String file) throws IOException {
    return yaml(file).findValuesAsText("expr");
  }

  /** JSON is YAML too. */
  private static JsonNode yaml(String file) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve(file).toFile());
  }
}
