package io.github.modalrunner.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Which fields of a document are kept. The others are read as strictly, and forgotten: a document
 * node for each of them is what costs.
 */
final class Fields {
  /** Everything. */
  static final Fields ALL = new Fields(null);

  /** By name; null: every field with all that is in it. */
  private final Map<String, Fields> named;

  private Fields(Map<String, Fields> named) {
    this.named = named;
  }

  /** Those that a JSON schema names, at any depth. */
  static Fields of(JsonNode schema) {
    JsonNode properties = schema.path("properties");
    if (properties.isEmpty()) {
      return ALL;
    }
    Map<String, Fields> named = new HashMap<>();
    properties.properties().forEach(field -> named.put(field.getKey(), of(field.getValue())));
    return new Fields(named);
  }

  /** Reads the value that a parser stands at. */
  JsonNode read(JsonParser parser) throws IOException {
    if (named == null || parser.currentToken() != JsonToken.START_OBJECT) {
      return parser.readValueAsTree();
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Fields kept = named.get(name);
      parser.nextToken();
      if (kept == null) {
        parser.skipChildren();
      } else {
        object.set(name, kept.read(parser));
      }
    }
    return object;
  }
}
