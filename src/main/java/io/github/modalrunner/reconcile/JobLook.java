package io.github.modalrunner.reconcile;

import io.github.modalrunner.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What follows when GitHub says that a job is still where it was. Pure: rows and the time in, new
 * columns out.
 */
public final class JobLook {
  /** GitHub itself ends a job that nobody took within a day of being queued. */
  private static final long QUEUE_LIMIT = 25 * 3_600_000L;

  /** And one that nobody approved within 30 days. */
  private static final long APPROVAL_LIMIT = 31 * 24 * 3_600_000L;

  /** How often a job must stand beside an idle runner before no further one is tried. */
  private static final int TIMES = 2;

  /** A blocked or running job is looked at this many times more rarely than the last check. */
  private static final int SLOWLY = 6;

  private static final Set<String> QUEUED = Set.of("CHECKING", "QUEUED", "BLOCKED_UPSTREAM");

  private final List<Long> checks;
  private final long blockedAfter;

  /**
   * @param checks when a queued job is looked at again, in milliseconds; the last one repeats
   * @param blockedAfter how long a job stands beside an idle runner before that counts
   */
  public JobLook(List<Long> checks, long blockedAfter) {
    this.checks = List.copyOf(checks);
    this.blockedAfter = blockedAfter;
  }

  /** The looks that the settings describe. */
  public static JobLook of(Settings settings) {
    return new JobLook(
        settings.millisList("runner.reconcile.job-checks"),
        settings.millis("runner.runner.blocked-after"));
  }

  /**
   * Whether GitHub says something new of a job. That one is queued whose run is still to be read is
   * none: only the run lets it go on.
   *
   * @param job its row
   * @param seen {@code found} and {@code status}, as GitHub said
   */
  public boolean moved(Map<String, Object> job, Map<String, Object> seen) {
    String state = (String) job.get("state");
    return (Boolean) seen.get("found")
        && !switch ((String) seen.get("status")) {
          case "queued" -> QUEUED.contains(state);
          case "in_progress" -> state.equals("IN_PROGRESS");
          case "completed" -> false;
          default -> state.equals("WAITING");
        };
  }

  /** Whether a job that is still queued will never run, since its run has ended. */
  public boolean ends(Map<String, Object> job, Map<String, Object> run) {
    return !job.get("state").equals("IN_PROGRESS") && run.get("status").equals("completed");
  }

  /**
   * Decides when to look again, and whether a further runner would help.
   *
   * @param job its row with the terms
   * @param runners the pool's runners that are not busy, as just refreshed
   * @return the row with {@code new_state}, {@code new_blocked} and {@code next_check}
   */
  public Map<String, Object> again(Map<String, Object> job, List<Map<String, Object>> runners) {
    long now = number(job, "now");
    String state = (String) job.get("state");
    int blocked = (int) number(job, "blocked");
    int looks = (int) number(job, "checks") + 1;
    String next = state;
    long wait = checks.get(Math.min(looks, checks.size() - 1));
    if (state.equals("BLOCKED_UPSTREAM")) {
      // One more chance: GitHub may have recovered
      next = "QUEUED";
      blocked = TIMES - 1;
    } else if (state.equals("QUEUED") && stoodBesideAnIdleRunner(job, runners, now)) {
      blocked++;
      if (blocked >= TIMES) {
        next = "BLOCKED_UPSTREAM";
        wait = SLOWLY * checks.get(checks.size() - 1);
      }
    }
    if (state.equals("IN_PROGRESS")) {
      wait = SLOWLY * checks.get(checks.size() - 1);
    } else if (now - number(job, "event_at")
        > (state.equals("WAITING") ? APPROVAL_LIMIT : QUEUE_LIMIT)) {
      next = "COMPLETED";
    }
    Map<String, Object> looked = new HashMap<>(job);
    looked.put("new_state", next);
    looked.put("new_blocked", blocked);
    looked.put("next_check", wait);
    return looked;
  }

  private boolean stoodBesideAnIdleRunner(
      Map<String, Object> job, List<Map<String, Object>> runners, long now) {
    return now - number(job, "queued_at") >= blockedAfter
        && runners.stream()
            .anyMatch(
                runner ->
                    runner.get("state").equals("ONLINE")
                        && runner.get("online_at") != null
                        && now - number(runner, "online_at") >= blockedAfter);
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }
}
