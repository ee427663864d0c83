package io.github.modalrunner.sandbox;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Reasons;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a create may come to but a sandbox. Each fault has a job of its own. */
@Execution(ExecutionMode.CONCURRENT)
class LauncherFaultsTest {
  private static final Upstreams UPSTREAMS = new Upstreams();
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final List<Fault> FAULTS =
      List.of(
          // By its contract
          denied("invalid", Reply.recorded("create-invalid-422"), "launcher_rejected")
              .saying("runner.profiles.<name>"),
          denied("too-large", Reply.recorded("create-too-large-413"), "launcher_rejected")
              .saying("runner.profiles.<name>"),
          denied("unauthorized", Reply.recorded("list-unauthorized-401"), "launcher_unauthorized")
              .saying("runner.modal.token"),
          denied("modal-auth", Reply.recorded("create-modal-auth-502"), "launcher_modal_auth")
              .saying("renew its Modal token"),
          notDone(
                  "image-not-ready",
                  Reply.recorded("create-image-not-ready-424").header("Retry-After", "1"),
                  "launcher_image_not_ready")
              .saying("still being built"),
          notDone(
                  "rate-limited",
                  Reply.recorded("create-rate-limited-429").header("Retry-After", "1"),
                  "launcher_rate_limited")
              .saying("Modal limits"),
          notDone(
                  "busy",
                  Reply.json(503, error("modal_unavailable", "not_done"))
                      .header("Retry-After", "1"),
                  "launcher_unavailable")
              .saying("503"),
          unknown("conflict", Reply.recorded("create-conflict-409"), "launcher_name_conflict")
              .saying("given up"),
          unknown("internal", Reply.recorded("create-internal-503"), "launcher_unavailable")
              .saying("503"),
          unknown("unavailable", Reply.recorded("create-unavailable-503"), "launcher_unavailable")
              .saying("503"),
          // Modal's edge
          denied("edge-401", Reply.recorded("edge/401"), "launcher_unauthorized")
              .saying("runner.modal.key"),
          unknown("edge-303", Reply.recorded("edge/303"), "launcher_unavailable").saying("303"),
          unknown("edge-404", Reply.recorded("edge/404"), "launcher_unavailable")
              .saying("runner.modal.launcher-url"),
          unknown("edge-408", Reply.recorded("edge/408"), "launcher_unavailable").saying("408"),
          unknown("edge-500", Reply.recorded("edge/500"), "launcher_unavailable").saying("500"),
          unknown("edge-502", Reply.recorded("edge/502"), "launcher_unavailable").saying("502"),
          unknown(
                  "edge-html",
                  Reply.text(503, "text/html", "<html>Busy</html>"),
                  "launcher_unavailable")
              .saying("503"),
          // The way there
          unknown("cut", Reply.cut(), "launcher_unreachable").saying("did not answer"),
          unknown("slow", Reply.status(201).after(Duration.ofSeconds(4)), "launcher_unreachable")
              .saying("did not answer"),
          unknown("no-json", Reply.text(201, "text/html", "<html>"), "launcher_unavailable")
              .saying("201"),
          new Fault("lost", UPSTREAMS::lost, "launcher_unreachable", "did not answer", true, true));

  @TempDir static Path folder;
  private static RunningGateway gateway;
  private static Reasons reasons;

  /** All faults happen at once, each to the creates of its job until it was seen to be parked. */
  @BeforeAll
  static void start() {
    UPSTREAMS
        .launcher()
        .on("PUT", Upstreams.SANDBOX)
        .reply(LauncherFaultsTest::answer)
        .on("GET", Upstreams.SANDBOX)
        .reply(LauncherFaultsTest::state);
    gateway =
        RunningGateway.start(
            folder,
            UPSTREAMS.settings(
                Map.of(
                    "runner.modal.request-timeout", "2s",
                    "runner.retry.initial-delay", "1s",
                    "runner.retry.max-delay", "1s",
                    "runner.breaker.open-for", "100ms",
                    "runner.reconcile.job-checks", "1s")));
    reasons = new Reasons(gateway);
    for (int id = 1; id <= FAULTS.size(); id++) {
      Delivery.of(queued(id, "modal").repository("acme/" + FAULTS.get(id - 1).name()))
          .signedWith(RunningGateway.SECRET)
          .postTo(gateway.webhook());
    }
  }

  @AfterAll
  static void everyRequestFitsItsContract() {
    reasons.close();
    gateway.close();
    UPSTREAMS.close();
    assertThat(UPSTREAMS.problems("")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void parksTheJobWithAReasonAndServesItOnceTheFaultHasEnded(Fault fault) {
    // Given
    long id = FAULTS.indexOf(fault) + 1L;

    // When
    await().atMost(PATIENCE).until(() -> reasons.of(id).containsKey(fault.code()) && isServed(id));

    // Then
    assertThat(reasons.of(id).get(fault.code())).contains(fault.sentence()).endsWith(".");
    List<String> creates = UPSTREAMS.creates(id);
    List<String> mints = UPSTREAMS.mints("acme/" + fault.name());
    assertThat(mints).doesNotHaveDuplicates();
    if (fault.runs()) {
      // Its sandbox was found by its name
      assertThat(creates).hasSize(1);
    } else if (fault.burns()) {
      assertThat(creates).hasSizeGreaterThan(1).doesNotHaveDuplicates();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> UPSTREAMS.registrations(),
            all ->
                mints.stream()
                    .filter(all::contains)
                    .toList()
                    .equals(creates.subList(creates.size() - 1, creates.size())));
  }

  private static boolean isServed(long id) {
    return !gateway
            .rows("SELECT name FROM runner WHERE state = 'LAUNCHED' AND minted_for = " + id)
            .isEmpty()
        && gateway.api("/api/jobs/" + id).path("reason").isNull();
  }

  private static Reply answer(Recorded create) {
    long id = create.json().at("/tags/job").asLong();
    Fault fault = FAULTS.get((int) id - 1);
    return wasSeen(id) ? UPSTREAMS.created(create) : fault.script().apply(create);
  }

  /** Nothing is said of a sandbox while nobody has seen its job wait. */
  private static Reply state(Recorded get) {
    long id = Upstreams.job(get.variable(Upstreams.SANDBOX, "name"));
    return wasSeen(id) ? UPSTREAMS.sandbox(get) : Reply.recorded("create-unavailable-503");
  }

  private static boolean wasSeen(long id) {
    return reasons.of(id).containsKey(FAULTS.get((int) id - 1).code());
  }

  static Stream<Fault> faults() {
    return FAULTS.stream();
  }

  private static Fault denied(String name, Reply reply, String code) {
    return new Fault(name, create -> reply, code, "", true, false);
  }

  private static Fault notDone(String name, Reply reply, String code) {
    return new Fault(name, create -> reply, code, "", false, false);
  }

  private static Fault unknown(String name, Reply reply, String code) {
    return new Fault(name, create -> reply, code, "", true, false);
  }

  private static Map<String, Object> error(String code, String outcome) {
    return Map.of(
        "error", Map.of("code", code, "message", "m", "retryable", true, "outcome", outcome));
  }

  /**
   * One way to fail.
   *
   * @param name of the repository that has it
   * @param code the reason that the job is to show
   * @param sentence what its message contains: the setting to change, if there is one
   * @param burns whether the name was asked for or refused, so that it is never sent again
   * @param runs whether the sandbox runs all the same
   */
  record Fault(
      String name,
      Function<Recorded, Reply> script,
      String code,
      String sentence,
      boolean burns,
      boolean runs) {
    Fault saying(String part) {
      return new Fault(name, script, code, part, burns, runs);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
