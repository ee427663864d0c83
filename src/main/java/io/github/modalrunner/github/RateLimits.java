package io.github.modalrunner.github;

import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.Http.Answer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Keeps GitHub's rate-limit headers, per credential and resource, and shows them as gauges. What is
 * used up is not asked for again before its reset. Reads give way before mints: those that can wait
 * pause while too little of the limit is left for the rest of the hour, the others when nearly
 * nothing is.
 */
public final class RateLimits {
  /** GitHub counts by the hour. */
  private static final long WINDOW = 3_600_000;

  private static final double RESERVED_FOR_MINTS = 0.2;
  private static final double SPREAD_OVER_WINDOW = 0.6;

  /** What even a read that a job waits for leaves to mints. */
  private static final double LAST_OF_ALL = 0.05;

  /** What the limits of Actions are counted under. */
  private static final String CORE = "core";

  /** What GitHub names a resource; whatever else stands in the header is one resource more. */
  private static final Pattern RESOURCE = Pattern.compile("[a-z_]{1,40}");

  private final ConcurrentMap<String, Budget> budgets = new ConcurrentHashMap<>();

  /** Until when a credential is to ask nothing, in epoch milliseconds. */
  private final ConcurrentMap<String, Long> pauses = new ConcurrentHashMap<>();

  private final MeterRegistry meters;
  private final LongSupplier clock;

  /**
   * @param meters where the gauges are shown
   * @param clock the time in epoch milliseconds
   */
  public RateLimits(MeterRegistry meters, LongSupplier clock) {
    this.meters = meters;
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
  private record Budget(
      String credential, String resource, long limit, long remaining, long reset) {}

  private static final Budget UNKNOWN = new Budget("", CORE, 1, 1, Long.MAX_VALUE);

  /**
   * Reads the headers of an answer; one without them changes nothing.
   *
   * @param credential whose answer it is
   */
  public void note(Answer answer, String credential) {
    long limit = answer.number("X-RateLimit-Limit");
    long remaining = answer.number("X-RateLimit-Remaining");
    if (limit > 0 && remaining >= 0) {
      String named = answer.header("X-RateLimit-Resource");
      String resource =
          named.isEmpty() ? CORE : RESOURCE.matcher(named).matches() ? named : "other";
      Budget budget =
          new Budget(
              credential, resource, limit, remaining, answer.number("X-RateLimit-Reset") * 1000);
      String key = credential + " " + resource;
      if (budgets.put(key, budget) == null) {
        show(key, budget);
      }
    }
  }

  /**
   * Holds a credential's calls back, of whose limits the headers tell too little: a secondary one
   * is none of the hour's.
   *
   * @param wait in milliseconds; an hour at most, as any limit of GitHub's
   */
  public void pause(String credential, long wait) {
    pauses.merge(credential, clock.getAsLong() + Math.min(wait, WINDOW), Math::max);
  }

  private void show(String key, Budget first) {
    gauge("runner_github_rate_limit", "Calls in a window.", key, first, Budget::limit);
    gauge("runner_github_rate_remaining", "Calls left in this window.", key, first, this::left);
    gauge(
        "runner_github_rate_reset_seconds",
        "Seconds until this window ends.",
        key,
        first,
        budget -> Math.max(0, budget.reset() - clock.getAsLong()) / 1000.0);
  }

  private void gauge(
      String name, String help, String key, Budget first, ToDoubleFunction<Budget> value) {
    Gauge.builder(name, budgets, all -> value.applyAsDouble(all.get(key)))
        .description(help)
        .tag("credential", first.credential())
        .tag("resource", first.resource())
        .register(meters);
  }

  /** Once the window is over, all of it is left, whether anybody called since or not. */
  private long left(Budget budget) {
    return budget.reset() > clock.getAsLong() ? budget.remaining() : budget.limit();
  }

  /**
   * Whether what is left should be kept for mints, whatever the credential. What reads may use
   * grows as the window passes, so that they neither take all of it at its beginning nor pause for
   * long.
   */
  public boolean isScarce() {
    long now = clock.getAsLong();
    List<Budget> core =
        budgets.values().stream().filter(budget -> budget.resource().equals(CORE)).toList();
    return !core.isEmpty() && core.stream().allMatch(budget -> isScarce(budget, now));
  }

  private static boolean isScarce(Budget budget, long now) {
    double left = Math.min(1, (double) (budget.reset() - now) / WINDOW);
    return left > 0
        && budget.remaining() < budget.limit() * (RESERVED_FOR_MINTS + left * SPREAD_OVER_WINDOW);
  }

  /** Whether nothing is left of a credential's limit for now. */
  public boolean isUsedUp(String credential) {
    return core(credential).remaining() == 0;
  }

  /**
   * Lets a call go out, unless GitHub has said that it would refuse it.
   *
   * @param credential by which it is authorized
   * @param method its HTTP method: reads leave the last of a limit to what is not one
   * @throws NotDone when the call has to wait for the limit's reset
   */
  public void admit(String credential, String method) {
    Budget budget = core(credential);
    double kept = method.equals("GET") ? budget.limit() * LAST_OF_ALL : 0;
    if (budget.remaining() <= kept) {
      throw new NotDone(
          "github_rate_limited",
          "GitHub's rate limit is %s; the call waits for its reset at %s."
              .formatted(
                  budget.remaining() == 0 ? "used up" : "nearly used up",
                  Instant.ofEpochMilli(budget.reset())),
          Math.max(1000, budget.reset() - clock.getAsLong()));
    }
  }

  /**
   * What is left to a credential in the window that runs: nothing in a pause; plenty when none is
   * known to run.
   */
  private Budget core(String credential) {
    long now = clock.getAsLong();
    long paused = pauses.getOrDefault(credential, 0L);
    if (paused > now) {
      return new Budget(credential, CORE, 1, 0, paused);
    }
    Budget budget = budgets.get(credential + " " + CORE);
    return budget == null || budget.reset() <= now ? UNKNOWN : budget;
  }

  /** What is left of each limit, as the status page shows it. */
  public List<Map<String, Object>> budgets() {
    return new TreeMap<>(budgets)
        .values().stream()
            .map(
                budget ->
                    Map.<String, Object>of(
                        "credential", budget.credential(),
                        "resource", budget.resource(),
                        "limit", budget.limit(),
                        "remaining", left(budget),
                        "reset_at", Instant.ofEpochMilli(budget.reset()).toString()))
            .toList();
  }

  /** Whether calls are scarce, as a parameter of statements: 1 or 0. */
  public Map<String, Object> terms() {
    return Map.of("scarce", isScarce() ? 1 : 0);
  }
}
