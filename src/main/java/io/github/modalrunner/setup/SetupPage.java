package io.github.modalrunner.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;

/**
 * The one page of setup. It is always the same but for a document in it, which its script shows;
 * its policy lets it run that script, and send its form to GitHub.
 */
public final class SetupPage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT = "{\"document\":\"goes here\"}";

  private final String html;
  private final String policy;

  private SetupPage(String html, String webUrl) {
    this.html = html;
    this.policy =
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src %s; script-src %s; form-action %s"
            .formatted(
                hash(between("<style>", "</style>")),
                hash(between("<script>", "</script>")),
                webUrl.isEmpty() ? "'none'" : origin(webUrl));
  }

  /** The page for the GitHub that the settings describe. */
  public static SetupPage of(Settings settings) {
    try (InputStream in = SetupPage.class.getResourceAsStream("/setup/index.html")) {
      return new SetupPage(new String(in.readAllBytes(), UTF_8), settings.webUrl());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with a document in it. */
  public String show(Map<String, Object> document) throws JsonProcessingException {
    // As JSON the same; as HTML no tag, whatever a name contains
    return html.replace(DOCUMENT, JSON.writeValueAsString(document).replace("<", "\\u003c"));
  }

  /** The value of {@code Content-Security-Policy}. */
  public String policy() {
    return policy;
  }

  private String between(String start, String end) {
    int from = html.indexOf(start) + start.length();
    return html.substring(from, html.indexOf(end, from));
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String origin(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
