package io.github.modalrunner.ledger;

import io.github.modalrunner.ledger.Ledger.LedgerUnavailable;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies everything that one ledger holds into another, of the same engine or of the other. Rows
 * are told apart by their keys, so a copy that was interrupted is taken up by running it again;
 * what is there already stays as it is.
 */
public final class LedgerMove {
  /** Rows in a transaction. */
  private static final int BATCH = 500;

  private final Ledger from;
  private final Ledger to;

  /**
   * @param from the ledger that is read; nobody else may use it meanwhile
   * @param to the ledger that is written; no gateway may run on it yet
   */
  public LedgerMove(Ledger from, Ledger to) {
    this.from = from;
    this.to = to;
  }

  /**
   * A table and its rows in both ledgers.
   *
   * @param table its name
   * @param from rows that were to be copied
   * @param to rows that are there now
   */
  public record Count(String table, long from, long to) {
    /** Whether both hold the same number. */
    public boolean isComplete() {
      return from == to;
    }
  }

  /**
   * Copies all tables.
   *
   * @param copied told of each table when it is done
   * @return the counts of all tables
   * @throws LedgerUnavailable when a ledger failed on the way
   */
  public List<Count> run(Consumer<Count> copied) {
    List<Count> counts = new ArrayList<>();
    try (Connection source = from.dataSource().getConnection();
        Connection target = to.dataSource().getConnection()) {
      for (String table : tables(source)) {
        copy(source, target, table);
        Count count = new Count(table, count(source, table), count(target, table));
        copied.accept(count);
        counts.add(count);
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("The copy stopped; run it again to go on: " + e.getMessage(), e);
    }
    return counts;
  }

  /** What the migrations made, but for their own table. */
  private static List<String> tables(Connection source) throws SQLException {
    List<String> tables = new ArrayList<>();
    DatabaseMetaData schema = source.getMetaData();
    try (ResultSet found =
        schema.getTables(source.getCatalog(), source.getSchema(), "%", new String[] {"TABLE"})) {
      while (found.next()) {
        String table = found.getString("TABLE_NAME");
        if (!table.startsWith("flyway_") && !table.startsWith("sqlite_")) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  private static void copy(Connection source, Connection target, String table) throws SQLException {
    target.setAutoCommit(false);
    try (Statement select = source.createStatement();
        ResultSet rows = select.executeQuery("SELECT * FROM " + table)) {
      int columns = rows.getMetaData().getColumnCount();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        names.add(rows.getMetaData().getColumnName(i));
      }
      String insert =
          "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING"
              .formatted(
                  table,
                  String.join(", ", names),
                  String.join(", ", Collections.nCopies(columns, "?")));
      try (PreparedStatement into = target.prepareStatement(insert)) {
        for (int n = 1; rows.next(); n++) {
          for (int i = 1; i <= columns; i++) {
            into.setObject(i, rows.getObject(i));
          }
          into.addBatch();
          if (n % BATCH == 0) {
            into.executeBatch();
            target.commit();
          }
        }
        into.executeBatch();
        target.commit();
      }
    } finally {
      target.setAutoCommit(true);
    }
  }

  private static long count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
      result.next();
      return result.getLong(1);
    }
  }
}
