package io.github.modalrunner.check;

import io.github.modalrunner.github.Credentials.Grant;

/**
 * Something that {@code check} asks GitHub.
 *
 * @param kind what it is about, which decides how the answer is read
 * @param subject a repository, an organization, a hook or an App, as people call it
 * @param path where it is asked
 * @param grant an App that asks for itself; null: whatever credential the path takes
 */
public record Question(Kind kind, String subject, String path, Grant grant) {
  /** What a question is about. */
  public enum Kind {
    TOKEN,
    RUNNERS,
    RUNS,
    APP,
    INSTALLATIONS,
    INSTALLATION,
    APP_HOOK,
    HOOK,
    DELIVERIES
  }

  /** Whether an App asks for itself. */
  public boolean isOfApp() {
    return grant != null;
  }
}
