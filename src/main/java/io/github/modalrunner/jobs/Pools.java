package io.github.modalrunner.jobs;

import io.github.modalrunner.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Names pools. A pool is what GitHub chooses among when it gives a job a runner: registration
 * scope, runner group and canonical label set.
 */
public final class Pools {
  private static final int LONGEST_LABELS = 200;

  private final UnaryOperator<String> scope;
  private final String runnerGroup;

  /**
   * @param scope the scope that the runners of a repository are registered in
   * @param runnerGroup id or name of the runner group
   */
  public Pools(UnaryOperator<String> scope, String runnerGroup) {
    this.scope = scope;
    this.runnerGroup = runnerGroup;
  }

  /** The pools that the settings describe. */
  public static Pools of(Settings settings) {
    String name = settings.text("runner.github.runner-group");
    String enterprise = settings.text("runner.github.enterprise");
    return new Pools(
        switch (settings.text("runner.github.scope")) {
          case "organization" -> repository -> repository.substring(0, repository.indexOf('/'));
          case "enterprise" -> repository -> enterprise;
          default -> repository -> repository;
        },
        name.isEmpty()
            ? Integer.toString(settings.integer("runner.github.runner-group-id"))
            : name);
  }

  /** The key of the pool that a job of this repository with these labels belongs to. */
  public String of(String repository, Collection<String> labels) {
    String set =
        Labels.canonical(labels).stream().map(Pools::escaped).collect(Collectors.joining(","));
    return scope.apply(repository)
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
