package io.github.modalrunner.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One file of {@code routes/}.
 *
 * @param name from the project's root, with slashes: {@code routes/10-webhook.camel.yaml}
 */
record RouteFile(String name, String text, Object document, String problem) {
  private static final Pattern NUMBER = Pattern.compile("(\\d+)-[a-z0-9-]+\\.camel\\.yaml");

  static RouteFile of(String name, String text) {
    try {
      List<Object> documents = new ArrayList<>();
      new Load(LoadSettings.builder().build()).loadAllFromString(text).forEach(documents::add);
      return new RouteFile(name, text, documents.isEmpty() ? null : documents.get(0), "");
    } catch (YamlEngineException e) {
      return new RouteFile(name, text, null, Objects.toString(e.getMessage()));
    }
  }

  /** Its top-level entries: routes, route configurations, lists of beans. */
  Stream<Place> entries() {
    return document instanceof List<?> list
        ? list.stream()
            .filter(Map.class::isInstance)
            .flatMap(entry -> ((Map<?, ?>) entry).entrySet().stream())
            .map(e -> new Place(this, null, Objects.toString(e.getKey()), e.getValue()))
        : Stream.empty();
  }

  /** Every place in it. */
  Stream<Place> places() {
    return entries().flatMap(Place::all);
  }

  /** What the YAML is made of, comments included; empty when it cannot be read. */
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    if (problem.isEmpty()) {
      new Parse(LoadSettings.builder().setParseComments(true).build())
          .parseString(text)
          .forEach(events::add);
    }
    return events;
  }

  /** The number that its name begins with: its stage in the flow. */
  OptionalInt number() {
    Matcher matcher = NUMBER.matcher(name.substring(folder().length() + 1));
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  String folder() {
    return name.substring(0, name.lastIndexOf('/'));
  }

  /** A complaint about the file as a whole. */
  String breach(String what) {
    return name + ": " + what;
  }
}
