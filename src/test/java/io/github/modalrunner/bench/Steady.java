package io.github.modalrunner.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long an answer takes at 200 deliveries a second: idle, and while 10,000 jobs wait. */
final class Steady implements Measure {
  private static final int WARM_UP = 5_000;
  private static final int RATE = 200;

  /** Until the compiler has little left to do. */
  private static final int WARM_SECONDS = 30;

  private static final int DELIVERIES = 3_000;
  private static final int WAITING = 10_000;

  @Override
  public List<Figure> run() {
    List<Figure> figures = new ArrayList<>();
    figures.addAll(measure("200/s", GatewayProcess.freshFolder()));
    Path full = GatewayProcess.freshFolder();
    LedgerFill.fill(full, 0, WAITING);
    figures.addAll(measure("200/s while 10,000 jobs wait", full));
    return figures;
  }

  private static List<Figure> measure(String what, Path folder) {
    Deliveries warm = Deliveries.completed(GatewayProcess.SECRET);
    Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
    try (OtherSides others = OtherSides.quick();
        GatewayProcess gateway = GatewayProcess.start(folder, others, Map.of());
        Load ended = new Load(warm, gateway.port());
        Load load = new Load(queued, gateway.port())) {
      ended.closed(warm.next(WARM_UP));
      gateway.awaitApplied();
      load.open(queued.next(RATE * WARM_SECONDS), RATE);
      List<Deliveries.Item> items = queued.next(DELIVERIES);
      Meter meter = Meter.start(gateway);
      Load.Outcome outcome = load.open(items, RATE);
      Meter.Reading reading = meter.read();
      return List.of(
          new Figure("steady", what + ", p50", outcome.latencies().p50(), "ms"),
          new Figure("steady", what + ", p99", outcome.latencies().p99(), "ms").atMost(10),
          new Figure("steady", what + ", worst", outcome.latencies().worst(), "ms"),
          new Figure("steady", what + ", CPU for each", reading.cpu() / DELIVERIES, "ms"),
          new Figure("steady", what + ", CPU of other processes", reading.others(), "cores"));
    }
  }
}
