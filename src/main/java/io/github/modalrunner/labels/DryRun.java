package io.github.modalrunner.labels;

import io.github.modalrunner.costs.Prices;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Labels;
import io.github.modalrunner.jobs.Pools;
import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.jobs.Verdict;
import io.github.modalrunner.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What would become of a job with these labels: the very judgement that a delivery gets, without
 * one. Nothing is asked of GitHub or Modal.
 */
public final class DryRun {
  /** Labels that GitHub may give every runner of its own accord. */
  private static final Set<String> EVERY_RUNNERS = Set.of("self-hosted", "linux", "x64");

  private final Admission admission;
  private final Pools pools;
  private final Prices prices;
  private final List<Profile> profiles;
  private final Collection<String> refused;

  /**
   * @param refused labels that no sandbox can satisfy
   */
  DryRun(
      Admission admission,
      Pools pools,
      Prices prices,
      Collection<Profile> profiles,
      Collection<String> refused) {
    this.admission = admission;
    this.pools = pools;
    this.prices = prices;
    this.profiles = List.copyOf(profiles);
    this.refused = Labels.canonical(refused);
  }

  /** The dry run of the settings. */
  public static DryRun of(Settings settings) {
    return new DryRun(
        Admission.of(settings),
        Pools.of(settings),
        Prices.of(settings),
        settings.profiles(),
        settings.list("runner.labels.refuse"));
  }

  /**
   * Judges labels.
   *
   * @param repository {@code owner/name}; null: any that is allowed
   * @param isPrivate what GitHub would say of the repository
   * @param labels a job's {@code runs-on}
   * @return {@code outcome} (admitted, ignored, refused) with what belongs to it
   */
  public Map<String, Object> explain(
      String repository, boolean isPrivate, Collection<String> labels) {
    SortedSet<String> asked = Labels.canonical(labels);
    Verdict verdict = admission.judge(repository, isPrivate, asked);
    Profile profile = profile(verdict.profile());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("repository", repository);
    answer.put("labels", List.copyOf(asked));
    answer.put("outcome", verdict.kind().name().toLowerCase(Locale.ROOT));
    answer.put("reason", verdict.code() == null ? null : reason(verdict));
    answer.put("profile", verdict.profile());
    answer.put("pool", profile == null || repository == null ? null : pools.of(repository, asked));
    answer.put("sandbox", profile == null ? null : sandbox(profile));
    answer.put("price", profile == null ? null : price(profile));
    answer.put("nearest", profile == null ? nearest(repository, isPrivate, asked) : null);
    answer.put("warnings", profile == null ? List.of() : thefts(profile, asked));
    answer.put("assumed", assumed(repository, isPrivate));
    return answer;
  }

  private static Map<String, Object> reason(Verdict verdict) {
    Map<String, Object> reason = new LinkedHashMap<>();
    reason.put("code", verdict.code());
    reason.put("message", verdict.message());
    return reason;
  }

  private Profile profile(String name) {
    return profiles.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
  }

  private static Map<String, Object> sandbox(Profile profile) {
    Map<String, Object> sandbox = new LinkedHashMap<>();
    sandbox.put("image", profile.image());
    sandbox.put("cpu", profile.cpu());
    sandbox.put("memory_mib", profile.memoryMib());
    sandbox.put("gpu", profile.gpu());
    sandbox.put("region", profile.region());
    sandbox.put("timeout_seconds", profile.timeoutSeconds());
    sandbox.put("docker", profile.docker());
    return sandbox;
  }

  private Map<String, Object> price(Profile profile) {
    OptionalDouble second = prices.perSecond(profile);
    Map<String, Object> price = new LinkedHashMap<>();
    price.put(
        "usd_per_minute",
        second.isEmpty() ? null : Math.round(second.getAsDouble() * 60 * 1e6) / 1e6);
    price.put("source", prices.source());
    return price;
  }

  /** The smallest change of the labels that some profile would serve; null when none helps. */
  private Map<String, Object> nearest(
      String repository, boolean isPrivate, SortedSet<String> asked) {
    return profiles.stream()
        .sorted(
            Comparator.comparingInt((Profile p) -> -common(p, asked))
                .thenComparing(p -> !p.name().equals("default")))
        .map(profile -> change(profile, repository, isPrivate, asked))
        .filter(Objects::nonNull)
        .min(Comparator.comparingInt(DryRun::size))
        .orElse(null);
  }

  private Map<String, Object> change(
      Profile profile, String repository, boolean isPrivate, SortedSet<String> asked) {
    SortedSet<String> labels = new TreeSet<>(asked);
    labels.addAll(profile.labels());
    labels.removeAll(refused);
    for (Profile other : profiles) {
      if (!other.equals(profile)
          && labels.containsAll(other.labels())
          && other.labels().size() >= profile.labels().size()) {
        labels.removeIf(
            label -> other.labels().contains(label) && !profile.labels().contains(label));
      }
    }
    if (!profile.name().equals(admission.judge(repository, isPrivate, labels).profile())) {
      return null;
    }
    Map<String, Object> change = new LinkedHashMap<>();
    change.put("profile", profile.name());
    change.put("add", without(labels, asked));
    change.put("remove", without(asked, labels));
    return change;
  }

  private static int common(Profile profile, SortedSet<String> asked) {
    return profile.labels().size() - without(profile.labels(), asked).size();
  }

  private static int size(Map<String, Object> change) {
    return ((List<?>) change.get("add")).size() + ((List<?>) change.get("remove")).size();
  }

  private static List<String> without(Collection<String> labels, Collection<String> others) {
    return labels.stream().filter(label -> !others.contains(label)).toList();
  }

  /** Who may take whose runner: GitHub gives a job any idle runner that has all its labels. */
  private List<String> thefts(Profile profile, SortedSet<String> asked) {
    List<String> own = without(asked, EVERY_RUNNERS);
    List<String> warnings = new ArrayList<>();
    for (Profile other : profiles) {
      if (other.equals(profile)) {
        continue;
      }
      if (asked.containsAll(other.labels())) {
        warnings.add(
            "A job that asks for %s only (profile %s) may take the runner that is started for this one (profile %s): it has all those labels. A label of its own, without the others, prevents it."
                .formatted(String.join(", ", other.labels()), other.name(), profile.name()));
      }
      if (other.labels().containsAll(own)) {
        warnings.add(
            "This job may take a runner of profile %s: its labels (%s) include all that this job asks for."
                .formatted(other.name(), String.join(", ", other.labels())));
      }
    }
    return warnings;
  }

  private static List<String> assumed(String repository, boolean isPrivate) {
    List<String> assumed = new ArrayList<>();
    if (repository == null) {
      assumed.add("The repository is among runner.repositories.allow.");
    }
    assumed.add(isPrivate ? "The repository is private." : "The repository is public.");
    assumed.add("Its run brings no code of a fork.");
    return assumed;
  }
}
