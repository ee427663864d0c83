package io.github.modalrunner.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Pools;
import io.github.modalrunner.jobs.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PayloadsPropertyTest {
  private static final io.github.modalrunner.webhook.Payloads READER =
      new io.github.modalrunner.webhook.Payloads();
  private static final Deliveries DELIVERIES =
      new Deliveries(
          new Admission(List.of(), List.of(), List.of(), false),
          new Trust(true, ""),
          new Pools(repository -> repository.substring(0, repository.indexOf('/')), "1"),
          () -> 0);

  @Property
  void noBytesMakeItThrow(@ForAll byte[] body) {
    // When
    Payload payload = READER.readJob(body);

    // Then
    assertThat(payload.isValid()).isEqualTo(payload.problems().isEmpty());
    assertThat(payload.isValid()).isEqualTo(payload.document().isObject());
  }

  @Property
  void noTextMakesItThrow(@ForAll("almostJson") String text) {
    assertThatCode(() -> READER.readJob(text.getBytes(UTF_8))).doesNotThrowAnyException();
  }

  /** Whatever passes the check can be stored: nothing that follows may fail on a sender's word. */
  @Property
  void whateverIsValidMakesARow(
      @ForAll("examples") String name,
      @ForAll("fields") String field,
      @ForAll("values") Object value) {
    // Given
    io.github.modalrunner.fixtures.Payload example = Payloads.example(name);
    byte[] body =
        (example.json().at(parent(field)).isContainerNode() ? example.with(field, value) : example)
            .bytes();

    // When
    Payload payload = READER.readJob(body);

    // Then
    if (payload.isValid() && !READER.isUnknownAction(payload)) {
      Map<String, Object> row = DELIVERIES.jobRow(payload, "guid", body);
      assertThat(row.get("jobId")).isInstanceOf(Long.class);
      assertThat(row.get("repository")).isInstanceOf(String.class);
    } else {
      assertThat(DELIVERIES.quarantineRow(payload, "guid", "workflow_job", body))
          .containsEntry("state", "QUARANTINED");
    }
  }

  @Provide
  Arbitrary<String> almostJson() {
    return Arbitraries.of(
            "{", "}", "[", "]", "\"", ":", ",", "1", "e", "-", ".", "\\u", "d800", "a", "null", " ",
            "\uD800")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> examples() {
    return Arbitraries.of(
        "workflow_job/queued",
        "workflow_job/queued.with-deployment",
        "workflow_job/in_progress",
        "workflow_job/completed.success.with-organization",
        "nonconforming/in_progress.legacy-2021");
  }

  /** Every field that the gateway reads, and the containers on the way to it. */
  @Provide
  Arbitrary<String> fields() {
    Stream<String> ofJob =
        Stream.of(
                "id",
                "run_id",
                "run_attempt",
                "name",
                "workflow_name",
                "head_branch",
                "status",
                "conclusion",
                "labels",
                "labels/0",
                "runner_name",
                "created_at",
                "started_at",
                "completed_at")
            .map(field -> "/workflow_job/" + field);
    Stream<String> others =
        Stream.of(
            "/action",
            "/workflow_job",
            "/repository",
            "/repository/full_name",
            "/repository/private",
            "/deployment",
            "/deployment/updated_at",
            "/installation");
    return Arbitraries.of(Stream.concat(ofJob, others).toList());
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> plain =
        Arbitraries.oneOf(
            Arbitraries.of(true, false).map(b -> (Object) b),
            Arbitraries.longs().map(n -> (Object) n),
            Arbitraries.bigIntegers().map(n -> (Object) n),
            Arbitraries.doubles().map(n -> (Object) n),
            Arbitraries.strings().ofMaxLength(300).map(s -> (Object) s),
            times().map(s -> (Object) s));
    Arbitrary<Object> withNull = plain.injectNull(0.05);
    return Arbitraries.oneOf(
        withNull,
        withNull.list().ofMaxSize(4).map(ArrayList::new),
        Arbitraries.maps(Arbitraries.of("id", "updated_at", "x"), plain).ofMaxSize(3).map(m -> m));
  }

  private static Arbitrary<String> times() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 99).list().ofSize(6),
            Arbitraries.of("Z", "+00:00", "-18:00", "+18:01", "+99:99", ""))
        .as(
            (n, zone) ->
                "20%02d-%02d-%02dT%02d:%02d:%02d%s"
                    .formatted(
                        n.get(0),
                        n.get(1) % 14,
                        n.get(2) % 33,
                        n.get(3) % 26,
                        n.get(4) % 62,
                        n.get(5) % 62,
                        zone));
  }

  private static String parent(String pointer) {
    return pointer.substring(0, pointer.lastIndexOf('/'));
  }
}
