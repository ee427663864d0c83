package io.github.modalrunner.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.settings.RouteFiles.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {
  private static final String ROUTE =
      """
      - route:
          id: job-accept
          from:
            uri: direct
            parameters:
              name: job-accept
            steps:
              - delay:
                  expression:
                    constant:
                      expression: "1000"
              - to:
                  uri: direct
                  parameters:
                    name: next
      """;

  @TempDir Path folder;

  private List<Problem> check(String yaml) throws IOException {
    Files.writeString(folder.resolve("10-job.camel.yaml"), yaml);
    return RouteFiles.check(folder);
  }

  private void refuses(String yaml, int line, String pointer, String words) throws IOException {
    // When
    List<Problem> problems = check(yaml);
    // Then
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).file().getFileName()).hasToString("10-job.camel.yaml");
    assertThat(problems.get(0).line()).isEqualTo(line);
    assertThat(problems.get(0).pointer()).isEqualTo(pointer);
    assertThat(problems.get(0).message()).contains(words);
  }

  @Test
  void acceptsRoute() throws IOException {
    assertThat(check(ROUTE)).isEmpty();
  }

  @Test
  void refusesMisspeltStep() throws IOException {
    refuses(
        ROUTE.replace("- delay", "- deley"), 9, "/0/route/from/steps/0", "'deley' is unknown here");
  }

  @Test
  void refusesMisspeltKeyOfEndpoint() throws IOException {
    refuses(
        ROUTE.replace(
            "    parameters:\n              name: next",
            "    paramters:\n              name: next"),
        15,
        "/0/route/from/steps/1/to",
        "'paramters' is unknown here");
  }

  @Test
  void refusesNumberWhereTextBelongs() throws IOException {
    refuses(
        ROUTE.replace("\"1000\"", "1000"),
        11,
        "/0/route/from/steps/0/delay/expression/constant/expression",
        "integer found, string expected");
  }

  @Test
  void refusesEndpointWithoutUri() throws IOException {
    refuses(
        ROUTE.replace(
            "            uri: direct\n            parameters:\n              name: next",
            "            id: x"),
        13,
        "/0/route/from/steps/1/to",
        "'uri'");
  }

  @Test
  void refusesStepThatIsNeitherShortNorLongForm() throws IOException {
    refuses(
        ROUTE + "        - log: 5\n",
        16,
        "/0/route/from/steps/2/log",
        "integer found, string expected, or integer found, object expected");
  }

  @Test
  void refusesUnknownLanguageWithoutListingAllThatAre() throws IOException {
    refuses(
        ROUTE.replace("constant:", "konstant:"),
        10,
        "/0/route/from/steps/0/delay/expression",
        "has none of the forms that are allowed here");
  }

  @Test
  void refusesWhatIsNoYaml() throws IOException {
    refuses(ROUTE.replace("    from:", "   from:"), 3, "", "while parsing a block mapping");
  }

  @Test
  void refusesKeyGivenTwice() throws IOException {
    refuses(ROUTE.replace("    from:", "    id: again\n    from:"), 3, "", "Duplicate field 'id'");
  }

  @Test
  void refusesSecondDocument() throws IOException {
    refuses(ROUTE + "---\n" + ROUTE, 17, "", "second document");
  }

  @Test
  void refusesEmptyFile() throws IOException {
    refuses("", 0, "", "empty");
  }

  @Test
  void refusesFileThatIsNotUtf8() throws IOException {
    // Given
    Files.write(
        folder.resolve("10-job.camel.yaml"), "- x: é".getBytes(StandardCharsets.ISO_8859_1));
    // When
    List<Problem> problems = RouteFiles.check(folder);
    // Then
    assertThat(problems).extracting(Problem::message).containsExactly("is not UTF-8");
  }

  @Test
  void reportsEveryFaultOfEveryFileInOrder() throws IOException {
    // Given
    Files.writeString(folder.resolve("20-other.camel.yaml"), "- rout: {}\n");
    Files.writeString(folder.resolve("notes.yaml"), "- no: route\n");
    // When
    List<Problem> problems = check(ROUTE.replace("- delay", "- deley").replace("- to", "- two"));
    // Then
    assertThat(problems)
        .extracting(p -> p.file().getFileName() + ":" + p.line() + " " + p.message())
        .containsExactly(
            "10-job.camel.yaml:9 'deley' is unknown here",
            "10-job.camel.yaml:13 'two' is unknown here",
            "20-other.camel.yaml:1 'rout' is unknown here");
  }

  @Test
  void reportsMissingFolder() throws IOException {
    // When
    List<Problem> problems = RouteFiles.check(folder.resolve("routes"));
    // Then
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).message()).contains("no folder");
  }
}
