package io.github.modalrunner.admin;

import static java.util.function.Function.identity;

import io.github.modalrunner.sandbox.Images;
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
  private final Images images;
  private volatile boolean warm;

  /** Watches the breakers around both other sides, which are named after them, and the images. */
  public Readiness(CircuitBreaker github, CircuitBreaker launcher, Images images) {
    this.breakers = List.of(github, launcher);
    this.images = images;
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
   * @param heldBack the images that are held back, since GitHub refuses their runner version
   */
  public Map<String, Object> report(List<Map<String, Object>> heldBack) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", warm ? "UP" : "DOWN");
    report.put("warm_up", warm ? "done" : "running");
    report.put(
        "degraded",
        Stream.of(
                breakers.stream()
                    .filter(breaker -> breaker.getState() != State.CLOSED)
                    .map(CircuitBreaker::getName),
                heldBack.stream().map(row -> "image " + row.get("image")),
                images.unknown().stream().map(image -> "no image " + image))
            .flatMap(identity())
            .toList());
    return report;
  }
}
