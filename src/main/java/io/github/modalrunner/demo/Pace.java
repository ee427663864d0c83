package io.github.modalrunner.demo;

/**
 * How long things take out there, in milliseconds.
 *
 * @param boot from the creation of a sandbox until its runner is online
 * @param exit from the end of a job until its sandbox ends
 * @param leave from the removal of an idle runner's registration until its sandbox ends
 * @param notice until GitHub fails a job whose runner died, and queues again one never acknowledged
 * @param idle after which GitHub removes an online runner that got no job
 * @param unused after which GitHub removes a registration that never came online
 * @param lag for which a new sandbox is missing in the launcher's list and look-ups
 */
public record Pace(
    long boot, long exit, long leave, long notice, long idle, long unused, long lag) {
  private static final long DAY = 86_400_000;

  /** Pleasant to watch, otherwise as documented. */
  public static final Pace USUAL = new Pace(1_500, 500, 2_000, 60_000, DAY, DAY, 0);
}
