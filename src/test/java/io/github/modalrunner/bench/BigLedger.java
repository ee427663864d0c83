package io.github.modalrunner.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What 100,000 finished and 10,000 queued jobs in the ledger change. */
final class BigLedger implements Measure {
  private static final int FINISHED = 100_000;
  private static final int QUEUED = 10_000;
  private static final int WARM_UP = 12_000;
  private static final int DELIVERIES = 10_000;
  private static final Duration WINDOW = Duration.ofSeconds(40);

  /** What timers and hints run, whether anything happened or not. */
  private static final List<String> PERIODIC =
      List.of(
          "delivery-apply",
          "pool-decide",
          "runner-dispatch",
          "runner-abandon-due",
          "job-check-due",
          "runner-check-due",
          "runner-settle-due",
          "registration-delete-due",
          "sandbox-reap-due",
          "surplus-due",
          "sandbox-sweep",
          "work-due",
          "status-poll");

  private static final Pattern TIMER =
      Pattern.compile(
          "camel_exchange_event_notifier_\\S+|camel_route_policy_seconds_(count|sum)\\{(\\S+)} (\\S+)");
  private static final Pattern ROUTE = Pattern.compile("routeId=\"([^\"]+)\"");

  /** What a ledger was like. */
  private record Result(double perSecond, double cpu, double rss) {}

  @Override
  public List<Figure> run() {
    List<Figure> figures = new ArrayList<>();
    Result empty = load(GatewayProcess.freshFolder(), List.of());
    Path full = GatewayProcess.freshFolder();
    LedgerFill.fill(full, FINISHED, QUEUED);
    Result big = load(full, figures);
    figures.add(new Figure("ledger", "acknowledged, empty ledger", empty.perSecond, "/s"));
    figures.add(new Figure("ledger", "acknowledged, full ledger", big.perSecond, "/s"));
    figures.add(
        new Figure("ledger", "full against empty, rate", big.perSecond / empty.perSecond, "×")
            .atLeast(0.85));
    figures.add(new Figure("ledger", "CPU for each, empty ledger", empty.cpu, "ms"));
    figures.add(new Figure("ledger", "CPU for each, full ledger", big.cpu, "ms"));
    figures.add(
        new Figure("ledger", "full against empty, CPU", big.cpu / empty.cpu, "×").atMost(1.15));
    figures.add(new Figure("ledger", "memory, empty ledger", empty.rss, "MB"));
    figures.add(new Figure("ledger", "memory, full ledger", big.rss, "MB"));
    return figures;
  }

  private static Result load(Path folder, List<Figure> cycle) {
    Deliveries ended = Deliveries.completed(GatewayProcess.SECRET);
    try (OtherSides others = OtherSides.quick()) {
      LedgerFill.adopt(folder, others);
      try (GatewayProcess gateway = GatewayProcess.start(folder, others, Map.of());
          Load load = new Load(ended, gateway.port())) {
        load.closed(ended.next(WARM_UP));
        gateway.awaitApplied();
        List<Deliveries.Item> items = ended.next(DELIVERIES);
        Meter meter = Meter.start(gateway);
        double perSecond = load.closed(items).perSecond();
        double cpu = meter.read().cpu() / DELIVERIES;
        double rss = gateway.rss();
        gateway.awaitApplied();
        if (cycle != List.<Figure>of()) {
          cycle.addAll(reconcile(gateway));
        }
        return new Result(perSecond, cpu, rss);
      }
    }
  }

  /** What one run of each periodic route takes, together, while nothing happens. */
  private static List<Figure> reconcile(GatewayProcess gateway) {
    Map<String, double[]> before = timers(gateway);
    Meter meter = Meter.start(gateway);
    long end = System.nanoTime() + WINDOW.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    double cpu = meter.read().cpu();
    Map<String, double[]> after = timers(gateway);
    List<Figure> figures = new ArrayList<>();
    double cycle = 0;
    if (!after.keySet().containsAll(PERIODIC)) {
      throw new IllegalStateException("no timer for one of " + PERIODIC);
    }
    for (String route : PERIODIC) {
      double[] from = before.getOrDefault(route, new double[2]);
      double[] to = after.getOrDefault(route, new double[2]);
      double runs = to[0] - from[0];
      double millis = runs == 0 ? 0 : (to[1] - from[1]) / runs * 1000;
      cycle += millis;
      figures.add(new Figure("ledger", "full ledger, a run of " + route, millis, "ms"));
    }
    figures.add(new Figure("ledger", "full ledger, a reconcile cycle", cycle, "ms").atMost(200));
    figures.add(
        new Figure(
            "ledger", "full ledger, CPU a second when idle", cpu / WINDOW.toSeconds(), "ms"));
    return figures;
  }

  /** Runs and seconds of each route so far. */
  private static Map<String, double[]> timers(GatewayProcess gateway) {
    Map<String, double[]> timers = new LinkedHashMap<>();
    Matcher timer = TIMER.matcher(gateway.admin("/observe/metrics"));
    while (timer.find()) {
      if (timer.group(1) != null) {
        Matcher route = ROUTE.matcher(timer.group(2));
        if (route.find()) {
          timers
                  .computeIfAbsent(route.group(1), id -> new double[2])[
                  timer.group(1).equals("count") ? 0 : 1] +=
              Double.parseDouble(timer.group(3));
        }
      }
    }
    return timers;
  }
}
