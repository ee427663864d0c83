package io.github.modalrunner.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What labels lead to, without a job. */
class DryRunTest {
  private static final Settings SETTINGS =
      settings(
          Map.of(
              "runner.repositories.allow", "acme/*",
              "runner.profiles.a100.labels", "modal,gpu:a100",
              "runner.profiles.a100.gpu", "A100-80GB",
              "runner.profiles.large.labels", "modal,large",
              "runner.profiles.alone.labels", "modal-alone",
              "runner.profiles.alone.gpu", "GH200",
              "runner.profiles.alone.region", "us-east"));
  private static final DryRun DRY_RUN = DryRun.of(SETTINGS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ubuntu-latest            | default | modal          |
          self-hosted,gpu:a100     | a100    | modal          |
          modal,windows            | default |                | windows
          modal,gpu:a100,large     | a100    |                | large
          modal,gpu:a100,arm64,x64 | a100    |                | arm64
          """)
  void theNearestIsOneThatTheAdmissionWouldTake(
      String labels, String profile, String add, String remove) {
    // When
    Map<String, Object> answer = DRY_RUN.explain("acme/app", true, List.of(labels.split(",")));

    // Then
    assertThat(answer.get("outcome")).isIn("ignored", "refused");
    Map<?, ?> nearest = (Map<?, ?>) answer.get("nearest");
    assertThat(nearest.get("profile")).isEqualTo(profile);
    assertThat(nearest.get("add")).isEqualTo(add == null ? List.of() : List.of(add));
    assertThat(nearest.get("remove")).isEqualTo(remove == null ? List.of() : List.of(remove));
  }

  @ParameterizedTest
  @CsvSource({"elsewhere/app, true, repository_not_allowed", "acme/app, false, repository_public"})
  void noLabelHelpsWhereTheRepositoryIsRefused(String repository, boolean isPrivate, String code) {
    // When
    Map<String, Object> answer = DRY_RUN.explain(repository, isPrivate, List.of("modal"));

    // Then
    assertThat(answer.get("reason")).asString().contains(code);
    assertThat(answer.get("nearest")).isNull();
  }

  @Test
  void withoutARepositoryAnyThatIsAllowedIsMeant() {
    // When
    Map<String, Object> answer = DRY_RUN.explain(null, true, List.of("modal"));

    // Then
    assertThat(answer).containsEntry("outcome", "admitted").containsEntry("pool", null);
    assertThat(answer.get("assumed")).asString().contains("runner.repositories.allow");
  }

  @Test
  void aJobMayTakeTheRunnerOfAnyProfileThatHasAllItsLabels() {
    assertThat(warnings("self-hosted,modal"))
        .hasSize(2)
        .anyMatch(w -> w.startsWith("This job may take a runner of profile a100"))
        .anyMatch(w -> w.startsWith("This job may take a runner of profile large"));
  }

  @Test
  void aRunnerMayBeTakenByTheJobOfAProfileWithFewerLabels() {
    assertThat(warnings("modal,gpu:a100,extra"))
        .singleElement()
        .asString()
        .startsWith("A job that asks for modal only (profile default) may take the runner");
  }

  @Test
  void aProfileWithALabelOfItsOwnIsSafe() {
    assertThat(warnings("modal-alone")).isEmpty();
  }

  @Test
  void aGpuThatIsNotInTheTableHasNoPrice() {
    // When
    Map<?, ?> price =
        (Map<?, ?>) DRY_RUN.explain("acme/app", true, List.of("modal-alone")).get("price");

    // Then
    assertThat(price.get("usd_per_minute")).isNull();
    assertThat(price.get("source")).asString().contains("modal.com");
  }

  private static List<String> warnings(String labels) {
    List<?> warnings =
        (List<?>) DRY_RUN.explain("acme/app", true, List.of(labels.split(","))).get("warnings");
    return warnings.stream().map(Object::toString).toList();
  }

  private static Settings settings(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("runner.webhook.secret", "0123456789abcdef");
    all.put("runner.github.token", "token");
    all.put("runner.modal.launcher-url", "https://launcher.example");
    all.put("runner.modal.token", "token");
    Settings settings = Settings.read(Map.of(), Map.of(), all);
    assertThat(settings.problems()).isEmpty();
    return settings;
  }
}
