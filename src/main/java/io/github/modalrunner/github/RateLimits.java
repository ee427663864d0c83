package io.github.modalrunner.github;

import io.github.modalrunner.upstream.Http.Answer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Keeps GitHub's rate-limit headers, per resource. Reads give way before mints: they pause while
 * too little of the limit is left for the rest of the hour.
 */
public final class RateLimits {
  /** GitHub counts by the hour. */
  private static final double WINDOW = 3_600_000;

  private static final double RESERVED_FOR_MINTS = 0.2;
  private static final double SPREAD_OVER_WINDOW = 0.6;

  private final ConcurrentMap<String, Budget> budgets = new ConcurrentHashMap<>();
  private final LongSupplier clock;

  /**
   * @param clock the time in epoch milliseconds
   */
  public RateLimits(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * What is left of a limit.
   *
   * @param resource GitHub's name of it, e.g. {@code core}
   * @param limit calls in a window
   * @param remaining calls left in this window
   * @param reset when the window ends, in epoch milliseconds
   */
  public record Budget(String resource, long limit, long remaining, long reset) {}

  /** Reads the headers of an answer; one without them changes nothing. */
  public void note(Answer answer) {
    long limit = answer.number("X-RateLimit-Limit");
    long remaining = answer.number("X-RateLimit-Remaining");
    if (limit > 0 && remaining >= 0) {
      String resource = answer.header("X-RateLimit-Resource");
      budgets.put(
          resource,
          new Budget(resource, limit, remaining, answer.number("X-RateLimit-Reset") * 1000));
    }
  }

  /**
   * Whether what is left should be kept for mints. What reads may use grows as the window passes,
   * so that they neither take all of it at its beginning nor pause for long.
   */
  public boolean isScarce() {
    long now = clock.getAsLong();
    return budgets.values().stream()
        .anyMatch(
            budget -> {
              double left = Math.min(1, (double) (budget.reset() - now) / WINDOW);
              return left > 0
                  && budget.remaining()
                      < budget.limit() * (RESERVED_FOR_MINTS + left * SPREAD_OVER_WINDOW);
            });
  }

  /** Whether calls are scarce, as a parameter of statements: 1 or 0. */
  public Map<String, Object> terms() {
    return Map.of("scarce", isScarce() ? 1 : 0);
  }
}
