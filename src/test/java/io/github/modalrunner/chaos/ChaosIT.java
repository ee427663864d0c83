package io.github.modalrunner.chaos;

import static io.github.modalrunner.chaos.Trial.LABELS;
import static io.github.modalrunner.chaos.Trial.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Tally;
import io.github.modalrunner.demo.Tally.Fact;
import io.github.modalrunner.demo.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many jobs while a twentieth of everything goes wrong, and the gateway is killed now and then.
 * {@code -Dchaos.seed=…} chooses what goes wrong, {@code -Dchaos.jobs=…} how many jobs there are.
 */
class ChaosIT {
  private static final double SHARE = 0.05;
  private static final int JOBS = Integer.getInteger("chaos.jobs", 80);
  private static final long SEED = Long.getLong("chaos.seed", 1);

  /** So many jobs a second are queued. */
  private static final int PACE = 20;

  /** How many jobs there are to each kill. */
  private static final int JOBS_TO_A_KILL = 1_000;

  private static final int REPOSITORIES = 8;

  /** What becomes of a job, approval, cancel or re-run, becomes of it within this time. */
  private static final int LATEST_MS = 8_000;

  @TempDir Path folder;

  /** What runs though the ledger has given it up is taken up again within this time. */
  private static final Duration ADOPTED_WITHIN = Duration.ofSeconds(30);

  /** What GitHub's limits are planned with. */
  private static final double CALLS_TO_A_JOB = 2.5;

  private final Random random = new Random(SEED);

  /** Jobs that GitHub gives to nobody until it is told to end them. */
  private final Set<Long> pinned = new ConcurrentSkipListSet<>();

  /** Jobs that GitHub leaves queued for ever, though their runs have ended. */
  private final Set<Long> abandoned = new ConcurrentSkipListSet<>();

  /** Since when sandboxes run that are not alive in the ledger, in nanoseconds. */
  private final Map<String, Long> strays = new HashMap<>();

  /** Plans all that happens; answers when the last of it does, in epoch milliseconds. */
  private long plan(World world) {
    long start = System.currentTimeMillis();
    for (int i = 0; i < REPOSITORIES; i++) {
      world.repository(repository(i), true);
      world.foreignRunner("repos/" + repository(i), "theirs", "self-hosted");
    }
    for (int i = 0; i < JOBS; i++) {
      planOne(world, start + 1_000L * i / PACE);
    }
    return start + 1_000L * JOBS / PACE + LATEST_MS;
  }

  private static String repository(int i) {
    return ORGANIZATION + "/repo-" + i;
  }

  /** One job, and what becomes of it. */
  private void planOne(World world, long at) {
    String repository = repository(random.nextInt(REPOSITORIES));
    JobSpec job = JobSpec.of(repository, LABELS).lasting(200 + random.nextInt(1_000));
    JobSpec anybodys = JobSpec.of(repository, "self-hosted").lasting(500);
    long later = at + random.nextInt(LATEST_MS / 2);
    switch (Math.min(6, (int) (random.nextDouble() / SHARE))) {
      case 0 -> world.at(at, t -> world.submit(anybodys)); // may take a runner of ours
      case 1 -> world.at(at, t -> world.submit(job.unheard()));
      case 2 ->
          world.at(
              at,
              t -> {
                long id = world.submitWaiting(job);
                world.at(later, then -> world.approve(id));
              });
      case 3 ->
          world.at(
              at,
              t -> {
                long id = world.submit(job);
                world.at(later, then -> world.cancel(id));
              });
      case 4 ->
          world.at(
              at,
              t -> {
                long id = world.submit(job.ending("failure"));
                world.at(later + LATEST_MS / 2, then -> rerun(world, id));
              });
      case 5 -> {
        if (random.nextInt(10) > 0) {
          world.at(at, t -> world.submit(job, 2));
        } else {
          boolean ended = random.nextBoolean();
          world.at(at, t -> hopeless(world, world.submit(job), ended));
        }
      }
      default -> world.at(at, t -> world.submit(job));
    }
  }

  private static void rerun(World world, long id) {
    if (world.status(id).equals("completed")) {
      world.rerun(id);
    }
  }

  private void hopeless(World world, long id, boolean runHasEnded) {
    if (runHasEnded) {
      abandoned.add(id);
      world.abandon(id, "startup_failure");
    } else {
      pinned.add(id);
      world.pin(id);
    }
  }

  /** Waits, and sees to it meanwhile that no sandbox runs for long that the ledger has not. */
  private void watch(Trial trial, long ms) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    await()
        .atMost(Duration.ofMillis(ms + 60_000))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              trial.check();
              assertThat(strays(trial)).as("sandboxes that are not in the ledger").isEmpty();
              return System.nanoTime() > end;
            });
  }

  /** Sandboxes that have been running for longer than it takes to adopt them. */
  private List<String> strays(Trial trial) {
    Set<String> running = new TreeSet<>(trial.world.sandboxes());
    trial
        .rows("SELECT name FROM runner WHERE sandbox = 'RUNNING' OR state NOT IN ('GONE', 'DEAD')")
        .forEach(row -> running.remove(row.get("name")));
    strays.keySet().retainAll(running);
    long now = System.nanoTime();
    return running.stream()
        .filter(name -> now - strays.computeIfAbsent(name, first -> now) > ADOPTED_WITHIN.toNanos())
        .toList();
  }

  @Test
  void everyJobIsServedWhateverGoesWrong() {
    // Given
    System.out.printf("ChaosIT: -Dchaos.seed=%d -Dchaos.jobs=%d%n", SEED, JOBS);
    Mischief mischief = new Mischief(SEED, SHARE);
    int kills = Math.max(1, JOBS / JOBS_TO_A_KILL);
    int betweenKills = 1_000 * JOBS / PACE / kills;
    long begun = System.nanoTime();
    try (Trial trial =
        Trial.in(folder)
            .seed(SEED)
            .faults(mischief)
            .set("runner.github.secondary-wait", "1s")
            .startKillable()) {
      mischief.in(trial.world);

      // When
      long end = plan(trial.world);
      for (int i = 0; i < kills; i++) {
        watch(trial, betweenKills / 2 + random.nextInt(betweenKills / 2));
        trial.kill();
        trial.restart();
      }

      watch(trial, Math.max(0, end - System.currentTimeMillis()));

      // Then: what nobody can serve says why, and all else ends
      Duration patience = Duration.ofMillis(180_000 + 30L * JOBS);
      trial.awaitReasons(patience, pinned);
      pinned.forEach(trial.world::cancel);
      trial.settle(patience, abandoned.toArray(new Long[0]));
      Tally tally = trial.tally();
      report(trial, kills, begun, mischief);
      assertThat(tally.get(Fact.SANDBOXES_STARTED))
          .isLessThanOrEqualTo(tally.get(Fact.JOBS_SUBMITTED) + mischief.count());
    }
  }

  @Test
  void aJobCostsFewCallsOfGitHubWhenNothingGoesWrong() {
    // Given: timers as they are by default, for they cost by the hour and not by the job
    try (Trial trial =
        Trial.in(folder)
            .seed(SEED)
            .set("runner.reconcile.job-checks", "45s,90s,3m,5m")
            .set("runner.reconcile.deliveries-every", "60s")
            .set("runner.reconcile.runs-every", "5m")
            .set("runner.runner.boot-deadline", "90s")
            .set("runner.runner.idle-limit", "6m")
            .start()) {
      int jobs = Math.min(JOBS, 1_000);
      long start = System.currentTimeMillis();

      // When
      for (int i = 0; i < jobs; i++) {
        JobSpec job =
            JobSpec.of(repository(random.nextInt(REPOSITORIES)), LABELS)
                .lasting(200 + random.nextInt(1_000));
        trial.world.at(start + 1_000L * i / PACE, t -> trial.world.submit(job));
      }
      await("all jobs were queued")
          .atMost(Duration.ofMinutes(2))
          .until(() -> trial.jobs().size() == jobs);

      // Then
      trial.settle(Duration.ofMinutes(2));
      Tally tally = trial.tally();
      double calls = (double) tally.gitHubCalls() / jobs;
      System.out.printf(
          "ChaosIT without faults: %.2f calls of GitHub to a served job%n%s%n", calls, tally);
      assertThat(tally.get(Fact.JOBS_SERVED)).isEqualTo(jobs);
      assertThat(tally.get(Fact.SANDBOXES_STARTED)).isLessThanOrEqualTo(jobs + jobs / 20);
      assertThat(calls).isLessThanOrEqualTo(CALLS_TO_A_JOB);
    }
  }

  private void report(Trial trial, int kills, long begun, Mischief mischief) {
    Tally tally = trial.tally();
    long served = tally.get(Fact.JOBS_SERVED);
    System.out.printf(
        "ChaosIT: -Dchaos.seed=%d -Dchaos.jobs=%d: %d jobs in %d s, %d faults, %d kills; 0 unserved, 0 leaked, %d killed; "
            + "%d kept by GitHub, %d webhooks neither received nor read from the log; %.2f calls of GitHub and %.2f sandboxes to a served job%n%s%n%s%n",
        SEED,
        JOBS,
        trial.jobs().size(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
        mischief.count(),
        kills,
        tally.get(Fact.JOBS_KILLED),
        pinned.size() + abandoned.size(),
        trial.unread(),
        (double) tally.gitHubCalls() / served,
        (double) tally.get(Fact.SANDBOXES_STARTED) / served,
        tally,
        mischief.done());
  }
}
