package io.github.modalrunner.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.modalrunner.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The ledger: one relational database, the only state there is. SQLite for one process on one
 * machine, PostgreSQL for many replicas; the statements are the same but for the claims, which
 * stand in a folder per engine.
 */
public final class Ledger implements AutoCloseable {
  private static final String SQLITE = "jdbc:sqlite:";

  /**
   * Writers wait for each other instead of failing. A step is in the log when its statement ends,
   * which no death of the process undoes, and on disk with the next delivery: the inbox alone waits
   * for the disk.
   */
  private static final String SQLITE_OPTIONS =
      "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=10000&transaction_mode=IMMEDIATE";

  private static final String SQLITE_READS = "?open_mode=1&busy_timeout=10000";

  private static final int SQLITE_CONNECTIONS = 1;
  private static final int SQLITE_READERS = 2;
  private static final long CONNECTION_TIMEOUT = 5000;

  private final String engine;
  private final HikariDataSource pool;
  private final HikariDataSource readers;
  private final DataSource dataSource;
  private final Inbox inbox;
  private final FileChannel lock;

  private Ledger(String engine, HikariDataSource pool, HikariDataSource readers, FileChannel lock) {
    this.engine = engine;
    this.pool = pool;
    this.readers = readers;
    this.dataSource = lock == null ? TypedByValue.of(pool) : pool;
    this.inbox = new Inbox(pool, lock != null);
    this.lock = lock;
  }

  /**
   * Opens the ledger and brings its schema up to date. A SQLite file is created with its folder
   * when it is missing, and held for this process alone.
   *
   * @throws LedgerUnavailable with a sentence that says what to do
   */
  public static Ledger open(Settings settings) {
    return open(
        settings.text("runner.ledger.url"),
        settings.text("runner.ledger.user"),
        settings.secret("runner.ledger.password"),
        settings.integer("runner.ledger.connections"));
  }

  /**
   * Opens the ledger at a JDBC URL.
   *
   * @param user of a PostgreSQL database; empty when the URL names one
   * @param password of that user; secret
   * @param connections to PostgreSQL at one time; SQLite has one that writes
   */
  public static Ledger open(String url, String user, String password, int connections) {
    boolean sqlite = url.startsWith(SQLITE);
    FileChannel lock = sqlite ? hold(Path.of(url.substring(SQLITE.length()))) : null;
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger");
    if (sqlite) {
      config.setDataSource(new PreparedOnce(url + SQLITE_OPTIONS));
    } else {
      config.setJdbcUrl(url);
    }
    config.setMaximumPoolSize(sqlite ? SQLITE_CONNECTIONS : connections);
    config.setConnectionTimeout(CONNECTION_TIMEOUT);
    if (!sqlite) {
      config.setUsername(user.isEmpty() ? null : user);
      config.setPassword(password.isEmpty() ? null : password);
      // A row that is refused is not to be read in the log
      config.addDataSourceProperty("logServerErrorDetail", "false");
    }
    try {
      HikariDataSource pool = new HikariDataSource(config);
      if (sqlite) {
        demandWritable(pool, Path.of(url.substring(SQLITE.length())));
      }
      Flyway.configure().dataSource(pool).load().migrate();
      return new Ledger(engine(url), pool, sqlite ? sqliteReaders(url) : pool, lock);
    } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
      throw new LedgerUnavailable(
          "The ledger cannot be opened (%s): check runner.ledger.url, runner.ledger.user and runner.ledger.password (RUNNER_LEDGER_URL, …), and that the database runs."
              .formatted(e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Opens a ledger to copy it; none is made where there is none.
   *
   * @param url its JDBC URL, with user and password if it needs them
   * @throws LedgerUnavailable with a sentence that says what to do
   */
  public static Ledger openExisting(String url) {
    Path file = url.startsWith(SQLITE) ? Path.of(url.substring(SQLITE.length())) : null;
    if (file != null && !Files.isRegularFile(file)) {
      throw new LedgerUnavailable(
          "There is no ledger %s: name the file that the gateway has used, jdbc:sqlite: before it."
              .formatted(file.toAbsolutePath()),
          null);
    }
    return open(url, "", "", 2);
  }

  private static HikariDataSource sqliteReaders(String url) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger-reads");
    config.setJdbcUrl(url + SQLITE_READS);
    config.setReadOnly(true);
    config.setMaximumPoolSize(SQLITE_READERS);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECTION_TIMEOUT);
    return new HikariDataSource(config);
  }

  /** Connections to the ledger. */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Connections for what only reads, and may take its time over many rows: on SQLite, which has one
   * connection that writes, no delivery waits for them.
   */
  public DataSource reads() {
    return readers == pool ? dataSource : readers;
  }

  /** Shows how long its connections are waited for and used. */
  public void measure(MeterRegistry meters) {
    pool.setMetricRegistry(meters);
  }

  /** Where deliveries go in. */
  public Inbox inbox() {
    return inbox;
  }

  /** {@code sqlite} or {@code postgresql}: the folder of the statements that differ. */
  public String engine() {
    return engine;
  }

  /** The engine that a ledger with these settings has, before it is open. */
  public static String engine(Settings settings) {
    return engine(settings.text("runner.ledger.url"));
  }

  private static String engine(String url) {
    return url.startsWith(SQLITE) ? "sqlite" : "postgresql";
  }

  @Override
  public void close() {
    inbox.close();
    readers.close();
    pool.close();
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        throw new LedgerUnavailable("The lock of the ledger could not be given back", e);
      }
    }
  }

  /** A file that may only be read opens all the same, and fails with the first delivery. */
  private static void demandWritable(DataSource pool, Path file) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      // Nobody reads this number; SQLite would begin an empty transaction without a complaint
      statement.execute("PRAGMA user_version = 0");
    } catch (SQLException e) {
      throw new LedgerUnavailable(
          "The ledger %s cannot be written by this user (%s): give it to the user who runs the gateway, with what lies beside it (-wal, -shm, .lock)."
              .formatted(file.toAbsolutePath(), e.getMessage()),
          e);
    }
  }

  private static FileChannel hold(Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".lock");
    try {
      if (beside.getParent() != null) {
        Files.createDirectories(beside.getParent());
      }
      FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel)) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw new LedgerUnavailable(
          "The ledger's folder %s cannot be written: create it, or change runner.ledger.url (RUNNER_LEDGER_URL)."
              .formatted(beside.toAbsolutePath().getParent()),
          e);
    }
    throw new LedgerUnavailable(
        "Another process uses the ledger %s: stop it, or give this one a ledger of its own by runner.ledger.url (RUNNER_LEDGER_URL). Several replicas need PostgreSQL."
            .formatted(file.toAbsolutePath()),
        null);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldInThisProcess) {
      return false;
    }
  }

  /** The ledger cannot be used; the message is for people. */
  public static final class LedgerUnavailable extends RuntimeException {
    LedgerUnavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
