package io.github.modalrunner.house;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a route is named, described, sized, and what it does about errors. */
final class RouteRules {
  private static final int MOST_STEPS = 12;
  private static final int DEEPEST_NESTING = 3;

  private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*");
  private static final Pattern LOWER_CAMEL = Pattern.compile("[a-z][A-Za-z0-9]*");
  private static final Pattern HOST = Pattern.compile("https?://[a-zA-Z0-9]");
  private static final Pattern SUBJECT_VERB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)+");
  private static final Pattern MADE_UP = Pattern.compile("([a-zA-Z]+)-?([0-9a-f]{4}|[0-9]{1,3})");

  /** Steps that call out, check, choose or split. */
  private static final Set<String> NAMED_STEPS =
      Set.of(
          "to",
          "toD",
          "enrich",
          "pollEnrich",
          "poll",
          "wireTap",
          "recipientList",
          "kamelet",
          "bean",
          "filter",
          "validate",
          "choice",
          "when",
          "split",
          "aggregate",
          "multicast",
          "loop",
          "circuitBreaker",
          "idempotentConsumer",
          "throttle");

  private RouteRules() {}

  static List<Rule> all() {
    return List.of(
        perRoute(
            "A route's id is <subject>-<verb>",
            "an id such as runner-mint",
            route ->
                SUBJECT_VERB.matcher(route.id()).matches()
                    ? Stream.empty()
                    : Stream.of("the id is '" + route.id() + "'")),
        perRoute(
            "A route that consumes direct is named after it",
            "the same literal name as id and as parameters.name of from",
            route ->
                Endpoint.in(from(route).stream())
                    .filter(Endpoint::isDirect)
                    .filter(e -> !e.name().equals(route.id()))
                    .map(e -> "consumes direct " + e.name())),
        perRoute(
            "A route's from has an id",
            "id: webhook-in under from",
            route ->
                from(route).map(Place::id).orElse("").isEmpty()
                    ? Stream.of("from has no id")
                    : Stream.empty()),
        new Rule(
            "Route configurations have an id",
            "an id, and routeConfigurationId at the routes: without one it applies to no route",
            house ->
                house
                    .entries("routeConfiguration")
                    .filter(entry -> entry.id().isEmpty())
                    .map(entry -> entry.breach("no id"))),
        new Rule(
            "Steps that call out, check, choose or split have an id",
            "an id that says the intent: store-delivery",
            house ->
                house
                    .places(p -> NAMED_STEPS.contains(p.key()) && p.value() instanceof Map)
                    .filter(p -> p.isStep() || p.key().equals("when"))
                    .filter(p -> p.id().isEmpty())
                    .map(p -> p.breach(p.key() + " without id"))),
        new Rule(
            "Ids say the intent",
            "store-delivery, not to-4f2a or route1",
            house ->
                house
                    .places(p -> !p.id().isEmpty() && (p.isStep() || p.parent() == null))
                    .filter(p -> isMadeUp(p) || !NAME.matcher(p.id()).matches())
                    .map(p -> p.breach("the id " + p.id()))),
        new Rule(
            "No id stands twice",
            "an id of its own: metrics, logs and diagrams go by it",
            RouteRules::twice),
        perRoute(
            "A route's description gives In and Out, a helper's also Throws",
            "one sentence, then In: what it reads. Out: what it leaves. Throws what it throws",
            RouteRules::undescribed),
        perRoute(
            "A route has at most " + MOST_STEPS + " steps",
            "a second route, called by direct",
            route ->
                route.steps().count() > MOST_STEPS
                    ? Stream.of(route.steps().count() + " steps")
                    : Stream.empty()),
        new Rule(
            "Steps nest at most " + DEEPEST_NESTING + " deep",
            "a route of its own for the inner part",
            house ->
                house
                    .places(Place::isStep)
                    .filter(p -> p.nesting() > DEEPEST_NESTING)
                    .map(p -> p.breach(p.key() + " is " + p.nesting() + " deep"))),
        new Rule(
            "Only constant, simple, jsonpath and method are spoken",
            "jsonpath to select, a method of a bean to decide",
            house ->
                house
                    .places(Languages::is)
                    .filter(p -> !Languages.ALLOWED.contains(p.key()))
                    .map(p -> p.breach("speaks " + p.key()))),
        new Rule(
            "Simple says one reference or one comparison",
            "a bean for a decision, a filter in a filter for a second condition",
            house ->
                simples(house)
                    .flatMap(p -> Languages.tooMuch(p.text("expression")).stream().map(p::breach))),
        new Rule(
            "No decision reads an exception's message",
            "the exception's type or status: a wording may change",
            house ->
                simples(house)
                    .filter(
                        p ->
                            p.text("expression").matches("(?s)\\$\\{exception\\.message}\\s+\\S.*"))
                    .map(p -> p.breach(p.text("expression")))),
        new Rule(
            "JSON is built by Jackson",
            "a map out of a bean, and marshal: a quote in a value breaks concatenated JSON",
            house ->
                house
                    .places(p -> Languages.is(p) && Set.of("simple", "constant").contains(p.key()))
                    .filter(p -> p.text("expression").matches("(?s)\\s*([\\[]|\\{(?!\\{)).*"))
                    .map(p -> p.breach(p.text("expression")))),
        new Rule(
            "Variables are named in lowerCamel",
            "registrationId",
            house ->
                house
                    .places(p -> p.key().equals("setVariable"))
                    .filter(p -> !LOWER_CAMEL.matcher(p.text("name")).matches())
                    .map(p -> p.breach("the variable " + p.text("name")))),
        new Rule(
            "Headers are cleared before each call out",
            "removeHeaders: {pattern: \"*\"} before the call, in the same steps: Camel's own"
                + " headers steer the call, others leak",
            RouteRules::uncleared),
        new Rule(
            "No host stands in a route",
            "a setting with unit and comment",
            house ->
                house.routeFiles().stream()
                    .filter(file -> HOST.matcher(file.text()).find())
                    .map(file -> file.breach("names a URL"))),
        new Rule(
            "No error is caught by java.lang.Exception or Throwable",
            "the exception's own type, with onWhen; the unknown goes to the dead letter channel",
            house ->
                house
                    .places(
                        p ->
                            Set.of("java.lang.Exception", "java.lang.Throwable")
                                .contains(p.value()))
                    .map(p -> p.breach("catches " + p.value()))),
        new Rule(
            "Every route names a lane or is a helper",
            "routeConfigurationId: errors-edge, errors-worker or errors-background; or"
                + " errorHandler: {noErrorHandler: {}}, so that errors reach the caller's lane",
            house ->
                house
                    .routes()
                    .flatMap(route -> laneProblem(house, route).stream().map(route::breach))),
        new Rule(
            "A helper has at most one side effect",
            "a helper for each: its caller repeats it as a whole",
            RouteRules::severalEffects));
  }

  private static Rule perRoute(
      String name, String instead, Function<Place, Stream<String>> breaches) {
    return new Rule(
        name,
        instead,
        house -> house.routes().flatMap(route -> breaches.apply(route).map(route::breach)));
  }

  private static Optional<Place> from(Place route) {
    return route.children().filter(c -> c.key().equals("from")).findFirst();
  }

  private static Stream<Place> simples(House house) {
    return house.places(p -> p.key().equals("simple") && Languages.is(p));
  }

  private static Stream<String> uncleared(House house) {
    return house
        .endpoints()
        .filter(e -> e.isHttp() && !e.isConsumed())
        .map(Endpoint::at)
        .filter(
            call ->
                call.parent()
                    .children()
                    .takeWhile(step -> !step.equals(call))
                    .noneMatch(
                        step ->
                            step.key().equals("removeHeaders") && step.text("pattern").equals("*")))
        .map(call -> call.breach("goes out with the headers it met"));
  }

  private static boolean isMadeUp(Place place) {
    Matcher matcher = MADE_UP.matcher(place.id());
    return matcher.matches() && matcher.group(1).equals(place.key());
  }

  /** What is optional stands in the place of a file, and bears the ids of its routes. */
  private static Stream<String> twice(House house) {
    return house
        .places(p -> p.value() instanceof Map && !p.id().isEmpty())
        .filter(p -> !p.file().folder().endsWith("optional"))
        .collect(Collectors.groupingBy(Place::id, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .filter(sameId -> sameId.size() > 1)
        .map(
            sameId ->
                sameId.stream().map(Place::where).collect(Collectors.joining("and ")) + "same id");
  }

  private static Stream<String> undescribed(Place route) {
    String description = route.text("description");
    return Stream.of("In:", "Out:", "Throws")
        .filter(word -> !word.equals("Throws") || Flow.isHelper(route))
        .filter(word -> !Pattern.compile("\\b" + word).matcher(description).find())
        .map(word -> "the description has no '" + word + "'");
  }

  private static Stream<String> severalEffects(House house) {
    Flow flow = new Flow(house);
    return house
        .routes()
        .filter(route -> Flow.isHelper(route) && flow.sideEffects(route) > 1)
        .map(route -> route.breach(flow.sideEffects(route) + " side effects"));
  }

  private static Optional<String> laneProblem(House house, Place route) {
    Set<String> lanes =
        house.entries("routeConfiguration").map(Place::id).collect(Collectors.toSet());
    String named = route.text("routeConfigurationId");
    if (named.isEmpty()) {
      return Flow.isHelper(route) ? Optional.empty() : Optional.of("neither lane nor helper");
    }
    if (route.at("errorHandler").isPresent()) {
      return Optional.of("names a lane and has an error handler of its own");
    }
    return Stream.of(named.split(","))
        .map(String::trim)
        .filter(lane -> !lanes.contains(lane))
        .map(lane -> "there is no route configuration " + lane)
        .findFirst();
  }
}
