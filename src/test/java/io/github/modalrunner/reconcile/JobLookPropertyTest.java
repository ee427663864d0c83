package io.github.modalrunner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every look at a job, whatever stands beside it. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class JobLookPropertyTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long BLOCKED_AFTER = 120_000;
  private static final long HOUR = 3_600_000;
  private static final long QUEUED = 25 * HOUR;
  private static final long WAITING = 31 * 24 * HOUR;
  private static final List<Long> CHECKS = List.of(45_000L, 90_000L, 180_000L, 300_000L);

  private final JobLook look = new JobLook(CHECKS, BLOCKED_AFTER);

  @Property
  void aJobIsLookedAtAgainUntilGitHubEndsIt(
      @ForAll("jobs") Map<String, Object> job,
      @ForAll("runners") List<Map<String, Object>> runners) {
    // When
    Map<String, Object> looked = look.again(job, runners);

    // Then: it stays open, unless GitHub itself has ended it long ago; and never in a storm
    boolean old =
        switch ((String) job.get("state")) {
          case "IN_PROGRESS" -> false;
          case "WAITING" -> NOW - (Long) job.get("event_at") > WAITING;
          default -> NOW - (Long) job.get("event_at") > QUEUED;
        };
    assertThat(looked.get("new_state").equals("COMPLETED")).isEqualTo(old);
    assertThat((Long) looked.get("next_check")).isBetween(CHECKS.get(0), 6 * CHECKS.get(3));
  }

  @Property
  void onlyAJobThatStoodBesideAnIdleRunnerIsBlocked(
      @ForAll("jobs") Map<String, Object> job,
      @ForAll("runners") List<Map<String, Object>> runners) {
    // Given
    boolean beside =
        runners.stream()
            .anyMatch(
                runner ->
                    runner.get("state").equals("ONLINE")
                        && runner.get("online_at") != null
                        && NOW - (Long) runner.get("online_at") >= BLOCKED_AFTER);

    // When
    Map<String, Object> looked = look.again(job, runners);

    // Then
    if (looked.get("new_state").equals("BLOCKED_UPSTREAM")) {
      assertThat(job).containsEntry("state", "QUEUED").containsEntry("blocked", 1);
      assertThat(beside).isTrue();
    }
  }

  @Property
  void aBlockedJobIsProbedSlowlyAndOneRunnerAtATime(
      @ForAll @IntRange(min = 1, max = 20) int rounds) {
    // Given: a runner that is always there and never gets it
    List<Map<String, Object>> idle = List.of(runner("ONLINE", NOW - BLOCKED_AFTER));
    Map<String, Object> job = job("QUEUED", 0, 0, BLOCKED_AFTER);
    int probes = 0;
    long waited = 0;

    // When
    for (int i = 0; i < 2 * rounds; i++) {
      Map<String, Object> looked = look.again(job, idle);
      String state = (String) looked.get("new_state");
      probes += state.equals("QUEUED") && job.get("state").equals("BLOCKED_UPSTREAM") ? 1 : 0;
      waited += (Long) looked.get("next_check");
      job = job(state, (Integer) looked.get("new_blocked"), i + 1, BLOCKED_AFTER);
    }

    // Then: it is tried again and again, each time after half an hour at least
    assertThat(probes).isEqualTo(rounds - 1);
    assertThat(waited).isGreaterThanOrEqualTo(6 * CHECKS.get(3) * probes);
  }

  @Property
  void aLookMovesAJobOnlyByWhatGitHubSays(
      @ForAll("jobs") Map<String, Object> job, @ForAll("words") String status) {
    // When
    boolean moved = look.moved(job, Map.of("found", true, "status", status));

    // Then
    String state = (String) job.get("state");
    boolean same =
        switch (status) {
          case "queued" ->
              state.equals("CHECKING")
                  || state.equals("QUEUED")
                  || state.equals("BLOCKED_UPSTREAM");
          case "in_progress" -> state.equals("IN_PROGRESS");
          case "completed" -> false;
          default -> state.equals("WAITING");
        };
    assertThat(moved).isEqualTo(!same);
    assertThat(look.moved(job, Map.of("found", false, "status", status))).isFalse();
  }

  @Property
  void aRunThatHasEndedEndsItsQueuedJobsAndNoOther(
      @ForAll("jobs") Map<String, Object> job, @ForAll("words") String status) {
    // When
    boolean ends = look.ends(job, Map.of("status", status));

    // Then
    assertThat(ends)
        .isEqualTo(status.equals("completed") && !job.get("state").equals("IN_PROGRESS"));
  }

  @Provide
  static Arbitrary<Map<String, Object>> jobs() {
    return Combinators.combine(
            Arbitraries.of("CHECKING", "QUEUED", "BLOCKED_UPSTREAM", "IN_PROGRESS", "WAITING"),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 50),
            Arbitraries.oneOf(
                Arbitraries.longs().between(0, 2 * QUEUED),
                Arbitraries.longs().between(WAITING - QUEUED, WAITING + QUEUED)))
        .as(JobLookPropertyTest::job);
  }

  @Provide
  static Arbitrary<List<Map<String, Object>>> runners() {
    return Combinators.combine(
            Arbitraries.of("LAUNCHED", "ONLINE"),
            Arbitraries.longs().between(0, 2 * BLOCKED_AFTER).map(age -> NOW - age).injectNull(0.2))
        .as(JobLookPropertyTest::runner)
        .list()
        .ofMaxSize(5);
  }

  @Provide
  static Arbitrary<String> words() {
    return Arbitraries.of("queued", "waiting", "pending", "requested", "in_progress", "completed");
  }

  private static Map<String, Object> job(String state, int blocked, int checks, long age) {
    return Map.of(
        "state",
        state,
        "blocked",
        blocked,
        "checks",
        checks,
        "queued_at",
        NOW - 2 * age,
        "event_at",
        NOW - age,
        "now",
        NOW);
  }

  private static Map<String, Object> runner(String state, Long onlineAt) {
    Map<String, Object> runner = new HashMap<>();
    runner.put("state", state);
    runner.put("online_at", onlineAt);
    return runner;
  }
}
