package io.github.modalrunner.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is counted as it happens. Every series exists from the start, at nought, so that a rate has
 * something to begin with; labels come out of closed sets.
 */
public final class Meters {
  /** The parts of the way from GitHub's queue to a runner with a job, and the whole of it. */
  public static final List<String> SEGMENTS =
      List.of("delivery", "queue", "pacing", "mint", "create", "boot", "assignment", "total");

  private static final Duration[] BUCKETS =
      Stream.of(50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000, 30_000, 60_000, 120_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final Map<String, String> STAGES =
      Map.of("mint", "runner_mints", "create", "runner_creates");

  private final Map<String, Counter> calls = new HashMap<>();
  private final Map<String, Timer> segments = new HashMap<>();

  /**
   * @param meters where they are shown
   */
  public Meters(MeterRegistry meters) {
    for (String outcome : List.of("done", "not-done", "unknown", "denied")) {
      STAGES.forEach(
          (stage, name) ->
              calls.put(
                  stage + " " + outcome,
                  Counter.builder(name)
                      .description("Calls by outcome; what came again is counted again.")
                      .tag("outcome", outcome.replace('-', '_'))
                      .register(meters)));
    }
    for (String segment : SEGMENTS) {
      segments.put(
          segment,
          Timer.builder("runner_segment")
              .description("Parts of the way from GitHub's queue to a runner that has a job.")
              .tag("segment", segment)
              .serviceLevelObjectives(BUCKETS)
              .register(meters));
    }
  }

  /**
   * Counts a call.
   *
   * @param stage {@code mint} or {@code create}
   * @param outcome {@code done}, {@code not-done}, {@code unknown} or {@code denied}
   */
  public void count(String stage, String outcome) {
    calls.get(stage + " " + outcome).increment();
  }

  /**
   * Notes what the way of runners took. GitHub tells its times in whole seconds, so a short span
   * may seem to end before it began.
   *
   * @param rows a column of milliseconds for each segment, null where it is not known
   */
  public void measure(List<Map<String, Object>> rows) {
    for (Map<String, Object> row : rows) {
      segments.forEach(
          (segment, timer) -> {
            if (row.get(segment) instanceof Number millis) {
              timer.record(Duration.ofMillis(Math.max(0, millis.longValue())));
            }
          });
    }
  }
}
