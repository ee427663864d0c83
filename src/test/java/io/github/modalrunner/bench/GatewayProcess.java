package io.github.modalrunner.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The gateway as users run it: a JVM of its own, in a folder with the project's routes, with the
 * default settings but for what a measure changes.
 */
final class GatewayProcess implements AutoCloseable {
  static final String SECRET = "benchmark-secret-not-a-real-one";

  private static final Path PROJECT = Path.of("").toAbsolutePath();
  private static final Path BENCH = PROJECT.resolve("target/bench");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long it has nothing to do before it counts as idle. */
  static final Duration REST = Duration.ofSeconds(10);

  /** The heap that docs/performance.md recommends. */
  static final String HEAP = "-XX:+UseSerialGC -Xms88m -Xmn40m -Xmx192m";

  /** All that docs/performance.md recommends. */
  static final String FLAGS =
      HEAP
          + " -XX:TrimNativeHeapInterval=10000 -XX:SharedArchiveFile=target/modal-github-runner.jsa";

  private static final List<String> AFTER_THE_ANSWER =
      List.of("Camel (", "mint-", "create-", "look-", "C1 ", "C2 ");

  private final Process process;
  private final Path folder;
  private final int port;
  private final int adminPort;
  private final double startMillis;

  private GatewayProcess(
      Process process, Path folder, int port, int adminPort, double startMillis) {
    this.process = process;
    this.folder = folder;
    this.port = port;
    this.adminPort = adminPort;
    this.startMillis = startMillis;
  }

  /** Starts one with an empty ledger. */
  static GatewayProcess start(OtherSides others, Map<String, String> settings) {
    return start(freshFolder(), others, settings);
  }

  /** Starts one in a folder that may hold a ledger, and waits until it is ready. */
  static GatewayProcess start(Path folder, OtherSides others, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("runner.http.host", "127.0.0.1");
    all.put("runner.http.port", RunningGateway.freePort());
    all.put("runner.admin.port", RunningGateway.freePort());
    all.put("runner.github.api-url", others.uri());
    all.put("runner.modal.launcher-url", others.uri());
    all.putAll(settings);
    try {
      write(folder.resolve("application.properties"), all);
      long begun = System.nanoTime();
      ProcessBuilder builder =
          new ProcessBuilder(command())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("gateway.log").toFile());
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      Process process = builder.start();
      int adminPort = Integer.parseInt(all.get("runner.admin.port"));
      awaitReady(process, adminPort, folder);
      return new GatewayProcess(
          process,
          folder,
          Integer.parseInt(all.get("runner.http.port")),
          adminPort,
          (double) (System.nanoTime() - begun) / Duration.ofMillis(1).toNanos());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder to run in, with nothing but the routes. */
  static Path freshFolder() {
    try {
      Files.createDirectories(BENCH);
      Path folder = Files.createTempDirectory(BENCH, "gateway-");
      Files.createDirectories(folder.resolve("routes"));
      try (DirectoryStream<Path> routes =
          Files.newDirectoryStream(PROJECT.resolve("routes"), "*.yaml")) {
        for (Path route : routes) {
          Files.copy(route, folder.resolve("routes").resolve(route.getFileName()));
        }
      }
      Files.createDirectories(folder.resolve("data"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a folder with all that is in it. */
  static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a folder's ledger is. */
  static String ledger(Path folder) {
    return "jdbc:sqlite:" + folder.resolve("data/ledger.db");
  }

  /** From the start of the process until it was ready. */
  double startMillis() {
    return startMillis;
  }

  int port() {
    return port;
  }

  /** CPU time so far, in milliseconds. */
  double cpu() {
    return Machine.cpu(process.pid());
  }

  /**
   * CPU time so far of all that takes a delivery in, up to its answer, in milliseconds: without the
   * threads that work on what was accepted, and without the compiler.
   */
  double intakeCpu() {
    return Machine.cpuWithout(process.pid(), AFTER_THE_ANSWER);
  }

  /** CPU time so far without that of the compiler, in milliseconds. */
  double cpuWithoutCompiler() {
    return Machine.cpuWithout(process.pid(), Machine.COMPILERS);
  }

  /** Leaves it alone for a while, in which it gives back what it no longer uses. */
  void rest() {
    long end = System.nanoTime() + REST.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Resident memory, in megabytes. */
  double rss() {
    return Machine.rss(process.pid());
  }

  /** One number out of the ledger. */
  long count(String sql) {
    return ((Number) RunningGateway.rows(ledger(folder), sql).get(0).values().iterator().next())
        .longValue();
  }

  /** Waits until every stored delivery stands in its job; gives how long that took, in ms. */
  double awaitApplied() {
    long begun = System.nanoTime();
    until(() -> count("SELECT count(*) FROM delivery WHERE state = 'NEW'") == 0);
    return (double) (System.nanoTime() - begun) / Duration.ofMillis(1).toNanos();
  }

  /** What the admin port answers to a GET. */
  String admin(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) new URL("http://127.0.0.1:" + adminPort + path).openConnection();
      return new String(connection.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as SIGTERM does, and removes its folder. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    remove(folder);
  }

  /** Waits for a condition, looking often. */
  static void until(BooleanSupplier condition) {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("it did not happen within " + PATIENCE);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void awaitReady(Process process, int adminPort, Path folder) throws IOException {
    URL ready = new URL("http://127.0.0.1:" + adminPort + "/observe/health/ready");
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (status(ready) != 200) {
      if (!process.isAlive() || System.nanoTime() > limit) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "the gateway did not start: " + Files.readString(folder.resolve("gateway.log")));
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private static int status(URL url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.openConnection();
      return connection.getResponseCode();
    } catch (IOException notYet) {
      return 0;
    }
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("bench.java", System.getProperty("java.home") + "/bin/java"));
    String flags =
        System.getProperty("bench.jvm", FLAGS).replace("=target", "=" + PROJECT + "/target");
    command.addAll(List.of(flags.trim().split("\\s+", -1)));
    command.addAll(List.of("-jar", PROJECT.resolve("target/modal-github-runner.jar").toString()));
    return command;
  }

  private static void write(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.put("runner.webhook.secret", SECRET);
    properties.put("runner.github.token", "benchmark-token");
    properties.put("runner.modal.token", "benchmark-token");
    Files.writeString(
        file,
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue())
            .sorted()
            .collect(Collectors.joining("\n")));
  }
}
