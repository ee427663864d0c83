package io.github.modalrunner.setup;

import io.github.modalrunner.github.Permissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What GitHub is asked to make (docs.github.com, "Registering a GitHub App from a manifest"): an
 * App with the least that the scope needs. The page adds the addresses that only the browser's user
 * knows.
 *
 * @param scope {@code runner.github.scope}
 * @param instance {@code runner.instance}
 */
record Manifest(String scope, String instance) {
  /** GitHub takes no longer name. */
  private static final int LONGEST_NAME = 34;

  /**
   * The manifest.
   *
   * @param suffix makes its name one that GitHub does not have yet; it can be changed there
   */
  Map<String, Object> document(String suffix) {
    String name = "modal-runner-" + instance;
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put(
        "name",
        name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length() - 1))
            + "-"
            + suffix);
    manifest.put("description", "Gives queued jobs a runner in a Modal sandbox");
    manifest.put("public", false);
    manifest.put("default_events", List.of("workflow_job"));
    manifest.put("default_permissions", Permissions.of(scope));
    return manifest;
  }
}
