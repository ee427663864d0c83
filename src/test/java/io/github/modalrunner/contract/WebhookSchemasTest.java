package io.github.modalrunner.contract;

import static io.github.modalrunner.contract.WebhookSchemas.GITHUB;
import static io.github.modalrunner.contract.WebhookSchemas.OCTOKIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSchemasTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "workflow_job/queued",
        "workflow_job/queued.with-deployment",
        "workflow_job/waiting",
        "workflow_job/in_progress",
        "workflow_job/in_progress.with-queued-steps",
        "workflow_job/completed.failure.with-organization",
        "workflow_job/completed.success.with-organization",
        "ping/ping",
        "ping/with-app_id",
        "ping/with-organization"
      })
  void everyCurrentExampleFitsBoth(String name) {
    // Given
    Payload example = Payloads.example(name);

    // When
    List<String> github = GITHUB.problems(example.event(), example.bytes());
    List<String> octokit = OCTOKIT.problems(example.event(), example.bytes());

    // Then
    assertThat(github).isEmpty();
    assertThat(octokit).isEmpty();
  }

  @Test
  void ourVariantsStayWhatGitHubCouldSend() {
    // Given
    List<Payload> variants =
        List.of(
            Payloads.queued(1, "self-hosted", "modal").repository("acme/tools").installation(5),
            Payloads.inProgress(1, 9, "mgr-1-1", "modal"),
            Payloads.completed(1, "cancelled", 9, "mgr-1-1", "modal").repository("acme/tools"));

    // When, Then
    assertThat(variants)
        .allSatisfy(v -> assertThat(GITHUB.problems(v.event(), v.bytes())).isEmpty())
        .allSatisfy(v -> assertThat(OCTOKIT.problems(v.event(), v.bytes())).isEmpty());
  }

  @Test
  void theJobOfAnOlderServerFitsNeither() {
    // Given
    Payload legacy = Payloads.example("nonconforming/in_progress.legacy-2021");

    // When
    List<String> github = GITHUB.problems("workflow_job", legacy.bytes());
    List<String> octokit = OCTOKIT.problems("workflow_job", legacy.bytes());

    // Then
    assertThat(List.of(github, octokit))
        .allSatisfy(
            problems ->
                assertThat(String.join("\n", problems))
                    .contains("'run_attempt'")
                    .contains("'workflow_name'")
                    .contains("'head_branch'")
                    .contains("'created_at'"));
  }

  @Test
  void thePingOfAnOlderServerFitsGitHubsOwnOnly() {
    // Given
    Payload legacy = Payloads.example("ping/ping.legacy-2019");

    // When
    List<String> github = GITHUB.problems("ping", legacy.bytes());
    List<String> octokit = OCTOKIT.problems("ping", legacy.bytes());

    // Then
    assertThat(github).isEmpty();
    assertThat(String.join("\n", octokit)).contains("'deliveries_url'");
  }

  @Test
  void namesThePlaceThatIsWrong() {
    // Given
    Payload wrong = Payloads.queued(1, "modal").with("/workflow_job/labels/0", 7);

    // When
    List<String> problems = GITHUB.problems("workflow_job", wrong.bytes());

    // Then
    assertThat(problems).anySatisfy(p -> assertThat(p).startsWith("/workflow_job/labels/0: "));
  }
}
