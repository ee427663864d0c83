package io.github.modalrunner.house;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One place in the tree of a route file: a key and what stands under it.
 *
 * <p>What has names of its own (parameters, properties of beans) is a value, not a place: nothing
 * in there is a word of the route language.
 *
 * @param parent null at a top-level entry
 * @param value a map, a list, or a scalar as YAML 1.2 reads it
 */
record Place(RouteFile file, Place parent, String key, Object value) {
  /** Lists whose elements are maps of a single key: the step's kind. */
  private static final List<String> LISTS_OF_KINDS =
      List.of("steps", "onException", "intercept", "interceptFrom", "onCompletion");

  private static final List<String> NAMED_BY_OTHERS =
      List.of("parameters", "properties", "constructors");

  /** This place and all below. */
  Stream<Place> all() {
    return Stream.concat(Stream.of(this), children().flatMap(Place::all));
  }

  Stream<Place> children() {
    if (value instanceof Map<?, ?> map && !NAMED_BY_OTHERS.contains(key)) {
      return map.entrySet().stream()
          .map(e -> new Place(file, this, Objects.toString(e.getKey()), e.getValue()));
    }
    if (value instanceof List<?> list) {
      return list.stream().flatMap(this::element);
    }
    return Stream.empty();
  }

  private Stream<Place> element(Object element) {
    return element instanceof Map<?, ?> map && LISTS_OF_KINDS.contains(key)
        ? map.entrySet().stream()
            .map(e -> new Place(file, this, Objects.toString(e.getKey()), e.getValue()))
        : Stream.of(new Place(file, this, key, element));
  }

  /** What is named by others here: parameters, properties; empty at any other place. */
  Map<String, Object> names() {
    Map<String, Object> names = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map && NAMED_BY_OTHERS.contains(key)) {
      map.forEach((name, named) -> names.put(Objects.toString(name), named));
    }
    return names;
  }

  /** The value under a path of keys, below {@code parameters} too. */
  Optional<Object> at(String... keys) {
    Object at = value;
    for (String next : keys) {
      at = at instanceof Map<?, ?> map ? map.get(next) : null;
    }
    return Optional.ofNullable(at);
  }

  /** The same as text; empty when nothing is there. */
  String text(String... keys) {
    return at(keys).map(Object::toString).orElse("");
  }

  String id() {
    return text("id");
  }

  /** Every step of a route, an exception clause, a filter…, the nested ones too. */
  Stream<Place> steps() {
    return children().flatMap(Place::all).filter(Place::isStep);
  }

  /** Only the steps of its own list. */
  List<Place> ownSteps() {
    Stream<Place> holder =
        key.equals("route") ? children().filter(c -> c.key.equals("from")) : Stream.of(this);
    return holder
        .flatMap(Place::children)
        .filter(c -> c.key.equals("steps"))
        .flatMap(Place::children)
        .toList();
  }

  boolean isStep() {
    return parent != null && parent.key.equals("steps");
  }

  /** 1 for a step of the route itself, 2 for one inside a filter, and so on. */
  int nesting() {
    return (parent == null ? 0 : parent.nesting()) + (isStep() ? 1 : 0);
  }

  /** The route, route configuration or list of beans around it. */
  Place entry() {
    return parent == null ? this : parent.entry();
  }

  /** The closest step or entry with an id, for messages. */
  String where() {
    String step = nearestId();
    String entry = entry().key + " " + (entry().id().isEmpty() ? "without id" : entry().id());
    return file.name() + ", " + entry + (step.isEmpty() ? "" : ", " + step) + ": ";
  }

  private String nearestId() {
    if (parent == null) {
      return "";
    }
    return id().isEmpty() ? parent.nearestId() : key + " " + id();
  }

  /** A complaint about this place. */
  String breach(String what) {
    return where() + what;
  }
}
