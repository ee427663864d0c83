package io.github.modalrunner.jobs;

import static io.github.modalrunner.fixtures.Payloads.completed;
import static io.github.modalrunner.fixtures.Payloads.inProgress;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How many runners are asked for, and for whom. */
@Execution(ExecutionMode.CONCURRENT)
class PoolRouteTest {
  private static final AtomicLong IDS = new AtomicLong(7_000_000_000L);
  private static final Upstreams UPSTREAMS = new Upstreams();

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.repositories.allow", "acme/*",
                    "runner.profiles.gpu.labels", "modal,gpu",
                    "runner.profiles.large.labels", "modal,large")));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    UPSTREAMS.close();
  }

  @Test
  void everyQueuedJobGetsOneRunner() {
    // Given
    List<Long> jobs = new ArrayList<>();

    // When
    for (int i = 0; i < 12; i++) {
      long id = IDS.incrementAndGet();
      jobs.add(id);
      post(queued(id, "modal").repository("acme/many"));
    }

    // Then
    jobs.forEach(PoolRouteTest::awaitLaunched);
    assertThat(UPSTREAMS.mints("acme/many")).hasSize(12).doesNotHaveDuplicates();
    JsonNode pool = pool("acme/many group 1 [modal]");
    assertThat(pool.path("demand").asInt()).isEqualTo(12);
    assertThat(pool.path("supply").asInt()).isEqualTo(12);
  }

  @Test
  void whatIsNotOursOrNotYetQueuedIsNeverMinted() {
    // Given
    List<Payload> others =
        List.of(
            queued(IDS.incrementAndGet(), "ubuntu-latest").repository("acme/others"),
            queued(IDS.incrementAndGet()).repository("acme/others"),
            queued(IDS.incrementAndGet(), "modal", "windows").repository("acme/others"),
            queued(IDS.incrementAndGet(), "modal", "gpu", "large").repository("acme/others"),
            queued(IDS.incrementAndGet(), "modal")
                .repository("acme/others")
                .privateRepository(false),
            queued(IDS.incrementAndGet(), "modal").repository("elsewhere/others"),
            queued(IDS.incrementAndGet(), "modal").repository("acme/others").status("waiting"),
            queued(IDS.incrementAndGet(), "modal").repository("acme/others").action("waiting"),
            queued(IDS.incrementAndGet(), "modal").repository("acme/others").status("in_progress"),
            completed(IDS.incrementAndGet(), "cancelled", 0, "", "modal")
                .repository("acme/others"));
    others.forEach(PoolRouteTest::post);
    long marker = IDS.incrementAndGet();

    // When
    post(queued(marker, "modal").repository("acme/marker"));

    // Then
    awaitLaunched(marker);
    await()
        .during(Duration.ofSeconds(1))
        .until(
            () ->
                UPSTREAMS.mints("acme/others").isEmpty()
                    && UPSTREAMS.mints("elsewhere/others").isEmpty());
  }

  @Test
  void theSameNewsTwiceAddsNoRunner() {
    // Given
    long id = IDS.incrementAndGet();
    Payload job = queued(id, "modal").repository("acme/twice");
    post(job);
    awaitLaunched(id);

    // When
    post(job);
    post(job.with("/workflow_job/name", "renamed"));

    // Then
    await().during(Duration.ofSeconds(1)).until(() -> UPSTREAMS.mints("acme/twice").size() == 1);
  }

  @Test
  void anApprovedJobGetsExactlyOneRunner() {
    // Given
    long id = IDS.incrementAndGet();
    Payload waiting = queued(id, "modal").repository("acme/approved").status("waiting");
    post(waiting);
    await().until(() -> gateway.jobState(id).equals("waiting"));
    assertThat(UPSTREAMS.mints("acme/approved")).isEmpty();

    // When
    post(waiting.status("queued"));
    post(waiting.action("waiting"));

    // Then
    awaitLaunched(id);
    assertThat(UPSTREAMS.mints("acme/approved")).hasSize(1);
  }

  /** GitHub gives any job to any runner that fits. */
  @Test
  void aJobThatItsSiblingsRunnerTakesNeedsNoOther() {
    // Given
    long one = IDS.incrementAndGet();
    long two = IDS.incrementAndGet();
    post(queued(one, "modal").repository("acme/swapped"));
    post(queued(two, "modal").repository("acme/swapped"));
    String runnerOfOne = awaitLaunched(one);
    String runnerOfTwo = awaitLaunched(two);

    // When
    post(inProgress(one, 1, runnerOfTwo, "modal").repository("acme/swapped"));
    post(inProgress(two, 2, runnerOfOne, "modal").repository("acme/swapped"));
    post(completed(one, "success", 1, runnerOfTwo, "modal").repository("acme/swapped"));

    // Then
    await().until(() -> runnerState(runnerOfTwo).equals("exited"));
    assertThat(runnerState(runnerOfOne)).isEqualTo("busy");
    assertThat(gateway.api("/api/jobs/" + two).path("runner").asText()).isEqualTo(runnerOfOne);
    assertThat(UPSTREAMS.mints("acme/swapped")).hasSize(2);
  }

  @Test
  void aRunnerThatAForeignJobTookIsReplaced() {
    // Given
    long ours = IDS.incrementAndGet();
    long foreign = IDS.incrementAndGet();
    post(queued(ours, "modal").repository("acme/stolen"));
    String stolen = awaitLaunched(ours);

    // When: a job that we never heard of
    post(inProgress(foreign, 1, stolen, "modal").repository("acme/stolen"));

    // Then
    await().until(() -> UPSTREAMS.creates(ours).size() == 2);
    assertThat(UPSTREAMS.mints("acme/stolen")).hasSize(2).doesNotHaveDuplicates();
    assertThat(gateway.api("/api/jobs/" + foreign + "/explain").path("runners"))
        .anyMatch(runner -> runner.path("name").asText().equals(stolen));
  }

  @Test
  void neverMoreRunnersThanTheLimitsAllowAndTheRestInTurn(@TempDir Path own) {
    try (Upstreams upstreams = new Upstreams();
        RunningGateway limited =
            RunningGateway.start(
                own,
                upstreams.settings(
                    Map.of(
                        "runner.limits.max-runners", "4",
                        "runner.limits.max-runners-per-repository", "3",
                        "runner.runner.exit-grace", "0s")))) {
      // Given
      List<Payload> jobs = new ArrayList<>();
      for (String repository : List.of("acme/one", "acme/other")) {
        for (int i = 0; i < 4; i++) {
          jobs.add(queued(IDS.incrementAndGet(), "modal").repository(repository));
        }
      }
      jobs.forEach(job -> signed(job).postTo(limited.webhook()));
      await().until(() -> upstreams.launcher().requests("PUT", Upstreams.SANDBOX).size() == 4);
      await().until(() -> jobs.stream().noneMatch(job -> limited.jobState(id(job)).isEmpty()));
      List<Payload> parked =
          jobs.stream().filter(job -> limited.jobState(id(job)).equals("parked")).toList();
      int atMost =
          Math.max(upstreams.mints("acme/one").size(), upstreams.mints("acme/other").size());
      Payload cancelled = parked.get(0);

      // When: one that waits is cancelled, those that run end
      signed(cancelled.action("completed").status("completed").conclusion("cancelled"))
          .postTo(limited.webhook());
      jobs.stream()
          .filter(job -> !parked.contains(job))
          .forEach(
              job -> {
                String runner = upstreams.creates(id(job)).get(0);
                signed(
                        completed(id(job), "success", 1, runner, "modal")
                            .repository(job.json().at("/repository/full_name").asText()))
                    .postTo(limited.webhook());
              });

      // Then
      assertThat(parked).hasSize(4);
      assertThat(atMost).isBetween(2, 3);
      assertThat(limited.api("/api/jobs/" + id(parked.get(3))).at("/reason/message").asText())
          .contains("runner.limits.max-runners");
      await().until(() -> upstreams.launcher().requests("PUT", Upstreams.SANDBOX).size() == 7);
      assertThat(upstreams.creates(id(cancelled))).isEmpty();
    }
  }

  private static String awaitLaunched(long jobId) {
    await()
        .until(
            () ->
                gateway.rows(
                    "SELECT name FROM runner WHERE state = 'LAUNCHED' AND minted_for = " + jobId),
            rows -> !rows.isEmpty());
    return UPSTREAMS.creates(jobId).get(0);
  }

  private static JsonNode pool(String name) {
    for (JsonNode pool : gateway.api("/api/pools").path("pools")) {
      if (pool.path("pool").asText().equals(name)) {
        return pool;
      }
    }
    throw new AssertionError("no pool " + name);
  }

  private static String runnerState(String name) {
    for (JsonNode runner : gateway.api("/api/runners?limit=500").path("runners")) {
      if (runner.path("name").asText().equals(name)) {
        return runner.path("state").asText();
      }
    }
    throw new AssertionError("no runner " + name);
  }

  private static long id(Payload job) {
    return job.json().at("/workflow_job/id").longValue();
  }

  private static void post(Payload payload) {
    assertThat(signed(payload).postTo(gateway.webhook()).status()).isEqualTo(202);
  }

  private static Delivery signed(Payload payload) {
    return Delivery.of(payload).signedWith(RunningGateway.SECRET);
  }
}
