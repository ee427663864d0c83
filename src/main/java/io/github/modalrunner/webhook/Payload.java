package io.github.modalrunner.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A signed body, read once.
 *
 * @param document the JSON document; a missing node when the body is not one
 * @param problems what is wrong with it, each {@code <JSON pointer> <what>}; empty when it is valid
 * @param source how it came in: {@code webhook}, {@code log} (a hook's delivery log), {@code look}
 *     (GitHub was asked)
 */
public record Payload(JsonNode document, List<String> problems, String source) {

  /** A body that came in by the webhook. */
  public Payload(JsonNode document, List<String> problems) {
    this(document, problems, "webhook");
  }

  /** Whether the body is what it should be. */
  public boolean isValid() {
    return problems.isEmpty();
  }

  /** The {@code action}, or an empty text. */
  public String action() {
    return document.path("action").asText();
  }
}
