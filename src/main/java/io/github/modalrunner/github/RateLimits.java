package io.github.modalrunner.github;

import io.github.modalrunner.upstream.Http.Answer;
import java.util.List;
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
   * @param credential whose limit it is
   * @param resource GitHub's name of it, e.g. {@code core}
   * @param limit calls in a window
   * @param remaining calls left in this window
   * @param reset when the window ends, in epoch milliseconds
   */
  public record Budget(
      String credential, String resource, long limit, long remaining, long reset) {}

  /**
   * Reads the headers of an answer; one without them changes nothing.
   *
   * @param credential whose answer it is
   */
  public void note(Answer answer, String credential) {
    long limit = answer.number("X-RateLimit-Limit");
    long remaining = answer.number("X-RateLimit-Remaining");
    if (limit > 0 && remaining >= 0) {
      String resource = answer.header("X-RateLimit-Resource");
      budgets.put(
          credential + " " + resource,
          new Budget(
              credential, resource, limit, remaining, answer.number("X-RateLimit-Reset") * 1000));
    }
  }

  /** All that is known, for people to look at. */
  public List<Budget> budgets() {
    return List.copyOf(budgets.values());
  }

  /**
   * Whether what is left should be kept for mints, whatever the credential. What reads may use
   * grows as the window passes, so that they neither take all of it at its beginning nor pause for
   * long.
   */
  public boolean isScarce() {
    long now = clock.getAsLong();
    List<Budget> core =
        budgets.values().stream().filter(budget -> budget.resource().equals("core")).toList();
    return !core.isEmpty() && core.stream().allMatch(budget -> isScarce(budget, now));
  }

  private static boolean isScarce(Budget budget, long now) {
    double left = Math.min(1, (double) (budget.reset() - now) / WINDOW);
    return left > 0
        && budget.remaining() < budget.limit() * (RESERVED_FOR_MINTS + left * SPREAD_OVER_WINDOW);
  }

  /** Whether nothing is left of a credential's limit for now. */
  public boolean isUsedUp(String credential) {
    long now = clock.getAsLong();
    return budgets.values().stream()
        .anyMatch(
            budget ->
                budget.credential().equals(credential)
                    && budget.resource().equals("core")
                    && budget.remaining() == 0
                    && budget.reset() > now);
  }

  /** Whether calls are scarce, as a parameter of statements: 1 or 0. */
  public Map<String, Object> terms() {
    return Map.of("scarce", isScarce() ? 1 : 0);
  }
}
