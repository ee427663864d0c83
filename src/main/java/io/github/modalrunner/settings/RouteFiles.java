package io.github.modalrunner.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks route files against the schema of Camel's YAML DSL, without starting anything. */
public final class RouteFiles {
  /**
   * One fault of a route file.
   *
   * @param line from 1, 0 for the whole file
   * @param pointer JSON pointer to what is wrong, empty where the file is no YAML
   */
  public record Problem(Path file, int line, String pointer, String message) {}

  private static final String UNKNOWN = "additionalProperties";
  private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "not");

  private final JsonSchema schema =
      JsonSchemaFactory.getInstance(
              VersionFlag.V4,
              factory ->
                  factory.metaSchema(
                      JsonMetaSchema.builder(JsonMetaSchema.getV4())
                          .keyword(new NonValidationKeyword("deprecated"))
                          .build()))
          .getSchema(
              RouteFiles.class.getResourceAsStream("/schema/camelYamlDsl.json"),
              SchemaValidatorsConfig.builder()
                  .pathType(PathType.JSON_POINTER)
                  .locale(Locale.ROOT)
                  .preloadJsonSchema(false)
                  .build());
  private final JsonNodeReader reader =
      JsonNodeReader.builder()
          .yamlMapper(
              new ObjectMapper(
                      YAMLFactory.builder()
                          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                          .build())
                  .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS))
          .locationAware()
          .build();

  private RouteFiles() {}

  /**
   * Faults of every {@code *.camel.yaml} of a folder (not of its sub-folders), in the order of
   * names and lines.
   */
  public static List<Problem> check(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of(
          new Problem(folder, 0, "", "is no folder: start in the one that holds routes/"));
    }
    RouteFiles routes = new RouteFiles();
    List<Problem> problems = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".camel.yaml")).sorted().toList()) {
        problems.addAll(routes.checkFile(file));
      }
    }
    return problems;
  }

  private List<Problem> checkFile(Path file) throws IOException {
    try {
      JsonNode yaml = reader.readTree(Files.readString(file), InputFormat.YAML);
      return yaml.isMissingNode()
          ? List.of(new Problem(file, 0, "", "is empty"))
          : violations(file, yaml);
    } catch (CharacterCodingException e) {
      return List.of(new Problem(file, 0, "", "is not UTF-8"));
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof JsonProcessingException fault) {
        return List.of(new Problem(file, fault.getLocation().getLineNr(), "", sentence(fault)));
      }
      throw e;
    }
  }

  /**
   * A wrong value violates each alternative around it too: only innermost places are told, and
   * unknown names.
   */
  private List<Problem> violations(Path file, JsonNode yaml) {
    Map<String, List<ValidationMessage>> places =
        schema.validate(yaml).stream()
            .collect(
                Collectors.groupingBy(violation -> violation.getInstanceLocation().toString()));
    List<Problem> problems = new ArrayList<>();
    places.forEach(
        (pointer, violations) -> {
          List<ValidationMessage> unknown =
              violations.stream().filter(v -> v.getType().equals(UNKNOWN)).toList();
          for (ValidationMessage name : unknown) {
            JsonNode value = name.getInstanceNode().get(name.getProperty());
            problems.add(
                new Problem(
                    file, line(value), pointer, "'" + name.getProperty() + "' is unknown here"));
          }
          if (unknown.isEmpty()
              && places.keySet().stream().noneMatch(p -> p.startsWith(pointer + "/"))) {
            problems.add(
                new Problem(
                    file,
                    line(violations.get(0).getInstanceNode()),
                    pointer,
                    sentence(violations)));
          }
        });
    problems.sort(Comparator.comparingInt(Problem::line).thenComparing(Problem::message));
    return problems;
  }

  private static String sentence(List<ValidationMessage> violations) {
    List<String> telling =
        violations.stream()
            .filter(violation -> !ALTERNATIVES.contains(violation.getType()))
            .map(ValidationMessage::getError)
            .distinct()
            .toList();
    return telling.isEmpty() || telling.size() > 2
        ? "has none of the forms that are allowed here"
        : String.join(", or ", telling);
  }

  private static String sentence(JsonProcessingException fault) {
    return fault instanceof MismatchedInputException
        ? "begins a second document here: Camel reads one"
        : fault
            .getOriginalMessage()
            .lines()
            .filter(l -> !l.startsWith(" "))
            .collect(Collectors.joining(": "));
  }

  private static int line(JsonNode node) {
    return JsonNodes.tokenLocationOf(node).getLineNr();
  }
}
