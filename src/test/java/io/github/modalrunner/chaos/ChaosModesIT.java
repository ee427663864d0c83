package io.github.modalrunner.chaos;

import static io.github.modalrunner.chaos.Trial.JOB;
import static io.github.modalrunner.chaos.Trial.LABELS;
import static io.github.modalrunner.chaos.Trial.ORGANIZATION;
import static io.github.modalrunner.chaos.Trial.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.demo.Answer.Wire;
import io.github.modalrunner.demo.Faults.Call;
import io.github.modalrunner.demo.Faults.End;
import io.github.modalrunner.demo.Faults.Fate;
import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Pace;
import io.github.modalrunner.demo.RateLimits;
import io.github.modalrunner.demo.Tally.Fact;
import io.github.modalrunner.demo.World;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.ServedGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The ways in which systems of this kind were seen to fail, each made to happen to the real
 * gateway. {@code docs/reliability.md} lists them.
 */
@Execution(ExecutionMode.CONCURRENT)
class ChaosModesIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path folder;

  private static JobSpec jobIn(String repository) {
    return JobSpec.of(ORGANIZATION + "/" + repository, LABELS).lasting(500);
  }

  /** The same to the same call, whatever thread asks: true for so many in a hundred. */
  private static boolean chance(Call call, int percent) {
    return Math.floorMod((call.subject() + call.nth()).hashCode() * 31, 100) < percent;
  }

  /** The job that a runner was minted for, by its name. */
  private static long jobOf(Call call) {
    return Long.parseLong(call.subject().split("-", -1)[1]);
  }

  @Test
  void mode01_anotherJobTakesOurRunner() {
    // Given
    AtomicLong untold = new AtomicLong(5);
    Script script =
        new Script()
            .webhooks("queued", call -> untold.getAndDecrement() > 0 ? List.of() : List.of(0L));
    try (Trial trial =
        Trial.in(folder)
            .faults(script)
            .set("runner.github.scope", "organization")
            .set("runner.repositories.allow", REPOSITORY + "," + ORGANIZATION + "/other")
            .start()) {
      // When
      trial.world.submit(jobIn("other"), 5);
      trial.world.submit(JOB, 50);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(55);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(60);
    }
  }

  @Test
  void mode02_webhooksAreLostInAnOutage() {
    // Given
    try (Trial trial = Trial.in(folder).start()) {
      trial.world.submit(JOB);
      trial.settle(SOON);
      trial.stop();

      // When
      trial.world.submit(JOB, 20);
      trial.world.submit(JOB.unheard(), 10);
      await().until(trial.world::silent);
      trial.restart();

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(31);
    }
  }

  @Test
  void mode02_aDeliveryThatCannotBeReadFromTheLogHoldsUpNoOther() {
    // Given: more deliveries than a page of the log, the newest of them unreadable
    AtomicReference<String> unreadable = new AtomicReference<>();
    Script script =
        new Script()
            .on(
                "github.get-delivery",
                (call, doing) -> {
                  unreadable.compareAndSet(null, call.subject());
                  return call.subject().equals(unreadable.get())
                      ? Script.github(502, "Bad Gateway")
                      : doing.get();
                });
    try (Trial trial =
        Trial.in(folder).faults(script).set("runner.reconcile.runs-every", "1h").start()) {
      trial.stop();
      trial.world.submit(JOB, 150);
      await().until(trial.world::silent);

      // When
      trial.restart();

      // Then: the others are served, and so is it once it can be read
      await().atMost(SOON).until(() -> trial.count(Fact.JOBS_SERVED) >= 149);
      unreadable.set("");
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(150);
    }
  }

  @Test
  void mode03_theApiLagsBehindTheWebhook() {
    // Given
    Script script =
        new Script()
            .on("github.get-job", (call, doing) -> Script.github(404, "Not Found"))
            .on("github.get-run", (call, doing) -> Script.github(404, "Not Found"));
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      trial.world.submit(JOB, 5);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(5);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void mode04_theCapacityIsReached() {
    // Given
    try (Trial trial = Trial.in(folder).set("runner.limits.max-runners", "3").start()) {
      // When
      List<Long> jobs = trial.world.submit(JOB, 12);

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(jobs.stream().map(trial::reason))
                      .filteredOn("limit_reached"::equals)
                      .hasSizeGreaterThan(5));
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(12);
      assertThat(trial.count(Fact.MAX_SANDBOXES_RUNNING)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void mode05_anIdleRunnerTakesAJobWhileItIsRemoved() {
    // Given
    Pace slowBoot = new Pace(1_000, 100, 300, 1_500, 60_000, 60_000, 0);
    AtomicReference<World> world = new AtomicReference<>();
    List<Long> cancelled = new CopyOnWriteArrayList<>();
    Script script =
        new Script()
            .launches(
                call -> {
                  // The job is cancelled while its runner boots; another comes around its removal
                  long job = jobOf(call);
                  int place = cancelled.indexOf(job);
                  if (place >= 0) {
                    long now = System.currentTimeMillis();
                    JobSpec untold = jobIn("repo-" + place).unheard();
                    world.get().at(now, t -> world.get().cancel(job));
                    world.get().at(now + 1_500 + 100L * place, t -> world.get().submit(untold));
                  }
                  return Fate.RUNS;
                });
    try (Trial trial =
        Trial.in(folder)
            .pace(slowBoot)
            .faults(script)
            .set("runner.runner.surplus-hold", "1s")
            .start()) {
      world.set(trial.world);

      // When
      trial.world.at(
          0,
          t -> {
            for (int i = 0; i < 40; i++) {
              cancelled.add(trial.world.submit(jobIn("repo-" + i)));
            }
          });

      // Then
      await().atMost(SOON).until(() -> trial.jobs().size() == 80);
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(40);
    }
  }

  @Test
  void mode06_aGhostHasLostItsJobAndListensOn() {
    // Given
    Script script =
        new Script()
            .launches(
                call -> call.subject().endsWith("-1") ? new Fate(End.NEVER, 0, 0) : Fate.RUNS);
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      trial.world.submit(JOB, 4);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(4);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(8);
    }
  }

  @Test
  void mode07_theAnswerToAMintIsLost() {
    // Given
    Script script =
        new Script()
            .on(
                "github.generate-jitconfig",
                (call, doing) -> chance(call, 30) ? doing.get().cut(Wire.NOTHING) : doing.get());
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      trial.world.submit(JOB, 30);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(30);
      assertThat(trial.count(Fact.MINT_CONFLICTS)).isZero();
      assertThat(trial.count(Fact.MINTS)).isGreaterThan(33);
    }
  }

  @Test
  void mode08_theRunnerVersionIsDeprecated() {
    // Given
    AtomicBoolean refused = new AtomicBoolean(true);
    Script script =
        new Script().launches(call -> refused.get() ? new Fate(End.AT_BOOT, 7, 0) : Fate.RUNS);
    try (Trial trial =
        Trial.in(folder).faults(script).set("runner.breaker.open-for", "2s").start()) {
      trial.world.submit(JOB);
      await().atMost(SOON).until(() -> trial.rows("image", "attempts > 0") == 1);

      // When
      trial.world.submit(JOB, 5);
      await()
          .during(Duration.ofSeconds(8))
          .atMost(Duration.ofSeconds(30))
          .until(() -> trial.count(Fact.SANDBOXES_STARTED) <= 3);
      refused.set(false);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(6);
    }
  }

  @Test
  void mode09_gitHubFailsAtRegistration() {
    // Given
    AtomicLong until = new AtomicLong(Long.MAX_VALUE);
    Script script =
        new Script()
            .on(
                "github.generate-jitconfig",
                (call, doing) ->
                    chance(call, 60) && System.currentTimeMillis() < until.get()
                        ? Script.github(502, "Bad Gateway")
                        : doing.get());
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      until.set(System.currentTimeMillis() + 5_000);
      trial.world.submit(JOB, 60);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(60);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(trial.count(Fact.MINTS));
    }
  }

  @Test
  void mode10_theRateLimitIsUsedUp() {
    // Given
    RateLimits limits = new RateLimits(new Script(), System::currentTimeMillis);
    limits.primary(12, 9_000);
    try (Trial trial = Trial.in(folder).faults(limits).start()) {
      // When
      List<Long> jobs = trial.world.submit(JOB, 30);

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(jobs.stream().map(trial::reason)).contains("github_rate_limited"));
      await().atMost(SOON).until(() -> trial.count(Fact.JOBS_SERVED) >= 15);
      limits.primary(Long.MAX_VALUE, 1_000);
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(30);
    }
  }

  @Test
  void mode11_anApprovalIsAwaitedAndItsEventsComeInAnyOrder() {
    // Given
    Orders orders = new Orders();
    Script script =
        new Script()
            .webhooks("queued", call -> orders.twice(call, call.nth() == 1 ? 0 : 2))
            .webhooks("waiting", call -> orders.twice(call, 1));
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      orders.begin();
      List<Long> jobs = new ArrayList<>();
      for (int i = 0; i < Orders.OF_THREE.size(); i++) {
        jobs.add(trial.world.submitWaiting(jobIn("repo-" + i)));
      }

      // When
      jobs.forEach(trial.world::approve);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(6);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isEqualTo(6);
    }
  }

  @Test
  void mode11_nothingIsLaunchedBeforeTheApproval() {
    // Given
    try (Trial trial = Trial.in(folder).start()) {
      long job = trial.world.submitWaiting(JOB);

      // When
      await().atMost(SOON).until(() -> trial.state(job).equals("waiting"));
      await()
          .during(Duration.ofSeconds(7))
          .atMost(Duration.ofSeconds(30))
          .until(() -> trial.count(Fact.MINTS) == 0);
      trial.world.approve(job);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isEqualTo(1);
    }
  }

  @Test
  void mode12_completedComesBeforeInProgressOrQueued() {
    // Given
    Orders orders = new Orders();
    Script script =
        new Script()
            .webhooks("queued", call -> orders.twice(call, 0))
            .webhooks("in_progress", call -> orders.twice(call, 1))
            .webhooks("completed", call -> orders.twice(call, 2));
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      orders.begin();

      // When
      for (int i = 0; i < Orders.OF_THREE.size(); i++) {
        trial.world.repository(jobIn("repo-" + i).repository(), true);
        trial.world.foreignRunner("repos/" + jobIn("repo-" + i).repository(), "theirs", LABELS);
        trial.world.submit(jobIn("repo-" + i));
      }

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED_ELSEWHERE)).isEqualTo(6);
      assertThat(trial.rows("job", "state = 'COMPLETED' AND conclusion = 'success'")).isEqualTo(6);
      assertThat(trial.count(Fact.MINTS)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void mode13_jobsAreCancelledBeforeTheyArePickedUp() {
    // Given
    Random random = new Random(13);
    try (Trial trial = Trial.in(folder).start()) {
      // When
      List<Long> jobs = trial.world.submit(JOB, 60);
      long now = System.currentTimeMillis();
      for (long job : jobs.subList(0, 30)) {
        trial.world.at(now + random.nextInt(3_000), t -> trial.world.cancel(job));
      }

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(60);
    }
  }

  @Test
  void mode14_aConfigurationGrowsTooOld() {
    // Given
    Script script = new Script().on("launcher.create", (call, doing) -> doing.get().late(1_500));
    try (Trial trial =
        Trial.in(folder)
            .faults(script)
            .set("runner.modal.creates-per-second", "0.5")
            .set("runner.runner.jit-max-age", "1s")
            .jitAtMost(2_500)
            .start()) {
      // When
      trial.world.submit(JOB, 2);

      // Then
      trial.settle(SOON);
    }
  }

  @Test
  void mode15_gitHubBindsAJobToARunnerThatIsDead() {
    // Given
    try (Trial trial =
        Trial.in(folder)
            .set("runner.reconcile.job-checks", "1s")
            .set("runner.runner.blocked-after", "1s")
            .start()) {
      // When
      long job = trial.world.submit(JOB);
      trial.world.pin(job);

      // Then
      await().atMost(SOON).until(() -> trial.state(job).equals("blocked_upstream"));
      assertThat(trial.reason(job)).isEqualTo("blocked_upstream");
      // Else it is probed now and then, and there is no rest
      trial.world.cancel(job);
      trial.settle(SOON);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void mode16_aRunHasEndedAndItsJobStaysQueued() {
    // Given
    try (Trial trial = Trial.in(folder).set("runner.reconcile.job-checks", "1s").start()) {
      // When
      long job = trial.world.submit(JOB);
      trial.world.abandon(job, "startup_failure");

      // Then
      await().atMost(SOON).until(() -> trial.state(job).equals("completed"));
      assertThat(trial.reason(job)).isEqualTo("run_completed");
      trial.settle(SOON, job);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void mode17_aRerunFollowsACancellationAtOnce() {
    // Given
    try (Trial trial = Trial.in(folder).start()) {
      // When
      List<Long> jobs = trial.world.submit(JOB, 5);
      jobs.forEach(trial.world::cancel);
      trial.world.rerun(jobs.get(0));

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(1);
    }
  }

  @Test
  void mode18_aRerunIsNotTold() {
    // Given
    AtomicBoolean told = new AtomicBoolean(true);
    Script script = new Script().webhooks("queued", call -> told.get() ? List.of(0L) : List.of());
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      long job = trial.world.submit(JOB);
      trial.settle(SOON);
      told.set(false);

      // When
      trial.world.rerun(job);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(2);
    }
  }

  @Test
  void mode19_labelsDifferInCaseAndProfilesDoNotMix() {
    // Given
    try (Trial trial =
        Trial.in(folder)
            .set("runner.profiles.gpu.labels", "modal-gpu")
            .set("runner.profiles.gpu.gpu", "T4")
            .start()) {
      // When
      trial.world.submit(JobSpec.of(REPOSITORY, "Self-Hosted", "MODAL").lasting(500), 5);
      trial.world.submit(JobSpec.of(REPOSITORY, "self-hosted", "Modal-GPU").lasting(500), 5);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(10);
      assertThat(
              trial.rows(
                  """
                  SELECT count(*) AS n FROM job j JOIN runner r ON r.name = j.runner_name
                   WHERE j.profile = r.profile GROUP BY j.profile ORDER BY j.profile
                  """))
          .extracting(row -> ((Number) row.get("n")).intValue())
          .containsExactly(5, 5);
    }
  }

  @Test
  void mode20_registrationsAreLeftBehind() {
    // Given
    try (Trial trial = Trial.in(folder).start()) {
      trial.world.submit(JOB);
      trial.settle(SOON);

      // When
      for (int i = 0; i < 130; i++) {
        trial.strayRegistration("mgr-9" + i + "-1");
      }
      trial.strayRegistration("other-1-1");

      // Then
      trial.settle(SOON);
      assertThat(trial.world.registrations()).containsExactly("other-1-1");
    }
  }

  @Test
  void mode21_aSandboxHangsAfterItsJob() {
    // Given
    Script script = new Script().launches(call -> new Fate(End.HANGS, 0, 0));
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      trial.world.submit(JOB, 5);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(5);
      assertThat(trial.tally().calls().get("launcher.delete")).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void mode22_aPayloadHasNoJobOrNoInstallation() {
    // Given
    try (Trial trial = Trial.in(folder).start()) {
      long job = trial.world.submit(JOB.unheard());
      Delivery withoutInstallation =
          Delivery.of(Payloads.queued(job, LABELS).repository(REPOSITORY).without("/installation"))
              .signedWith(ServedGateway.SECRET);
      Delivery withoutJob =
          Delivery.of(Payloads.queued(1, LABELS).with("/workflow_job", null))
              .signedWith(ServedGateway.SECRET);

      // When
      int accepted = trial.post(withoutInstallation);
      int quarantined = trial.post(withoutJob);
      trial.world.noise(REPOSITORY, "workflow_job");

      // Then
      trial.settle(SOON);
      assertThat(List.of(accepted, quarantined)).containsExactly(202, 422);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(1);
      assertThat(trial.rows("delivery", "state = 'QUARANTINED'")).isEqualTo(2);
      assertThat(trial.tally().calls()).doesNotContainKey("github.get-delivery");
    }
  }

  @Test
  void mode23_aDeliveryComesAgainAfterACrash() {
    // Given
    AtomicLong accepted = new AtomicLong();
    Script script = new Script();
    for (String action : new String[] {"queued", "in_progress", "completed"}) {
      script.webhooks(action, call -> List.of(0L, 9_000L));
    }
    try (Trial trial = Trial.in(folder).faults(script).onAccepted(accepted::set).startKillable()) {
      // When
      trial.world.submit(JOB, 10);
      await().pollInterval(Duration.ofMillis(1)).until(() -> accepted.get() > 2);
      trial.kill();
      trial.restart();

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(10);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void mode24_aMintIsDenied() {
    // Given
    Map<Long, Integer> denied = new ConcurrentHashMap<>();
    AtomicLong refused = new AtomicLong();
    Script script =
        new Script()
            .on(
                "github.generate-jitconfig",
                (call, doing) -> {
                  Integer status = denied.get(jobOf(call));
                  if (status == null) {
                    return doing.get();
                  }
                  refused.incrementAndGet();
                  return Script.github(status, "No");
                });
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      for (int status : new int[] {401, 403, 404, 422}) {
        trial.world.at(
            System.currentTimeMillis(),
            t -> denied.put(trial.world.submit(jobIn("repo-" + status)), status));
      }
      await().atMost(SOON).until(() -> denied.size() == 4);
      await()
          .atMost(SOON)
          .until(
              () -> denied.keySet().stream().allMatch(j -> trial.reason(j).startsWith("github_")));
      Map<Integer, String> reasons = new TreeMap<>();
      denied.forEach((job, status) -> reasons.put(status, trial.explanation(job)));
      denied.clear();

      // Then
      trial.settle(SOON);
      assertThat(reasons.get(401)).contains("runner.github.token");
      assertThat(reasons.get(403)).contains("Settings → Actions → Runners");
      assertThat(reasons.get(404)).contains("Administration: write");
      assertThat(reasons.get(422)).contains("runner.github.runner-group-id");
      assertThat(refused.get()).isBetween(4L, 40L);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(4);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isEqualTo(4);
    }
  }

  @Test
  void mode25_aLongJobIsLeftAloneAndARunnerGetsTimeToLeave() {
    // Given
    Pace slowExit = new Pace(300, 1_300, 300, 1_500, 60_000, 60_000, 0);
    try (Trial trial =
        Trial.in(folder)
            .pace(slowExit)
            .set("runner.runner.boot-deadline", "2s")
            .set("runner.runner.idle-limit", "2s")
            .set("runner.reconcile.job-checks", "1s")
            .start()) {
      // When
      trial.world.submit(JOB.lasting(12_000));
      trial.world.submit(JOB.unheard().lasting(12_000));
      trial.world.submit(JOB);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(3);
      assertThat(trial.tally().calls()).doesNotContainKey("launcher.delete");
    }
  }

  @Test
  void aSandboxDiesInItsJobAndNothingIsLaunchedForIt() {
    // Given
    Script script = new Script().launches(call -> new Fate(End.IN_JOB, 1, 0));
    try (Trial trial = Trial.in(folder).faults(script).start()) {
      // When
      trial.world.submit(JOB, 3);

      // Then
      trial.settle(SOON);
      assertThat(trial.count(Fact.JOBS_LOST)).isEqualTo(3);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isEqualTo(3);
      assertThat(trial.rows("job", "state = 'COMPLETED' AND conclusion = 'failure'")).isEqualTo(3);
    }
  }

  /** Sends the three events of each job in another order, each twice. */
  private static final class Orders {
    static final List<List<Integer>> OF_THREE =
        List.of(
            List.of(0, 1, 2),
            List.of(0, 2, 1),
            List.of(1, 0, 2),
            List.of(1, 2, 0),
            List.of(2, 0, 1),
            List.of(2, 1, 0));

    private final Map<String, List<Integer>> orders = new ConcurrentHashMap<>();
    private volatile long begin;

    /** The first event of each job is sent in two seconds. */
    void begin() {
      begin = System.currentTimeMillis() + 2_000;
    }

    List<Long> twice(Call call, int event) {
      List<Integer> order =
          orders.computeIfAbsent(
              call.subject(), job -> OF_THREE.get(orders.size() % OF_THREE.size()));
      long delay = begin + 600L * order.indexOf(event) - System.currentTimeMillis();
      return List.of(delay, delay + 150);
    }
  }
}
