package io.github.modalrunner.house;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CommentEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** The YAML that both visual editors, Kaoto and Karavan, open and save back unharmed. */
final class FormRules {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> ENTRIES = Set.of("route", "routeConfiguration", "beans");

  /** Words that an editor damages, or that put a program or a swallowed error into a route. */
  private static final Map<String, String> FORBIDDEN =
      Map.of(
          "doTry", "an onException of the route's lane",
          "doCatch", "an onException of the route's lane",
          "doFinally", "a step after the call, or the lane",
          "script", "a method expression that asks a bean",
          "onFallback", "let the breaker's exception reach the lane",
          "loadBalance", "a bean that chooses, and one call",
          "optimisticLockRetryPolicy", "a plain aggregate",
          "refErrorHandler", "the error handler itself, in the route configuration");

  /** Schemes and one whole placeholder; everything else of an endpoint goes to parameters. */
  private static final Pattern SPLIT_URI = Pattern.compile("[a-z][a-z0-9-]*|\\{\\{[^{}]+}}");

  private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][A-Za-z0-9]*");
  private static final Pattern CAMEL_CASES =
      Pattern.compile("[a-z][A-Za-z0-9]*(\\.[a-z0-9][A-Za-z0-9]*)*");

  /** What the editors write differently when it is not quoted: 0123, 1.10, 12345678901234567. */
  private static final Pattern REWRITTEN =
      Pattern.compile("[-+]?(0\\d+|\\d*\\.\\d*0|\\d{16,}|0[xo][0-9a-fA-F]+|\\d[\\d_]*_[\\d_]*)");

  private FormRules() {}

  static List<Rule> all() {
    return List.of(
        perFile(
            "A route file is YAML",
            "what the message says",
            file -> file.problem().isEmpty() ? Stream.empty() : Stream.of(file.problem())),
        new Rule(
            "A route file fits Camel's own schema",
            "the word at the pointer, as the Camel YAML DSL spells it",
            house -> house.routeFiles().stream().flatMap(FormRules::schemaProblems)),
        perFile(
            "A route file is one document without anchors",
            "the value itself in each place, and a second file",
            file ->
                file.events().stream()
                    .flatMap(FormRules::documentOrAnchor)
                    .skip(file.events().isEmpty() ? 0 : 1)),
        perFile(
            "A route file has no comments",
            "a description or a note at the route or step: no editor keeps all comments",
            file ->
                file.events().stream()
                    .filter(CommentEvent.class::isInstance)
                    .map(e -> "comment in line " + line(e))),
        perFile(
            "A route file has one kind of top-level entry",
            "a file for each kind: the editors sort them differently",
            file -> {
              List<String> kinds = file.entries().map(Place::key).distinct().toList();
              return kinds.size() > 1 ? Stream.of("has " + kinds) : Stream.empty();
            }),
        perFile(
            "Top-level entries are routes, route configurations and beans",
            "onException, errorHandler and intercept inside a named routeConfiguration; from inside"
                + " a route",
            file ->
                file.entries()
                    .map(Place::key)
                    .filter(kind -> !ENTRIES.contains(kind))
                    .map(kind -> "has the entry " + kind)),
        perPlace(
            "Words that an editor damages or that hide an error are not used",
            "see the line",
            place ->
                FORBIDDEN.containsKey(place.key())
                    ? Stream.of(place.key() + "; better: " + FORBIDDEN.get(place.key()))
                    : Stream.empty()),
        perPlace(
            "Endpoints are written in split form",
            "uri: direct, and parameters: {name: x}; a whole URL as one placeholder, its path in"
                + " the header CamelHttpPath",
            place ->
                place.key().equals("uri")
                        && !SPLIT_URI.matcher(Objects.toString(place.value())).matches()
                    ? Stream.of("uri is " + place.value())
                    : Stream.empty()),
        perPlace(
            "Steps are written in long form",
            "to: {uri: x}, log: {message: x}, removeHeaders: {pattern: x}",
            place ->
                place.isStep() && !(place.value() instanceof Map)
                    ? Stream.of(place.key() + " is " + place.value())
                    : Stream.empty()),
        perPlace(
            "Expressions are written in long form",
            "expression: {simple: {expression: x}}",
            FormRules::shortExpression),
        perPlace(
            "Steps and options are in camelCase",
            "setHeader, not set-header",
            place ->
                CAMEL_CASE.matcher(place.key()).matches()
                    ? Stream.empty()
                    : Stream.of("has " + place.key())),
        perPlace(
            "Keys of parameters and properties are in camelCase",
            "maxSize, not max-size; dots for what is nested: policy.maxSize",
            FormRules::oddKeys),
        perPlace(
            "No text is empty",
            "leave the parameter out; ${null} in simple for an empty value",
            place ->
                Stream.concat(Stream.of(place.value()), place.names().values().stream())
                    .filter(""::equals)
                    .map(empty -> place.key() + " holds an empty text")),
        perPlace(
            "The text of an expression is text",
            "quotes around it: \"202\"",
            place ->
                place.key().equals("expression")
                        && !(place.value() instanceof String)
                        && !(place.value() instanceof Map)
                    ? Stream.of("expression is the value " + place.value())
                    : Stream.empty()),
        perFile(
            "Numbers that an editor would write differently are quoted",
            "quotes around it: \"1.10\"",
            file ->
                file.events().stream()
                    .filter(FormRules::isRewritten)
                    .map(e -> ((ScalarEvent) e).getValue() + " in line " + line(e))));
  }

  private static Rule perFile(
      String name, String instead, Function<RouteFile, Stream<String>> breaches) {
    return new Rule(
        name,
        instead,
        house ->
            house.routeFiles().stream().flatMap(file -> breaches.apply(file).map(file::breach)));
  }

  private static Rule perPlace(
      String name, String instead, Function<Place, Stream<String>> breaches) {
    return new Rule(
        name,
        instead,
        house -> house.places().flatMap(place -> breaches.apply(place).map(place::breach)));
  }

  private static Stream<String> documentOrAnchor(Event event) {
    if (event.getEventId() == Event.ID.DocumentStart) {
      return Stream.of("document in line " + line(event));
    }
    if (event instanceof AliasEvent alias) {
      return Stream.of("alias " + alias.getAlias() + " in line " + line(event));
    }
    return event instanceof NodeEvent node && node.getAnchor().isPresent()
        ? Stream.of("anchor " + node.getAnchor().get() + " in line " + line(event))
        : Stream.empty();
  }

  private static boolean isRewritten(Event event) {
    return event instanceof ScalarEvent scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && REWRITTEN.matcher(scalar.getValue()).matches();
  }

  private static String line(Event event) {
    return event.getStartMark().map(mark -> Integer.toString(mark.getLine() + 1)).orElse("?");
  }

  private static Stream<String> shortExpression(Place place) {
    if (!Languages.ALL.contains(place.key()) || place.parent() == null) {
      return Stream.empty();
    }
    boolean held = Languages.HOLDERS.contains(place.parent().key());
    boolean language = held || Languages.is(place);
    return language && !(held && place.value() instanceof Map)
        ? Stream.of(place.parent().key() + " has a bare " + place.key())
        : Stream.empty();
  }

  private static Stream<String> oddKeys(Place place) {
    return place.key().equals("constructors")
        ? Stream.empty()
        : place.names().entrySet().stream()
            .filter(e -> !CAMEL_CASES.matcher(e.getKey()).matches() || e.getValue() instanceof Map)
            .map(
                e -> "has " + e.getKey() + (e.getValue() instanceof Map ? " with keys below" : ""));
  }

  private static Stream<String> schemaProblems(RouteFile file) {
    return CamelSchema.SCHEMA.validate(JSON.valueToTree(file.document())).stream()
        .map(problem -> file.breach(problem.toString()));
  }

  /** Read on first use: it is large. */
  private static final class CamelSchema {
    private static final JsonSchema SCHEMA = load();

    private static JsonSchema load() {
      try (InputStream in = FormRules.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
        return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(JSON.readTree(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
