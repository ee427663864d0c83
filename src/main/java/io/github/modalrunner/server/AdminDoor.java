package io.github.modalrunner.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in at the admin port. A token is asked for once one is set, health and the status
 * page without its data apart; and a website that is open in the operator's browser can do nothing:
 * another site's name that resolves to this port is refused by its {@code Host}, and a request that
 * changes something needs a JSON content type and, from a browser, this page's own {@code Origin}.
 */
final class AdminDoor {
  private static final String HEALTH = "/observe/health/";
  private static final String BEARER = "Bearer ";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  /** Bound to each of these, a port is reached by any address. */
  static final Set<String> ANY = Set.of("0.0.0.0", "::", "[::]");

  private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");

  private final String host;
  private final byte[] token;

  /**
   * @param host the address that the port is bound to
   * @param token empty: none is asked for
   */
  AdminDoor(String host, String token) {
    this.host = host.toLowerCase(Locale.ROOT);
    this.token = (BEARER + token).getBytes(StandardCharsets.UTF_8);
  }

  /** What of a request decides; a header that is missing is an empty text. */
  record Request(
      String method,
      String path,
      String host,
      String origin,
      String contentType,
      String authorization) {}

  /** Why a request is refused: an HTTP status, a stable word and a sentence. */
  record Refusal(int status, String code, String message) {}

  /** Empty when the request may come in. */
  Optional<Refusal> refusal(Request request) {
    if (request.path().startsWith(HEALTH)) {
      return Optional.empty();
    }
    if (!isOurs(request.host())) {
      return refused(
          403, "forbidden_host", "Ask by the address that runner.admin.host names (or loopback).");
    }
    if (token.length > BEARER.length()
        && !isPage(request)
        && !MessageDigest.isEqual(
            token, request.authorization().getBytes(StandardCharsets.UTF_8))) {
      return refused(401, "unauthorized", "Send runner.admin.token as Bearer token.");
    }
    if (HARMLESS.contains(request.method())) {
      return Optional.empty();
    }
    String origin = request.origin();
    if (!origin.isEmpty()
        && !origin.equals("http://" + request.host())
        && !origin.equals("https://" + request.host())) {
      return refused(403, "forbidden_origin", "Another website may not change anything here.");
    }
    if (!request.contentType().toLowerCase(Locale.ROOT).matches("application/json\\s*(;.*)?")) {
      return refused(
          415,
          "unsupported_media_type",
          "A request that changes something needs Content-Type: application/json.");
    }
    return Optional.empty();
  }

  /** The status page and its files hold no data; a browser cannot send a token with an address. */
  private static boolean isPage(Request request) {
    return request.method().equals("GET")
        && (request.path().equals("/") || request.path().matches("/assets/[a-z]+\\.[a-z]+"));
  }

  /** Bound to every address, any name may be right; then there is a token. */
  private boolean isOurs(String given) {
    String name = given.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    return ANY.contains(host) || name.equals(host) || LOOPBACK.contains(name);
  }

  private static Optional<Refusal> refused(int status, String code, String message) {
    return Optional.of(new Refusal(status, code, message));
  }
}
