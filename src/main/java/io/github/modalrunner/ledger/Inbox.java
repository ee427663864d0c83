package io.github.modalrunner.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Stores deliveries durably. A commit waits for the disk, so those that come while one is under way
 * share the next: a lone delivery waits for nobody, a burst costs a few commits instead of
 * hundreds. Nobody is told of a success before the commit that holds it.
 */
public final class Inbox implements AutoCloseable {
  private static final Pattern PARAMETER = Pattern.compile(":#(\\w+)");

  /** Deliveries in one commit; more would keep the first of them waiting. */
  private static final int MOST = 100;

  private static final long LAST_SECONDS = 5;

  /** A row, and whether it was new; completed after its commit. */
  private record Entry(Map<String, Object> row, CompletableFuture<Boolean> stored) {}

  private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "inbox");
            thread.setDaemon(true);
            return thread;
          });
  private final DataSource ledger;
  private final boolean asks;
  private final Insert delivery = Insert.of("/sql/delivery-insert.sql");
  private final Insert payload = Insert.of("/sql/payload-insert.sql");

  /**
   * The inbox of a ledger.
   *
   * @param asks whether the disk is waited for only when that is asked for, as SQLite is set
   */
  Inbox(DataSource ledger, boolean asks) {
    this.ledger = ledger;
    this.asks = asks;
  }

  /** A statement, and the names of its parameters in their order. */
  private record Insert(String sql, List<String> parameters) {
    static Insert of(String file) {
      Matcher named = PARAMETER.matcher(read(file));
      List<String> parameters = named.results().map(found -> found.group(1)).toList();
      return new Insert(named.replaceAll("?"), parameters);
    }

    void add(PreparedStatement statement, Map<String, Object> row) throws SQLException {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, row.get(parameters.get(i)));
      }
      statement.addBatch();
    }
  }

  /**
   * Stores one delivery; comes back when it is on disk.
   *
   * @param row the parameters of {@code delivery-insert.sql} and of {@code payload-insert.sql};
   *     without a body, it has no payload
   * @return whether it was new; false when its GUID was stored before
   * @throws DataAccessResourceFailureException when it could not be stored
   */
  public boolean store(Map<String, Object> row) {
    Entry entry = new Entry(row, new CompletableFuture<>());
    waiting.add(entry);
    try {
      writer.execute(this::commitWaiting);
      return entry.stored.join();
    } catch (CompletionException e) {
      throw new DataAccessResourceFailureException(e.getCause().getMessage(), e);
    } catch (RejectedExecutionException e) {
      throw new DataAccessResourceFailureException("The gateway stops", e);
    }
  }

  /** Comes back once all that waits is stored; takes nothing from now on. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      writer.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void commitWaiting() {
    List<Entry> batch = new ArrayList<>();
    for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
      batch.add(entry);
      if (batch.size() == MOST) {
        break;
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    try (Connection connection = ledger.getConnection()) {
      waitForDisk(connection, true);
      connection.setAutoCommit(false);
      // One that cannot be stored must not take the others with it
      if (!commit(connection, batch)) {
        batch.forEach(entry -> commit(connection, List.of(entry)));
      }
      connection.setAutoCommit(true);
      waitForDisk(connection, false);
    } catch (SQLException e) {
      // Whoever waits behind would wait for a connection as long, and GitHub does not
      for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
        batch.add(entry);
      }
      batch.forEach(entry -> entry.stored.completeExceptionally(e));
    } finally {
      batch.forEach(entry -> entry.stored.completeExceptionally(new IllegalStateException()));
    }
  }

  /** Between transactions only. */
  private void waitForDisk(Connection connection, boolean each) throws SQLException {
    if (asks) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = " + (each ? "FULL" : "NORMAL"));
      }
    }
  }

  /** Whether these are settled: stored, or failed alone. Two round trips carry all of them. */
  private boolean commit(Connection connection, List<Entry> entries) {
    int[] stored;
    try (PreparedStatement deliveries = connection.prepareStatement(delivery.sql);
        PreparedStatement payloads = connection.prepareStatement(payload.sql)) {
      for (Entry entry : entries) {
        delivery.add(deliveries, entry.row);
      }
      stored = deliveries.executeBatch();
      for (int i = 0; i < stored.length; i++) {
        if (stored[i] != 0 && entries.get(i).row.get("body") != null) {
          payload.add(payloads, entries.get(i).row);
        }
      }
      payloads.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      rollback(connection);
      return entries.size() == 1 && entries.get(0).stored.completeExceptionally(e);
    }
    for (int i = 0; i < stored.length; i++) {
      // A driver that was told to join inserts cannot say how many rows each had: then it counts
      // as new
      entries.get(i).stored.complete(stored[i] != 0);
    }
    return true;
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      // The next use of this connection says so
    }
  }

  private static String read(String file) {
    try (InputStream in = Inbox.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
