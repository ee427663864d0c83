package io.github.modalrunner.upstream;

/**
 * A call to GitHub or to the launcher that did not succeed, told apart by what is known of its
 * effect: that decides what may be done next.
 */
public abstract sealed class CallFailed extends RuntimeException {
  private final String code;
  private final long retryAfter;

  private CallFailed(String code, String message, long retryAfter) {
    super(message, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** A stable word for the reason, e.g. {@code github_rate_limited}. */
  public String getCode() {
    return code;
  }

  /** How long the other side asked to wait, in milliseconds; 0 when it named no time. */
  public long getRetryAfter() {
    return retryAfter;
  }

  /** Nothing was done, and it may work later: limits, busy, not ready. */
  public static final class NotDone extends CallFailed {
    public NotDone(String code, String message, long retryAfter) {
      super(code, message, retryAfter);
    }
  }

  /** It may have been done or not: never repeated blindly. */
  public static final class OutcomeUnknown extends CallFailed {
    public OutcomeUnknown(String code, String message) {
      super(code, message, 0);
    }
  }

  /** Nothing was done, and nothing will be until somebody changes a setting. */
  public static final class Denied extends CallFailed {
    public Denied(String code, String message) {
      super(code, message, 0);
    }
  }
}
