package io.github.modalrunner.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long a start takes until ready, and how much memory the idle process has. */
final class Starts implements Measure {
  private static final int TIMES = 3;

  @Override
  public List<Figure> run() {
    List<Double> warmed = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    try (OtherSides others = OtherSides.quick()) {
      for (int i = 0; i < TIMES; i++) {
        try (GatewayProcess gateway = GatewayProcess.start(others, Map.of())) {
          warmed.add(gateway.startMillis());
          Meter meter = Meter.start(gateway);
          gateway.rest();
          memory.add(gateway.rss());
          cpu.add(meter.read().cpu() / GatewayProcess.REST.toSeconds());
        }
        try (GatewayProcess gateway =
            GatewayProcess.start(others, Map.of("runner.warm-up.deliveries", "0"))) {
          bare.add(gateway.startMillis());
        }
      }
    }
    return List.of(
        new Figure("start", "start to ready, with warm-up", Bursts.median(warmed), "ms")
            .atMost(4_000),
        new Figure("start", "start to ready, without warm-up", Bursts.median(bare), "ms")
            .atMost(2_000),
        new Figure("start", "memory 10 s after ready", Bursts.median(memory), "MB").atMost(180),
        new Figure("start", "CPU a second when idle", Bursts.median(cpu), "ms"));
  }
}
