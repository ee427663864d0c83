package io.github.modalrunner.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the recorded calls of the launcher's own tests against its contract, so that both sides are
 * tested with the same requests and answers.
 */
class LauncherGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/launcher");
  private static final OpenApiContract CONTRACT = OpenApiContract.launcher();

  @ParameterizedTest
  @MethodSource("calls")
  void anAnswerOfTheLauncherFitsTheContract(Call call) {
    // When
    List<String> problems = call.answerProblems(CONTRACT);

    // Then
    if (call.isOutsideTheContract()) {
      assertThat(problems).singleElement().asString().startsWith("no such operation");
    } else {
      assertThat(problems).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aRequestFitsTheContractUnlessItIsRefusedAsInvalid(Call call) {
    // When
    List<String> problems = call.requestProblems(CONTRACT);

    // Then
    boolean refused = List.of(405, 413, 422).contains(call.status());
    assertThat(problems.isEmpty()).isEqualTo(!refused && !call.isOutsideTheContract());
  }

  @ParameterizedTest
  @MethodSource("callsAtTheEdge")
  void anAnswerOfModalsEdgeIsNoAnswerOfTheContract(Call call) {
    // When
    List<String> problems = call.answerProblems(CONTRACT);

    // Then
    assertThat(problems).isNotEmpty();
  }

  static Stream<Call> calls() {
    return callsIn(GOLDEN);
  }

  static Stream<Call> callsAtTheEdge() {
    return callsIn(GOLDEN.resolve("edge"));
  }

  private static Stream<Call> callsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".json"))
          .sorted()
          .map(Call::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Call(String name, JsonNode request, JsonNode response) {
    static Call read(Path file) {
      try {
        JsonNode call = new JsonMapper().readTree(Files.readAllBytes(file));
        return new Call(file.getFileName().toString(), call.get("request"), call.get("response"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What the launcher refuses because the contract has no such path or method. */
    boolean isOutsideTheContract() {
      return name.startsWith("path-") || name.startsWith("method-");
    }

    int status() {
      return response.get("status").intValue();
    }

    List<String> requestProblems(OpenApiContract contract) {
      String query = uri().getRawQuery() == null ? "" : uri().getRawQuery();
      String type = request.at("/headers/Content-Type").textValue();
      return contract.requestProblems(method(), uri().getRawPath(), query, type, body(request));
    }

    List<String> answerProblems(OpenApiContract contract) {
      String type = response.at("/headers/content-type").textValue();
      return contract.answerProblems(method(), uri().getRawPath(), status(), type, body(response));
    }

    private String method() {
      return request.get("method").textValue();
    }

    private URI uri() {
      return URI.create(request.get("path").textValue());
    }

    private static byte[] body(JsonNode message) {
      JsonNode body = message.path("body");
      String text = body.isTextual() ? body.textValue() : body.toString();
      return (body.isNull() ? "" : text).getBytes(UTF_8);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
