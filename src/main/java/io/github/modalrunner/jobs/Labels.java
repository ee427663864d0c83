package io.github.modalrunner.jobs;

import static java.util.stream.Collectors.toCollection;

import java.util.Collection;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Runner labels as GitHub compares them: without regard to case, order or repetition (GitHub's
 * self-hosted runners reference).
 */
public final class Labels {
  private Labels() {}

  /** The canonical form of a set of labels: lower case, trimmed, sorted, each once. */
  public static SortedSet<String> canonical(Collection<String> labels) {
    return labels.stream()
        .map(label -> label.strip().toLowerCase(Locale.ROOT))
        .filter(label -> !label.isEmpty())
        .collect(toCollection(TreeSet::new));
  }
}
