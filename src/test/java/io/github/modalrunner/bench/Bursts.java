package io.github.modalrunner.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long answers take when 1,000 deliveries come within a second: warm, and right after start.
 */
final class Bursts implements Measure {
  private static final int WARM_UP = 10_000;
  private static final int BURST = 1_000;
  private static final int TIMES = 3;

  @Override
  public List<Figure> run() {
    List<Double> warm = new ArrayList<>();
    List<Double> cold = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    Deliveries ended = Deliveries.completed(GatewayProcess.SECRET);
    Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
    try (OtherSides others = OtherSides.quick();
        GatewayProcess gateway = GatewayProcess.start(others, Map.of());
        Load warmUp = new Load(ended, gateway.port());
        Load load = new Load(queued, gateway.port())) {
      warmUp.closed(ended.next(WARM_UP));
      gateway.awaitApplied();
      for (int i = 0; i < TIMES; i++) {
        warm.add(load.open(queued.next(BURST), BURST).latencies().p99());
        gateway.awaitApplied();
      }
    }
    for (int i = 0; i < TIMES; i++) {
      List<Deliveries.Item> items = queued.next(BURST);
      try (OtherSides others = OtherSides.quick();
          GatewayProcess gateway = GatewayProcess.start(others, Map.of());
          Load load = new Load(queued, gateway.port())) {
        cold.add(load.open(items, BURST).latencies().p99());
        gateway.awaitApplied();
        memory.add(gateway.rss());
      }
    }
    return List.of(
        new Figure("burst", "1,000 within 1 s, warm, p99", median(warm), "ms").atMost(200),
        new Figure("burst", "1,000 within 1 s, warm, p99, worst of 3", worst(warm), "ms"),
        new Figure("burst", "1,000 within 1 s after ready, p99", median(cold), "ms").atMost(700),
        new Figure("burst", "1,000 within 1 s after ready, p99, worst of 3", worst(cold), "ms"),
        new Figure("burst", "memory after it", worst(memory), "MB").atMost(280));
  }

  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double worst(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
