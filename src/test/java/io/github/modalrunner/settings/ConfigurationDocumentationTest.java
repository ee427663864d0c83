package io.github.modalrunner.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.jobs.Admission;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of the code, application.properties and docs/configuration.md say the same. */
class ConfigurationDocumentationTest {
  private static final Path FILE = Path.of("application.properties");
  private static final Path DOCUMENT = Path.of("docs/configuration.md");

  @Test
  void fileShowsEverySettingWithItsDefaultAndNoOther() throws IOException {
    // Given
    Map<String, String> defaults =
        settings("default")
            .filter(setting -> !setting.kind().secret())
            .collect(Collectors.toMap(Setting::property, Setting::fallback));
    // When
    Map<String, String> shown = new TreeMap<>(file());
    shown.keySet().removeIf(property -> !property.startsWith("runner."));
    // Then
    assertThat(shown).isEqualTo(new TreeMap<>(defaults));
  }

  @Test
  void fileNamesTheVariableOfEverySecret() throws IOException {
    // Given
    List<String> secrets =
        settings("default")
            .filter(setting -> setting.kind().secret())
            .map(s -> s.property() + ": set " + s.variable() + ", or " + s.variable() + "_FILE")
            .toList();
    // When
    List<String> named =
        Pattern.compile("(?m)^# (runner\\.\\S+: set \\w+, or \\w+)")
            .matcher(Files.readString(FILE))
            .results()
            .map(found -> found.group(1))
            .toList();
    // Then
    assertThat(named).isEqualTo(secrets);
  }

  @Test
  void fileSaysBeforeEverySettingWhatItMayBe() throws IOException {
    // Given
    String text = Files.readString(FILE).replaceAll("\n(# )?", " ");
    // Then
    assertThat(settings("default"))
        .allSatisfy(s -> assertThat(text).contains("[" + s.kind().allowed() + "] " + s.property()));
  }

  @Test
  void fileAsItIsNeedsNothingButSecretsAndTheLauncher() throws IOException {
    // When
    Settings settings = Settings.read(SettingsTest.environment(), Map.of(), file());
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.placeholders()).isEqualTo(SettingsTest.read().placeholders());
  }

  @Test
  void fileShowsProfilesThatWorkOnceTheyAreNoComments() throws IOException {
    // Given
    Map<String, String> uncommented = file();
    Pattern.compile("(?m)^# (runner\\.profiles\\.\\S+) = (.*)$")
        .matcher(Files.readString(FILE))
        .results()
        .forEach(example -> uncommented.put(example.group(1), example.group(2)));
    // When
    Settings settings = Settings.read(SettingsTest.environment(), Map.of(), uncommented);
    // Then
    assertThat(settings.problems()).isEmpty();
    Admission admission = Admission.of(settings);
    Map<List<String>, String> chosen =
        Map.of(
            List.of("self-hosted", "modal"), "default",
            List.of("self-hosted", "modal", "gpu:a100"), "a100",
            List.of("modal-a100"), "onlya100",
            List.of("self-hosted", "modal-docker"), "docker",
            List.of("modal-python"), "python");
    assertThat(chosen)
        .allSatisfy(
            (labels, profile) ->
                assertThat(admission.judge("owner/name", true, labels).profile())
                    .isEqualTo(profile));
    assertThat(settings.profiles()).hasSize(chosen.size());
  }

  @Test
  void documentListsEverySettingAndNoOther() throws IOException {
    // Given
    List<String> expected =
        settings("<name>")
            .map(
                s ->
                    "| `%s` | `%s` | %s | %s | %s"
                        .formatted(
                            s.property(),
                            s.variable(),
                            s.fallback().isEmpty() ? "–" : "`" + s.fallback() + "`",
                            s.kind().allowed(),
                            s.kind().secret() ? "*secret*" : ""))
            .toList();
    // When
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream()
            .filter(line -> line.startsWith("| `runner."))
            .map(line -> line.replaceFirst("((.*?\\|){5} (\\*secret\\*)?).*", "$1"))
            .toList();
    // Then
    assertThat(rows).isEqualTo(expected);
  }

  @Test
  void documentShowsTrueReport() throws IOException {
    // Given
    Settings settings =
        Settings.read(
            SettingsTest.environment("RUNNER_WEBHOOK_SECRET", ""),
            Map.of(),
            Map.of("runner.retry.max-delai", "1m"));
    // When
    String report = StartupReport.of(settings.problems(), List.of());
    // Then
    assertThat(Files.readString(DOCUMENT)).contains("check --offline\n" + report + "\n```");
  }

  private static Stream<Setting> settings(String profile) {
    return Stream.concat(Setting.TABLE.stream(), Setting.ofProfile(profile).stream());
  }

  private static Map<String, String> file() throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(FILE)) {
      properties.load(reader);
    }
    Map<String, String> file = new HashMap<>();
    properties.stringPropertyNames().forEach(p -> file.put(p, properties.getProperty(p)));
    return file;
  }
}
