package io.github.modalrunner.jobs;

import static java.util.stream.Collectors.joining;

import io.github.modalrunner.settings.Settings;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Decides which jobs are ours and which profile serves them.
 *
 * <p>A job belongs to the profile whose labels are all among the job's; the profile with the most
 * labels wins and a tie is refused. The decision depends on the configuration alone, so it is the
 * same for every event of a job and in every replica.
 */
public final class Admission {
  private final List<Profile> profiles;
  private final SortedSet<String> refusedLabels;
  private final List<Pattern> allowedRepositories;
  private final boolean allowPublic;

  /**
   * @param profiles the sandbox profiles
   * @param refusedLabels labels that no sandbox can satisfy
   * @param allowedRepositories globs of {@code owner/repository}, case-insensitive
   * @param allowPublic whether public repositories are served
   */
  public Admission(
      Collection<Profile> profiles,
      Collection<String> refusedLabels,
      Collection<String> allowedRepositories,
      boolean allowPublic) {
    this.profiles =
        profiles.stream()
            .sorted(Comparator.comparingInt((Profile p) -> p.labels().size()).reversed())
            .toList();
    this.refusedLabels = Labels.canonical(refusedLabels);
    this.allowedRepositories = allowedRepositories.stream().map(Admission::glob).toList();
    this.allowPublic = allowPublic;
  }

  /** The admission rules that the settings describe. */
  public static Admission of(Settings settings) {
    return new Admission(
        settings.profiles(),
        settings.list("runner.labels.refuse"),
        settings.list("runner.repositories.allow"),
        settings.flag("runner.repositories.allow-public"));
  }

  /**
   * Judges one job.
   *
   * @param repository {@code owner/repository}; null for any that is allowed
   * @param isPrivate what GitHub says of the repository
   * @param labels the job's {@code runs-on}, in any order and case
   */
  public Verdict judge(String repository, boolean isPrivate, Collection<String> labels) {
    SortedSet<String> asked = Labels.canonical(labels);
    if (asked.isEmpty()) {
      return Verdict.ignored("no_labels", "The job names no runner labels.");
    }
    List<Profile> fitting = profiles.stream().filter(p -> asked.containsAll(p.labels())).toList();
    if (fitting.isEmpty()) {
      return Verdict.ignored(
          "no_profile",
          "No profile's labels are all among the job's labels (%s)."
              .formatted(String.join(", ", asked)));
    }
    int most = fitting.get(0).labels().size();
    List<Profile> best = fitting.stream().filter(p -> p.labels().size() == most).toList();
    if (best.size() > 1) {
      return Verdict.refused(
          "profile_tie",
          "The profiles %s fit the labels %s equally well: give one of them a label that sets it apart (runner.profiles.<name>.labels)."
              .formatted(
                  best.stream().map(Profile::name).sorted().collect(joining(" and ")),
                  String.join(", ", asked)));
    }
    SortedSet<String> impossible = new TreeSet<>(asked);
    impossible.retainAll(refusedLabels);
    if (!impossible.isEmpty()) {
      return Verdict.refused(
          "label_refused",
          "The job asks for %s, but sandboxes are Linux x64 (runner.labels.refuse)."
              .formatted(String.join(", ", impossible)));
    }
    if (repository != null
        && allowedRepositories.stream().noneMatch(p -> p.matcher(repository).matches())) {
      return Verdict.refused(
          "repository_not_allowed",
          "The repository %s is not among runner.repositories.allow.".formatted(repository));
    }
    if (!isPrivate && !allowPublic) {
      return Verdict.refused(
          "repository_public",
          "The repository %s is public, and anybody could run code in its sandboxes: set runner.repositories.allow-public=true only if you mean that."
              .formatted(repository == null ? "in question" : repository));
    }
    return Verdict.admitted(best.get(0).name());
  }

  private static Pattern glob(String glob) {
    return Pattern.compile(
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(joining(".*")),
        Pattern.CASE_INSENSITIVE);
  }
}
