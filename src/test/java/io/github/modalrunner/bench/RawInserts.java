package io.github.modalrunner.bench;

import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The floor under everything: the gateway's own INSERT of a delivery, its payload in the same row,
 * by plain JDBC, one row a transaction, on a ledger of its own that the gateway's code opened.
 */
final class RawInserts implements AutoCloseable {
  private static final Pattern PARAMETER = Pattern.compile(":#(\\w+)");
  private static final int THREADS = 64;

  private final List<String> parameters = new ArrayList<>();
  private final Path folder = GatewayProcess.freshFolder();
  private final String sql;
  private final Ledger ledger;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  RawInserts() {
    Matcher matcher = PARAMETER.matcher(statement());
    while (matcher.find()) {
      parameters.add(matcher.group(1));
    }
    this.sql = matcher.replaceAll("?");
    String url = GatewayProcess.ledger(GatewayProcess.freshFolder());
    this.ledger = Ledger.open(Settings.read(Map.of(), Map.of("runner.ledger.url", url), Map.of()));
    try (Connection only = ledger.dataSource().getConnection();
        Statement statement = only.createStatement()) {
      // As the inbox does it
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("ALTER TABLE delivery ADD COLUMN body bytea");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many rows a second can be made durable, in so long. */
  double perSecond(Duration time) {
    LongAdder rows = new LongAdder();
    long begun = System.nanoTime();
    long end = begun + time.toNanos();
    List<Future<?>> inserters = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      inserters.add(
          threads.submit(
              () -> {
                while (System.nanoTime() < end) {
                  insert();
                  rows.increment();
                }
                return null;
              }));
    }
    inserters.forEach(RawInserts::join);
    return rows.sum() / ((System.nanoTime() - begun) / 1e9);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    ledger.close();
    GatewayProcess.remove(folder);
  }

  private void insert() throws SQLException {
    Map<String, Object> row = row();
    try (Connection connection = ledger.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, row.get(parameters.get(i)));
      }
      statement.execute();
    }
  }

  /** A row as the gateway makes it of {@link Deliveries#queued}. */
  private static Map<String, Object> row() {
    Map<String, Object> row = new HashMap<>();
    long now = System.currentTimeMillis();
    row.put("guid", UUID.randomUUID().toString());
    row.put("event", "workflow_job");
    row.put("action", "queued");
    row.put("state", "NEW");
    row.put("source", "webhook");
    row.put("now", now);
    row.put("jobId", System.nanoTime());
    row.put("runId", System.nanoTime());
    row.put("runAttempt", 1);
    row.put("jobRank", 1);
    row.put("jobState", "QUEUED");
    row.put("eventAt", now);
    row.put("repository", Deliveries.repository(now));
    row.put("jobName", "build");
    row.put("workflow", "build");
    row.put("branch", "main");
    row.put("labels", "[\"modal\"]");
    row.put("verdict", "ADMITTED");
    row.put("profile", "default");
    row.put("pool", Deliveries.repository(now) + " group 1 [modal]");
    row.put("queuedAt", now);
    row.put("body", new byte[Deliveries.BODY_BYTES]);
    return row;
  }

  private static String statement() {
    try (InputStream in = RawInserts.class.getResourceAsStream("/sql/delivery-insert.sql")) {
      String apart = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String joined =
          apart
              .replaceFirst("installation_id, trace\\)", "installation_id, trace, body)")
              .replaceFirst(":#trace\\)", ":#trace, :#body)");
      if (joined.length() != apart.length() + ", body".length() + ", :#body".length()) {
        throw new IllegalStateException("the INSERT of a delivery has changed: put the body in");
      }
      return joined;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Future<?> inserter) {
    try {
      inserter.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
