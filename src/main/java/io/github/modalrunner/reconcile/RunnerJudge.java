package io.github.modalrunner.reconcile;

import java.util.HashMap;
import java.util.Map;

/**
 * What a look at a runner's sandbox and at its registration means for it. Pure: rows, answers and
 * the time in, new columns out. Nothing that may run a job is ever given up here without GitHub's
 * word: the registration is removed first, and GitHub refuses that for a busy runner.
 */
public final class RunnerJudge {
  /** The runner's exit code when GitHub refuses its version. */
  static final int VERSION_REFUSED = 7;

  /**
   * Judges one runner.
   *
   * @param runner its row with the terms: {@code state}, {@code deadline_at}, {@code now}, …; and
   *     {@code job_state}, that of the job it has, null when none is known
   * @param sandbox {@code sandbox_state} and {@code exit_code}, as the launcher said
   * @param registration {@code known}, {@code online} and {@code busy}, as GitHub said; null when
   *     it was not asked, since the sandbox does not run
   * @return the row with {@code new_state}, {@code new_cause}, {@code new_registration}, {@code
   *     new_sandbox}, {@code new_deadline}, and {@code version_refused}
   */
  public Map<String, Object> judge(
      Map<String, Object> runner, Map<String, Object> sandbox, Map<String, Object> registration) {
    Map<String, Object> judged = new HashMap<>(runner);
    String state = (String) runner.get("state");
    boolean due = number(runner, "deadline_at") <= number(runner, "now");
    judged.put("version_refused", false);
    if (!"running".equals(sandbox.get("sandbox_state"))) {
      return ended(judged, state, sandbox);
    }
    boolean busy = state.equals("BUSY");
    if (!(Boolean) registration.get("known")) {
      return busy
          ? vanished(judged)
          : given(
              judged,
              "DEAD",
              "GitHub has removed its registration.",
              "GONE",
              number(runner, "now") + 4 * number(runner, "reapGrace"));
    }
    if ((Boolean) registration.get("busy")) {
      return given(
          judged, "BUSY", null, "HELD", number(runner, "now") + number(runner, "slowCheck"));
    }
    if (busy) {
      // Unless its job is known to have ended the flag may lag; the event or the sandbox will tell
      return "COMPLETED".equals(runner.get("job_state"))
          ? given(
              judged, "EXITED", null, "DELETE", number(runner, "now") + number(runner, "exitGrace"))
          : given(
              judged, "BUSY", null, "HELD", number(runner, "now") + number(runner, "idleLimit"));
    }
    boolean online = (Boolean) registration.get("online");
    if (state.equals("LAUNCHED") && online) {
      return given(
          judged, "ONLINE", null, "HELD", number(runner, "now") + number(runner, "idleLimit"));
    }
    if (!due) {
      return given(judged, state, null, "HELD", number(runner, "deadline_at"));
    }
    return given(
        judged,
        "DEAD",
        state.equals("ONLINE")
            ? "It found no job within idle-limit."
            : "It did not come online within boot-deadline.",
        "DELETE",
        number(runner, "now") + number(runner, "reapGrace"));
  }

  /**
   * A busy runner that GitHub does not show. It is done when its job is known to have ended; one
   * whose job nobody knows when GitHub says so twice; while its job runs, it stays.
   */
  private static Map<String, Object> vanished(Map<String, Object> judged) {
    Object job = judged.get("job_state");
    boolean done =
        "COMPLETED".equals(job) || (job == null && "GONE".equals(judged.get("registration")));
    return done
        ? given(judged, "EXITED", null, "GONE", number(judged, "now") + number(judged, "exitGrace"))
        : given(judged, "BUSY", null, "GONE", number(judged, "now") + number(judged, "idleLimit"));
  }

  private static Map<String, Object> ended(
      Map<String, Object> judged, String state, Map<String, Object> sandbox) {
    Object exit = sandbox.get("exit_code");
    boolean refused = exit instanceof Integer code && code == VERSION_REFUSED;
    judged.put("version_refused", refused);
    String cause =
        refused
            ? "GitHub refuses its runner version (exit code 7): update the image."
            : "Its sandbox ended" + (exit == null ? "." : " with exit code " + exit + ".");
    given(
        judged,
        state.equals("BUSY") ? "GONE" : "DEAD",
        cause,
        "DELETE",
        number(judged, "deadline_at"));
    judged.put("new_sandbox", "GONE");
    return judged;
  }

  private static Map<String, Object> given(
      Map<String, Object> judged, String state, String cause, String registration, long deadline) {
    judged.put("new_state", state);
    judged.put("new_cause", cause);
    judged.put("new_registration", registration);
    judged.put("new_sandbox", "RUNNING");
    judged.put("new_deadline", deadline);
    return judged;
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }
}
