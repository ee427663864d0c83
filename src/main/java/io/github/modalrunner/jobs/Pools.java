package io.github.modalrunner.jobs;

import io.github.modalrunner.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Names pools. A pool is what GitHub chooses among when it gives a job a runner: registration
 * scope, runner group and canonical label set.
 */
public final class Pools {
  private static final int LONGEST_LABELS = 200;

  private final boolean organization;
  private final String runnerGroup;

  /**
   * @param organization whether runners are registered at the organization instead of the
   *     repository
   * @param runnerGroup id of the runner group
   */
  public Pools(boolean organization, String runnerGroup) {
    this.organization = organization;
    this.runnerGroup = runnerGroup;
  }

  /** The pools that the settings describe. */
  public static Pools of(Settings settings) {
    return new Pools(
        settings.text("runner.github.scope").equals("organization"),
        Integer.toString(settings.integer("runner.github.runner-group-id")));
  }

  /** The key of the pool that a job of this repository with these labels belongs to. */
  public String of(String repository, Collection<String> labels) {
    String scope = organization ? repository.substring(0, repository.indexOf('/')) : repository;
    String set =
        Labels.canonical(labels).stream().map(Pools::escaped).collect(Collectors.joining(","));
    return scope
        + " group "
        + runnerGroup
        + " ["
        + (set.length() <= LONGEST_LABELS
            ? set
            : set.substring(0, LONGEST_LABELS) + "… " + sha256(set).substring(0, 16))
        + "]";
  }

  /** A comma of a label separates nothing. */
  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace(",", "\\,");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
