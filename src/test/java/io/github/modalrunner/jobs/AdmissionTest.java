package io.github.modalrunner.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.jobs.Verdict.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private static final String REPOSITORY = "octo-org/octo-repo";

  @Test
  void aJobWithoutLabelsIsIgnored() {
    // When
    Verdict verdict = admission("*").judge(REPOSITORY, true, List.of());

    // Then
    assertThat(verdict.kind()).isEqualTo(Kind.IGNORED);
    assertThat(verdict.code()).isEqualTo("no_labels");
  }

  @ParameterizedTest
  @CsvSource({
    // whatever else is wrong with it, nobody asked us
    "ubuntu-latest, true",
    "ubuntu-latest, false",
    "windows, false"
  })
  void aJobOfNoProfileIsIgnored(String label, boolean isPrivate) {
    // When
    Verdict verdict = admission("elsewhere/*").judge(REPOSITORY, isPrivate, List.of(label));

    // Then
    assertThat(verdict.kind()).isEqualTo(Kind.IGNORED);
    assertThat(verdict.code()).isEqualTo("no_profile");
    assertThat(verdict.message()).contains(label);
  }

  @Test
  void aTieNamesBothProfilesAndTheSetting() {
    // When
    Verdict verdict = admission("*").judge(REPOSITORY, true, List.of("modal", "gpu", "large"));

    // Then
    assertThat(verdict.code()).isEqualTo("profile_tie");
    assertThat(verdict.message()).contains("gpu and large", "runner.profiles.<name>.labels");
  }

  @Test
  void aLabelThatNoSandboxHasIsRefusedWithTheSetting() {
    // When
    Verdict verdict = admission("*").judge(REPOSITORY, true, List.of("modal", "ARM64"));

    // Then
    assertThat(verdict.kind()).isEqualTo(Kind.REFUSED);
    assertThat(verdict.code()).isEqualTo("label_refused");
    assertThat(verdict.message()).contains("arm64", "runner.labels.refuse");
  }

  @Test
  void aPublicRepositoryIsRefusedWithTheSetting() {
    // When
    Verdict verdict = admission("*").judge(REPOSITORY, false, List.of("modal"));

    // Then
    assertThat(verdict.code()).isEqualTo("repository_public");
    assertThat(verdict.message()).contains("runner.repositories.allow-public");
  }

  @Test
  void aPublicRepositoryIsServedOnceThatIsAllowed() {
    // Given
    Admission open =
        new Admission(List.of(profile("default", "modal")), List.of(), List.of("*"), true);

    // When
    Verdict verdict = open.judge(REPOSITORY, false, List.of("modal"));

    // Then
    assertThat(verdict.kind()).isEqualTo(Kind.ADMITTED);
  }

  @ParameterizedTest
  @CsvSource({
    "*, true",
    "octo-org/*, true",
    "OCTO-ORG/Octo-Repo, true",
    "octo-*/octo-*, true",
    "*/octo-repo, true",
    "octo-org/octo, false",
    "octo-org, false",
    "org/octo-repo, false",
    // a dot is a dot, and nothing else is a pattern
    "octo.org/*, false",
    "octo-org/octo-rep?, false",
    "(octo-org/octo-repo|x), false"
  })
  void repositoriesAreAllowedByGlobs(String glob, boolean allowed) {
    // When
    Verdict verdict = admission(glob).judge(REPOSITORY, true, List.of("modal"));

    // Then
    assertThat(verdict.code()).isEqualTo(allowed ? null : "repository_not_allowed");
  }

  private static Admission admission(String allowed) {
    return new Admission(
        List.of(
            profile("default", "modal"),
            profile("gpu", "modal", "gpu"),
            profile("large", "modal", "large")),
        List.of("windows", "macos", "arm", "arm64"),
        List.of(allowed),
        false);
  }

  static Profile profile(String name, String... labels) {
    return new Profile(
        name,
        Labels.canonical(List.of(labels)),
        "default",
        2,
        4096,
        null,
        null,
        3600,
        null,
        false,
        List.of(),
        List.of());
  }
}
