package io.github.modalrunner.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger of the first schema, with work in it: the gateway of today brings it up and goes on. */
class UpgradeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aLedgerOfTheFirstSchemaIsBroughtUpAndItsWorkGoesOn() throws Exception {
    // Given
    String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
    Flyway.configure().dataSource(url, null, null).target("1").load().migrate();
    insert(url, Files.readString(Path.of("src/test/resources/ledger/v1-rows.sql")));
    insert(
        url, "UPDATE delivery SET body = x'7B00FF7D' WHERE guid = 'accepted-before-the-upgrade'");
    // A job of long ago would be looked at, and ended: GitHub keeps none queued for more than a day
    long now = System.currentTimeMillis();
    insert(url, "UPDATE job SET queued_at = %1$d, check_at = %1$d + 600000".formatted(now));
    List<String> before = versions(url);

    // Its rows are of a fixed day, and must not be removed for that
    Map<String, String> kept =
        Map.of("runner.ledger.retention", "3650d", "runner.ledger.body-retention", "3650d");

    // When
    try (Upstreams upstreams = new Upstreams();
        RunningGateway gateway = RunningGateway.start(folder, upstreams.settings(kept))) {

      // Then
      await().atMost(PATIENCE).until(() -> upstreams.creates(11).size() == 1);
      await().atMost(PATIENCE).until(() -> upstreams.creates(12).size() == 1);
      assertThat(gateway.jobState(13)).isEqualTo("completed");
      assertThat(
              gateway.rows("SELECT state FROM delivery WHERE guid = 'accepted-before-the-upgrade'"))
          .containsExactly(Map.of("state", "DONE"));
      assertThat(
              gateway.rows("SELECT guid, hex(body) AS body FROM payload WHERE body = x'7B00FF7D'"))
          .containsExactly(Map.of("guid", "accepted-before-the-upgrade", "body", "7B00FF7D"));
    }
    assertThat(before).containsExactly("1");
    assertThat(versions(url)).isEqualTo(scripts());
  }

  private static void insert(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static List<String> versions(String url) {
    return RunningGateway.rows(
            url, "SELECT version FROM flyway_schema_history WHERE success ORDER BY installed_rank")
        .stream()
        .map(row -> row.get("version").toString())
        .toList();
  }

  private static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/resources/db/migration"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql"))
          .map(name -> name.replaceFirst("^V(\\d+)__.*", "$1"))
          .sorted(Comparator.comparingInt(Integer::parseInt))
          .toList();
    }
  }
}
