package io.github.modalrunner.chaos;

import static io.github.modalrunner.chaos.Trial.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.demo.Answer;
import io.github.modalrunner.demo.Faults;
import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Tally.Fact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real process, killed by SIGKILL at named points with 200 jobs in flight: no accepted delivery
 * is lost, no job is launched twice, nothing is left behind.
 */
class KillIT {
  private static final int JOBS = 200;

  /** Which accepted delivery, mint or create is the last one: some before it, most after it. */
  private static final int TURN = 50;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;

  /** Kills at one call of a kind: before it is done, or after that and before its answer. */
  private static final class KillAt implements Faults {
    private final String kind;
    private final boolean done;
    private final AtomicInteger turn = new AtomicInteger(TURN);
    private Runnable kill = () -> {};

    KillAt(String kind, boolean done) {
      this.kind = kind;
      this.done = done;
    }

    @Override
    public Answer around(Call call, Supplier<Answer> doing) {
      if (!call.kind().equals(kind) || turn.getAndDecrement() != 0) {
        return doing.get();
      }
      Answer answer = done ? doing.get() : Answer.text(503, "never sent");
      kill.run();
      return answer;
    }
  }

  private static void submitAll(Trial trial) {
    for (int i = 0; i < 4; i++) {
      trial.world.submit(
          JobSpec.of(ORGANIZATION + "/repo-" + i, "self-hosted", "modal").lasting(500), JOBS / 4);
    }
  }

  private static void restartOnceKilled(Trial trial, Predicate<Trial> showsThePoint) {
    await("killed").atMost(PATIENCE).until(() -> !trial.isAlive());
    assertThat(showsThePoint.test(trial)).as("the ledger shows the point").isTrue();
    trial.restart();
  }

  private static void everyJobIsServedOnce(Trial trial) {
    trial.settle(PATIENCE);
    assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(JOBS);
    assertThat(trial.rows("job", "state = 'COMPLETED'")).isEqualTo(JOBS);
  }

  @Test
  void afterTheInsert() {
    // Given
    AtomicReference<Trial> started = new AtomicReference<>();
    Predicate<Trial> stored = t -> t.rows("delivery", "state = 'NEW'") > 0;
    try (Trial trial =
        Trial.in(folder)
            .onAccepted(
                count -> {
                  if (count >= TURN) {
                    Trial running = started.getAndSet(null);
                    if (running != null) {
                      running.killAt(stored);
                      started.set(running.isAlive() ? running : null);
                    }
                  }
                })
            .startKillable()) {
      started.set(trial);

      // When
      submitAll(trial);
      restartOnceKilled(trial, stored);

      // Then
      everyJobIsServedOnce(trial);
    }
  }

  @Test
  void afterTheMintBeforeItsAnswer() {
    // Given
    KillAt point = new KillAt("github.generate-jitconfig", true);
    try (Trial trial = Trial.in(folder).faults(point).startKillable()) {
      point.kill = trial::kill;

      // When
      submitAll(trial);
      restartOnceKilled(
          trial,
          t ->
              t
                  .rows(
                      "SELECT name FROM runner WHERE state = 'INTENT' AND lease_owner IS NOT NULL")
                  .stream()
                  .anyMatch(row -> t.registrations().contains(row.get("name"))));

      // Then
      everyJobIsServedOnce(trial);
    }
  }

  @Test
  void afterTheMintBeforeTheCreate() {
    // Given
    KillAt point = new KillAt("launcher.create", false);
    try (Trial trial = Trial.in(folder).faults(point).startKillable()) {
      point.kill = trial::kill;

      // When
      submitAll(trial);
      restartOnceKilled(
          trial,
          t ->
              t.rows("SELECT name FROM runner WHERE state = 'MINTED'").stream()
                  .anyMatch(row -> !t.world.sandboxes().contains(row.get("name"))));

      // Then
      everyJobIsServedOnce(trial);
    }
  }

  @Test
  void afterTheCreate() {
    // Given
    KillAt point = new KillAt("launcher.create", true);
    // Those of that moment: a sandbox lives no longer than it may take to look at it
    AtomicReference<List<String>> running = new AtomicReference<>();
    try (Trial trial = Trial.in(folder).faults(point).startKillable()) {
      point.kill =
          () -> {
            running.set(trial.world.sandboxes());
            trial.kill();
          };

      // When
      submitAll(trial);
      restartOnceKilled(
          trial,
          t ->
              t.rows("SELECT name FROM runner WHERE state = 'MINTED'").stream()
                  .anyMatch(row -> running.get().contains(row.get("name"))));

      // Then
      everyJobIsServedOnce(trial);
    }
  }

  @Test
  void atRandomPoints() {
    // Given
    long seed = Long.getLong("chaos.seed", 1);
    System.out.println("KillIT.atRandomPoints: -Dchaos.seed=" + seed);
    Random random = new Random(seed);
    try (Trial trial = Trial.in(folder).seed(seed).startKillable()) {
      // When
      submitAll(trial);
      for (int i = 0; i < 3; i++) {
        long instant = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(1500));
        await().pollInterval(Duration.ofMillis(1)).until(() -> System.nanoTime() > instant);
        trial.kill();
        trial.restart();
      }

      // Then
      everyJobIsServedOnce(trial);
    }
  }
}
