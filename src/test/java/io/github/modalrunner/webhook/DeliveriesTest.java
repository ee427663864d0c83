package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.completed;
import static io.github.modalrunner.fixtures.Payloads.example;
import static io.github.modalrunner.fixtures.Payloads.inProgress;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Pools;
import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.jobs.Trust;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  private static final long NOW = 1_795_000_000_000L;
  private static final Instant EARLIER = Instant.ofEpochMilli(NOW - 60_000);
  private static final Payloads PAYLOADS = new Payloads();
  private static final Profile DEFAULT =
      new Profile(
          "default",
          new TreeSet<>(List.of("modal")),
          "default",
          2,
          4096,
          null,
          null,
          3600,
          null,
          false,
          List.of(),
          List.of());
  private static final Deliveries DELIVERIES =
      new Deliveries(
          new Admission(List.of(DEFAULT), List.of(), List.of("*"), false),
          new Trust(true, ""),
          new Pools(UnaryOperator.identity(), "1"),
          () -> NOW);

  /** What is not kept of a payload must not matter. */
  @Test
  void readsNothingThatIsNotKept() {
    // Given
    Deliveries strict =
        new Deliveries(
            new Admission(List.of(DEFAULT), List.of(), List.of("*"), false),
            new Trust(false, "https://github.com"),
            new Pools(UnaryOperator.identity(), "1"),
            () -> NOW);
    List<Payload> payloads =
        List.of(
            queued(7, "modal").installation(5).with("/repository/allow_forking", true),
            queued(7, "modal").with("/repository/allow_forking", false),
            queued(7, "modal").with("/repository/html_url", "https://ghe.example/o/r"),
            inProgress(7, 1, "runner", "modal"),
            completed(7, "success", 1, "runner", "modal"));

    // Then
    assertThat(payloads)
        .allSatisfy(
            payload ->
                assertThat(strict.jobRow(PAYLOADS.readJob(payload.bytes()), "g", new byte[0]))
                    .usingRecursiveComparison()
                    .isEqualTo(strict.jobRow(PAYLOADS.read(payload.bytes()), "g", new byte[0])));
    assertThat(payloads.stream().map(p -> strict.jobRow(PAYLOADS.readJob(p.bytes()), "g", null)))
        .extracting(row -> row.get("jobState") + " " + row.get("verdict"))
        .contains("CHECKING ADMITTED", "QUEUED ADMITTED", "QUEUED REFUSED");
  }

  @Test
  void readsAQueuedJob() {
    // Given
    Payload queued = queued(7, "Modal", "GPU").installation(5).createdAt(EARLIER).runAttempt(3);

    // When
    Map<String, Object> row = row(queued);

    // Then
    assertThat(row)
        .containsEntry("guid", "guid-1")
        .containsEntry("event", "workflow_job")
        .containsEntry("action", "queued")
        .containsEntry("state", "NEW")
        .containsEntry("source", "webhook")
        .containsEntry("now", NOW)
        .containsEntry("jobId", 7L)
        .containsEntry("runId", 7L)
        .containsEntry("runAttempt", 3)
        .containsEntry("jobState", "QUEUED")
        .containsEntry("jobRank", 1)
        .containsEntry("repository", "Codertocat/Hello-World")
        .containsEntry("labels", "[\"Modal\",\"GPU\"]")
        .containsEntry("verdict", "ADMITTED")
        .containsEntry("profile", "default")
        .containsEntry("pool", "Codertocat/Hello-World group 1 [gpu,modal]")
        .containsEntry("queuedAt", EARLIER.toEpochMilli())
        .containsEntry("startedAt", null)
        .containsEntry("installationId", 5L)
        .containsEntry("body", queued.bytes());
  }

  @Test
  void takesNoRunnerFromAJobThatIsNotInProgress() {
    // Given: the published example of a queued job names a runner
    Payload example = example("workflow_job/queued").privateRepository(true).labels("modal");

    // When
    Map<String, Object> row = row(example);

    // Then
    assertThat(example.json().at("/workflow_job/runner_name").isTextual()).isTrue();
    assertThat(row).containsEntry("runnerName", null);
  }

  @Test
  void readsWhichRunnerHasTheJob() {
    // When
    Map<String, Object> row = row(inProgress(7, 9, "mgr-7-1", "modal"));

    // Then
    assertThat(row).containsEntry("runnerName", "mgr-7-1").containsEntry("jobRank", 2);
    assertThat(row.get("startedAt")).isNotNull();
  }

  @Test
  void anEmptyRunnerNameIsNone() {
    // When
    Map<String, Object> row = row(completed(7, "cancelled", 0, "", "modal"));

    // Then
    assertThat(row)
        .containsEntry("runnerName", null)
        .containsEntry("conclusion", "cancelled")
        .containsEntry("jobRank", 3);
  }

  @Test
  void anApprovalIsOrderedByItsOwnTime() {
    // Given
    Payload approved =
        example("workflow_job/queued.with-deployment")
            .with("/deployment/updated_at", EARLIER.toString());

    // When
    Map<String, Object> row = row(approved);

    // Then
    assertThat(row).containsEntry("eventAt", EARLIER.toEpochMilli());
  }

  @Test
  void aJobThatIsQueuedWithoutAnApprovalIsSoNow() {
    // When
    Map<String, Object> row = row(queued(7, "modal").createdAt(EARLIER));

    // Then
    assertThat(row).containsEntry("eventAt", NOW);
  }

  @Test
  void aJobThatWaitsWithoutADeploymentIsAsOldAsItself() {
    // When
    Map<String, Object> row = row(queued(7, "modal").status("waiting").createdAt(EARLIER));

    // Then
    assertThat(row)
        .containsEntry("eventAt", EARLIER.toEpochMilli())
        .containsEntry("jobState", "WAITING");
  }

  @Test
  void aPublicRepositoryGetsNoPool() {
    // When
    Map<String, Object> row = row(queued(7, "modal").privateRepository(false));

    // Then
    assertThat(row)
        .containsEntry("verdict", "REFUSED")
        .containsEntry("reasonCode", "repository_public")
        .containsEntry("pool", null);
  }

  @Test
  void keepsNoControlCharacterOfATextForPeople() {
    // When
    Map<String, Object> row =
        row(queued(7, "modal").with("/workflow_job/name", "a\u0000b\nc\u007f"));

    // Then
    assertThat(row).containsEntry("jobName", "a b c ");
  }

  @Test
  void keepsWhatIsNotAPayloadWithWhatIsWrong() {
    // Given
    byte[] body = "{}".getBytes(UTF_8);

    // When
    Map<String, Object> row =
        DELIVERIES.quarantineRow(PAYLOADS.readJob(body), "guid-1", "workflow_job", body);

    // Then
    assertThat(row)
        .containsEntry("state", "QUARANTINED")
        .containsEntry("reasonCode", "invalid_payload")
        .containsEntry("body", body)
        .containsEntry("jobId", null);
    assertThat(row.get("reasonMessage").toString()).contains("/workflow_job required");
  }

  private static Map<String, Object> row(Payload payload) {
    byte[] body = payload.bytes();
    return DELIVERIES.jobRow(PAYLOADS.readJob(body), "guid-1", body);
  }
}
