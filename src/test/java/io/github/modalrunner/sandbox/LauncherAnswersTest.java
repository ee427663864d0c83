package io.github.modalrunner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.modalrunner.fixtures.Recording;
import io.github.modalrunner.upstream.CallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded answers, which the launcher's own tests hold it to, as the gateway reads them. */
class LauncherAnswersTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/launcher");
  private static final String ID = "sb-0000000000000000000001";

  /** Recorded calls that the gateway never makes. */
  private static final Set<String> NOT_OURS = Set.of("method-405", "path-404", "create-small-201");

  private final LauncherAnswers answers = new LauncherAnswers();

  @ParameterizedTest
  @ValueSource(strings = {"create-201", "create-default-201", "create-repeat-200"})
  void aCreateThatSucceeded(String name) {
    // When
    Recording call = Recording.of(name);

    // Then
    assertThat(answers.created(call.answer(), call.body())).isEqualTo(Map.of("sandbox_id", ID));
  }

  @ParameterizedTest
  @CsvSource({
    "create-conflict-409, OutcomeUnknown, launcher_name_conflict, 0",
    "create-image-not-ready-424, NotDone, launcher_image_not_ready, 5000",
    "create-internal-503, OutcomeUnknown, launcher_unavailable, 0",
    "create-invalid-422, Denied, launcher_rejected, 0",
    "create-modal-auth-502, Denied, launcher_modal_auth, 0",
    "create-rate-limited-429, NotDone, launcher_rate_limited, 7000",
    "create-too-large-413, Denied, launcher_rejected, 0",
    "create-unavailable-503, OutcomeUnknown, launcher_unavailable, 0",
    "edge/303, OutcomeUnknown, launcher_unavailable, 0",
    "edge/401, Denied, launcher_unauthorized, 0",
    "edge/404, OutcomeUnknown, launcher_unavailable, 0",
    "edge/408, OutcomeUnknown, launcher_unavailable, 0",
    "edge/500, OutcomeUnknown, launcher_unavailable, 0",
    "edge/502, OutcomeUnknown, launcher_unavailable, 0",
  })
  void aCreateThatFailed(String name, String outcome, String code, long wait) {
    // Given
    Recording call = Recording.of(name);

    // When
    CallFailed failed =
        catchThrowableOfType(CallFailed.class, () -> answers.created(call.answer(), call.body()));

    // Then
    assertThat(failed.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(failed.getCode()).isEqualTo(code);
    assertThat(failed.getRetryAfter()).isEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource({
    "get-running-200, running, ", "get-finished-200, finished, 7",
    "get-404, none, ", "get-others-404, none, ",
  })
  void aLookAtOne(String name, String state, Integer exitCode) {
    // When
    Recording call = Recording.of(name);
    Map<String, Object> sandbox = answers.state(call.answer(), call.body());

    // Then
    assertThat(sandbox).containsEntry("sandbox_state", state).containsEntry("exit_code", exitCode);
    assertThat(sandbox.get("sandbox_id")).isEqualTo(state.equals("none") ? null : ID);
  }

  @Test
  void aNotFoundOfTheEdgeIsNotTheLaunchers() {
    // When
    Recording call = Recording.of("edge/404");

    // Then
    assertThat(catchThrowable(() -> answers.state(call.answer(), call.body())))
        .isInstanceOf(CallFailed.OutcomeUnknown.class);
    assertThat(catchThrowable(() -> answers.page(call.answer(), call.body())))
        .isInstanceOf(CallFailed.OutcomeUnknown.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete-204", "delete-gone-204", "delete-old-id-204"})
  void aDeletion(String name) {
    // When
    Recording call = Recording.of(name);

    // Then
    assertThat(catchThrowable(() -> answers.deleted(call.answer(), call.body()))).isNull();
  }

  @Test
  void aDeletionOfSomebodyElsesIsRefused() {
    // When
    Recording call = Recording.of("delete-conflict-409");

    // Then
    assertThat(catchThrowable(() -> answers.deleted(call.answer(), call.body())))
        .isInstanceOf(CallFailed.class);
  }

  @ParameterizedTest
  @CsvSource({"list-200, 2", "list-empty-200, 0"})
  void aList(String name, int size) {
    // When
    Recording call = Recording.of(name);
    Map<String, Object> page = answers.page(call.answer(), call.body());

    // Then
    assertThat((List<?>) page.get("sandboxes")).hasSize(size);
    assertThat(page).containsEntry("next", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list-422", "list-unauthorized-401", "list-unavailable-503"})
  void aListThatFailedIsNotAnEmptyOne(String name) {
    // When
    Recording call = Recording.of(name);

    // Then
    assertThat(catchThrowable(() -> answers.page(call.answer(), call.body())))
        .isInstanceOf(CallFailed.class);
  }

  @Test
  void theImagesOfTheLauncher() {
    // When
    Recording call = Recording.of("health-200");

    // Then
    assertThat(answers.images(call.answer(), call.body())).contains("default", "gpu");
    assertThat(catchThrowable(() -> answers.images(call.answer(), "{}")))
        .isInstanceOf(CallFailed.class);
  }

  @Test
  void everyRecordedAnswerIsReadHere() throws IOException {
    // Given
    String source =
        Files.readString(
            Path.of("src/test/java/io/github/modalrunner/sandbox/LauncherAnswersTest.java"));

    // When
    List<String> names =
        Stream.concat(names(GOLDEN, ""), names(GOLDEN.resolve("edge"), "edge/")).toList();

    // Then
    assertThat(names)
        .isNotEmpty()
        .allMatch(name -> NOT_OURS.contains(name) || source.contains('"' + name));
  }

  private static Stream<String> names(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json"))
          .map(file -> prefix + file.replace(".json", ""))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
