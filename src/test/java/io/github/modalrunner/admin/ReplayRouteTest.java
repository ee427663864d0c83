package io.github.modalrunner.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What could not be processed is put back through the admin port. */
class ReplayRouteTest {
  private static final AtomicLong IDS = new AtomicLong(1000);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static RunningGateway gateway;

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void aDeadDeliveryIsAppliedOnceMore() throws Exception {
    // Given
    long job = IDS.incrementAndGet();
    String guid = send(Payloads.queued(job, "modal"));
    awaitDone(guid);
    gateway.change("DELETE FROM job WHERE job_id = " + job);
    gateway.change("UPDATE delivery SET state = 'DEAD', attempts = 5 WHERE guid = '" + guid + "'");
    // When
    HttpResponse<String> answer = replay("/api/deliveries/" + guid + "/replay");
    // Then
    assertThat(answer.statusCode()).isEqualTo(202);
    awaitDone(guid);
    assertThat(gateway.jobState(job)).isNotEmpty();
  }

  @Test
  void aDeliveryThatIsDoneIsADuplicate() throws Exception {
    // Given
    long job = IDS.incrementAndGet();
    String guid = send(Payloads.queued(job, "modal"));
    awaitDone(guid);
    // When
    HttpResponse<String> answer = replay("/api/deliveries/" + guid + "/replay");
    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"duplicate\"");
  }

  @Test
  void aQuarantinedDeliveryThatIsStillInvalidStaysWhereItIs() throws Exception {
    // Given
    String guid = send(Payloads.queued(1, "modal").with("/workflow_job/id", "x"));
    // When
    HttpResponse<String> answer = replay("/api/deliveries/" + guid + "/replay");
    // Then
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(gateway.api("/api/deliveries/" + guid).path("state").asText())
        .isEqualTo("quarantined");
  }

  @Test
  void whatIsUnknownIs404() throws Exception {
    assertThat(replay("/api/deliveries/unknown/replay").statusCode()).isEqualTo(404);
    assertThat(replay("/api/dead-letters/unknown/replay").statusCode()).isEqualTo(404);
  }

  @Test
  void aLetterOfARunnerMakesItsPoolTryNow() throws Exception {
    // Given
    long job = IDS.incrementAndGet();
    send(Payloads.queued(job, "modal", "letter"));
    await().until(() -> gateway.jobState(job).equals("parked"));
    letter("runner-x", "runner", "x", job);
    gateway.change("UPDATE pool SET retry_at = 99999999999999");
    // When
    HttpResponse<String> answer = replay("/api/dead-letters/runner-x/replay");
    // Then
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(gateway.rows("SELECT replayed_at FROM dead_letter WHERE id = 'runner-x'").get(0))
        .doesNotContainEntry("replayed_at", null);
    await()
        .until(
            () ->
                gateway.rows("SELECT retry_at FROM pool WHERE pool LIKE '%letter%'").stream()
                    .allMatch(row -> ((Number) row.get("retry_at")).longValue() < 99999999999999L));
    assertThat(replay("/api/dead-letters/runner-x/replay").body()).contains("\"duplicate\"");
  }

  @Test
  void aLetterWhoseJobHasEndedIsNotPutBack() throws Exception {
    // Given
    long job = IDS.incrementAndGet();
    send(Payloads.completed(job, "success", 5, "other", "modal"));
    await().until(() -> gateway.jobState(job).equals("completed"));
    letter("runner-y", "runner", "y", job);
    // When
    HttpResponse<String> answer = replay("/api/dead-letters/runner-y/replay");
    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"unwanted\"");
  }

  @Test
  void anotherWebsiteCannotReplay() throws Exception {
    // Given
    HttpRequest request =
        HttpRequest.newBuilder(admin("/api/deliveries/x/replay"))
            .header("Content-Type", "application/json")
            .header("Origin", "http://evil.example")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    // When
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    // Then
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  /** Its job stands in the ledger a moment before. */
  private static void awaitDone(String guid) {
    await()
        .until(() -> gateway.api("/api/deliveries/" + guid).path("state").asText().equals("done"));
  }

  private static void letter(String id, String kind, String subject, long job) {
    gateway.change(
        "INSERT INTO dead_letter (id, kind, subject, job_id, cause, attempts, parked_at) VALUES ('%s', '%s', '%s', %d, 'x', 1, 1)"
            .formatted(id, kind, subject, job));
  }

  private static URI admin(String path) {
    return gateway.admin().resolve(path);
  }

  private static HttpResponse<String> replay(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(admin(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static String send(Payload payload) {
    Delivery delivery =
        Delivery.of(payload.privateRepository(true)).signedWith(RunningGateway.SECRET);
    delivery.postTo(gateway.webhook());
    return delivery.guid();
  }
}
