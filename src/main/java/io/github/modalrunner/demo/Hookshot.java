package io.github.modalrunner.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Body;
import org.apache.camel.Headers;

/** Signs and labels webhooks as GitHub does. */
public final class Hookshot {
  private final SecretKeySpec secret;

  public Hookshot(String secret) {
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  static Map<String, String> headers(Delivery delivery) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "GitHub-Hookshot/5e2a1f7");
    headers.put("X-GitHub-Delivery", delivery.guid());
    headers.put("X-GitHub-Event", delivery.event());
    headers.put("X-GitHub-Hook-ID", "42");
    headers.put("X-GitHub-Hook-Installation-Target-ID", Long.toString(delivery.repositoryId()));
    headers.put("X-GitHub-Hook-Installation-Target-Type", "repository");
    return headers;
  }

  /** All headers of this delivery, the signature over its body included. */
  public Map<String, String> signed(Delivery delivery) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      byte[] digest = mac.doFinal(delivery.body().getBytes(StandardCharsets.UTF_8));
      Map<String, String> headers = headers(delivery);
      headers.put("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(digest));
      return headers;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HmacSHA256", e);
    }
  }

  /** The same for a Camel route: sets the message's headers and gives its body. */
  public byte[] prepare(@Body Delivery delivery, @Headers Map<String, Object> headers) {
    headers.putAll(signed(delivery));
    return delivery.body().getBytes(StandardCharsets.UTF_8);
  }
}
