package io.github.modalrunner.jobs;

import static io.github.modalrunner.fixtures.Payloads.completed;
import static io.github.modalrunner.fixtures.Payloads.example;
import static io.github.modalrunner.fixtures.Payloads.inProgress;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.RunningGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From stored deliveries to the state of jobs. */
@Execution(ExecutionMode.CONCURRENT)
class DeliveryRouteTest {
  private static final AtomicLong IDS = new AtomicLong(5_000_000_000L);
  private static final Instant REQUESTED = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant APPROVED = REQUESTED.plusSeconds(60);

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(folder, Map.of("runner.limits.max-runners-per-repository", "0"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest(name = "{0}, at once: {1}")
  @MethodSource("ordersOfALife")
  void aJobIsCompletedInWhateverOrderItsEventsCome(List<String> order, boolean atOnce) {
    // Given
    long id = IDS.incrementAndGet();
    Map<String, Payload> events =
        Map.of(
            "queued", queued(id, "modal"),
            "in_progress", inProgress(id, 9, "mgr-x-1", "modal"),
            "completed", completed(id, "failure", 9, "mgr-x-1", "modal"));

    // When
    deliver(order.stream().map(events::get).toList(), atOnce);

    // Then
    JsonNode job = gateway.api("/api/jobs/" + id);
    assertThat(job.path("state").asText()).isEqualTo("completed");
    assertThat(job.path("conclusion").asText()).isEqualTo("failure");
    assertThat(job.path("runner").asText()).isEqualTo("mgr-x-1");
  }

  static Stream<Arguments> ordersOfALife() {
    return inBothWays(
        Stream.concat(
            permutations(List.of("queued", "in_progress", "completed")).stream(),
            Stream.of(
                List.of("completed"),
                List.of("queued", "completed"),
                List.of("queued", "completed", "queued", "in_progress"),
                List.of("completed", "queued", "queued", "completed"))));
  }

  @ParameterizedTest(name = "{0}, at once: {1}")
  @MethodSource("ordersOfAnApproval")
  void anApprovedJobIsQueuedInWhateverOrderItsEventsCome(List<String> order, boolean atOnce) {
    // Given: GitHub calls a job queued already when it only waits
    long id = IDS.incrementAndGet();
    Map<String, Payload> events =
        Map.of(
            "announced", deployed(id, "queued", "waiting", REQUESTED),
            "waiting", deployed(id, "waiting", "waiting", REQUESTED),
            "approved", deployed(id, "queued", "queued", APPROVED));

    // When
    deliver(order.stream().map(events::get).toList(), atOnce);

    // Then
    assertThat(gateway.jobState(id)).isEqualTo("parked");
  }

  static Stream<Arguments> ordersOfAnApproval() {
    return inBothWays(
        Stream.concat(
            permutations(List.of("announced", "waiting", "approved")).stream(),
            Stream.of(List.of("approved", "approved", "waiting", "announced"))));
  }

  @ParameterizedTest(name = "{0}, at once: {1}")
  @MethodSource("ordersOfAWait")
  void aJobThatIsNotApprovedWaits(List<String> order, boolean atOnce) {
    // Given
    long id = IDS.incrementAndGet();
    Map<String, Payload> events =
        Map.of(
            "announced", deployed(id, "queued", "waiting", REQUESTED),
            "waiting", deployed(id, "waiting", "waiting", REQUESTED));

    // When
    deliver(order.stream().map(events::get).toList(), atOnce);

    // Then
    assertThat(gateway.jobState(id)).isEqualTo("waiting");
  }

  static Stream<Arguments> ordersOfAWait() {
    return inBothWays(permutations(List.of("announced", "waiting")).stream());
  }

  @ParameterizedTest(name = "{0}, at once: {1}")
  @MethodSource("ordersOfTwoAttempts")
  void nothingOfAnEarlierAttemptMovesALaterOne(List<String> order, boolean atOnce) {
    // Given
    long id = IDS.incrementAndGet();
    Map<String, Payload> events =
        Map.of(
            "first queued", queued(id, "modal"),
            "first completed", completed(id, "failure", 9, "mgr-x-1", "modal"),
            "second queued", queued(id, "modal").runAttempt(2));

    // When
    deliver(order.stream().map(events::get).toList(), atOnce);

    // Then
    JsonNode job = gateway.api("/api/jobs/" + id);
    assertThat(job.path("state").asText()).isEqualTo("parked");
    assertThat(job.path("run_attempt").asInt()).isEqualTo(2);
    assertThat(job.path("conclusion").isNull()).isTrue();
  }

  static Stream<Arguments> ordersOfTwoAttempts() {
    return inBothWays(
        permutations(List.of("first queued", "first completed", "second queued")).stream());
  }

  @Test
  void aJobThatIsNotOursStaysSoToItsEnd() {
    // Given
    long id = IDS.incrementAndGet();

    // When
    deliver(
        List.of(queued(id, "ubuntu-latest"), completed(id, "success", 1, "x", "ubuntu-latest")),
        false);

    // Then
    JsonNode job = gateway.api("/api/jobs/" + id);
    assertThat(job.path("state").asText()).isEqualTo("ignored");
    assertThat(job.at("/reason/code").asText()).isEqualTo("no_profile");
  }

  @Test
  void aBurstIsAppliedWholly() {
    // Given: more than one go takes
    long first = IDS.getAndAdd(1_000) + 1;
    List<CompletableFuture<Integer>> answers;

    // When
    answers =
        LongStream.range(first, first + 300)
            .mapToObj(id -> signed(queued(id, "modal")).postAsyncTo(gateway.webhook()))
            .map(answer -> answer.thenApply(a -> a.status()))
            .toList();

    // Then
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(202));
    await()
        .untilAsserted(
            () -> {
              assertThat(
                      gateway.rows(
                          "SELECT job_id FROM job WHERE job_id BETWEEN %d AND %d"
                              .formatted(first, first + 299)))
                  .hasSize(300);
              assertThat(
                      gateway.rows(
                          "SELECT guid FROM delivery WHERE state = 'NEW' AND job_id BETWEEN %d AND %d"
                              .formatted(first, first + 299)))
                  .isEmpty();
            });
  }

  @Test
  void theTimelineTellsWhatGitHubSaid() {
    // Given
    long id = IDS.incrementAndGet();
    List<Payload> life =
        List.of(
            queued(id, "modal"),
            inProgress(id, 9, "mgr-x-1", "modal"),
            completed(id, "success", 9, "mgr-x-1", "modal"));

    // When
    List<String> guids = deliver(life, false);

    // Then
    JsonNode timeline = gateway.api("/api/jobs/" + id + "/explain").path("timeline");
    assertThat(timeline.findValuesAsText("detail"))
        .containsExactly(
            "GitHub says that the job is queued (delivery " + guids.get(0) + ").",
            "GitHub says that the job is in progress, on runner mgr-x-1 (delivery "
                + guids.get(1)
                + ").",
            "GitHub says that the job has ended: success, on runner mgr-x-1 (delivery "
                + guids.get(2)
                + ").");
  }

  private static Payload deployed(long id, String action, String status, Instant updated) {
    return example("workflow_job/queued.with-deployment")
        .jobId(id)
        .labels("modal")
        .privateRepository(true)
        .action(action)
        .status(status)
        .with("/deployment/updated_at", updated.toString());
  }

  /**
   * Posts events in this order: each after the one before is done, or as fast as they are taken.
   */
  private static List<String> deliver(List<Payload> events, boolean atOnce) {
    List<Delivery> deliveries = events.stream().map(DeliveryRouteTest::signed).toList();
    for (Delivery delivery : deliveries) {
      assertThat(delivery.postTo(gateway.webhook()).status()).isEqualTo(202);
      if (!atOnce) {
        awaitDone(List.of(delivery.guid()));
      }
    }
    List<String> guids = deliveries.stream().map(Delivery::guid).toList();
    awaitDone(guids);
    return guids;
  }

  private static void awaitDone(List<String> guids) {
    String quoted = guids.stream().collect(Collectors.joining("','", "'", "'"));
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                gateway
                    .rows(
                        "SELECT guid FROM delivery WHERE state = 'NEW' AND guid IN ("
                            + quoted
                            + ")")
                    .isEmpty());
  }

  private static Delivery signed(Payload payload) {
    return Delivery.of(payload).signedWith(RunningGateway.SECRET);
  }

  private static Stream<Arguments> inBothWays(Stream<List<String>> orders) {
    return orders.flatMap(
        order -> Stream.of(Arguments.of(order, false), Arguments.of(order, true)));
  }

  private static List<List<String>> permutations(List<String> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> all = new ArrayList<>();
    for (String first : of) {
      List<String> rest = new ArrayList<>(of);
      rest.remove(first);
      for (List<String> tail : permutations(rest)) {
        List<String> order = new ArrayList<>(List.of(first));
        order.addAll(tail);
        all.add(order);
      }
    }
    return all;
  }
}
