package io.github.modalrunner.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.labels.WorkflowFile.RunsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which labels a workflow file asks for. */
class WorkflowFileTest {
  private static final String MATRIX =
      """
      on: push
      jobs:
        build:
          strategy:
            matrix:
              os: [modal, ubuntu-latest]
              gpu: [t4, a100]
              exclude:
                - {os: ubuntu-latest, gpu: a100}
              include:
                - {os: modal, gpu: a100, size: large}
                - {os: modal-alone, gpu: h100}
          runs-on: ["${{ matrix.os }}", "gpu:${{ matrix.gpu }}"]
      """;

  @TempDir Path folder;

  @Test
  void readsEveryFormOfRunsOn() {
    // When
    List<RunsOn> jobs =
        WorkflowFile.read(
            """
            on: [push]
            jobs:
              text: {runs-on: ubuntu-latest}
              list: {runs-on: [self-hosted, modal]}
              group: {runs-on: {group: big, labels: [modal, large]}}
              grouponly: {runs-on: {group: big}}
              called: {uses: ./.github/workflows/other.yml}
              input: {runs-on: "${{ inputs.runner }}"}
              anchor: {runs-on: &labels [modal, anchored]}
              alias: {runs-on: *labels}
            """);

    // Then
    assertThat(jobs)
        .containsExactly(
            new RunsOn("text", List.of("ubuntu-latest"), null),
            new RunsOn("list", List.of("self-hosted", "modal"), null),
            new RunsOn("group", List.of("modal", "large"), "in the runner group big"),
            new RunsOn("grouponly", List.of(), "in the runner group big"),
            new RunsOn(
                "called", null, "the workflow that it calls says: ./.github/workflows/other.yml"),
            new RunsOn("input", null, "known at run time only: ${{ inputs.runner }}"),
            new RunsOn("anchor", List.of("modal", "anchored"), null),
            new RunsOn("alias", List.of("modal", "anchored"), null));
  }

  @Test
  void resolvesTheCombinationsOfAMatrix() {
    assertThat(WorkflowFile.read(MATRIX))
        .extracting(RunsOn::labels)
        .containsExactly(
            List.of("modal", "gpu:t4"),
            List.of("modal", "gpu:a100"),
            List.of("ubuntu-latest", "gpu:t4"),
            List.of("modal-alone", "gpu:h100"));
  }

  @Test
  void resolvesMatricesOfObjectsAndLists() {
    assertThat(
            WorkflowFile.read(
                """
                jobs:
                  objects:
                    strategy: {matrix: {runner: [{labels: [modal, large]}, {labels: modal}]}}
                    runs-on: ${{ matrix.runner.labels }}
                  included:
                    strategy: {matrix: {include: [{on: modal}, {on: [modal, gpu]}, {on: modal}]}}
                    runs-on: ${{ matrix.on }}
                  computed:
                    strategy: {matrix: "${{ fromJSON(needs.plan.outputs.matrix) }}"}
                    runs-on: ${{ matrix.on }}
                """))
        .containsExactly(
            new RunsOn("objects", List.of("modal", "large"), null),
            new RunsOn("objects", List.of("modal"), null),
            new RunsOn("included", List.of("modal"), null),
            new RunsOn("included", List.of("modal", "gpu"), null),
            new RunsOn("computed", null, "not given by the matrix of the file: ${{ matrix.on }}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "just text", "on: push", "jobs: [", "- jobs"})
  void saysWhatIsNoWorkflow(String text) {
    assertThatThrownBy(() -> WorkflowFile.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is no");
  }

  @Test
  void theCommandsSayWhatBecomesOfJobsAndExitByIt() throws Exception {
    // Given
    Path workflow = Files.writeString(folder.resolve("main.yml"), MATRIX);
    Map<String, String> settings = Map.of("runner.profiles.refused.labels", "modal-alone,gpu:h100");

    // When
    String file = run(settings, 0, "explain-workflow", workflow.toString());
    String labels = run(settings, 0, "explain-labels", "MODAL", "--repository", "acme/app");
    String ignored = run(settings, 1, "explain-labels", "ubuntu-latest");
    String usage = run(settings, 2, "explain-labels", "--repository", "acme");
    String wrong = run(Map.of("runner.profiles.x.cpu", "many"), 1, "explain-labels", "modal");

    // Then
    assertThat(file)
        .doesNotContain("application.properties")
        .contains("main.yml build: [modal, gpu:t4]\n  served by profile default\n")
        .contains("ignored (no_profile): ")
        .contains("main.yml build: [modal-alone, gpu:h100]\n  served by profile refused\n");
    assertThat(labels)
        .contains("served by profile default\npool: acme/app group 1 [modal]\n")
        .contains("sandbox: image default, 2.0 cores, 4096 MiB, 360 minutes at most\n")
        .contains("price: about 0.006331 USD a minute (modal.com/pricing");
    assertThat(ignored).contains("nearest: profile default, with the label modal\n");
    assertThat(usage).startsWith("Usage: ");
    assertThat(wrong).contains("runner.profiles.x.cpu");
  }

  @Test
  void theCommandSaysThatItKnowsNoSettingsOfTheGateway() throws Exception {
    // Given: another folder than the gateway's
    Path output = folder.resolve("elsewhere");

    // When
    Process command = GatewayCommand.run(folder, Map.of(), output, "explain-labels", "modal");

    // Then
    assertThat(command.waitFor()).isZero();
    assertThat(output)
        .content()
        .startsWith("No application.properties here: the defaults are assumed.\n")
        .contains("served by profile default");
  }

  private String run(Map<String, String> settings, int code, String... arguments)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output-" + arguments.length + arguments[0] + code);
    assertThat(GatewayCommand.run(settings, output, arguments).waitFor()).isEqualTo(code);
    return Files.readString(output);
  }
}
