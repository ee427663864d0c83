package io.github.modalrunner.admin;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether this process takes work. It does once the warm-up is done; GitHub or the launcher being
 * down degrades it, since what was accepted waits in the ledger.
 */
public final class Readiness {
  private final List<CircuitBreaker> breakers;
  private volatile boolean warm;

  /** Watches the breakers around both other sides, which are named after them. */
  public Readiness(CircuitBreaker github, CircuitBreaker launcher) {
    this.breakers = List.of(github, launcher);
  }

  /** Tells that the warm-up is done. */
  public void warmedUp() {
    warm = true;
  }

  /** Whether the warm-up is done. */
  public boolean isWarm() {
    return warm;
  }

  /** The answer to the liveness probe. */
  public Map<String, Object> alive() {
    return Map.of("status", "UP");
  }

  /** The HTTP status of the readiness probe. */
  public int status() {
    return warm ? 200 : 503;
  }

  /**
   * The answer to the readiness probe.
   *
   * @param images the images that are held back, since GitHub refuses their runner version
   */
  public Map<String, Object> report(List<Map<String, Object>> images) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", warm ? "UP" : "DOWN");
    report.put("warm_up", warm ? "done" : "running");
    report.put(
        "degraded",
        Stream.concat(
                breakers.stream()
                    .filter(breaker -> breaker.getState() != State.CLOSED)
                    .map(CircuitBreaker::getName),
                images.stream().map(row -> "image " + row.get("image")))
            .toList());
    return report;
  }
}
