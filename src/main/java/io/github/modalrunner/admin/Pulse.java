package io.github.modalrunner.admin;

import io.github.modalrunner.github.RateLimits;
import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How the gateway is: what was last read from the ledger, for the status page and as gauges, so
 * that neither a scrape nor a second reader of the page costs a statement.
 */
public final class Pulse {
  /** The page asks this often; those who look at the same time share one answer. */
  private static final long FRESH = 1000;

  /** What moves slowly and costs more. */
  private static final long HISTORY_FRESH = 5000;

  /** Amounts are counted in millionths. */
  private static final double MICRO = 1e6;

  /** The states that people see, by which lists are filtered and gauges are told apart. */
  static final List<String> JOBS =
      List.of(
          "waiting",
          "queued",
          "parked",
          "blocked_upstream",
          "refused",
          "ignored",
          "in_progress",
          "completed",
          "dead");

  static final List<String> RUNNERS =
      List.of("intent", "minted", "launched", "online", "busy", "exited", "gone", "dead");
  static final List<String> DELIVERIES = List.of("new", "done", "ignored", "quarantined", "dead");
  private static final List<String> SWEEPS =
      List.of("sandboxes", "registrations", "deliveries", "runs");

  private final List<CircuitBreaker> breakers;
  private final RateLimits limits;
  private final Settings settings;
  private final MeterRegistry meters;
  private final LongSupplier clock;
  private final long begun;
  private volatile Map<String, Long> counts = Map.of();
  private volatile long readAt;
  private volatile Map<String, Object> history = Map.of();
  private volatile long historyAt;

  /**
   * @param github the breaker around GitHub
   * @param launcher the breaker around the launcher
   * @param meters where the gauges are shown
   * @param clock the time in epoch milliseconds
   */
  public Pulse(
      CircuitBreaker github,
      CircuitBreaker launcher,
      RateLimits limits,
      Settings settings,
      MeterRegistry meters,
      LongSupplier clock) {
    this.breakers = List.of(github, launcher);
    this.limits = limits;
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.begun = clock.getAsLong();
    ledgerGauges();
    processGauges();
  }

  private void ledgerGauges() {
    counted("runner_jobs", "Jobs of the ledger.", "state", "jobs", JOBS);
    counted("runner_runners", "Runners of the ledger.", "state", "runners", RUNNERS);
    counted("runner_deliveries", "Deliveries of the ledger.", "state", "deliveries", DELIVERIES);
    List<String> profiles = settings.profiles().stream().map(Profile::name).toList();
    counted("runner_pool_demand", "Queued jobs, by profile.", "profile", "demand", profiles);
    counted(
        "runner_pool_supply",
        "Runners on their way or idle, by profile.",
        "profile",
        "supply",
        profiles);
    for (String profile : profiles) {
      gauge(
          "runner_cost_usd_today",
          "Estimated cost of the runners wanted since midnight UTC.",
          Tags.of("profile", profile),
          () -> count("cost", profile) / MICRO);
    }
    for (String sweep : SWEEPS) {
      gauge(
          "runner_sweep_age_seconds",
          "Since a sweep was complete last.",
          Tags.of("sweep", sweep),
          () -> (clock.getAsLong() - Math.max(begun, count("sweep", sweep))) / 1000.0);
    }
    plain("runner_runners_used", "Runners that count towards max-runners.", "used");
    plain("runner_jobs_unserved", "Jobs queued longer than start-within.", "unserved");
    plain("runner_sandboxes_ownerless", "Sandboxes that no runner owns.", "ownerless");
    plain("runner_dead_letters", "Dead letters that nobody put back yet.", "letters");
  }

  private void processGauges() {
    gauge(
        "runner_runners_limit",
        "runner.limits.max-runners.",
        Tags.empty(),
        () -> settings.integer("runner.limits.max-runners"));
    gauge(
        "runner_ledger_read_age_seconds",
        "Since the gauges over the ledger were read.",
        Tags.empty(),
        () -> (clock.getAsLong() - Math.max(begun, readAt)) / 1000.0);
    for (CircuitBreaker breaker : breakers) {
      for (State state : List.of(State.CLOSED, State.HALF_OPEN, State.OPEN)) {
        gauge(
            "runner_breaker_state",
            "1 for the state that the breaker is in.",
            Tags.of("breaker", breaker.getName(), "state", lower(state)),
            () -> breaker.getState() == state ? 1 : 0);
      }
    }
  }

  private void counted(String name, String help, String tag, String what, List<String> labels) {
    labels.forEach(label -> gauge(name, help, Tags.of(tag, label), () -> count(what, label)));
  }

  private void plain(String name, String help, String what) {
    gauge(name, help, Tags.empty(), () -> count(what, "all"));
  }

  private void gauge(String name, String help, Tags tags, Supplier<Number> value) {
    // Camel makes every bean twice, the first time to look ahead; the one that it uses is the
    // second
    meters.find(name).tags(tags).meters().forEach(meters::remove);
    Gauge.builder(name, value).description(help).tags(tags).register(meters);
  }

  private long count(String what, String label) {
    return counts.getOrDefault(what + " " + label, 0L);
  }

  /** Whether what was read of the present is too old to be shown. */
  public boolean isOld() {
    return clock.getAsLong() - readAt >= FRESH;
  }

  /** Whether what was read of the past is. */
  public boolean isHistoryOld() {
    return clock.getAsLong() - historyAt >= HISTORY_FRESH;
  }

  /**
   * Keeps what was read.
   *
   * @param rows columns {@code what}, {@code label} and {@code n}
   */
  public void keep(List<Map<String, Object>> rows) {
    Map<String, Long> read = new TreeMap<>();
    rows.forEach(
        row -> read.put(row.get("what") + " " + lower(row.get("label")), number(row.get("n"))));
    counts = read;
    readAt = clock.getAsLong();
  }

  /**
   * Keeps what was read of the past.
   *
   * @param segments rows of {@code status-segments.sql}
   * @param hours rows of {@code status-hours.sql}
   */
  public void keepHistory(List<Map<String, Object>> segments, List<Map<String, Object>> hours) {
    long now = clock.getAsLong();
    List<Map<String, Object>> parts = new ArrayList<>();
    for (String segment : Meters.SEGMENTS) {
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("segment", segment);
      part.put("runners", 0);
      segments.stream()
          .filter(row -> row.get("segment").equals(segment))
          .forEach(
              row -> {
                part.put("runners", row.get("n"));
                part.put("p50_ms", row.get("p50"));
                part.put("p95_ms", row.get("p95"));
              });
      parts.add(part);
    }
    Map<Long, Map<String, Object>> byHour = new TreeMap<>();
    for (long hour = now / 3_600_000 - 23; hour <= now / 3_600_000; hour++) {
      Map<String, Object> column = new LinkedHashMap<>();
      column.put("hour", Instant.ofEpochMilli(hour * 3_600_000).toString());
      List.of("succeeded", "failed", "unserved").forEach(outcome -> column.put(outcome, 0));
      byHour.put(hour, column);
    }
    hours.stream()
        .filter(row -> byHour.containsKey(number(row.get("hour"))))
        .forEach(
            row ->
                byHour.get(number(row.get("hour"))).put((String) row.get("outcome"), row.get("n")));
    history = Map.of("segments", parts, "hours", List.copyOf(byHour.values()));
    historyAt = now;
  }

  /** Which breakers are open, as parameters of statements: 1 or 0. */
  public Map<String, Object> openBreakers() {
    Map<String, Object> open = new TreeMap<>();
    breakers.forEach(
        breaker -> open.put(breaker.getName() + "Open", breaker.getState() == State.OPEN ? 1 : 0));
    return open;
  }

  /**
   * All of it, as {@code /api/status} answers.
   *
   * @param jobs rows of {@code status-jobs.sql}
   */
  public Map<String, Object> status(List<Map<String, Object>> jobs) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("at", Instant.ofEpochMilli(clock.getAsLong()).toString());
    status.put("instance", settings.text("runner.instance"));
    for (String kind : List.of("jobs", "runners", "deliveries")) {
      Map<String, Object> states = new TreeMap<>();
      counts.forEach(
          (key, n) -> {
            if (key.startsWith(kind + " ")) {
              states.put(key.substring(kind.length() + 1), n);
            }
          });
      status.put(kind, states);
    }
    status.put("runners_used", count("used", "all"));
    status.put("runners_limit", settings.integer("runner.limits.max-runners"));
    status.put("unserved", count("unserved", "all"));
    status.put("start_within_ms", settings.millis("runner.objective.start-within"));
    status.put("sandboxes_ownerless", count("ownerless", "all"));
    status.put("dead_letters", count("letters", "all"));
    status.put(
        "breakers",
        breakers.stream()
            .map(breaker -> Map.of("name", breaker.getName(), "state", lower(breaker.getState())))
            .toList());
    status.put("rate_limits", limits.budgets());
    status.putAll(history);
    status.put("current", jobs.stream().map(Views::view).toList());
    return status;
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private static String lower(Object state) {
    return state.toString().toLowerCase(Locale.ROOT);
  }
}
