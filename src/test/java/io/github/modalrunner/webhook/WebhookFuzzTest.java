package io.github.modalrunner.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any bytes on the real public port, from the socket to the row of the ledger: each request has one
 * of the answers that are promised, and a row exactly when the answer says so.
 */
class WebhookFuzzTest {
  private static final int TRIES = 300;
  private static final Set<Integer> PROMISED = Set.of(200, 202, 400, 401, 413, 415, 422);

  private static Path folder;
  private static RunningGateway gateway;

  @BeforeContainer
  static void start() throws IOException {
    folder = Files.createTempDirectory("fuzz");
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.limits.max-runners", "0",
                "runner.webhook.max-body-bytes", "65536"));
  }

  @AfterContainer
  static void stop() throws IOException {
    gateway.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Property(tries = TRIES)
  void signedBytesGetAPromisedAnswerAndARowWhenItSaysSo(
      @ForAll("bodies") byte[] body,
      @ForAll("events") String event,
      @ForAll("guids") String guid,
      @ForAll("types") String type) {
    // Given
    Delivery delivery =
        Delivery.of(event, body).guid(guid).contentType(type).signedWith(RunningGateway.SECRET);
    boolean before = stored(guid);

    // When
    int status = delivery.postTo(gateway.webhook()).status();

    // Then
    assertThat(status).isIn(PROMISED).isNotEqualTo(401);
    assertThat(stored(guid)).isEqualTo(before || status == 202 || status == 422);
  }

  @Property(tries = TRIES)
  void bytesWithoutTheRightSignatureLeaveNothing(
      @ForAll("bodies") byte[] body, @ForAll("signatures") String signature) {
    // Given
    Delivery delivery = Delivery.of("workflow_job", body).header("X-Hub-Signature-256", signature);

    // When
    int status = delivery.postTo(gateway.webhook()).status();

    // Then
    assertThat(status).isIn(401, 413);
    assertThat(stored(delivery.guid())).isFalse();
  }

  private static boolean stored(String guid) {
    return guid.matches("[A-Za-z0-9-]{1,64}")
        && !gateway.rows("SELECT 1 FROM delivery WHERE guid = '" + guid + "'").isEmpty();
  }

  /** Noise, almost JSON, and GitHub's examples with a few bytes changed, cut out or doubled. */
  @Provide
  Arbitrary<byte[]> bodies() {
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    Arbitrary<byte[]> text =
        Arbitraries.of("{", "}", "[", "]", "\"workflow_job\"", ":", ",", "1e9", "null", "\\u0000")
            .list()
            .ofMaxSize(40)
            .map(parts -> String.join("", parts).getBytes(UTF_8));
    Arbitrary<byte[]> examples =
        Combinators.combine(
                Arbitraries.of(
                    "workflow_job/queued", "workflow_job/completed.failure.with-organization"),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.bytes(),
                Arbitraries.integers().between(0, 3))
            .as((name, at, value, how) -> damaged(Payloads.example(name).bytes(), at, value, how));
    Arbitrary<byte[]> large =
        Arbitraries.of(65_535, 65_536, 65_537, 200_000).map(size -> new byte[size]);
    return Arbitraries.frequencyOf(
        Tuple.of(3, noise), Tuple.of(3, text), Tuple.of(10, examples), Tuple.of(1, large));
  }

  private static byte[] damaged(byte[] body, int seed, byte value, int how) {
    int at = seed % body.length;
    return switch (how) {
      case 0 -> body;
      case 1 -> Arrays.copyOf(body, at);
      case 2 -> {
        body[at] = value;
        yield body;
      }
      default -> {
        byte[] doubled = Arrays.copyOf(body, body.length + at);
        System.arraycopy(body, 0, doubled, body.length, at);
        yield doubled;
      }
    };
  }

  @Provide
  Arbitrary<String> events() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just("workflow_job")),
        Tuple.of(1, Arbitraries.just("ping")),
        Tuple.of(1, printable(70)));
  }

  @Provide
  Arbitrary<String> guids() {
    return Arbitraries.frequencyOf(
        Tuple.of(
            9,
            Arbitraries.strings().alpha().numeric().withChars('-').ofMinLength(1).ofMaxLength(64)),
        Tuple.of(1, printable(80)));
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just("application/json")),
        Tuple.of(1, Arbitraries.just("application/json; charset=utf-8")),
        Tuple.of(
            1,
            Arbitraries.of(
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json2")));
  }

  @Provide
  Arbitrary<String> signatures() {
    return Arbitraries.oneOf(
        printable(100),
        Arbitraries.strings()
            .withCharRange('0', '9')
            .withCharRange('a', 'f')
            .ofLength(64)
            .map(hex -> "sha256=" + hex));
  }

  /** What a header may hold on the wire. */
  private static Arbitrary<String> printable(int most) {
    return Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(most);
  }
}
