package io.github.modalrunner.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A signed body, read once.
 *
 * @param document the JSON document; a missing node when the body is not one
 * @param problems what is wrong with it, each {@code <JSON pointer> <what>}; empty when it is valid
 */
public record Payload(JsonNode document, List<String> problems) {

  /** Whether the body is what it should be. */
  public boolean isValid() {
    return problems.isEmpty();
  }

  /** The {@code action}, or an empty text. */
  public String action() {
    return document.path("action").asText();
  }
}
