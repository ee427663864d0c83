package io.github.modalrunner.docs;

import static io.github.modalrunner.fixtures.Payloads.example;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.EmbeddedBroker;
import io.github.modalrunner.fixtures.ExtensionExample;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.settings.RouteFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The example of docs/extending.md, exactly as it is printed there, in the folder of a real gateway
 * beside a real broker.
 */
class ExtendingTest {
  private static final String QUEUE = "github.deliveries";
  private static final String REFUSED = "github.deliveries.refused";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() {
    broker = new EmbeddedBroker();
    gateway =
        GatewayProcess.in(
            folder,
            Map.of(
                "broker.url",
                broker.uri().toString(),
                "runner.limits.max-runners-per-repository",
                "0"));
    ExtensionExample.install(folder);
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    broker.close();
  }

  @Test
  void theDocumentHasARouteFileAndItsLane() throws IOException {
    // When
    Map<String, String> routes = ExtensionExample.routes();

    // Then
    assertThat(routes.keySet())
        .containsExactly("11-broker.camel.yaml", "route-configuration-broker.camel.yaml");
    assertThat(RouteFiles.check(folder.resolve("routes"))).isEmpty();
  }

  @Test
  void theClientThatItNamesIsTheOneThatRanHere() {
    // Given
    String version = ActiveMQConnectionFactory.class.getPackage().getImplementationVersion();

    // When
    String page = ExtensionExample.page();

    // Then
    assertThat(version).isNotBlank();
    assertThat(page).contains("<version>" + version + "</version>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "queued",
        "queued.with-deployment",
        "waiting",
        "in_progress",
        "in_progress.with-queued-steps",
        "completed.failure.with-organization",
        "completed.success.with-organization"
      })
  void everyExampleOfGitHubEndsInTheLedgerAsByTheWebhook(String name) {
    // Given
    Delivery byWebhook = signed(Delivery.of(example("workflow_job/" + name)));
    Delivery byBroker = signed(Delivery.of(example("workflow_job/" + name)));
    assertThat(byWebhook.postTo(gateway.webhook()).status()).isEqualTo(202);

    // When
    broker.send(QUEUE, byBroker);

    // Then
    await().atMost(PATIENCE).until(() -> stored(byBroker).size() == 1);
    assertThat(stored(byBroker)).isEqualTo(stored(byWebhook));
  }

  @Test
  void aJobThatComesByTheBrokerIsAJobLikeAnyOther() {
    // When
    broker.send(QUEUE, signed(Delivery.of(queued(1, "modal"))));

    // Then
    await().atMost(PATIENCE).until(() -> gateway.jobState(1).equals("parked"));
  }

  @Test
  void repeatsChangeNothingWhicheverWayTheyCome() {
    // Given
    Delivery delivery = signed(Delivery.of(queued(2, "modal")));
    broker.send(QUEUE, delivery);
    await().atMost(PATIENCE).until(() -> gateway.jobState(2).equals("parked"));
    long before = broker.acknowledged(QUEUE);

    // When
    broker.send(QUEUE, delivery);
    broker.send(QUEUE, delivery);
    int byWebhook = delivery.postTo(gateway.webhook()).status();

    // Then
    assertThat(byWebhook).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> broker.acknowledged(QUEUE) >= before + 2);
    assertThat(states(delivery)).hasSize(1);
    assertThat(gateway.rows("SELECT * FROM job WHERE job_id = 2")).hasSize(1);
  }

  @Test
  void whatIsForgedOrNamelessIsSetAside() {
    // Given
    Delivery forged = Delivery.of(queued(3, "modal")).signedWith("the secret of somebody else");
    Delivery unsigned = Delivery.of(queued(3, "modal"));
    Delivery nameless = signed(Delivery.of(queued(3, "modal")).guid("../../etc"));
    long before = broker.sent(REFUSED);

    // When
    Stream.of(forged, unsigned, nameless).forEach(delivery -> broker.send(QUEUE, delivery));

    // Then
    await().atMost(PATIENCE).until(() -> broker.sent(REFUSED) == before + 3);
    await().atMost(PATIENCE).until(() -> broker.acknowledged(QUEUE) == broker.sent(QUEUE));
    assertThat(states(forged)).isEmpty();
    assertThat(states(unsigned)).isEmpty();
    assertThat(states(nameless)).isEmpty();
    assertThat(gateway.rows("SELECT * FROM job WHERE job_id = 3")).isEmpty();
  }

  @Test
  void whatIsSignedAndNotValidIsQuarantined() {
    // Given
    Delivery broken =
        signed(Delivery.of("workflow_job", "{\"action\":\"queued\"}".getBytes(UTF_8)));

    // When
    broker.send(QUEUE, broken);

    // Then
    await().atMost(PATIENCE).until(() -> states(broken).equals(List.of("QUARANTINED")));
  }

  @Test
  void anEventThatNoRuleIsAboutLeavesNothing() {
    // Given
    Delivery push = signed(Delivery.of(example("distractors/push")));
    long before = broker.sent(REFUSED);

    // When
    broker.send(QUEUE, push);

    // Then
    await().atMost(PATIENCE).until(() -> broker.acknowledged(QUEUE) == broker.sent(QUEUE));
    assertThat(states(push)).isEmpty();
    assertThat(broker.sent(REFUSED)).isEqualTo(before);
  }

  @Test
  void nothingIsAcknowledgedThatIsNotStored() throws SQLException {
    // Given
    Delivery job = signed(Delivery.of(queued(4, "modal")));
    Delivery broken = signed(Delivery.of("workflow_job", "{}".getBytes(UTF_8)));
    await().atMost(PATIENCE).until(() -> broker.acknowledged(QUEUE) == broker.sent(QUEUE));
    long acknowledged = broker.acknowledged(QUEUE);
    long failures = rolledBack();

    // When
    try (Connection ledger =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        Statement statement = ledger.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
      statement.execute("ALTER TABLE delivery RENAME TO elsewhere");
      broker.send(QUEUE, job);
      broker.send(QUEUE, broken);
      await().atMost(PATIENCE).until(() -> rolledBack() >= failures + 2);
      assertThat(broker.acknowledged(QUEUE)).isEqualTo(acknowledged);
      statement.execute("ALTER TABLE elsewhere RENAME TO delivery");
    }

    // Then
    await().atMost(PATIENCE).until(() -> gateway.jobState(4).equals("parked"));
    await().atMost(PATIENCE).until(() -> states(broken).equals(List.of("QUARANTINED")));
    await().atMost(PATIENCE).until(() -> broker.acknowledged(QUEUE) == acknowledged + 2);
  }

  /** How often the gateway gave a message back. */
  private static long rolledBack() {
    try (Stream<String> lines = Files.lines(gateway.log())) {
      return lines.filter(line -> line.contains("JMS message listener failed")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Delivery signed(Delivery delivery) {
    return delivery.signedWith(GatewayProcess.SECRET);
  }

  /** What the ledger keeps of a delivery, apart from what two of the same event differ in. */
  private static List<Map<String, Object>> stored(Delivery delivery) {
    return gateway.rows(
        "SELECT event, source, action, job_id, verdict, hex(body) FROM delivery d JOIN payload p ON p.guid = d.guid WHERE d.guid = '%s'"
            .formatted(delivery.guid()));
  }

  private static List<Object> states(Delivery delivery) {
    return gateway
        .rows("SELECT state FROM delivery WHERE guid = '" + delivery.guid() + "'")
        .stream()
        .map(row -> row.get("state"))
        .toList();
  }
}
