package io.github.modalrunner.sandbox;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a runner has to reach for its jobs to start, fetch actions and send logs, artifacts and
 * caches. A profile that limits its sandboxes to some networks gets these besides. All of it is
 * HTTPS; git over ssh is not among it.
 *
 * <p>Source: GitHub's documentation, "Communication requirements for GitHub.com and GitHub
 * Enterprise Cloud".
 */
final class ActionsHosts {
  private static final List<String> GITHUB =
      List.of(
          "github.com",
          "api.github.com",
          // the queue of jobs, logs, OIDC, results
          "*.actions.githubusercontent.com",
          // archives of actions
          "codeload.github.com",
          // the setup actions' lists of versions, and files of releases
          "raw.githubusercontent.com",
          "objects.githubusercontent.com",
          "release-assets.githubusercontent.com",
          "github-releases.githubusercontent.com",
          // artifacts, caches and summaries; anybody's storage accounts are there too
          "*.blob.core.windows.net",
          // container actions and packages
          "ghcr.io",
          "pkg-containers.githubusercontent.com",
          "*.pkg.github.com");

  private ActionsHosts() {}

  /**
   * The hosts, {@code *.} for any name below.
   *
   * @param webUrl where the pages of the configured GitHub are; empty or {@code https://github.com}
   *     for GitHub's own
   */
  static List<String> of(String webUrl) {
    String host = webUrl.replaceFirst("^https://", "").replaceFirst(":\\d+$", "");
    return host.isEmpty() || host.equals("github.com")
        ? GITHUB
        : Stream.concat(GITHUB.stream(), Stream.of(host, "*." + host)).toList();
  }
}
