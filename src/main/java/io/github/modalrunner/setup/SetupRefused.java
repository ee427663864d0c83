package io.github.modalrunner.setup;

/** Setup cannot go on; its message is a sentence for the person who sits before the page. */
public final class SetupRefused extends RuntimeException {
  private final int status;
  private final String code;

  /**
   * @param status the HTTP status to answer with
   * @param code a stable word for the reason
   * @param message what to do; no secret
   */
  public SetupRefused(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  static SetupRefused refused(int status, String code, String message) {
    return new SetupRefused(status, code, message);
  }

  /** The HTTP status to answer with. */
  public int getStatus() {
    return status;
  }

  /** A stable word for the reason. */
  public String getCode() {
    return code;
  }
}
