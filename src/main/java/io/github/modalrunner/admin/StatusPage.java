package io.github.modalrunner.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The files of the status page. They hold no data: their script asks the API for it, with the token
 * where one is set, so that a browser may have them without.
 */
public final class StatusPage {
  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "status.css", "text/css; charset=utf-8",
          "status.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  /** Whether there is a file of this name. */
  public boolean has(String name) {
    return TYPES.containsKey(name);
  }

  /** The text of a file. */
  public String text(String name) {
    try (InputStream in = StatusPage.class.getResourceAsStream("/admin/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its media type. */
  public String type(String name) {
    return TYPES.get(name);
  }

  /** The value of {@code Content-Security-Policy}: nothing but what this port itself serves. */
  public String policy() {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
  }

  /** The answer for a file that there is not. */
  public Map<String, Object> unknown() {
    return Map.of("error", Map.of("code", "not_found", "message", "There is no such file."));
  }
}
