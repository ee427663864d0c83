package io.github.modalrunner.jobs;

import io.github.modalrunner.settings.Settings;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an admission rule in {@code routes/16-policy.camel.yaml} may say of a job. It can take away
 * what the settings allow, and give a job another profile; it cannot let in what they refuse.
 */
public final class Policy {
  private final Set<String> profiles;

  /**
   * @param profiles the profiles that there are
   */
  public Policy(Collection<Profile> profiles) {
    this.profiles = profiles.stream().map(Profile::name).collect(Collectors.toUnmodifiableSet());
  }

  /** The rules that the settings leave room for. */
  public static Policy of(Settings settings) {
    return new Policy(settings.profiles());
  }

  /**
   * Refuses a job that was admitted; any other row is left as it is.
   *
   * @param row a row of the table {@code delivery}; changed
   * @param message the reason, a sentence for people
   */
  public void refuse(Map<String, Object> row, String message) {
    if (isAdmitted(row)) {
      row.put("verdict", Verdict.Kind.REFUSED.name());
      row.put("reasonCode", "policy_refused");
      row.put("reasonMessage", message);
      row.put("profile", null);
      row.put("pool", null);
    }
  }

  /**
   * Serves an admitted job by another profile; any other row is left as it is.
   *
   * @param row a row of the table {@code delivery}; changed
   * @throws IllegalArgumentException when there is no such profile; then nothing is stored
   */
  public void serveBy(Map<String, Object> row, String profile) {
    if (!profiles.contains(profile)) {
      throw new IllegalArgumentException(
          "The policy names a profile that is not there: " + profile);
    }
    if (isAdmitted(row)) {
      row.put("profile", profile);
    }
  }

  private static boolean isAdmitted(Map<String, Object> row) {
    return Verdict.Kind.ADMITTED.name().equals(row.get("verdict"));
  }
}
