package io.github.modalrunner.webhook;

/** A request that the webhook answers with a status of its own. */
public abstract sealed class Refusal extends RuntimeException {
  private final int status;

  private Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The HTTP status to answer with. */
  public int getStatus() {
    return status;
  }

  /** 400: a header that GitHub always sends is missing or malformed. */
  public static final class BadRequest extends Refusal {
    public BadRequest(String message) {
      super(400, message);
    }
  }

  /** 401: the signature does not match; the answer tells no detail. */
  public static final class Unauthorized extends Refusal {
    public Unauthorized(String message) {
      super(401, message);
    }
  }

  /** 429: too many wrong signatures from this address within a minute. */
  public static final class TooManyRequests extends Refusal {
    public TooManyRequests(String message) {
      super(429, message);
    }
  }

  /** 415: the webhook at GitHub is set to another content type. */
  public static final class UnsupportedMediaType extends Refusal {
    public UnsupportedMediaType(String message) {
      super(415, message);
    }
  }
}
