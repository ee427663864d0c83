package io.github.modalrunner.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.modalrunner.fixtures.GatewayCommand;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.ledger.Ledger.LedgerUnavailable;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.dbcp2.DelegatingPreparedStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LedgerTest {
  @TempDir Path folder;

  @Test
  void createsItsFolderAndItsSchema() throws SQLException {
    // Given
    Path file = folder.resolve("data/of/mine/ledger.db");

    // When
    try (Ledger ledger = Ledger.open(settings(file))) {
      // Then
      assertThat(file).exists();
      assertThat(ledger.engine()).isEqualTo("sqlite");
      assertThat(ask(ledger, "SELECT count(*) FROM delivery")).isEqualTo("0");
    }
  }

  @Test
  void whatOnlyReadsWaitsForNobodyWhoWrites() throws SQLException {
    // Given: the only connection that writes is in use
    try (Ledger ledger = Ledger.open(settings(folder.resolve("ledger.db")));
        Connection writer = ledger.dataSource().getConnection();
        Connection reader = ledger.reads().getConnection();
        Statement writes = writer.createStatement();
        Statement reads = reader.createStatement()) {
      writer.setAutoCommit(false);
      writes.execute("INSERT INTO run (run_id, repository, seen_at) VALUES (1, 'o/r', 1)");

      // When
      String before = ask(reads, "SELECT count(*) FROM run");
      writer.commit();

      // Then
      assertThat(before).isEqualTo("0");
      assertThat(ask(reads, "SELECT count(*) FROM run")).isEqualTo("1");
      assertThatThrownBy(() -> reads.execute("DELETE FROM run")).hasMessageContaining("readonly");
    }
  }

  @Test
  void aStatementIsPreparedOnceAndLeavesNothingOpen() throws SQLException {
    // Given: one whose row nobody reads
    String sql =
        "INSERT INTO run (run_id, repository, seen_at) VALUES (?, 'o/r', 1) RETURNING run_id";
    try (Ledger ledger = Ledger.open(settings(folder.resolve("ledger.db")))) {
      List<Statement> prepared = new ArrayList<>();
      for (int id = 1; id <= 2; id++) {
        try (Connection connection = ledger.dataSource().getConnection();
            PreparedStatement statement = connection.prepareStatement(sql)) {
          // When
          statement.setInt(1, id);
          statement.execute();
          prepared.add(statement.unwrap(DelegatingPreparedStatement.class).getInnermostDelegate());
        }

        // Then: others see it at once, and the log can be emptied
        try (Connection reader = ledger.reads().getConnection();
            Statement reads = reader.createStatement()) {
          assertThat(ask(reads, "SELECT max(run_id) FROM run")).isEqualTo("" + id);
        }
        assertThat(ask(ledger, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
      }
      assertThat(prepared.get(1)).isSameAs(prepared.get(0));
    }
  }

  @Test
  void moreStatementsThanAreKeptMakeRoomForEachOther() throws SQLException {
    // Given
    try (Ledger ledger = Ledger.open(settings(folder.resolve("ledger.db")));
        Connection connection = ledger.dataSource().getConnection()) {
      for (int i = 0; i < 500; i++) {
        // When
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + i);
            ResultSet row = statement.executeQuery()) {
          // Then
          assertThat(row.next()).isTrue();
          assertThat(row.getInt(1)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void aDeliveryIsOnDiskBeforeItIsAnswered() throws SQLException {
    // Given: the database itself notes whether it will wait for the disk (2) when a row comes in
    try (Ledger ledger = Ledger.open(settings(folder.resolve("ledger.db")));
        Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE seen (synchronous integer)");
      statement.execute(
          "CREATE TRIGGER see AFTER INSERT ON delivery BEGIN INSERT INTO seen SELECT synchronous FROM pragma_synchronous; END");
    }
    try (Ledger ledger = Ledger.open(settings(folder.resolve("ledger.db")))) {
      Map<String, Object> row = new HashMap<>();
      row.putAll(
          Map.of("guid", "one", "event", "ping", "state", "QUARANTINED", "source", "webhook"));
      row.put("now", 1L);

      // When
      boolean stored = ledger.inbox().store(row);

      // Then: a write-ahead log, synced at the commit; the steps that follow wait for nothing
      assertThat(stored).isTrue();
      assertThat(ask(ledger, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(ask(ledger, "SELECT synchronous FROM seen")).isEqualTo("2");
      assertThat(ask(ledger, "PRAGMA synchronous")).isEqualTo("1");
    }
  }

  @Test
  void keepsWhatItHeldWhenItIsOpenedAgain() throws SQLException {
    // Given
    Settings settings = settings(folder.resolve("ledger.db"));
    try (Ledger ledger = Ledger.open(settings);
        Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO profile (name, image) VALUES ('kept', 'default')");
    }

    // When
    try (Ledger ledger = Ledger.open(settings)) {
      // Then
      assertThat(ask(ledger, "SELECT name FROM profile")).isEqualTo("kept");
    }
  }

  @Test
  void isOpenOnceInAProcess() {
    // Given
    Settings settings = settings(folder.resolve("ledger.db"));
    try (Ledger ledger = Ledger.open(settings)) {
      // When
      LedgerUnavailable refused =
          catchThrowableOfType(LedgerUnavailable.class, () -> Ledger.open(settings));

      // Then
      assertThat(ledger.engine()).isEqualTo("sqlite");
      assertThat(refused.getMessage()).contains("Another process uses the ledger");
    }
  }

  @Test
  void aSecondProcessEndsAndSaysWhatToDo() throws IOException, InterruptedException {
    // Given
    Path file = folder.resolve("ledger.db");
    Path output = folder.resolve("output");
    try (Ledger ledger = Ledger.open(settings(file))) {
      // When
      Process second = GatewayCommand.run(given(file), output);

      // Then
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(ledger.engine()).isEqualTo("sqlite");
      assertThat(output)
          .content()
          .contains("Another process uses the ledger " + file)
          .contains("RUNNER_LEDGER_URL")
          .contains("PostgreSQL")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void saysThatItsFolderCannotBeWritten() throws IOException {
    // Given: a file where the folder should be
    Path data = Files.writeString(folder.resolve("data"), "not a folder");

    // When
    LedgerUnavailable refused =
        catchThrowableOfType(
            LedgerUnavailable.class, () -> Ledger.open(settings(data.resolve("ledger.db"))));

    // Then
    assertThat(refused.getMessage())
        .contains("folder " + data)
        .contains("cannot be written")
        .contains("runner.ledger.url");
  }

  @Test
  void saysThatAFileCannotBeWritten() throws IOException {
    // Given: a ledger that SQLite must not write, whoever asks: so its header says (byte 18)
    Path file = folder.resolve("ledger.db");
    Ledger.open(settings(file)).close();
    byte[] content = Files.readAllBytes(file);
    content[18] = 3;
    Files.write(file, content);

    // When
    LedgerUnavailable refused =
        catchThrowableOfType(LedgerUnavailable.class, () -> Ledger.open(settings(file)));

    // Then
    assertThat(refused.getMessage())
        .contains("The ledger " + file + " cannot be written by this user")
        .contains("give it to the user who runs the gateway");
  }

  @Test
  void saysThatAFileIsNoLedger() throws IOException {
    // Given
    Path file =
        Files.write(folder.resolve("ledger.db"), "no database".repeat(1000).getBytes(UTF_8));

    // When
    LedgerUnavailable refused =
        catchThrowableOfType(LedgerUnavailable.class, () -> Ledger.open(settings(file)));

    // Then
    assertThat(refused.getMessage()).contains("cannot be opened").contains("runner.ledger.url");
    assertThat(file).content().startsWith("no database");
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNamedByItsSettingsAndNotByItsPassword() {
    // Given
    Map<String, String> given =
        RunningGateway.settings(
            folder,
            Map.of(
                "runner.ledger.url", "jdbc:postgresql://127.0.0.1:9/ledger",
                "runner.ledger.user", "gateway",
                "runner.ledger.password", "s3cret-of-the-database"));

    // When
    LedgerUnavailable refused =
        catchThrowableOfType(
            LedgerUnavailable.class, () -> Ledger.open(Settings.read(Map.of(), given, Map.of())));

    // Then
    assertThat(refused.getMessage())
        .contains("runner.ledger.url", "runner.ledger.user", "runner.ledger.password")
        .doesNotContain("s3cret-of-the-database");
  }

  private Map<String, String> given(Path file) {
    return RunningGateway.settings(folder, Map.of("runner.ledger.url", "jdbc:sqlite:" + file));
  }

  private Settings settings(Path file) {
    return Settings.read(Map.of(), given(file), Map.of());
  }

  private static String ask(Ledger ledger, String sql) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      return ask(statement, sql);
    }
  }

  private static String ask(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }
}
