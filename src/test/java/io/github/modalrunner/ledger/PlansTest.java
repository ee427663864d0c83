package io.github.modalrunner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What runs by itself, again and again, costs what is open and not what the ledger holds: SQLite,
 * asked how it would go about it, never reads through a table that grows.
 */
class PlansTest {
  /** Tables that keep what is over until it is pruned. */
  private static final Set<String> GROWING = Set.of("job", "runner", "delivery", "event");

  private static final Pattern SCAN = Pattern.compile("SCAN (\\w+)(?: USING.* INDEX (\\w+))?");
  private static final Pattern TABLE =
      Pattern.compile("\\b(?:FROM|JOIN) (job|runner|delivery|event)(?: (?:AS )?(\\w+))?");

  private static final Pattern SELDOM =
      Pattern.compile("(?:admin|status|prune|warm-up)-.*|(?:lease|sweep)-break\\.sql");

  @TempDir static Path folder;

  private static Ledger ledger;
  private static Statements statements;
  private static Set<Object> partial;

  @BeforeAll
  static void open() throws SQLException {
    ledger = Ledger.open("jdbc:sqlite:" + folder.resolve("ledger.db"), "", "", 1);
    statements = new Statements(ledger);
    partial =
        new HashSet<>(
            rows("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'"));
  }

  @AfterAll
  static void close() {
    ledger.close();
  }

  /** All but what people ask for, what shows the state, and what runs once or seldom. */
  static List<Path> statements() {
    return statements.all().stream()
        .filter(file -> !SELDOM.matcher(file.getFileName().toString()).matches())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("statements")
  void costsWhatIsOpen(Path file) throws IOException, SQLException {
    // Given
    String sql = Files.readString(file).replaceAll(":#(?:in:)?\\w+", "?");
    Map<String, String> tables = tables(sql);

    // When
    List<String> plan = rows("EXPLAIN QUERY PLAN " + sql, 4);

    // Then
    assertThat(plan)
        .noneMatch(
            step -> {
              Matcher scan = SCAN.matcher(step);
              return scan.find()
                  && GROWING.contains(tables.getOrDefault(scan.group(1), scan.group(1)))
                  && !partial.contains(scan.group(2));
            });
  }

  /** Which table a short name of a statement means. */
  private static Map<String, String> tables(String sql) {
    Map<String, String> tables = new HashMap<>();
    Matcher table = TABLE.matcher(sql);
    while (table.find()) {
      if (table.group(2) != null) {
        tables.put(table.group(2), table.group(1));
      }
    }
    return tables;
  }

  private static List<String> rows(String sql) throws SQLException {
    return rows(sql, 1);
  }

  private static List<String> rows(String sql, int column) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = ledger.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getString(column));
      }
    }
    return found;
  }
}
