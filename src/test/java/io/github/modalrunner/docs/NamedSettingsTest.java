package io.github.modalrunner.docs;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.docs.Page.Block;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Verdict;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Settings, variables and labels that the documentation shows are ones that the gateway takes. */
class NamedSettingsTest {
  /** The table of settings; {@code ConfigurationDocumentationTest} holds it equal to the code. */
  private static final Page TABLE = Page.of("docs/configuration.md");

  /** What has to be given besides what a block shows. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "RUNNER_WEBHOOK_SECRET", "0123456789abcdef",
          "RUNNER_GITHUB_TOKEN", "token",
          "RUNNER_MODAL_LAUNCHER_URL", "https://launcher.example",
          "RUNNER_MODAL_TOKEN", "token");

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
            .flatMap(NamedSettingsTest::labelsOfJobs)
            .map(labels -> admission.judge("owner/repository", true, labels).kind())
            .toList();

    // Then
    assertThat(verdicts).isNotEmpty().containsOnly(Verdict.Kind.ADMITTED);
  }

  @Test
  void everySettingThatIsNamedExists() {
    // Given
    List<String> known = TABLE.found("\\| `(runner\\.\\S+)` \\|").toList();

    // When
    Set<String> named =
        found("(?<![\\w./-])(runner\\.[a-z][\\w.<>*…-]*[\\w>*…])")
            .map(name -> name.replaceFirst("^(runner\\.profiles\\.)[a-z0-9]+\\.", "$1<name>."))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(
            name -> {
              String family = name.replaceFirst("[*…]$", "");
              assertThat(known)
                  .anyMatch(
                      property ->
                          family.equals(name)
                              ? property.equals(name)
                              : property.startsWith(family));
            });
  }

  @Test
  void everyVariableThatIsNamedExists() {
    // Given
    Set<String> known = TABLE.found("\\| `(RUNNER_\\S+)` \\|").collect(toCollection(TreeSet::new));
    TABLE
        .found("\\| `(RUNNER_\\S+)` \\|.*\\| \\*secret\\*")
        .forEach(secret -> known.add(secret + "_FILE"));
    // those of the predecessor
    TABLE.found("(?m)^4\\. .*`(RUNNER_[A-Z_]+)`").forEach(known::add);
    String variable = "(?<![\\w-])((?:RUNNER|LAUNCHER|MODAL)_[A-Z0-9_]+)";
    Stream.of("app.py", "image.py", "entrypoint.sh")
        .flatMap(file -> Page.of("src/main/modal/" + file).found(variable))
        .forEach(known::add);

    // When
    List<String> named = found(variable).toList();

    // Then
    assertThat(named).isNotEmpty().allMatch(known::contains);
  }

  /** In every page but the one that explains how settings are written. */
  private static Stream<String> found(String regex) {
    return Page.all().stream()
        .filter(page -> !page.equals(TABLE))
        .flatMap(page -> page.found(regex));
  }

  private static Map<String, String> properties(Block block) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(block.text()));
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> texts.put(n, properties.getProperty(n)));
    return texts;
  }

  private static Stream<List<String>> labelsOfJobs(Block block) {
    return block.yaml() instanceof Map<?, ?> document
            && document.get("jobs") instanceof Map<?, ?> jobs
        ? jobs.values().stream().map(job -> labels(((Map<?, ?>) job).get("runs-on")))
        : Stream.empty();
  }

  private static List<String> labels(Object runsOn) {
    return runsOn instanceof List<?> several
        ? several.stream().map(Object::toString).toList()
        : List.of(runsOn.toString());
  }
}
