package io.github.modalrunner.demo;

import java.util.List;
import java.util.Set;

/** A runner's registration at GitHub, and what is behind it. */
final class Runner {
  final long id;
  final String name;

  /** {@code repos/OWNER/NAME} or {@code orgs/OWNER}. */
  final String scope;

  final List<String> labels;
  final int group;
  final boolean ephemeral;
  final long mintedAt;
  private final Set<String> canonical;
  boolean online;
  Job job;

  /** The sandbox that runs it; none for somebody else's runner or before the launch. */
  Sandbox sandbox;

  Runner(long id, String name, String scope, List<String> labels, int group, boolean jit, long at) {
    this.id = id;
    this.name = name;
    this.scope = scope;
    this.labels = labels;
    this.group = group;
    this.ephemeral = jit;
    this.mintedAt = at;
    this.canonical = JobSpec.canonical(labels);
  }

  boolean idle() {
    return online && job == null;
  }

  boolean fits(String repository, Set<String> jobLabels) {
    boolean inScope =
        scope.equals("repos/" + repository)
            || (scope.startsWith("orgs/") && repository.startsWith(scope.substring(5) + "/"));
    return inScope && canonical.containsAll(jobLabels);
  }
}
