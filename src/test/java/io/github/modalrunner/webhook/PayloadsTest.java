package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.example;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {
  private static final Payloads PAYLOADS = new Payloads();

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void saysWhyABodyIsNotOneJsonDocument(String name, byte[] body, String problem) {
    // When
    Payload payload = PAYLOADS.readJob(body);

    // Then
    assertThat(payload.isValid()).isFalse();
    assertThat(payload.problems()).singleElement().asString().startsWith("/ ").contains(problem);
  }

  static Stream<Arguments> malformed() {
    String json = "is not one well-formed JSON document";
    return Stream.of(
        body("empty", "", "is empty"),
        body("blanks only", " \n\t", "is empty"),
        body("cut", "{\"action\":", json),
        body("no quotes", "{action:1}", json),
        body("another document after it", "{}{}", json),
        body("a bracket after it", "{}]", json),
        body("a key twice", "{\"a\":1,\"a\":1}", json),
        body("a key twice, once escaped", "{\"a\":1,\"\\u0061\":1}", json),
        body("a key twice further down", "{\"b\":[{\"a\":1,\"a\":1}]}", json),
        body("101 deep", "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", json),
        body("100,000 deep", "[".repeat(100_000), json),
        body("a number of 101 digits", "{\"a\":" + "1".repeat(101) + "}", json),
        body("not a number", "{\"a\":NaN}", json),
        body("a comment", "{/* */}", json),
        body("a byte order mark", "\uFEFF{}", json),
        body("null", "null", "is not a JSON object"),
        body("an array", "[{}]", "is not a JSON object"),
        body("a text", "\"{}\"", "is not a JSON object"),
        body("UTF-16, big end first", "{\"a\":1}", UTF_16BE, json),
        body("UTF-16, little end first", "{\"a\":1}", UTF_16LE, json),
        body(
            "a byte that begins nothing", "{\"a\":\"\u00ff\"}", Charset.forName("latin1"), "UTF-8"),
        body("an overlong slash", "{\"a\":\"\u00c0\u00af\"}", Charset.forName("latin1"), "UTF-8"),
        body("half a character", "{\"a\":\"\u00e2\u0082\"}", Charset.forName("latin1"), "UTF-8"));
  }

  @Test
  void quotesNothingOfTheBody() {
    // When
    Payload payload = PAYLOADS.readJob("{\"s3cret\": s3cret}".getBytes(UTF_8));

    // Then
    assertThat(payload.problems().toString()).contains("line 1").doesNotContain("s3cret");
  }

  @Test
  void takesADocumentNestedAHundredDeep() {
    // When
    Payload payload = PAYLOADS.read(nested(99));

    // Then
    assertThat(payload.isValid()).isTrue();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("wrong")
  void pointsAtEachFieldThatIsWrong(String pointer, Object value, String problem) {
    // Given
    byte[] body = queued(1, "modal").with(pointer, value).bytes();

    // When
    Payload payload = PAYLOADS.readJob(body);

    // Then
    assertThat(payload.problems()).contains(problem);
  }

  static Stream<Arguments> wrong() {
    BigInteger tooLong = BigInteger.TWO.pow(63);
    return Stream.of(
        wrong("/action", 1, "enum"),
        wrong("/action", null, "enum"),
        wrong("/workflow_job", null, "type"),
        wrong("/workflow_job", List.of(), "type"),
        wrong("/workflow_job/id", "1", "type"),
        wrong("/workflow_job/id", null, "type"),
        wrong("/workflow_job/id", 0, "minimum"),
        wrong("/workflow_job/id", -1, "minimum"),
        wrong("/workflow_job/id", 1.5, "type"),
        wrong("/workflow_job/id", tooLong, "maximum"),
        wrong("/workflow_job/run_id", tooLong, "maximum"),
        wrong("/workflow_job/run_attempt", 0, "minimum"),
        wrong("/workflow_job/run_attempt", 1_000_001, "maximum"),
        wrong("/workflow_job/status", 1, "type"),
        wrong("/workflow_job/labels", null, "type"),
        wrong("/workflow_job/labels", "modal", "type"),
        wrong("/workflow_job/labels", Collections.nCopies(101, "modal"), "maxItems"),
        wrong("/workflow_job/labels/0", 1, "type"),
        wrong("/workflow_job/labels/0", "", "minLength"),
        wrong("/workflow_job/labels/0", "x".repeat(257), "maxLength"),
        wrong("/workflow_job/name", 1, "type"),
        wrong("/workflow_job/runner_name", "x".repeat(257), "maxLength"),
        wrong("/workflow_job/created_at", 1, "type"),
        wrong("/workflow_job/created_at", "yesterday", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22 10:00:00Z", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22T10:00:00", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22T24:00:00Z", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22T10:00:60Z", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22T10:00:00+19:00", "pattern"),
        wrong("/workflow_job/created_at", "2026-11-22T10:00:00Z\n", "pattern"),
        wrong("/workflow_job/created_at", "2026-13-22T10:00:00Z", "format"),
        wrong("/workflow_job/created_at", "2026-02-30T10:00:00Z", "format"),
        wrong("/repository", null, "type"),
        wrong("/repository/private", "true", "type"),
        wrong("/repository/full_name", "octo-org", "pattern"),
        wrong("/repository/full_name", "octo-org/../../orgs", "pattern"),
        wrong("/repository/full_name", "octo-org/..", "pattern"),
        wrong("/repository/full_name", "octo-org/.", "pattern"),
        wrong("/repository/full_name", "../octo-repo", "pattern"),
        wrong("/repository/full_name", "octo-org/a?b=c", "pattern"),
        wrong("/repository/full_name", "octo-org/a%2f", "pattern"),
        wrong("/repository/full_name", "octo-org/a\n", "pattern"),
        wrong("/repository/full_name", "octo-org/" + "x".repeat(101), "pattern"),
        wrong("/installation", Map.of(), "required", "/installation/id"),
        wrong("/installation", Map.of("id", "1"), "type", "/installation/id"),
        wrong("/deployment", Map.of("updated_at", 1), "type", "/deployment/updated_at"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/action",
        "/workflow_job",
        "/workflow_job/id",
        "/workflow_job/run_id",
        "/workflow_job/status",
        "/workflow_job/labels",
        "/repository",
        "/repository/full_name",
        "/repository/private"
      })
  void pointsAtEachFieldThatIsMissing(String pointer) {
    // Given
    byte[] body = queued(1, "modal").without(pointer).bytes();

    // When
    Payload payload = PAYLOADS.readJob(body);

    // Then
    assertThat(payload.problems()).contains(pointer + " required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workflow_job/queued",
        "workflow_job/queued.with-deployment",
        "workflow_job/waiting",
        "workflow_job/in_progress",
        "workflow_job/in_progress.with-queued-steps",
        "workflow_job/completed.failure.with-organization",
        "workflow_job/completed.success.with-organization",
        // as older GitHub Enterprise Servers send it
        "nonconforming/in_progress.legacy-2021"
      })
  void takesEveryExampleOfGitHub(String name) {
    // When
    Payload payload = PAYLOADS.readJob(example(name).bytes());

    // Then
    assertThat(payload.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T10:00:00Z",
        "2024-02-29T23:59:59.123456789+17:59",
        "2026-11-22T10:00:00-05:00"
      })
  void takesEveryTimeThatGitHubWrites(String time) {
    // Given
    byte[] body = queued(1, "modal").with("/workflow_job/created_at", time).bytes();

    // When
    Payload payload = PAYLOADS.readJob(body);

    // Then
    assertThat(payload.problems()).isEmpty();
  }

  @Test
  void anActionOfTomorrowIsNoFault() {
    // Given
    byte[] body =
        "{\"action\":\"paused\",\"workflow_job\":{\"shape\":\"of tomorrow\"}}".getBytes(UTF_8);

    // When
    Payload payload = PAYLOADS.readJob(body);

    // Then
    assertThat(payload.isValid()).isTrue();
    assertThat(PAYLOADS.isUnknownAction(payload)).isTrue();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("hooks")
  void warnsOfAHookThatLosesEvents(String pointer, Object value, String warning) {
    // Given
    Payload ping = PAYLOADS.read(hook().with(pointer, value).bytes());

    // When
    List<String> warnings = PAYLOADS.warnings(ping);

    // Then
    assertThat(warnings).singleElement().asString().contains(warning);
  }

  static Stream<Arguments> hooks() {
    return Stream.of(
        Arguments.of("/hook/config/content_type", "form", "application/json"),
        Arguments.of("/hook/events", List.of("push"), "workflow_job"),
        Arguments.of("/hook/config/insecure_ssl", "1", "TLS"));
  }

  @Test
  void hasNothingToSayOfAHookThatIsSetRight() {
    // Given
    Payload ping = PAYLOADS.read(hook().bytes());

    // When
    List<String> warnings = PAYLOADS.warnings(ping);

    // Then
    assertThat(warnings).isEmpty();
  }

  private static io.github.modalrunner.fixtures.Payload hook() {
    return example("ping/ping")
        .with("/hook/config/content_type", "json")
        .with("/hook/config/insecure_ssl", "0")
        .with("/hook/events", List.of("workflow_job"));
  }

  private static byte[] nested(int arrays) {
    return ("{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}").getBytes(UTF_8);
  }

  private static Arguments body(String name, String text, String problem) {
    return body(name, text, UTF_8, problem);
  }

  private static Arguments body(String name, String text, Charset charset, String problem) {
    return Arguments.of(name, text.getBytes(charset), problem);
  }

  private static Arguments wrong(String pointer, Object value, String keyword) {
    return wrong(pointer, value, keyword, pointer);
  }

  private static Arguments wrong(String pointer, Object value, String keyword, String at) {
    return Arguments.of(pointer, value, at + " " + keyword);
  }
}
