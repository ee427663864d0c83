package io.github.modalrunner.jobs;

import static io.github.modalrunner.jobs.AdmissionTest.profile;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.jobs.Verdict.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all labels, profiles and repositories. */
class LabelsPropertyTest {
  private static final String REPOSITORY = "octo-org/octo-repo";

  @Property
  void neitherOrderNorCaseNorRepetitionOfLabelsMatters(
      @ForAll("profiles") List<Profile> profiles,
      @ForAll("labels") List<String> labels,
      @ForAll Random random) {
    // Given
    Admission admission = new Admission(profiles, List.of("windows"), List.of("*"), false);
    Pools pools = new Pools(UnaryOperator.identity(), "1");

    // When
    List<String> spelled = respelled(labels, random);

    // Then
    assertThat(admission.judge(REPOSITORY, true, spelled))
        .isEqualTo(admission.judge(REPOSITORY, true, labels));
    assertThat(pools.of(REPOSITORY, spelled)).isEqualTo(pools.of(REPOSITORY, labels));
  }

  @Property
  void theOrderOfProfilesDoesNotMatter(
      @ForAll("profiles") List<Profile> profiles,
      @ForAll("labels") List<String> labels,
      @ForAll Random random) {
    // Given
    List<Profile> shuffled = new ArrayList<>(profiles);
    Collections.shuffle(shuffled, random);

    // When
    Verdict verdict = judge(shuffled, labels);

    // Then
    assertThat(verdict).isEqualTo(judge(profiles, labels));
  }

  @Property
  void theMostSpecificFittingProfileWinsAndATieIsRefused(
      @ForAll("profiles") List<Profile> profiles, @ForAll("labels") List<String> labels) {
    // Given
    List<Profile> fitting =
        profiles.stream().filter(p -> Set.copyOf(labels).containsAll(p.labels())).toList();
    int most = fitting.stream().mapToInt(p -> p.labels().size()).max().orElse(0);
    List<String> best =
        fitting.stream().filter(p -> p.labels().size() == most).map(Profile::name).toList();

    // When
    Verdict verdict = judge(profiles, labels);

    // Then
    assertThat(verdict.kind())
        .isEqualTo(best.isEmpty() ? Kind.IGNORED : best.size() == 1 ? Kind.ADMITTED : Kind.REFUSED);
    assertThat(verdict.profile()).isEqualTo(best.size() == 1 ? best.get(0) : null);
  }

  @Property
  void aRefusedLabelIsNeverServedWhateverProfileFits(
      @ForAll("profiles") List<Profile> profiles,
      @ForAll("labels") List<String> labels,
      @ForAll("label") String refused) {
    // Given
    Admission admission = new Admission(profiles, List.of(refused), List.of("*"), true);

    // When
    Verdict verdict = admission.judge(REPOSITORY, true, labels);

    // Then
    assertThat(verdict.kind() == Kind.ADMITTED && labels.contains(refused)).isFalse();
  }

  @Property
  void whatIsNotServedSaysWhyAndWhatIsServedDoesNot(
      @ForAll("profiles") List<Profile> profiles,
      @ForAll("labels") List<String> labels,
      @ForAll boolean isPrivate) {
    // When
    Verdict verdict =
        new Admission(profiles, List.of("x"), List.of("*"), false)
            .judge(REPOSITORY, isPrivate, labels);

    // Then
    boolean served = verdict.kind() == Kind.ADMITTED;
    assertThat(verdict.code() == null).isEqualTo(served);
    assertThat(verdict.message() == null).isEqualTo(served);
    assertThat(verdict.profile() == null).isEqualTo(!served);
  }

  @Property
  void twoJobsShareAPoolExactlyWhenGitHubComparesTheirLabelsAsEqual(
      @ForAll("anyLabels") List<String> one, @ForAll("anyLabels") List<String> other) {
    // Given
    boolean equal = canonical(one).equals(canonical(other));

    // When
    boolean same = pool(one).equals(pool(other));

    // Then
    assertThat(same).isEqualTo(equal);
  }

  @Property
  void aLabelThatLooksLikeTwoIsAnotherPool(@ForAll("anyLabels") List<String> labels) {
    // Given
    List<String> joined = List.of(String.join(",", canonical(labels)));

    // When
    boolean same = pool(labels).equals(pool(joined));

    // Then
    assertThat(same).isEqualTo(canonical(labels).equals(canonical(joined)));
  }

  @Property
  void longLabelSetsStayApartAndShort(@ForAll("longLabels") List<String> labels) {
    // Given
    List<String> more = new ArrayList<>(labels);
    more.add("zzz");

    // When
    String pool = pool(more);

    // Then
    assertThat(pool).isNotEqualTo(pool(labels)).hasSizeLessThanOrEqualTo(512);
  }

  @Property
  void poolsOfTwoRepositoriesMeetOnlyInAnOrganization(@ForAll boolean organization) {
    // Given
    Pools pools =
        new Pools(
            organization
                ? repository -> repository.substring(0, repository.indexOf('/'))
                : UnaryOperator.identity(),
            "1");

    // When
    String one = pools.of("octo-org/one", List.of("modal"));
    String other = pools.of("octo-org/other", List.of("modal"));

    // Then
    assertThat(one.equals(other)).isEqualTo(organization);
    assertThat(pools.of("other-org/one", List.of("modal"))).isNotEqualTo(one);
  }

  @Provide
  Arbitrary<String> label() {
    return Arbitraries.of("modal", "gpu", "large", "x64", "linux");
  }

  @Provide
  Arbitrary<List<String>> labels() {
    return label().list().uniqueElements().ofMaxSize(4);
  }

  /** Few letters, so that equal sets happen. */
  @Provide
  Arbitrary<List<String>> anyLabels() {
    return Arbitraries.strings()
        .withChars("aB,\\]")
        .ofMinLength(1)
        .ofMaxLength(2)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<String>> longLabels() {
    return Arbitraries.strings().alpha().ofMinLength(100).ofMaxLength(256).list().ofSize(3);
  }

  @Provide
  Arbitrary<List<Profile>> profiles() {
    return label()
        .set()
        .ofMinSize(1)
        .ofMaxSize(3)
        .list()
        .ofMaxSize(4)
        .map(
            sets -> {
              List<Profile> profiles = new ArrayList<>();
              sets.forEach(
                  set -> profiles.add(profile("p" + profiles.size(), set.toArray(String[]::new))));
              return profiles;
            });
  }

  private static Verdict judge(List<Profile> profiles, List<String> labels) {
    return new Admission(profiles, List.of(), List.of("*"), true).judge(REPOSITORY, true, labels);
  }

  private static String pool(List<String> labels) {
    return new Pools(UnaryOperator.identity(), "1").of(REPOSITORY, labels);
  }

  private static SortedSet<String> canonical(List<String> labels) {
    return labels.stream()
        .map(label -> label.toLowerCase(Locale.ROOT))
        .collect(toCollection(TreeSet::new));
  }

  private static List<String> respelled(List<String> labels, Random random) {
    List<String> spelled = new ArrayList<>(labels);
    labels.forEach(label -> spelled.add(label.toUpperCase(Locale.ROOT)));
    Collections.shuffle(spelled, random);
    return spelled;
  }
}
