package io.github.modalrunner.house;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a step calls, or a route consumes. */
record Endpoint(Place at, String uri) {
  private static final Set<String> BY_URI = Set.of("from", "to", "toD", "wireTap", "poll");
  private static final Set<String> BY_EXPRESSION = Set.of("enrich", "pollEnrich", "recipientList");

  /** The endpoint of one place; nothing for a place that names none. */
  static Optional<Endpoint> of(Place place) {
    Stream<String> uris =
        BY_URI.contains(place.key())
            ? Stream.of(place.text("uri"))
            : BY_EXPRESSION.contains(place.key())
                ? Stream.of(
                    place.text("expression", "constant", "expression"),
                    place.text("expression", "simple", "expression"))
                : Stream.of(place.text("deadLetterUri"));
    return uris.filter(uri -> !uri.isEmpty()).findFirst().map(uri -> new Endpoint(place, uri));
  }

  static Stream<Endpoint> in(Stream<Place> places) {
    return places.flatMap(place -> of(place).stream());
  }

  /** The component; the whole placeholder where the URL is one. */
  String scheme() {
    return uri.startsWith("{{") ? uri : uri.replaceFirst("[:?].*", "");
  }

  boolean isDirect() {
    return scheme().equals("direct");
  }

  boolean isHttp() {
    return scheme().matches("https?|\\{\\{.*");
  }

  boolean isConsumed() {
    return at.key().equals("from");
  }

  /** The name of a {@code direct} or {@code seda} endpoint. */
  String name() {
    return at.at("parameters", "name")
        .map(Object::toString)
        .orElseGet(() -> uri.replaceFirst("^[a-z-]+:?", "").replaceFirst("\\?.*", ""));
  }

  /** The statement of an {@code sql} endpoint. */
  String query() {
    return at.text("parameters", "query");
  }
}
