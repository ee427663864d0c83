package io.github.modalrunner.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import java.util.List;
import java.util.Locale;

/** How all schemas of the contract tests are read and their complaints are written. */
final class Schemas {
  /** Formats are held too; complaints are in English wherever the tests run. */
  static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder()
          .formatAssertionsEnabled(true)
          .pathType(PathType.JSON_POINTER)
          .preloadJsonSchema(false)
          .locale(Locale.ENGLISH)
          .build();

  private Schemas() {}

  /** What does not fit, a line each, with the JSON pointer of the place; empty when all fits. */
  static List<String> problems(JsonSchema schema, JsonNode document) {
    return schema.validate(document).stream().map(Object::toString).distinct().sorted().toList();
  }
}
