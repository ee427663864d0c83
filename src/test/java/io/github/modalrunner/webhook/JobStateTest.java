package io.github.modalrunner.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobStateTest {
  @ParameterizedTest
  @CsvSource({
    "queued, queued, QUEUED",
    // A job that waits for an approval is announced as queued too
    "queued, waiting, WAITING",
    "waiting, waiting, WAITING",
    "waiting, queued, WAITING",
    "queued, a status of tomorrow, WAITING",
    "in_progress, in_progress, IN_PROGRESS",
    "in_progress, queued, IN_PROGRESS",
    "queued, in_progress, IN_PROGRESS",
    "waiting, in_progress, IN_PROGRESS",
    "completed, completed, COMPLETED",
    "completed, queued, COMPLETED",
    "completed, in_progress, COMPLETED",
    "in_progress, completed, COMPLETED",
    "queued, completed, COMPLETED"
  })
  void takesTheFurthestThatAnEventTells(String action, String status, JobState expected) {
    // When
    JobState state = JobState.of(action, status);

    // Then
    assertThat(state).isEqualTo(expected);
  }

  @Test
  void onlyWaitingAndQueuedMayAlternate() {
    // When, Then
    assertThat(JobState.values()).extracting(JobState::rank).containsExactly(1, 1, 2, 3);
  }
}
