package io.github.modalrunner.bench;

import static io.github.modalrunner.bench.Bursts.median;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How many deliveries a second are acknowledged when each of 64 connections sends its next one as
 * soon as the last one is answered, and what one costs. In rounds, each beside raw inserts on the
 * same disk: what else the machine does then falls on both.
 */
final class Acks implements Measure {
  private static final int WARM_UP = 40_000;
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final int MOST = 20_000;

  @Override
  public List<Figure> run() {
    List<Double> raw = new ArrayList<>();
    List<Double> acked = new ArrayList<>();
    List<Double> ratio = new ArrayList<>();
    List<Double> intake = new ArrayList<>();
    List<Double> applied = new ArrayList<>();
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    List<Double> busy = new ArrayList<>();
    double rss;
    double rested;
    Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
    try (OtherSides others = OtherSides.quick();
        RawInserts inserts = new RawInserts();
        GatewayProcess gateway = GatewayProcess.start(others, Map.of());
        Load load = new Load(queued, gateway.port())) {
      inserts.perSecond(ROUND);
      load.closed(queued.next(WARM_UP));
      for (int i = 0; i < ROUNDS; i++) {
        List<Deliveries.Item> items = queued.next(MOST);
        gateway.awaitApplied();
        raw.add(inserts.perSecond(ROUND));
        Meter meter = Meter.start(gateway);
        Load.Outcome outcome = load.closed(items, ROUND);
        Meter.Reading reading = meter.read();
        gateway.awaitApplied();
        applied.add(meter.read().cpu() / outcome.sent());
        acked.add(outcome.perSecond());
        ratio.add(outcome.perSecond() / raw.get(i));
        intake.add(reading.intake() / outcome.sent());
        p50.add(outcome.latencies().p50());
        p99.add(outcome.latencies().p99());
        busy.add(reading.others());
      }
      rss = gateway.rss();
      gateway.rest();
      rested = gateway.rss();
    }
    return List.of(
        new Figure("raw", "JDBC inserts, 64 threads, a row a commit", median(raw), "/s"),
        new Figure("ack", "acknowledged, 64 connections, warm", median(acked), "/s"),
        new Figure("ack", "against raw inserts", median(ratio), "×").atLeast(0.8),
        new Figure("ack", "CPU for each until acknowledged", median(intake), "ms").atMost(0.35),
        new Figure("ack", "CPU for each in all, runner and all", median(applied), "ms"),
        new Figure("ack", "p50", median(p50), "ms"),
        new Figure("ack", "p99", median(p99), "ms"),
        new Figure("ack", "memory at the end of the load", rss, "MB"),
        new Figure("ack", "memory 10 s after the load", rested, "MB").atMost(280),
        new Figure("ack", "other processes kept busy", median(busy), "cores"));
  }
}
