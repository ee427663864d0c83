package io.github.modalrunner.github;

import io.github.modalrunner.upstream.Http.Answer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Keeps GitHub's rate-limit headers, per resource. Reads give way before mints: they pause while
 * less than a fifth of the limit is left.
 */
public final class RateLimits {
  private static final double RESERVED_FOR_MINTS = 0.2;

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

  /** Whether what is left should be kept for mints. */
  public boolean isScarce() {
    return budgets.values().stream()
        .anyMatch(
            budget ->
                budget.remaining() < budget.limit() * RESERVED_FOR_MINTS
                    && budget.reset() > clock.getAsLong());
  }
}
