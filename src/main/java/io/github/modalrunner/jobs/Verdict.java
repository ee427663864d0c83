package io.github.modalrunner.jobs;

/**
 * Whether a job is ours to serve.
 *
 * @param kind what becomes of the job
 * @param profile name of the profile that serves it; null unless admitted
 * @param code stable word for the reason; null when admitted
 * @param message the reason as a sentence for people; null when admitted
 */
public record Verdict(Kind kind, String profile, String code, String message) {

  /** The three outcomes. */
  public enum Kind {
    /** Gets a runner. */
    ADMITTED,
    /** Nobody asked us: no profile fits. */
    IGNORED,
    /** Asked of us, but against the rules; the reason says which. */
    REFUSED
  }

  static Verdict admitted(String profile) {
    return new Verdict(Kind.ADMITTED, profile, null, null);
  }

  static Verdict ignored(String code, String message) {
    return new Verdict(Kind.IGNORED, null, code, message);
  }

  static Verdict refused(String code, String message) {
    return new Verdict(Kind.REFUSED, null, code, message);
  }
}
