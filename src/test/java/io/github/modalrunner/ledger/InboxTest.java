package io.github.modalrunner.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.modalrunner.fixtures.TestLedger;
import io.github.modalrunner.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;

class InboxTest {
  @TempDir Path folder;

  private final ExecutorService senders = Executors.newCachedThreadPool();
  private Ledger ledger;
  private Inbox inbox;

  @BeforeEach
  void open() {
    ledger =
        Ledger.open(
            Settings.read(
                Map.of("RUNNER_LEDGER_URL", "jdbc:sqlite:" + folder.resolve("ledger.db")),
                Map.of(),
                Map.of()));
    inbox = ledger.inbox();
  }

  @AfterEach
  void close() {
    ledger.close();
    senders.shutdownNow();
  }

  @Test
  void tellsWhatIsNewFromWhatIsNot() throws SQLException {
    assertThat(inbox.store(row("a"))).isTrue();
    assertThat(inbox.store(row("a"))).isFalse();
    assertThat(guids()).containsExactly("a");
  }

  @Test
  void keepsThePayloadOfWhatIsNewAndOfWhatIsJudgedAfresh() throws SQLException {
    // Given
    Map<String, Object> quarantined = row("a", "one");
    quarantined.put("state", "QUARANTINED");

    // When / Then
    inbox.store(quarantined);
    assertThat(payload("a")).isEqualTo("one");
    Map<String, Object> again = new HashMap<>(quarantined);
    again.put("body", "at the same instant".getBytes(UTF_8));
    inbox.store(again);
    assertThat(payload("a")).isEqualTo("at the same instant");
    Map<String, Object> valid = row("a", "two");
    valid.put("now", 2L);
    inbox.store(valid);
    assertThat(payload("a")).isEqualTo("two");
    inbox.store(row("a", "three"));
    assertThat(payload("a")).isEqualTo("two");
  }

  @Test
  void storesAllThatWaitedForOneAnother() throws SQLException {
    // Given: the ledger is busy, so that deliveries queue up
    List<CompletableFuture<Boolean>> stored;
    try (Connection busy = ledger.dataSource().getConnection()) {
      stored = store(IntStream.range(0, 300).mapToObj(i -> row("d" + i % 250)).collect(toList()));
      assertThat(busy.isClosed()).isFalse();
      assertThat(stored).noneMatch(CompletableFuture::isDone);
    }

    // Then: each is told its own result, after the commit
    assertThat(stored.stream().filter(CompletableFuture::join)).hasSize(250);
    assertThat(guids()).hasSize(250);
  }

  /** The driver joins what comes together into one INSERT, and then knows no count of each. */
  @Test
  void isNewWhereTheDriverWasToldToJoinInserts() throws SQLException {
    // Given
    String url = TestLedger.POSTGRESQL.in(folder) + "&reWriteBatchedInserts=true";
    List<CompletableFuture<Boolean>> stored = new ArrayList<>();
    try (Ledger joining = Ledger.open(url, "", "", 2)) {
      Inbox joined = joining.inbox();

      // When: they queue up while all connections are in use
      try (Connection one = joining.dataSource().getConnection();
          Connection other = joining.dataSource().getConnection()) {
        for (int i = 0; i < 300; i++) {
          Map<String, Object> row = row("d" + i);
          stored.add(CompletableFuture.supplyAsync(() -> joined.store(row), senders));
        }
        assertThat(List.of(one.isClosed(), other.isClosed())).containsOnly(false);
      }

      // Then
      assertThat(stored).allMatch(CompletableFuture::join);
    }
  }

  @Test
  void isNotFailedByOneThatCannotBeStored() throws SQLException {
    // Given
    Map<String, Object> wrong = row("wrong");
    wrong.put("event", null);
    List<CompletableFuture<Boolean>> stored;
    try (Connection busy = ledger.dataSource().getConnection()) {
      stored = store(List.of(row("a"), wrong, row("b")));
      assertThat(busy.isClosed()).isFalse();
    }

    // Then
    assertThat(stored.get(0).join()).isTrue();
    assertThat(stored.get(2).join()).isTrue();
    assertThatThrownBy(stored.get(1)::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DataAccessResourceFailureException.class);
    assertThat(guids()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void saysSoWhenTheLedgerIsGone() {
    // Given
    ledger.close();

    // Then
    assertThatThrownBy(() -> inbox.store(row("a")))
        .isInstanceOf(DataAccessResourceFailureException.class);
  }

  @Test
  void takesNothingOnceItIsClosed() {
    // Given
    inbox.close();

    // Then
    assertThatThrownBy(() -> inbox.store(row("a")))
        .isInstanceOf(DataAccessResourceFailureException.class);
  }

  private List<CompletableFuture<Boolean>> store(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(row -> CompletableFuture.supplyAsync(() -> inbox.store(row), senders))
        .collect(toList());
  }

  private List<String> guids() throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT group_concat(guid) FROM delivery")) {
      return List.of(found.getString(1).split(",", -1));
    }
  }

  private String payload(String guid) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT body FROM delivery d JOIN payload p ON p.received_at = d.received_at AND p.guid = d.guid WHERE d.guid = '%s'"
                    .formatted(guid))) {
      return new String(found.getBytes(1), UTF_8);
    }
  }

  private static Map<String, Object> row(String guid, String body) {
    Map<String, Object> row = row(guid);
    row.put("body", body.getBytes(UTF_8));
    return row;
  }

  private static Map<String, Object> row(String guid) {
    Map<String, Object> row = new HashMap<>();
    row.put("guid", guid);
    row.put("event", "workflow_job");
    row.put("state", "NEW");
    row.put("source", "webhook");
    row.put("now", 1L);
    return row;
  }
}
