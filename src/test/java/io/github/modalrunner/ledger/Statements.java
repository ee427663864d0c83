package io.github.modalrunner.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The statements of a ledger, run as the routes run them: by their names, with parameters by name.
 */
final class Statements {
  private static final Path FOLDER = Path.of("src/main/resources/sql");
  private static final Pattern PARAMETER = Pattern.compile(":#(?:in:)?(\\w+)");

  private final Ledger ledger;

  Statements(Ledger ledger) {
    this.ledger = ledger;
  }

  /** All that this engine uses. */
  List<Path> all() {
    try (Stream<Path> shared = Files.list(FOLDER);
        Stream<Path> own = Files.list(FOLDER.resolve(ledger.engine()))) {
      return Stream.concat(shared.filter(Files::isRegularFile), own).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs one in a transaction of its own; answers its rows. */
  List<Map<String, Object>> run(String name, Map<String, Object> terms) {
    Path own = FOLDER.resolve(ledger.engine()).resolve(name + ".sql");
    Path file = Files.exists(own) ? own : FOLDER.resolve(name + ".sql");
    try (Connection connection = ledger.dataSource().getConnection()) {
      return run(connection, file, terms::get);
    } catch (SQLException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** Runs one. */
  static List<Map<String, Object>> run(
      Connection connection, Path file, Function<String, Object> terms) throws SQLException {
    Matcher parameter = PARAMETER.matcher(read(file));
    try (PreparedStatement statement = connection.prepareStatement(parameter.replaceAll("?"))) {
      parameter.reset();
      for (int i = 1; parameter.find(); i++) {
        statement.setObject(i, terms.apply(parameter.group(1)));
      }
      return statement.execute() ? rows(statement.getResultSet()) : List.of();
    }
  }

  /** All rows of a result. */
  static List<Map<String, Object>> rows(ResultSet result) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    while (result.next()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
