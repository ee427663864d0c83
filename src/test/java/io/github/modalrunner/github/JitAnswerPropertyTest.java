package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.Http.Answer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever answers a mint: a runner with its configuration, or a failure that has a name. */
class JitAnswerPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Credentials CREDENTIALS =
      new Credentials(
          "t", List.of(), new RateLimits(new SimpleMeterRegistry(), () -> 1_000), () -> 1_000);
  private static final GitHubAnswers ANSWERS =
      new GitHubAnswers("https://api.github.com", 60_000, CREDENTIALS, () -> 1_000);

  @Property
  void noTextMakesItThrowAnythingElse(@ForAll String body, @ForAll("statuses") int status) {
    assertThat(failure(status, body)).isNotEmpty();
  }

  @Property
  void aConfigurationIsTakenOnlyWithTheRunnerItBelongsTo(
      @ForAll("configurations") JsonNode configuration, @ForAll("ids") JsonNode id)
      throws Exception {
    // Given
    ObjectNode document = JSON.createObjectNode();
    document.set("encoded_jit_config", configuration);
    document.putObject("runner").set("id", id);
    String body = JSON.writeValueAsString(document);

    // When
    boolean usable = configuration.isTextual() && !configuration.asText().isEmpty();

    // Then
    if (usable && id.isIntegralNumber()) {
      assertThat(ANSWERS.jit(answer(201), body))
          .containsEntry("jit_config", configuration.asText())
          .containsEntry("registration_id", id.longValue());
    } else {
      assertThat(failure(201, body)).isEqualTo("github_answer_unreadable");
    }
  }

  @Property
  void aConfigurationIsNeverInWhatIsSaidOfAFailure(
      @ForAll @IntRange(min = 400, max = 599) int status) {
    // Given
    String body = "{\"encoded_jit_config\": \"c2VjcmV0\", \"message\": \"No\"}";

    // When
    String said = message(status, body);

    // Then
    assertThat(said).isNotEmpty().doesNotContain("c2VjcmV0");
  }

  private static String failure(int status, String body) {
    try {
      ANSWERS.jit(answer(status), body);
      return "";
    } catch (CallFailed e) {
      return e.getCode();
    }
  }

  private static String message(int status, String body) {
    try {
      ANSWERS.check(answer(status), body, CREDENTIALS.choose("/", null));
      ANSWERS.jit(answer(status), body);
      return "";
    } catch (CallFailed e) {
      return e.getMessage();
    }
  }

  private static Answer answer(int status) {
    return new Answer(status, Map.of());
  }

  @Provide
  Arbitrary<Integer> statuses() {
    return Arbitraries.of(200, 201, 202, 204, 302, 400, 404, 409, 422, 418);
  }

  @Provide
  Arbitrary<JsonNode> configurations() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(200).map(JsonNodeFactory.instance::textNode), others());
  }

  @Provide
  Arbitrary<JsonNode> ids() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(JsonNodeFactory.instance::numberNode), others());
  }

  /** What is neither. */
  private static Arbitrary<JsonNode> others() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return Combinators.combine(Arbitraries.doubles(), Arbitraries.integers().between(0, 4))
        .as(
            (number, kind) ->
                switch (kind) {
                  case 0 -> nodes.nullNode();
                  case 1 -> nodes.booleanNode(true);
                  case 2 -> nodes.arrayNode().add(number);
                  case 3 -> nodes.objectNode().put("id", number);
                  default -> nodes.textNode("");
                });
  }
}
