package io.github.modalrunner.docs;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The runbook has an entry for whatever the gateway may give as a reason, and no other. */
class RunbookTest {
  private static final Page RUNBOOK = Page.of("docs/runbook.md");

  @Test
  void everyReasonCodeHasAnEntryAndNoneIsMadeUp() throws IOException {
    // Given
    Set<String> codes = ReasonCodes.ofTheSource();

    // When
    Set<String> entries =
        RUNBOOK
            .found("(?m)^\\| (?:\\d{3} )?`([a-z]+_[a-z_]+|unauthorized)` \\|")
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(codes).hasSizeGreaterThan(20);
    assertThat(entries).isEqualTo(codes);
  }

  @Test
  void everyCodeOfTheLauncherHasAnEntry() {
    // Given
    List<String> codes =
        Page.of("src/main/resources/contract/launcher.openapi.yaml")
            .found("(?s)required: \\[code, .*?code:.*?enum: \\[([^\\]]+)]")
            .flatMap(list -> Stream.of(list.split(",\\s*")))
            .toList();

    // Then
    assertThat(codes)
        .contains("modal_auth")
        .allSatisfy(code -> assertThat(RUNBOOK.text()).contains("`" + code + "`"));
  }

  @Test
  void everyPathOfTheAdminPortThatIsNamedIsServed() throws IOException {
    // Given
    List<String> served;
    try (Stream<Path> routes = Files.list(Path.of("routes"))) {
      served =
          Stream.concat(
                  Stream.of("/observe/metrics"), // by Camel's own management server
                  routes
                      .filter(file -> file.toString().endsWith(".camel.yaml"))
                      .flatMap(file -> Page.of(file.toString()).found("path: \"(/[^\"]+)\"")))
              .map(path -> path.replaceAll("\\{\\w+}", "[^/]+"))
              .toList();
    }

    // When
    Set<String> named =
        Page.all().stream()
            .flatMap(page -> page.found("(/(?:api|observe)/(?!v3)[\\w/-]+(?:\\.json)?)"))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(path -> assertThat(served).anyMatch(route -> Pattern.matches(route, path)));
  }
}
