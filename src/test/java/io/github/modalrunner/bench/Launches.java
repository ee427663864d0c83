package io.github.modalrunner.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How long it takes from a webhook to the calls at GitHub and at the launcher. */
final class Launches {
  /**
   * Pacing lifted: what is measured is the gateway. As many mints at a time as answer 1,300 a
   * second at 150 ms; runners that have ended are not looked after meanwhile.
   */
  private static final Map<String, String> UNPACED =
      Map.of(
          "runner.github.mints-per-minute", "10000000",
          "runner.github.max-concurrent", "200",
          "runner.modal.creates-per-second", "1000000",
          "runner.runner.exit-grace", "1d",
          "runner.limits.max-runners", "20000",
          "runner.limits.max-runners-per-repository", "5000");

  private static final int END_RATE = 250;

  private Launches() {}

  /** One job at a time, on a gateway that has nothing else to do. */
  static final class Single implements Measure {
    private static final int WARM_UP = 1_000;
    private static final int WARM_UP_RATE = 100;
    private static final int RATE = 10;
    private static final int JOBS = 200;

    @Override
    public List<Figure> run() {
      Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
      Deliveries ended = Deliveries.ended(GatewayProcess.SECRET);
      try (OtherSides others = OtherSides.quick();
          GatewayProcess gateway = GatewayProcess.start(others, UNPACED);
          Load load = new Load(queued, gateway.port());
          Load end = new Load(ended, gateway.port())) {
        load.open(queued.next(WARM_UP), WARM_UP_RATE);
        settle(others, gateway, end, ended.next(WARM_UP));
        List<Deliveries.Item> items = queued.next(JOBS);
        Load.Outcome outcome = load.open(items, RATE);
        GatewayProcess.until(() -> others.creates().size() >= JOBS);
        Latencies mints = since(items, outcome, others.mints());
        Latencies creates = since(items, outcome, others.creates());
        return List.of(
            new Figure("mint", "webhook to mint, idle, p50", mints.p50(), "ms").atMost(10),
            new Figure("mint", "webhook to mint, idle, p99", mints.p99(), "ms").atMost(40),
            new Figure("mint", "webhook to sandbox request, idle, p50", creates.p50(), "ms"),
            new Figure("mint", "webhook to sandbox request, idle, p99", creates.p99(), "ms"));
      }
    }

    private static Latencies since(
        List<Deliveries.Item> items, Load.Outcome outcome, Map<Long, Long> calls) {
      // Now and then a runner is named after another job of the pool: its job has no time of its
      // own
      return Latencies.of(
          IntStream.range(0, items.size())
              .filter(i -> calls.containsKey(items.get(i).jobId()))
              .mapToLong(i -> calls.get(items.get(i).jobId()) - outcome.due(i))
              .toArray());
    }
  }

  /** A thousand jobs within a second, with GitHub and Modal as quick as they are. */
  static final class Fleet implements Measure {
    /** The compiler is done with what a job passes through after about so many. */
    private static final int WARM_UP = 10_000;

    private static final int WARM_UP_RATE = 250;
    private static final int JOBS = 1_000;
    private static final Duration MINT = Duration.ofMillis(150);
    private static final Duration CREATE = Duration.ofMillis(400);
    private static final int TIMES = 5;

    @Override
    public List<Figure> run() {
      List<Double> last = new ArrayList<>();
      List<Double> median = new ArrayList<>();
      List<Double> acks = new ArrayList<>();
      Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
      Deliveries ended = Deliveries.ended(GatewayProcess.SECRET);
      try (OtherSides others = new OtherSides(MINT, CREATE);
          GatewayProcess gateway = GatewayProcess.start(others, UNPACED);
          Load load = new Load(queued, gateway.port());
          Load end = new Load(ended, gateway.port())) {
        load.open(queued.next(WARM_UP), WARM_UP_RATE);
        settle(others, gateway, end, ended.next(WARM_UP));
        for (int i = 0; i < TIMES; i++) {
          Load.Outcome outcome = load.open(queued.next(JOBS), JOBS);
          GatewayProcess.until(() -> others.creates().size() >= JOBS);
          Latencies creates =
              Latencies.of(
                  others.creates().values().stream()
                      .mapToLong(at -> at - outcome.due(0))
                      .toArray());
          last.add(creates.worst());
          median.add(creates.p50());
          acks.add(outcome.latencies().p99());
          settle(others, gateway, end, ended.next(JOBS));
        }
      }
      return List.of(
          new Figure(
                  "launch",
                  "1,000 jobs within 1 s: first webhook to last sandbox request",
                  Bursts.median(last),
                  "ms")
              .atMost(1_700),
          new Figure(
              "launch",
              "1,000 jobs within 1 s: first webhook to last sandbox request, worst of 5",
              last.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
              "ms"),
          new Figure(
              "launch",
              "1,000 jobs within 1 s: first webhook to median sandbox request",
              Bursts.median(median),
              "ms"),
          new Figure("launch", "acknowledged meanwhile, p99", Bursts.median(acks), "ms"));
    }
  }

  /** Every job gets its sandbox and ends: the gateway is idle again. */
  private static void settle(
      OtherSides others, GatewayProcess gateway, Load load, List<Deliveries.Item> jobs) {
    GatewayProcess.until(() -> others.creates().size() >= jobs.size());
    load.open(jobs, END_RATE);
    gateway.awaitApplied();
    others.mints().clear();
    others.creates().clear();
  }
}
