package io.github.modalrunner.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads signed bodies strictly: UTF-8, one JSON document, no duplicate keys, nested at most 100
 * deep; then {@code workflow_job} against {@code schemas/workflow_job.schema.json}. Never throws
 * for what a sender wrote.
 */
public final class Payloads {
  private static final Set<String> ACTIONS =
      Set.of("queued", "waiting", "in_progress", "completed");

  /** Stands for what could not be decoded, unless it was really sent. */
  private static final char REPLACEMENT = '\uFFFD';

  private final JsonMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .build();
  private final JsonSchema jobSchema = schema("/schemas/workflow_job.schema.json");
  private final Fields jobFields = Fields.of(jobSchema.getSchemaNode());

  /**
   * Reads a {@code workflow_job} body; one with an action that is none of ours counts as valid.
   * Only what the schema names is kept: a tenth of a usual delivery, and all that is ever read.
   */
  public Payload readJob(byte[] body) {
    Payload payload = read(body, jobFields);
    if (!payload.isValid() || isUnknownAction(payload)) {
      return payload;
    }
    return new Payload(
        payload.document(),
        jobSchema.validate(payload.document()).stream().map(Payloads::problem).sorted().toList());
  }

  /** Checks a document that GitHub's API gave, as strictly as one that came in. */
  public Payload check(JsonNode document, String source) {
    return new Payload(
        document,
        jobSchema.validate(document).stream().map(Payloads::problem).sorted().toList(),
        source);
  }

  /** Reads any other body that has to be a JSON object. */
  public Payload read(byte[] body) {
    return read(body, Fields.ALL);
  }

  private Payload read(byte[] body, Fields kept) {
    // Decoded first: from bytes, Jackson would take UTF-16 and UTF-32 as well
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !isUtf8(body)) {
      return malformed("is not UTF-8");
    }
    try (JsonParser parser = mapper.createParser(text)) {
      if (parser.nextToken() == null) {
        return malformed("is empty");
      }
      JsonNode document = kept.read(parser);
      if (parser.nextToken() != null) {
        return notWellFormed(parser.currentLocation());
      }
      return document.isObject()
          ? new Payload(document, List.of())
          : malformed("is not a JSON object");
    } catch (JsonProcessingException e) {
      return notWellFormed(e.getLocation());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a body is what it should be. */
  public boolean isValid(Payload payload) {
    return payload.isValid();
  }

  /** Whether GitHub tells of something that no rule here is about. */
  public boolean isUnknownAction(Payload payload) {
    JsonNode action = payload.document().path("action");
    return action.isTextual() && !ACTIONS.contains(action.textValue());
  }

  /** What the hook of a {@code ping} is set to that would lose events, as sentences. */
  public List<String> warnings(Payload ping) {
    JsonNode hook = ping.document().path("hook");
    List<String> warnings = new ArrayList<>();
    if (hook.path("config").path("content_type").asText("json").equals("form")) {
      warnings.add("The webhook sends forms: set its content type to application/json.");
    }
    List<String> events = new ArrayList<>();
    hook.path("events").forEach(event -> events.add(event.asText()));
    if (!events.isEmpty() && !events.contains("workflow_job") && !events.contains("*")) {
      warnings.add("The webhook does not send the event workflow_job: select \"Workflow jobs\".");
    }
    if (hook.path("config").path("insecure_ssl").asText("0").equals("1")) {
      warnings.add("The webhook does not verify TLS certificates: enable SSL verification.");
    }
    return warnings;
  }

  private static boolean isUtf8(byte[] body) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Says where it is wrong; Jackson's own text names its classes and quotes the sender, and has no
   * place for what is too deep or too long.
   */
  private static Payload notWellFormed(JsonLocation at) {
    return malformed(
        "is not one well-formed JSON document"
            + (at == null
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr())));
  }

  private static Payload malformed(String problem) {
    return new Payload(MissingNode.getInstance(), List.of("/ " + problem));
  }

  private static String problem(ValidationMessage message) {
    String pointer =
        message.getInstanceLocation()
            + (message.getProperty() == null ? "" : "/" + message.getProperty());
    return pointer + " " + message.getType();
  }

  private static JsonSchema schema(String resource) {
    try (InputStream in = Payloads.class.getResourceAsStream(resource)) {
      JsonSchema schema =
          JsonSchemaFactory.getInstance(VersionFlag.V202012)
              .getSchema(
                  in,
                  SchemaValidatorsConfig.builder()
                      .pathType(PathType.JSON_POINTER)
                      .formatAssertionsEnabled(true)
                      .build());
      schema.initializeValidators();
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
