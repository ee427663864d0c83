package io.github.modalrunner.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Headers;

/** An HTTP API of the outside world: a table of operations on the {@link World}. */
public abstract class StandIn {
  final World world;
  private final String side;
  private final String prefix;
  private final List<Operation> operations = new ArrayList<>();

  private record Operation(
      String method, Pattern path, String kind, Function<Request, Answer> action) {}

  /** A call. Header names are compared without regard to case; no body is a missing node. */
  record Request(
      Matcher path, Map<String, String> query, Map<String, String> headers, JsonNode body) {
    String part(int group) {
      return path.group(group);
    }

    long id(int group) {
      return Long.parseLong(part(group));
    }

    int number(String parameter, int otherwise) {
      return Integer.parseInt(query.getOrDefault(parameter, Integer.toString(otherwise)));
    }
  }

  StandIn(World world, String side, String prefix) {
    this.world = world;
    this.side = side;
    this.prefix = prefix;
  }

  final void on(String method, String path, String kind, Function<Request, Answer> action) {
    operations.add(
        new Operation(method, Pattern.compile(prefix + path), side + "." + kind, action));
  }

  /** Refuses a call before its operation is looked at; null lets it pass. */
  abstract Answer refusal(Map<String, String> headers, String body);

  /** Answers what no operation answers. */
  abstract Answer unknown();

  /**
   * Answers one call.
   *
   * @param path with the prefix, as on the request line, without the query
   * @param query raw, may be null
   */
  public final Answer handle(
      String method, String path, String query, Map<String, String> headers, String body) {
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    names.putAll(headers);
    for (Operation operation : operations) {
      Matcher matcher = operation.path.matcher(path);
      if (operation.method.equals(method) && matcher.matches()) {
        Request request = new Request(matcher, parameters(query), names, json(body));
        String subject = request.body.path("name").asText(path.substring(prefix.length()));
        Faults.Call call = world.call(operation.kind, subject);
        return world.faults.around(
            call, () -> world.inTurn(() -> perform(operation, request, body)));
      }
    }
    return unknown();
  }

  private Answer perform(Operation operation, Request request, String body) {
    world.tally.call(operation.kind);
    Answer refusal = refusal(request.headers, body);
    return refusal == null ? operation.action.apply(request) : refusal;
  }

  /** The same for a Camel route: takes the call from the message and leaves the answer in it. */
  public final String serve(
      @Header(Exchange.HTTP_METHOD) String method,
      @Header(Exchange.HTTP_PATH) String path,
      @Header(Exchange.HTTP_QUERY) String query,
      @Headers Map<String, Object> headers,
      @Body String body) {
    Map<String, String> texts = new TreeMap<>();
    headers.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    Answer answer = handle(method, path, query, texts, body);
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, answer.status());
    headers.putAll(answer.headers());
    return answer.body();
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  private static JsonNode json(String body) {
    try {
      return body == null ? MissingNode.getInstance() : Payloads.JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
