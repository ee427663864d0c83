package io.github.modalrunner.github;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a GitHub App must be allowed, by the names of GitHub's API; the least that works. */
public final class Permissions {
  private static final List<String> LEVELS = List.of("", "read", "write", "admin");

  private Permissions() {}

  /**
   * The permissions of a scope, with their levels.
   *
   * @param scope {@code runner.github.scope}
   */
  public static Map<String, String> of(String scope) {
    Map<String, String> permissions = new LinkedHashMap<>();
    permissions.put("actions", "read");
    permissions.put("metadata", "read");
    permissions.put(
        scope.equals("organization") ? "organization_self_hosted_runners" : "administration",
        "write");
    return permissions;
  }

  /** Whether a level that is granted covers one that is needed. */
  public static boolean covers(String granted, String needed) {
    return LEVELS.indexOf(granted) >= LEVELS.indexOf(needed);
  }
}
