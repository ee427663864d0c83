package io.github.modalrunner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerJudgeTest {
  private static final long NOW = 1_000_000;
  private static final Map<String, Object> RUNS = Map.of("sandbox_state", "running");
  private final RunnerJudge judge = new RunnerJudge();

  @ParameterizedTest
  @CsvSource({
    // state, due, known, online, busy, its job, new state, new registration
    "LAUNCHED, false, true, false, false, , LAUNCHED, HELD",
    "LAUNCHED, true, true, false, false, , DEAD, DELETE",
    "LAUNCHED, true, true, true, false, , ONLINE, HELD",
    "LAUNCHED, true, true, true, true, , BUSY, HELD",
    "LAUNCHED, true, false, false, false, , DEAD, GONE",
    "ONLINE, false, true, true, false, , ONLINE, HELD",
    "ONLINE, true, true, true, false, , DEAD, DELETE",
    "ONLINE, true, true, true, true, , BUSY, HELD",
    "ONLINE, true, false, false, false, , DEAD, GONE",
    "BUSY, true, true, true, true, IN_PROGRESS, BUSY, HELD",
    "BUSY, true, true, true, false, IN_PROGRESS, BUSY, HELD",
    "BUSY, true, true, true, false, , BUSY, HELD",
    "BUSY, true, true, true, false, COMPLETED, EXITED, DELETE",
    "BUSY, true, false, false, false, IN_PROGRESS, BUSY, GONE",
    "BUSY, true, false, false, false, COMPLETED, EXITED, GONE"
  })
  void givesARunnerUpOnlyByWhatIsKnown(
      String state,
      boolean due,
      boolean known,
      boolean online,
      boolean busy,
      String job,
      String newState,
      String registration) {
    // Given
    Map<String, Object> runner = runner(state, due ? NOW : NOW + 1, job, "HELD");
    // When
    Map<String, Object> judged =
        judge.judge(runner, RUNS, Map.of("known", known, "online", online, "busy", busy));
    // Then
    assertThat(judged)
        .containsEntry("new_state", newState)
        .containsEntry("new_registration", registration)
        .containsEntry("new_sandbox", "RUNNING");
  }

  @Test
  void aBusyRunnerWhoseJobNobodyKnowsIsDoneWhenGitHubMissesItTwice() {
    // Given
    Map<String, Object> missing = Map.of("known", false, "online", false, "busy", false);
    Map<String, Object> first = judge.judge(runner("BUSY", NOW, null, "HELD"), RUNS, missing);
    // When
    Map<String, Object> second = judge.judge(runner("BUSY", NOW, null, "GONE"), RUNS, missing);
    // Then
    assertThat(first).containsEntry("new_state", "BUSY").containsEntry("new_registration", "GONE");
    assertThat(second).containsEntry("new_state", "EXITED");
  }

  @ParameterizedTest
  @CsvSource({
    "LAUNCHED, 7, DEAD, true",
    "LAUNCHED, 1, DEAD, false",
    "ONLINE, 0, DEAD, false",
    "BUSY, 0, GONE, false",
    "BUSY, 137, GONE, false"
  })
  void whoseSandboxHasEndedIsGone(String state, int exit, String newState, boolean refused) {
    // When
    Map<String, Object> judged =
        judge.judge(
            runner(state, NOW, null, "HELD"),
            Map.of("sandbox_state", "finished", "exit_code", exit),
            null);
    // Then
    assertThat(judged)
        .containsEntry("new_state", newState)
        .containsEntry("version_refused", refused)
        .containsEntry("new_registration", "DELETE")
        .containsEntry("new_sandbox", "GONE");
  }

  private static Map<String, Object> runner(
      String state, long deadline, String job, String registration) {
    Map<String, Object> runner = new HashMap<>();
    runner.put("state", state);
    runner.put("deadline_at", deadline);
    runner.put("job_state", job);
    runner.put("registration", registration);
    runner.put("now", NOW);
    for (String span : new String[] {"reapGrace", "exitGrace", "idleLimit", "slowCheck"}) {
      runner.put(span, 10L);
    }
    return runner;
  }
}
