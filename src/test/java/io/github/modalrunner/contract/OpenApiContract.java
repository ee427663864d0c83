package io.github.modalrunner.contract;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.oas.OpenApi30;
import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.PathTemplate;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Recorded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Holds requests and answers against an OpenAPI 3.0 description.
 *
 * <p>Complaints are lines such as {@code /labels: must have at least 1 items}; no line means that
 * all fits. Requests are held more strictly than the description demands: query parameters and
 * top-level fields that it does not know are complained about, since a misspelt one would be
 * ignored by the other side without a word.
 */
public final class OpenApiContract {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.builder()
          .metaSchema(OpenApi30.getInstance())
          .defaultMetaSchemaIri(OpenApi30.getInstance().getIri())
          .build();

  private final JsonNode document;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

  /** One method of one path template. */
  record Operation(String method, String template, JsonNode node, List<JsonNode> parameters) {
    @Override
    public String toString() {
      return method + " " + template;
    }
  }

  OpenApiContract(JsonNode document) {
    this.document = document;
    for (Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Entry<String, JsonNode> entry : path.getValue().properties()) {
        if (!entry.getKey().equals("parameters")) {
          List<JsonNode> parameters = new ArrayList<>();
          path.getValue().path("parameters").forEach(p -> parameters.add(resolved(p)));
          entry.getValue().path("parameters").forEach(p -> parameters.add(resolved(p)));
          String method = entry.getKey().toUpperCase(Locale.ROOT);
          operations.add(new Operation(method, path.getKey(), entry.getValue(), parameters));
        }
      }
    }
    // a literal path goes before one with a variable in the same place
    operations.sort(Comparator.comparing(o -> o.template().chars().filter(c -> c == '{').count()));
  }

  /** GitHub's REST API as published, as far as runners, jobs, hooks and Apps go. */
  public static OpenApiContract github() {
    try {
      return new OpenApiContract(
          JSON.readTree(Payloads.bytes("openapi/github-jit-runner-subset.openapi.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The launcher's contract. */
  public static OpenApiContract launcher() {
    return of("/contract/launcher.openapi.yaml");
  }

  /** The description of the admin API. */
  public static OpenApiContract admin() {
    return of("/openapi/admin.openapi.yaml");
  }

  private static OpenApiContract of(String resource) {
    try (InputStream in = OpenApiContract.class.getResourceAsStream(resource)) {
      Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      return new OpenApiContract(JSON.valueToTree(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What of a request does not fit. */
  public List<String> requestProblems(Recorded request) {
    return requestProblems(
        request.method(),
        request.path(),
        request.rawQuery(),
        request.header("Content-Type"),
        request.body());
  }

  /**
   * What of a request does not fit.
   *
   * @param path as on the wire, without the base path of the server
   * @param query as on the wire, empty without one
   * @param contentType null without one
   */
  public List<String> requestProblems(
      String method, String path, String query, String contentType, byte[] body) {
    Optional<Operation> found = operation(method, path);
    if (found.isEmpty()) {
      return List.of("no such operation: " + method + " " + path);
    }
    Operation operation = found.get();
    List<String> problems = new ArrayList<>();
    Map<String, String> inPath = PathTemplate.of(operation.template()).match(path).orElseThrow();
    problems.addAll(parameterProblems(operation, "path", inPath));
    problems.addAll(parameterProblems(operation, "query", Recorded.queryOf(query)));
    JsonNode expected = resolved(operation.node().path("requestBody"));
    if (body.length > 0 || expected.path("required").booleanValue()) {
      problems.addAll(contentProblems(operation, expected, contentType, body));
      problems.addAll(unknownFields(expected, body));
    }
    return problems;
  }

  /** What of an answer does not fit. */
  public List<String> answerProblems(String method, String path, Answer answer) {
    return answerProblems(
        method,
        path,
        answer.status(),
        answer.header("Content-Type"),
        answer.body().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What of an answer does not fit; a status that is not documented is the only complaint then.
   *
   * @param contentType null without one
   */
  public List<String> answerProblems(
      String method, String path, int status, String contentType, byte[] body) {
    Optional<Operation> found = operation(method, path);
    if (found.isEmpty()) {
      return List.of("no such operation: " + method + " " + path);
    }
    Operation operation = found.get();
    return answer(operation, status)
        .map(expected -> contentProblems(operation, expected, contentType, body))
        .orElseGet(() -> List.of("status " + status + " is not documented for " + operation));
  }

  /** Whether the description knows this status for the operation, by number or by default. */
  public boolean documents(String method, String path, int status) {
    return operation(method, path).flatMap(o -> answer(o, status)).isPresent();
  }

  /** The operation that a request belongs to, as {@code POST /repos/{owner}/…}; empty for none. */
  public String operationOf(String method, String path) {
    return operation(method, path).map(Operation::toString).orElse("");
  }

  /** The description's own example of an answer; a missing node where it has none. */
  public JsonNode example(String method, String path, int status) {
    JsonNode examples =
        operation(method, path)
            .flatMap(found -> answer(found, status))
            .map(expected -> expected.at("/content/application~1json/examples"))
            .orElseGet(MissingNode::getInstance);
    return examples.isEmpty()
        ? MissingNode.getInstance()
        : resolved(examples.iterator().next()).path("value");
  }

  List<Operation> operations() {
    return operations;
  }

  /** All operations, as {@code POST /repos/{owner}/…}. */
  public List<String> operationNames() {
    return operations.stream().map(Operation::toString).toList();
  }

  /** Follows {@code $ref} as far as it goes. */
  JsonNode resolved(JsonNode node) {
    JsonNode at = node;
    while (at.has("$ref")) {
      at = document.at(JsonPointer.compile(at.get("$ref").textValue().substring(1)));
    }
    return at;
  }

  /** What of a JSON document does not fit a schema of this description. */
  List<String> schemaProblems(JsonNode schema, JsonNode value) {
    return Schemas.problems(schemas.computeIfAbsent(schema, this::compiled), value);
  }

  private Optional<Operation> operation(String method, String path) {
    return operations.stream()
        .filter(o -> o.method().equals(method))
        .filter(o -> PathTemplate.of(o.template()).match(path).isPresent())
        .findFirst();
  }

  private Optional<JsonNode> answer(Operation operation, int status) {
    JsonNode responses = operation.node().path("responses");
    JsonNode byStatus = responses.path(Integer.toString(status));
    JsonNode expected = byStatus.isMissingNode() ? responses.path("default") : byStatus;
    return expected.isMissingNode() ? Optional.empty() : Optional.of(resolved(expected));
  }

  private List<String> contentProblems(
      Operation operation, JsonNode expected, String contentType, byte[] body) {
    JsonNode content = expected.path("content");
    if (content.isEmpty()) {
      return body.length == 0 ? List.of() : List.of(operation + " has no body here");
    }
    String type = contentType == null ? "none" : contentType.replaceFirst("\\s*;.*", "");
    if (!content.has(type)) {
      return List.of("content type is " + type + ", documented are " + names(content));
    }
    try {
      return schemaProblems(content.get(type).path("schema"), JSON.readTree(body));
    } catch (IOException e) {
      return List.of("not JSON: " + e.getMessage());
    }
  }

  private List<String> unknownFields(JsonNode expected, byte[] body) {
    JsonNode schema = resolved(expected.at("/content/application~1json/schema"));
    try {
      List<String> unknown = new ArrayList<>(names(JSON.readTree(body)));
      unknown.removeAll(names(schema.path("properties")));
      return unknown.stream().map(name -> "/" + name + ": not a documented field").toList();
    } catch (IOException e) {
      return List.of(); // said already
    }
  }

  private List<String> parameterProblems(
      Operation operation, String in, Map<String, String> values) {
    List<String> problems = new ArrayList<>();
    Map<String, String> unknown = new LinkedHashMap<>(values);
    for (JsonNode parameter : operation.parameters()) {
      if (parameter.path("in").textValue().equals(in)) {
        String name = parameter.path("name").textValue();
        String value = unknown.remove(name);
        if (value != null) {
          JsonNode schema = parameter.path("schema");
          for (String problem : schemaProblems(schema, typed(value, resolved(schema)))) {
            problems.add(in + " parameter " + name + problem);
          }
        } else if (parameter.path("required").booleanValue()) {
          problems.add(in + " parameter " + name + " is missing");
        }
      }
    }
    unknown.keySet().forEach(name -> problems.add(in + " parameter " + name + " is not known"));
    return problems;
  }

  private JsonSchema compiled(JsonNode schema) {
    // the schema moves to the root, where its references to components resolve
    ObjectNode root = JSON.createObjectNode();
    root.putArray("allOf").add(schema);
    root.set("components", document.path("components"));
    return FACTORY.getSchema(root, Schemas.STRICT);
  }

  /** A parameter's text as the JSON value its type asks for; text where it is none. */
  private static JsonNode typed(String value, JsonNode schema) {
    try {
      return switch (schema.path("type").asText()) {
        case "integer", "number" -> JSON.readTree(new BigDecimal(value).toPlainString());
        case "boolean" -> JSON.readTree(value);
        default -> JsonNodeFactory.instance.textNode(value);
      };
    } catch (IOException | NumberFormatException e) {
      return JsonNodeFactory.instance.textNode(value);
    }
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Entry::getKey).toList();
  }
}
