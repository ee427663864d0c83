package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.example;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public port over real HTTP: every answer, and what stands in the ledger after it. */
@Execution(ExecutionMode.CONCURRENT)
class WebhookRouteTest {
  private static final int MAX_BODY = 32_768;
  private static final AtomicLong IDS = new AtomicLong(1_000);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What an answer may carry, whatever the request had. */
  private static final List<String> OWN_HEADERS =
      List.of("content-type", "content-length", "transfer-encoding", "connection", "allow");

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.webhook.previous-secret", "the secret before this one",
                "runner.webhook.max-body-bytes", Integer.toString(MAX_BODY),
                // No job gets a runner here: whatever is admitted waits
                "runner.limits.max-runners-per-repository", "0",
                "runner.repositories.allow", "Codertocat/*",
                "runner.profiles.gpu.labels", "modal,gpu",
                "runner.profiles.large.labels", "modal,large"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void acceptsASignedJobOnceItIsStored() {
    // Given
    Delivery delivery = signed(queued(IDS.incrementAndGet(), "modal"));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json())
        .isEqualTo(json("{'status':'accepted','delivery':'%s'}".formatted(delivery.guid())));
    assertThat(stored(delivery)).hasSize(1);
  }

  @Test
  void aRepeatedDeliveryIsADuplicateAndChangesNothing() {
    // Given
    long id = IDS.incrementAndGet();
    Delivery delivery = signed(queued(id, "modal"));
    delivery.postTo(gateway.webhook());
    List<Map<String, Object>> before = received(delivery);

    // When
    Answer answer =
        signed(queued(id, "modal").status("completed").action("completed"))
            .guid(delivery.guid())
            .postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(json("{'status':'duplicate','delivery':'%s'}".formatted(delivery.guid())));
    assertThat(received(delivery)).isEqualTo(before);
  }

  @Test
  void theSameDeliveryInParallelHasOneEffect() {
    // Given
    long id = IDS.incrementAndGet();
    Delivery delivery = signed(queued(id, "modal"));

    // When
    List<Integer> statuses =
        IntStream.range(0, 24)
            .mapToObj(n -> delivery.postAsyncTo(gateway.webhook()))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .map(Answer::status)
            .toList();

    // Then
    assertThat(statuses).contains(202).allMatch(List.of(202, 200, 503)::contains);
    assertThat(stored(delivery)).hasSize(1);
    await().until(() -> gateway.jobState(id).equals("parked"));
    assertThat(gateway.rows("SELECT guid FROM delivery WHERE job_id = " + id)).hasSize(1);
  }

  @Test
  void aQuarantinedDeliveryIsJudgedAfresh() {
    // Given
    long id = IDS.incrementAndGet();
    String guid = UUID.randomUUID().toString();
    io.github.modalrunner.fixtures.Payload good = queued(id, "modal");
    int broken = signed(good.jobId(0)).guid(guid).postTo(gateway.webhook()).status();
    int stillBroken = signed(good.jobId(-1)).guid(guid).postTo(gateway.webhook()).status();

    // When
    Answer answer = signed(good).guid(guid).postTo(gateway.webhook());

    // Then
    assertThat(List.of(broken, stillBroken)).containsOnly(422);
    assertThat(answer.status()).isEqualTo(202);
    await().until(() -> gateway.jobState(id).equals("parked"));
    assertThat(delivery(guid).get("reason").isNull()).isTrue();
  }

  @Test
  void anAcceptedDeliveryIsNotOverwrittenByAnInvalidOne() {
    // Given
    Delivery accepted = signed(queued(IDS.incrementAndGet(), "modal"));
    accepted.postTo(gateway.webhook());

    // When
    Answer answer = signed("{}").guid(accepted.guid()).postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(422);
    assertThat(stored(accepted).get(0).get("state")).isNotEqualTo("QUARANTINED");
  }

  @Test
  void answersAPing() {
    // Given
    Delivery ping = signed(example("ping/ping"));

    // When
    Answer answer = ping.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(json("{'status':'pong','delivery':'%s'}".formatted(ping.guid())));
  }

  @Test
  void aPingWarnsOfAHookThatIsSetWrong() {
    // Given
    Delivery ping =
        signed(
            example("ping/ping")
                .with("/hook/config/content_type", "form")
                .with("/hook/events", List.of("push")));

    // When
    Answer answer = ping.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("pong");
    assertThat(answer.json().path("warnings").toString())
        .contains("application/json", "workflow_job");
  }

  @ParameterizedTest
  @CsvSource({
    "modal, true, Codertocat/Hello-World, parked, limit_reached",
    "ubuntu-latest, true, Codertocat/Hello-World, ignored, no_profile",
    "ubuntu-latest, false, elsewhere/x, ignored, no_profile",
    "'', true, Codertocat/Hello-World, ignored, no_labels",
    "modal;gpu;large, true, Codertocat/Hello-World, refused, profile_tie",
    "modal;Windows, true, Codertocat/Hello-World, refused, label_refused",
    "modal, true, elsewhere/x, refused, repository_not_allowed",
    "modal, false, Codertocat/Hello-World, refused, repository_public"
  })
  void acceptsEveryJobAndExplainsTheOnesThatItDoesNotServe(
      String labels, boolean isPrivate, String repository, String state, String reason) {
    // Given
    long id = IDS.incrementAndGet();
    String[] runsOn = labels.isEmpty() ? new String[0] : labels.split(";");
    Delivery delivery =
        signed(queued(id, runsOn).privateRepository(isPrivate).repository(repository));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
    await().until(() -> gateway.jobState(id).equals(state));
    JsonNode job = gateway.api("/api/jobs/" + id + "/explain");
    assertThat(job.at("/reason/code").asText()).isEqualTo(reason);
    assertThat(job.at("/reason/message").asText()).endsWith(".");
    assertThat(gateway.rows("SELECT name FROM runner")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "distractors/check_run.created",
        "distractors/installation.created",
        "distractors/push",
        "distractors/workflow_run.requested"
      })
  void ignoresEveryOtherEvent(String name) {
    // Given
    Delivery delivery = signed(example(name));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("ignored");
    assertThat(answer.json().path("reason").asText()).endsWith(".");
    assertThat(stored(delivery)).isEmpty();
  }

  @Test
  void ignoresAnActionOfTomorrow() {
    // Given
    Delivery delivery = signed(queued(IDS.incrementAndGet(), "modal").action("paused"));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("ignored");
    assertThat(stored(delivery)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {RunningGateway.SECRET, "the secret before this one"})
  void acceptsBothSecretsAndHexDigitsOfEitherCase(String secret) {
    // Given
    io.github.modalrunner.fixtures.Payload payload = queued(IDS.incrementAndGet(), "modal");
    String hex = Delivery.signature(secret, payload.bytes()).substring(7).toUpperCase(Locale.ROOT);

    // When
    Answer answer =
        Delivery.of(payload)
            .header("X-Hub-Signature-256", "sha256=" + hex)
            .postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256=",
        "sha256=0",
        "sha1=%s",
        "SHA256=%s",
        "%s",
        "sha256=%s,",
        "sha256= %s",
        "sha256=0%s"
      })
  void refusesEveryOtherSignatureWithoutDetail(String form) {
    // Given
    byte[] body = queued(IDS.incrementAndGet(), "modal").bytes();
    String hex = Delivery.signature(RunningGateway.SECRET, body).substring(7);

    // When
    Delivery delivery =
        Delivery.of("workflow_job", body).header("X-Hub-Signature-256", form.formatted(hex));
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertUnauthorized(delivery, answer);
  }

  @Test
  void refusesABodyChangedByOneByte() {
    // Given
    byte[] body = queued(IDS.incrementAndGet(), "modal").bytes();
    String signature = Delivery.signature(RunningGateway.SECRET, body);
    body[body.length / 2] ^= 1;
    Delivery delivery = Delivery.of("workflow_job", body).header("X-Hub-Signature-256", signature);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertUnauthorized(delivery, answer);
  }

  @Test
  void refusesADeliveryWithoutASignature() {
    // Given: a body that could not even be parsed
    Delivery delivery = Delivery.of("workflow_job", "{".getBytes(UTF_8));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertUnauthorized(delivery, answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json+x"
      })
  void saysWhichSettingOfTheHookToChangeWhenTheContentTypeIsAnother(String type) {
    // Given: longer than what a form's field may usually have
    Delivery delivery =
        signed("payload=" + "x".repeat(20_000))
            .guid(UUID.randomUUID().toString())
            .contentType(type);
    Delivery sent = type.isEmpty() ? delivery.withoutHeader("Content-Type") : delivery;

    // When
    Answer answer = sent.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body()).contains("application/json", "Content type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
        "application/json ; x=y"
      })
  void takesParametersOfTheContentType(String type) {
    // Given
    Delivery delivery = signed(queued(IDS.incrementAndGet(), "modal")).contentType(type);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badHeaders")
  void refusesHeadersThatGitHubNeverSends(String name, UnaryOperator<Delivery> change) {
    // Given
    Delivery delivery = change.apply(signed(queued(IDS.incrementAndGet(), "modal")));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("status").asText()).isEqualTo("refused");
  }

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        change("no event", d -> d.withoutHeader("X-GitHub-Event")),
        change("no delivery", d -> d.withoutHeader("X-GitHub-Delivery")),
        change("empty delivery", d -> d.guid("")),
        change("65 characters", d -> d.guid("a".repeat(65))),
        change("a blank", d -> d.guid("a b")),
        change("an underscore", d -> d.guid("a_b")),
        change("a quote", d -> d.guid("a'--")),
        change("a path", d -> d.guid("../a")),
        change("not ASCII", d -> d.guid("\u00e9")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0f2c-A", "------"})
  void takesEveryOtherDeliveryHeader(String guid) {
    // Given
    Delivery delivery = signed(queued(IDS.incrementAndGet(), "modal")).guid(guid);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void takesADeliveryHeaderOf64Characters() {
    // Given
    Delivery delivery = signed(queued(IDS.incrementAndGet(), "modal")).guid("a".repeat(64));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalidBodies")
  void quarantinesWhatIsSignedButNoJob(String name, byte[] body, String problem) {
    // Given
    Delivery delivery = Delivery.of("workflow_job", body).signedWith(RunningGateway.SECRET);

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("delivery").asText()).isEqualTo(delivery.guid());
    assertThat(answer.json().path("problems").toString()).contains(problem);
    JsonNode kept = delivery(delivery.guid());
    assertThat(kept.path("state").asText()).isEqualTo("quarantined");
    assertThat(kept.at("/reason/message").asText()).contains(problem);
    assertThat(stored(delivery).get(0).get("body")).isEqualTo(body);
  }

  static Stream<Arguments> invalidBodies() {
    long id = IDS.incrementAndGet();
    return Stream.of(
        Arguments.of("empty", new byte[0], "/ is empty"),
        Arguments.of("not JSON", "{".getBytes(UTF_8), "/ is not one well-formed"),
        Arguments.of("not UTF-8", new byte[] {'"', (byte) 0xff, '"'}, "/ is not UTF-8"),
        Arguments.of(
            "101 deep", ("[".repeat(101) + "]".repeat(101)).getBytes(UTF_8), "/ is not one"),
        Arguments.of("a key twice", "{\"a\":1,\"a\":2}".getBytes(UTF_8), "/ is not one"),
        Arguments.of("not an object", "[]".getBytes(UTF_8), "/ is not a JSON object"),
        Arguments.of("no job", "{\"action\":\"queued\"}".getBytes(UTF_8), "/workflow_job required"),
        Arguments.of(
            "job is null",
            queued(id, "modal").with("/workflow_job", null).bytes(),
            "/workflow_job type"),
        Arguments.of("no id", queued(id, "modal").jobId(0).bytes(), "/workflow_job/id minimum"),
        Arguments.of(
            "a label that is none",
            queued(id, "modal").with("/workflow_job/labels/0", 1).bytes(),
            "/workflow_job/labels/0 type"));
  }

  @Test
  void aBodyMayBeAsLongAsIsAllowed() {
    // Given
    io.github.modalrunner.fixtures.Payload job = queued(IDS.incrementAndGet(), "modal");
    byte[] longest = Arrays.copyOf(job.bytes(), MAX_BODY);
    Arrays.fill(longest, job.bytes().length, MAX_BODY, (byte) ' ');

    // When
    Answer answer =
        Delivery.of("workflow_job", longest)
            .signedWith(RunningGateway.SECRET)
            .postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void refusesABodyOneByteLonger() {
    // Given
    Delivery delivery = signed("x".repeat(MAX_BODY + 1));

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(413);
    assertThat(stored(delivery)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
  void takesNoOtherMethod(String method) throws Exception {
    // When
    HttpResponse<String> answer = send(method, "/webhooks/github", "");

    // Then
    assertThat(answer.statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/webhooks",
        "/webhooks/",
        "/webhooks/github2",
        "/webhooks/github/x",
        "/Webhooks/github",
        "/api/status",
        "/api/jobs",
        "/observe/health/live",
        "/observe/health/ready",
        "/observe/metrics"
      })
  void hasNoOtherPathAndNothingOfTheAdminPort(String path) throws Exception {
    // When
    HttpResponse<String> get = send("GET", path, "");
    HttpResponse<String> post = send("POST", path, "{}");

    // Then
    assertThat(List.of(get.statusCode(), post.statusCode())).containsOnly(404);
  }

  /** Each request is wrong in everything that comes after as well. */
  @ParameterizedTest(name = "{0} {1}, {2} bytes, {3}")
  @CsvSource({
    "PUT, /elsewhere, 40000, text/plain, '', 404",
    "PUT, /webhooks/github, 40000, text/plain, '', 405",
    "POST, /webhooks/github, 40000, text/plain, '', 413",
    "POST, /webhooks/github, 1, text/plain, '', 400",
    "POST, /webhooks/github, 1, text/plain, guid-of-order, 415",
    "POST, /webhooks/github, 1, application/json, guid-of-order, 401"
  })
  void decidesRefusalsInTheirOrder(
      String method, String path, int length, String type, String guid, int status)
      throws Exception {
    // Given
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.webhook().resolve(path))
            .method(method, BodyPublishers.ofString("x".repeat(length)))
            .header("Content-Type", type)
            .header("X-GitHub-Event", "workflow_job");
    if (!guid.isEmpty()) {
      request.header("X-GitHub-Delivery", guid);
    }

    // When
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());

    // Then
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void twoSignaturesAreNone() throws Exception {
    // Given
    byte[] body = queued(IDS.incrementAndGet(), "modal").bytes();
    Delivery delivery = Delivery.of("workflow_job", body).signedWith(RunningGateway.SECRET);
    HttpRequest.Builder twice = HttpRequest.newBuilder(gateway.webhook());
    delivery.headers().forEach(twice::header);
    twice.header("X-Hub-Signature-256", "sha256=" + "0".repeat(64));

    // When
    HttpResponse<String> answer =
        HTTP.send(twice.POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());

    // Then
    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("oneOfEachAnswer")
  @Execution(ExecutionMode.SAME_THREAD) // the second is a repeat of the first
  void noAnswerEchoesAnythingOfTheRequest(Delivery plain, int status) {
    // Given
    Delivery delivery =
        plain
            .header("X-Marker", "marker-of-a-header")
            .header("Cookie", "marker=1")
            .header("CamelHttpResponseCode", "299")
            .header("Access-Control-Request-Headers", "X-Marker")
            .header("Origin", "https://marker.example");

    // When
    Answer answer = delivery.postTo(gateway.webhook());

    // Then
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers().map().keySet())
        .allMatch(name -> OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
    assertThat(answer.headers().map() + answer.body())
        .doesNotContain("marker")
        .doesNotContain("GitHub-Hookshot")
        .doesNotContain("sha256=");
  }

  static Stream<Arguments> oneOfEachAnswer() {
    Delivery known = signed(queued(IDS.incrementAndGet(), "modal"));
    return Stream.of(
        Arguments.of(known, 202),
        Arguments.of(known, 200),
        Arguments.of(signed(example("ping/ping")), 200),
        Arguments.of(signed(example("distractors/push")), 200),
        Arguments.of(known.withoutHeader("X-GitHub-Event"), 400),
        Arguments.of(Delivery.of(queued(IDS.incrementAndGet(), "modal")), 401),
        Arguments.of(signed("x".repeat(MAX_BODY + 1)), 413),
        Arguments.of(known.contentType("text/plain"), 415),
        Arguments.of(signed("{\"marker\":1"), 422));
  }

  private static void assertUnauthorized(Delivery delivery, Answer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json()).isEqualTo(json("{'status':'refused','reason':'unauthorized'}"));
    assertThat(stored(delivery)).isEmpty();
  }

  private static Arguments change(String name, UnaryOperator<Delivery> change) {
    return Arguments.of(name, change);
  }

  private static Delivery signed(io.github.modalrunner.fixtures.Payload payload) {
    return Delivery.of(payload).signedWith(RunningGateway.SECRET);
  }

  private static Delivery signed(String body) {
    return Delivery.of("workflow_job", body.getBytes(UTF_8)).signedWith(RunningGateway.SECRET);
  }

  private static JsonNode json(String singleQuoted) {
    return new io.github.modalrunner.fixtures.Answer(0, null, singleQuoted.replace('\'', '"'))
        .json();
  }

  /** The rows of a delivery, as they are now. */
  private static List<Map<String, Object>> stored(Delivery delivery) {
    return gateway.rows(
        "SELECT * FROM delivery d LEFT JOIN payload p USING (received_at, guid) WHERE guid = '"
            + delivery.guid()
            + "'");
  }

  /** What of them never changes. */
  private static List<Map<String, Object>> received(Delivery delivery) {
    return gateway.rows(
        "SELECT guid, action, job_state, received_at FROM delivery WHERE guid = '"
            + delivery.guid()
            + "'");
  }

  /** A delivery as the admin API shows it. */
  private static JsonNode delivery(String guid) {
    for (JsonNode delivery : gateway.api("/api/deliveries?limit=500").path("deliveries")) {
      if (delivery.path("guid").asText().equals(guid)) {
        return delivery;
      }
    }
    throw new AssertionError("no delivery " + guid);
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(gateway.webhook().resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
