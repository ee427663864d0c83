package io.github.modalrunner.admin;

/** A request to the admin API that cannot be answered as it is; the message says what to change. */
public final class BadRequest extends RuntimeException {
  BadRequest(String message) {
    super(message, null, false, false);
  }
}
