package io.github.modalrunner.bench;

import io.github.modalrunner.fixtures.RunningGateway;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link BareRoute} costs on this machine: the measure of what a durable acknowledgement by
 * Camel costs at least, with which the gateway's own cost can be compared.
 */
final class Bare implements Measure {
  private static final int WARM_UP = 20_000;
  private static final int BURST = 1_000;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(3);

  @Override
  public List<Figure> run() {
    Path folder = GatewayProcess.freshFolder();
    String port = RunningGateway.freePort();
    Process bare = start(folder, port);
    Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
    List<Double> cpu = new ArrayList<>();
    List<Double> rate = new ArrayList<>();
    double cold;
    GatewayProcess.until(() -> answers(port));
    try (Load load = new Load(queued, Integer.parseInt(port))) {
      cold = load.open(queued.next(BURST), BURST).latencies().p99();
      load.closed(queued.next(WARM_UP));
      for (int i = 0; i < ROUNDS; i++) {
        double before = Machine.cpuWithout(bare.pid(), Machine.COMPILERS);
        Load.Outcome outcome = load.closed(queued.next(WARM_UP), ROUND);
        cpu.add((Machine.cpuWithout(bare.pid(), Machine.COMPILERS) - before) / outcome.sent());
        rate.add(outcome.perSecond());
      }
    } finally {
      bare.destroy();
      bare.onExit().join();
      GatewayProcess.remove(folder);
    }
    return List.of(
        new Figure("bare", "a bare Camel route, an INSERT each", Bursts.median(rate), "/s"),
        new Figure("bare", "1,000 within 1 s after start, p99", cold, "ms"),
        new Figure("bare", "CPU for each", Bursts.median(cpu), "ms"));
  }

  private static Process start(Path folder, String port) {
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(GatewayProcess.HEAP.split(" ", -1)));
      command.addAll(
          List.of(
              "-cp",
              classPath(),
              BareRoute.class.getName(),
              port,
              folder.resolve("bare.db").toString(),
              GatewayProcess.SECRET));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("bare.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That of this class, which Maven keeps in a loader of its own. */
  private static String classPath() {
    if (!(Bare.class.getClassLoader() instanceof URLClassLoader loader)) {
      return System.getProperty("java.class.path");
    }
    List<String> entries = new ArrayList<>();
    for (URL url : loader.getURLs()) {
      try {
        Path entry = Path.of(url.toURI());
        if (Files.exists(entry)) {
          entries.add(entry.toString());
        }
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static boolean answers(String port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) new URL("http://127.0.0.1:" + port + "/").openConnection();
      return connection.getResponseCode() > 0;
    } catch (IOException notYet) {
      return false;
    }
  }
}
