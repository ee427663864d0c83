package io.github.modalrunner.webhook;

import io.github.modalrunner.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * GitHub's webhook signature: {@code X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>}
 * (docs.github.com, "Validating webhook deliveries"). Two secrets are accepted while one is
 * rotated.
 */
public final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "sha256=";
  private static final int LENGTH = PREFIX.length() + 64;

  private final List<SecretKeySpec> keys;

  /**
   * @param secret the webhook secret
   * @param previous the one it replaces, still accepted; null or empty when there is none
   */
  public Signature(String secret, String previous) {
    this.keys =
        Stream.of(secret, previous == null ? "" : previous)
            .filter(s -> !s.isEmpty())
            .map(s -> new SecretKeySpec(s.getBytes(StandardCharsets.UTF_8), ALGORITHM))
            .toList();
  }

  /** The signature check that the settings describe. */
  public static Signature of(Settings settings) {
    return new Signature(
        settings.secret("runner.webhook.secret"),
        settings.secret("runner.webhook.previous-secret"));
  }

  /**
   * Whether one of the secrets signed exactly these bytes. Compares in constant time; hex digits of
   * either case count, anything else about the header's form does not.
   *
   * @param body the raw body, as received
   * @param header the value of {@code X-Hub-Signature-256}; null when it is missing
   */
  public boolean matches(byte[] body, String header) {
    if (header == null || header.length() != LENGTH || !header.startsWith(PREFIX)) {
      return false;
    }
    byte[] claimed;
    try {
      claimed = HexFormat.of().parseHex(header, PREFIX.length(), LENGTH);
    } catch (IllegalArgumentException notHex) {
      return false;
    }
    boolean matches = false;
    for (SecretKeySpec key : keys) {
      matches |= MessageDigest.isEqual(claimed, hmac(key, body));
    }
    return matches;
  }

  /** Whether none of the secrets signed these bytes. */
  public boolean isForged(byte[] body, String header) {
    return !matches(body, header);
  }

  /** The header that GitHub would send with this body. */
  public String sign(byte[] body) {
    return PREFIX + HexFormat.of().formatHex(hmac(keys.get(0), body));
  }

  private static byte[] hmac(SecretKeySpec key, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
