package io.github.modalrunner.chaos;

import static io.github.modalrunner.chaos.Trial.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Tally.Fact;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several real gateways on one PostgreSQL ledger, behind a load balancer. */
class ReplicasIT {
  private static final int JOBS = 120;
  private static final int A_SECOND = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;

  /** Jobs that come one by one, so that webhooks flow while something happens. */
  private static void submit(Trial trial) {
    long start = System.currentTimeMillis();
    for (int i = 0; i < JOBS; i++) {
      JobSpec job =
          JobSpec.of(ORGANIZATION + "/repo-" + i % 4, "self-hosted", "modal").lasting(500);
      trial.world.at(start + 1_000L * i / A_SECOND, t -> trial.world.submit(job));
    }
  }

  private static void awaitJobs(Trial trial, int count) {
    await().atMost(PATIENCE).until(() -> trial.jobs().size() >= count);
  }

  private static void everyJobIsServedOnce(Trial trial) {
    awaitJobs(trial, JOBS);
    trial.settle(PATIENCE);
    assertThat(trial.count(Fact.JOBS_SERVED)).isEqualTo(JOBS);
    assertThat(trial.rows("job", "state = 'COMPLETED'")).isEqualTo(JOBS);
  }

  @Test
  void eachPieceOfWorkIsDoneOnceAndByBoth() {
    try (Trial trial = Trial.in(folder).replicas(2).startKillable()) {
      // When
      submit(trial);

      // Then
      everyJobIsServedOnce(trial);
      assertThat(trial.count(Fact.MINTS)).isEqualTo(JOBS);
      assertThat(trial.count(Fact.SANDBOXES_STARTED)).isEqualTo(JOBS);
      assertThat(trial.taken(0)).isGreaterThan(JOBS / 2);
      assertThat(trial.taken(1)).isGreaterThan(JOBS / 2);
    }
  }

  @Test
  void aKilledReplicasWorkIsTakenUpByTheOther() {
    try (Trial trial = Trial.in(folder).replicas(2).startKillable()) {
      // When: it never comes back
      submit(trial);
      awaitJobs(trial, JOBS / 2);
      trial.replica(1).kill();

      // Then
      everyJobIsServedOnce(trial);
    }
  }

  @Test
  void aRollingRestartRefusesAndLosesNoDelivery() {
    try (Trial trial = Trial.in(folder).replicas(2).startKillable()) {
      // When
      submit(trial);
      awaitJobs(trial, JOBS / 6);
      for (int i = 0; i < 2; i++) {
        assertThat(trial.replica(i).stop()).isIn(0, 143);
        trial.replica(i).start();
      }

      // Then: GitHub has had a 2xx for each delivery, and never had to be asked for one
      everyJobIsServedOnce(trial);
      assertThat(trial.world.undelivered()).isEmpty();
    }
  }
}
