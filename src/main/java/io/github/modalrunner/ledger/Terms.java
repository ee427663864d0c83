package io.github.modalrunner.ledger;

import io.github.modalrunner.jobs.Trust;
import io.github.modalrunner.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The parameters of every statement: the time, who asks, and the limits by which rows are judged.
 * All times and spans are milliseconds.
 */
public final class Terms {
  /** A time that does not come: 9999-12-31. */
  private static final long NEVER = 253_402_300_799_000L;

  /** How the GUID of what the warm-up sends begins; none of GitHub's does. */
  public static final String WARM_UP = "warm-up-";

  /** How many deliveries are applied in one go. */
  private static final int BATCH = 200;

  /**
   * How long a sandbox that was asked for without an answer may take to show up in the launcher.
   */
  private static final long ASK_AFTER = 3000;

  /** A sweep whose process died is taken up by another after this; each page lets it last anew. */
  private static final long SWEEP_LEASE = 120_000;

  private final Map<String, Object> fixed;
  private final LongSupplier clock;
  private final DoubleSupplier random;

  /**
   * @param fixed parameters that never change
   * @param clock the time in epoch milliseconds
   * @param random numbers from 0 to 1, for jitter
   */
  public Terms(Map<String, Object> fixed, LongSupplier clock, DoubleSupplier random) {
    this.fixed = Map.copyOf(fixed);
    this.clock = clock;
    this.random = random;
  }

  /** The terms that the settings describe, for one process: it names itself anew at each start. */
  public static Terms of(Settings settings, LongSupplier clock) {
    Map<String, Object> fixed = new HashMap<>();
    String owner = UUID.randomUUID().toString();
    fixed.put("owner", owner);
    fixed.put("warmUpGuid", WARM_UP + owner);
    fixed.put("never", NEVER);
    fixed.put("forkMessage", Trust.FORK_MESSAGE);
    fixed.put("unreadMessage", Trust.UNREAD_MESSAGE);
    fixed.put("batch", BATCH);
    fixed.put("askAfter", ASK_AFTER);
    fixed.put("instance", settings.text("runner.instance"));
    fixed.put("maxRunners", (long) settings.integer("runner.limits.max-runners"));
    fixed.put(
        "maxRunnersPerRepository",
        (long) settings.integer("runner.limits.max-runners-per-repository"));
    int apps = settings.list("runner.github.app-id").size();
    fixed.put("byInstallation", Math.min(1, apps));
    // Apps take turns, so an account has the limits of all of them
    double mints = (double) settings.integer("runner.github.mints-per-minute") * Math.max(1, apps);
    double creates = settings.decimal("runner.modal.creates-per-second");
    fixed.put("mintsPerMs", mints / 60_000);
    // Twelve seconds' worth at once: with the refill, any minute stays within GitHub's 180
    // creations
    fixed.put("mintBurst", Math.max(1, mints / 5));
    fixed.put("createsPerMs", creates / 1000);
    fixed.put("createBurst", Math.max(1, creates));
    fixed.put("retryInitial", settings.millis("runner.retry.initial-delay"));
    fixed.put("retryMax", settings.millis("runner.retry.max-delay"));
    List<Long> checks = settings.millisList("runner.reconcile.job-checks");
    fixed.put("firstCheck", checks.get(0));
    // A job that runs says itself when it ends; this is for the event that is lost
    fixed.put("slowCheck", 6 * checks.get(checks.size() - 1));
    fixed.put("askAgain", settings.millis("runner.reconcile.every"));
    fixed.put("reconcileEvery", settings.millis("runner.reconcile.every"));
    fixed.put("runsEvery", settings.millis("runner.reconcile.runs-every"));
    fixed.put("deliveriesEvery", settings.millis("runner.reconcile.deliveries-every"));
    fixed.put("startWithin", settings.millis("runner.objective.start-within"));
    fixed.put("orphanGrace", settings.millis("runner.reconcile.orphan-grace"));
    fixed.put("registrationGrace", settings.millis("runner.reconcile.registration-grace"));
    fixed.put("breakerOpenFor", settings.millis("runner.breaker.open-for"));
    fixed.put("retention", settings.millis("runner.ledger.retention"));
    fixed.put("bodyRetention", settings.millis("runner.ledger.body-retention"));
    fixed.put("sweepLease", SWEEP_LEASE);
    // A claimed intent is minted, launched, and each retried in place within this time
    fixed.put(
        "lease",
        2
            * (settings.millis("runner.github.request-timeout")
                + settings.millis("runner.modal.request-timeout")));
    for (String deadline :
        new String[] {
          "boot-deadline",
          "idle-limit",
          "surplus-hold",
          "exit-grace",
          "reap-grace",
          "jit-max-age",
          "blocked-after"
        }) {
      fixed.put(camelCase(deadline), settings.millis("runner.runner." + deadline));
    }
    return new Terms(fixed, clock, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** The parameters as of now. */
  public Map<String, Object> now() {
    Map<String, Object> terms = new HashMap<>(fixed);
    terms.put("now", clock.getAsLong());
    // Half to one and a half of the first delay, so that those who failed together do not return
    // together
    terms.put(
        "backoffFirst",
        Math.round((Long) fixed.get("retryInitial") * (0.5 + random.getAsDouble())));
    return terms;
  }

  /** The parameters as of now, and the columns of a row. */
  public Map<String, Object> with(Map<String, Object> row) {
    Map<String, Object> terms = now();
    terms.putAll(row);
    return terms;
  }

  /** The parameters as of now, and the columns of two rows; the second one wins. */
  public Map<String, Object> with(Map<String, Object> row, Map<String, Object> other) {
    Map<String, Object> terms = with(row);
    terms.putAll(other);
    return terms;
  }

  /**
   * The credentials that may mint now, of what was taken; none when another process took create
   * tokens at the same time, since these count for all credentials.
   *
   * @param taken rows of {@code credential} and {@code granted}
   */
  public static List<Map<String, Object>> granted(List<Map<String, Object>> taken) {
    Predicate<Map<String, Object>> ofCreates = row -> row.get("credential").equals("create");
    return taken.stream().anyMatch(ofCreates)
        ? taken.stream().filter(ofCreates.negate()).toList()
        : List.of();
  }

  /**
   * The parameters of one sweep, which starts now.
   *
   * @param name what is swept; replicas take turns at it
   * @param every which of the intervals it keeps: {@code reconcileEvery}, {@code runsEvery} or
   *     {@code deliveriesEvery}
   */
  public Map<String, Object> sweep(String name, String every) {
    Map<String, Object> terms = now();
    terms.put("sweep", name);
    terms.put("started", terms.get("now"));
    // Timers of replicas do not tick together, and one's own may tick a little early
    terms.put("sweptBefore", (Long) terms.get("now") - (Long) fixed.get(every) * 4 / 5);
    terms.put("position", null);
    terms.put("counted", 0);
    return terms;
  }

  /** The GUID that all deliveries of the warm-up carry. */
  public String warmUpGuid() {
    return (String) fixed.get("warmUpGuid");
  }

  /**
   * Whether a configuration is too old to be launched.
   *
   * @param minted the configuration; {@code minted_at} in epoch milliseconds
   */
  public boolean isStale(Map<String, Object> minted) {
    return clock.getAsLong() - (Long) minted.get("minted_at") > (Long) fixed.get("jitMaxAge");
  }

  /** Whether a time, in epoch milliseconds, is still to come. */
  public boolean isBefore(long time) {
    return clock.getAsLong() < time;
  }

  private static String camelCase(String kebab) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < kebab.length(); i++) {
      char c = kebab.charAt(i);
      name.append(c == '-' ? Character.toUpperCase(kebab.charAt(++i)) : c);
    }
    return name.toString();
  }
}
