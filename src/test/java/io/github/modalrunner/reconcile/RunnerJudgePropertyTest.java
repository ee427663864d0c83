package io.github.modalrunner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;

/** What holds for every runner, whatever GitHub and the launcher say and whenever. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class RunnerJudgePropertyTest {
  private final RunnerJudge judge = new RunnerJudge();

  @Property
  void nothingThatMayRunAJobIsGivenUp(
      @ForAll("runners") Map<String, Object> runner,
      @ForAll("registrations") Map<String, Object> registration) {
    // When
    Map<String, Object> judged = judge.judge(runner, running(), registration);

    // Then: busy by GitHub's word it stays, whatever the ledger thinks and however late it is
    if ((Boolean) registration.get("busy")) {
      assertThat(judged).containsEntry("new_state", "BUSY").containsEntry("version_refused", false);
    }
    // One with a job is done only when the job is known to have ended, or nobody knows of it
    if (runner.get("state").equals("BUSY") && "IN_PROGRESS".equals(runner.get("job_state"))) {
      assertThat(judged).containsEntry("new_state", "BUSY");
    }
    // Nothing is dead by what we think alone: its registration has to go first, or has gone
    if (judged.get("new_state").equals("DEAD")) {
      assertThat(judged)
          .containsEntry(
              "new_registration", (Boolean) registration.get("known") ? "DELETE" : "GONE");
      assertThat(judged.get("new_cause")).isInstanceOf(String.class);
    }
  }

  @Property
  void aSandboxThatRunsStaysInTheLedger(
      @ForAll("runners") Map<String, Object> runner,
      @ForAll("registrations") Map<String, Object> registration) {
    // When
    Map<String, Object> judged = judge.judge(runner, running(), registration);

    // Then
    assertThat(judged).containsEntry("new_sandbox", "RUNNING");
    assertThat(judged.get("new_state")).isNotEqualTo("GONE");
  }

  @Property
  void whatRunsOnIsLookedAtAgain(
      @ForAll("runners") Map<String, Object> runner,
      @ForAll("registrations") Map<String, Object> registration) {
    // When
    Map<String, Object> judged = judge.judge(runner, running(), registration);

    // Then: no judgement leaves a runner due as it was, which would be a look without an end
    boolean same = judged.get("new_state").equals(runner.get("state"));
    if (same || !judged.get("new_state").equals("DEAD")) {
      assertThat((Long) judged.get("new_deadline")).isGreaterThan((Long) runner.get("now"));
    }
  }

  @Property
  void whoseSandboxHasEndedLeavesNothingBehind(
      @ForAll("runners") Map<String, Object> runner, @ForAll("exits") Integer exit) {
    // Given
    Map<String, Object> ended = new HashMap<>();
    ended.put("sandbox_state", exit == null ? "absent" : "finished");
    ended.put("exit_code", exit);

    // When
    Map<String, Object> judged = judge.judge(runner, ended, null);

    // Then
    assertThat(judged)
        .containsEntry("new_state", runner.get("state").equals("BUSY") ? "GONE" : "DEAD")
        .containsEntry("new_sandbox", "GONE")
        .containsEntry("new_registration", "DELETE")
        .containsEntry("version_refused", exit != null && exit == RunnerJudge.VERSION_REFUSED);
  }

  @Property
  void theSameIsJudgedAlikeAtAnyHour(
      @ForAll("runners") Map<String, Object> runner,
      @ForAll("registrations") Map<String, Object> registration,
      @ForAll("hours") long later) {
    // Given
    Map<String, Object> then = new HashMap<>(runner);
    for (String time : new String[] {"now", "deadline_at"}) {
      then.put(time, (Long) runner.get(time) + later);
    }

    // When
    Map<String, Object> judged = judge.judge(then, running(), registration);

    // Then
    Map<String, Object> before = judge.judge(runner, running(), registration);
    assertThat(judged.get("new_state")).isEqualTo(before.get("new_state"));
    assertThat((Long) judged.get("new_deadline") - (Long) before.get("new_deadline"))
        .isEqualTo(later);
  }

  private static Map<String, Object> running() {
    return Map.of("sandbox_state", "running");
  }

  @Provide
  static Arbitrary<Map<String, Object>> runners() {
    Arbitrary<String> states = Arbitraries.of("LAUNCHED", "ONLINE", "BUSY");
    Arbitrary<String> jobs =
        Arbitraries.of("QUEUED", "IN_PROGRESS", "COMPLETED", "IGNORED").injectNull(0.3);
    Arbitrary<String> held = Arbitraries.of("HELD", "GONE");
    Arbitrary<Long> due = Arbitraries.longs().between(-100_000, 100_000);
    Arbitrary<Tuple3<Long, Long, Long>> spans =
        Combinators.combine(spans(), spans(), spans()).as(Tuple::of);
    return Combinators.combine(states, jobs, held, due, spans, hours())
        .as(
            (state, job, registration, deadline, some, now) -> {
              Map<String, Object> runner = new HashMap<>();
              runner.put("state", state);
              runner.put("job_state", job);
              runner.put("registration", registration);
              runner.put("now", now);
              runner.put("deadline_at", now + deadline);
              runner.put("reapGrace", some.get1());
              runner.put("exitGrace", some.get2());
              runner.put("idleLimit", some.get3());
              runner.put("slowCheck", some.get3());
              return runner;
            });
  }

  @Provide
  static Arbitrary<Map<String, Object>> registrations() {
    return Arbitraries.of(
        Map.of("known", false, "online", false, "busy", false),
        Map.of("known", true, "online", false, "busy", false),
        Map.of("known", true, "online", true, "busy", false),
        Map.of("known", true, "online", true, "busy", true),
        Map.of("known", true, "online", false, "busy", true));
  }

  @Provide
  static Arbitrary<Integer> exits() {
    return Arbitraries.of(0, 1, 7, 124, 137).injectNull(0.2);
  }

  @Provide
  static Arbitrary<Long> hours() {
    return Arbitraries.longs().between(0, 4_000_000_000_000L);
  }

  private static Arbitrary<Long> spans() {
    return Arbitraries.longs().between(1, 3_600_000);
  }
}
