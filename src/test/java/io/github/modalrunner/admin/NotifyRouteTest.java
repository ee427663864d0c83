package io.github.modalrunner.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route of routes/optional, copied into a gateway as its users do. */
class NotifyRouteTest {
  private static final String HOOK = "/services/a-secret-path";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger REFUSALS = new AtomicInteger(1);

  @TempDir static Path folder;

  private static Upstreams upstreams;
  private static ScriptedServer chat;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    upstreams = new Upstreams();
    upstreams.github().on("POST", Upstreams.MINT).reply(Reply.status(500));
    chat = ScriptedServer.start();
    chat.on("POST", HOOK)
        .reply(request -> Reply.status(REFUSALS.getAndDecrement() > 0 ? 500 : 200));
    Map<String, String> settings = new HashMap<>(upstreams.settings(Map.of()));
    settings.put("notify.webhook-url", chat.uri() + HOOK);
    gateway = GatewayProcess.in(folder, settings);
    Files.copy(
        Path.of("routes/optional/87-notify.camel.yaml"),
        folder.resolve("routes/87-notify.camel.yaml"));
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    chat.close();
    upstreams.close();
  }

  @Test
  void aDeadLetterIsToldOnceItWasTaken() throws SQLException, IOException {
    // When
    change(
        "INSERT INTO dead_letter (id, kind, subject, cause, attempts, parked_at) VALUES ('delivery-x', 'delivery', 'x', 'Bad: <!channel> & \"more\"', 1, 5)");

    // Then: the first try was refused, so there is a second, and no third
    await().atMost(PATIENCE).until(() -> gateway.rows(noted("notice-letter-%")).size() == 1);
    List<String> told = told("Dead letter");
    assertThat(told)
        .hasSize(2)
        .containsOnly(":envelope: Dead letter delivery-x: Bad: &lt;!channel&gt; &amp; \"more\"");
    assertThat(Files.readString(gateway.log())).contains("notice not taken").doesNotContain(HOOK);
  }

  @Test
  void anOpenBreakerIsToldOnceAnHour() {
    // When: each has a pool of its own, and each mint fails
    for (int job = 1; job <= 14; job++) {
      Delivery.of(Payloads.queued(job, "modal", "pool-" + job))
          .signedWith(GatewayProcess.SECRET)
          .postTo(gateway.webhook());
    }

    // Then
    await().atMost(PATIENCE).until(() -> !gateway.rows(noted("notice-github-%")).isEmpty());
    assertThat(told("GitHub")).isNotEmpty().allMatch(text -> text.contains("jobs wait"));
    assertThat(told("The launcher")).isEmpty();
  }

  private static String noted(String like) {
    return "SELECT id FROM event WHERE what = 'notice' AND id LIKE '" + like + "'";
  }

  private static List<String> told(String about) {
    return chat.requests("POST", HOOK).stream()
        .map(Recorded::json)
        .peek(json -> assertThat(json.size()).isEqualTo(1))
        .map(json -> json.path("text").asText())
        .filter(text -> text.contains(about))
        .toList();
  }

  private static void change(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("ledger.db") + "?busy_timeout=10000");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
