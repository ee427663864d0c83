package io.github.modalrunner.webhook;

/** What an event says of a job, in the order in which a job moves. */
public enum JobState {
  /** Waits for an approval (an environment's protection rule). */
  WAITING(1),
  /** Wants a runner. */
  QUEUED(1),
  /** Runs. */
  IN_PROGRESS(2),
  /** Has ended, however. */
  COMPLETED(3);

  private final int rank;

  JobState(int rank) {
    this.rank = rank;
  }

  /** A job never goes back to a state of lower rank within a run attempt. */
  public int rank() {
    return rank;
  }

  /**
   * The furthest state that an event tells of.
   *
   * @param action the event's {@code action}; {@code queued} does not imply that the job is queued
   * @param status the job's {@code status}
   */
  public static JobState of(String action, String status) {
    if (action.equals("completed") || status.equals("completed")) {
      return COMPLETED;
    }
    if (action.equals("in_progress") || status.equals("in_progress")) {
      return IN_PROGRESS;
    }
    return action.equals("queued") && status.equals("queued") ? QUEUED : WAITING;
  }
}
