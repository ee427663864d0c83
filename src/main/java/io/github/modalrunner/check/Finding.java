package io.github.modalrunner.check;

/**
 * What {@code check} found out.
 *
 * @param wrong whether it has to be changed; else it only could not be looked at
 * @param subject whom it is about
 * @param message a sentence that says what to do; no secret
 */
public record Finding(boolean wrong, String subject, String message) {
  static Finding wrong(String subject, String message) {
    return new Finding(true, subject, message);
  }

  static Finding unseen(String subject, String message) {
    return new Finding(false, subject, message);
  }
}
