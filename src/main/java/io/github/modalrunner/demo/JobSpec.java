package io.github.modalrunner.demo;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A job to be queued.
 *
 * @param repository {@code owner/name}
 * @param labels its {@code runs-on} list, as typed
 * @param durationMs how long a runner needs for it
 * @param conclusion how it ends
 * @param heard false for a job of which no webhook is ever sent or logged
 */
public record JobSpec(
    String repository,
    String name,
    List<String> labels,
    long durationMs,
    String conclusion,
    boolean heard) {

  /** A job of two seconds that succeeds. */
  public static JobSpec of(String repository, String... labels) {
    return new JobSpec(repository, "build", List.of(labels), 2_000, "success", true);
  }

  public JobSpec named(String other) {
    return new JobSpec(repository, other, labels, durationMs, conclusion, heard);
  }

  public JobSpec lasting(long ms) {
    return new JobSpec(repository, name, labels, ms, conclusion, heard);
  }

  public JobSpec ending(String other) {
    return new JobSpec(repository, name, labels, durationMs, other, heard);
  }

  public JobSpec unheard() {
    return new JobSpec(repository, name, labels, durationMs, conclusion, false);
  }

  /** GitHub compares labels without regard to case. */
  static Set<String> canonical(List<String> labels) {
    return labels.stream().map(l -> l.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }
}
