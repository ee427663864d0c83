package io.github.modalrunner.house;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who calls whom by {@code direct}, and what that does outside. */
final class Flow {
  /**
   * Components that change nothing that a repeat would do twice: a hint may come twice or never.
   */
  private static final Set<String> HARMLESS = Set.of("direct", "log", "bean", "seda");

  private static final Pattern WRITES = Pattern.compile("(?i)\\b(INSERT|UPDATE|DELETE)\\b");

  private final House house;
  private final Map<String, Place> byName;

  Flow(House house) {
    this.house = house;
    this.byName =
        house
            .routes()
            .filter(route -> consumed(route).filter(Endpoint::isDirect).findAny().isPresent())
            .collect(
                Collectors.toMap(
                    route -> consumed(route).findFirst().orElseThrow().name(),
                    Function.identity(),
                    (first, second) -> first));
  }

  /** The routes that consume a direct endpoint, by its name. */
  Map<String, Place> byName() {
    return byName;
  }

  /** A route that leaves its errors to its caller. */
  static boolean isHelper(Place route) {
    return route.at("errorHandler", "noErrorHandler").isPresent();
  }

  /** Every call by direct: from steps, exception clauses and dead letter channels. */
  Stream<Endpoint> calls() {
    return house.endpoints().filter(e -> e.isDirect() && !e.isConsumed());
  }

  /** Direct calls that start in one route. */
  Stream<Endpoint> callsOf(Place route) {
    return Endpoint.in(route.steps()).filter(Endpoint::isDirect);
  }

  /**
   * How many effects one run of a helper may have outside the process: HTTP calls, SQL statements
   * that write, other components; with those of the helpers that it calls. Of a choice, the branch
   * with the most. A helper that sets the variable {@code method} to GET only reads; one whose
   * description says "Safe to repeat" and why counts as little.
   */
  int sideEffects(Place helper) {
    return sideEffects(helper, new HashSet<>());
  }

  private int sideEffects(Place holder, Set<String> onTheWay) {
    int effects = 0;
    if (holder.text("description").contains("Safe to repeat:")
        || holder.ownSteps().stream().anyMatch(Flow::choosesGet)) {
      return 0;
    }
    for (Place step : holder.ownSteps()) {
      effects += Endpoint.of(step).map(e -> sideEffects(e, onTheWay)).orElse(0);
      effects +=
          step.key().equals("choice")
              ? step.children().mapToInt(branch -> sideEffects(branch, onTheWay)).max().orElse(0)
              : sideEffects(step, onTheWay);
    }
    return effects;
  }

  private static boolean choosesGet(Place step) {
    return step.key().equals("setVariable")
        && step.text("name").equals("method")
        && step.text("expression", "constant", "expression").equals("GET");
  }

  private int sideEffects(Endpoint endpoint, Set<String> onTheWay) {
    if (endpoint.isDirect()) {
      Place called = byName.get(endpoint.name());
      if (called == null || !isHelper(called) || !onTheWay.add(endpoint.name())) {
        return 0;
      }
      int effects = sideEffects(called, onTheWay);
      onTheWay.remove(endpoint.name());
      return effects;
    }
    if (endpoint.scheme().equals("sql")) {
      return Sql.files(house, endpoint.query()).values().stream()
              .anyMatch(sql -> WRITES.matcher(Sql.code(sql)).find())
          ? 1
          : 0;
    }
    return HARMLESS.contains(endpoint.scheme()) ? 0 : 1;
  }

  /** The first way that leads from a route back to it; empty when there is none. */
  List<String> circle(Place route) {
    return circle(route.id(), route, new ArrayList<>(List.of(route.id())));
  }

  private List<String> circle(String start, Place at, List<String> way) {
    for (String next : callsOf(at).map(Endpoint::name).distinct().toList()) {
      if (next.equals(start)) {
        way.add(next);
        return way;
      }
      if (byName.containsKey(next) && !way.contains(next)) {
        List<String> further = new ArrayList<>(way);
        further.add(next);
        List<String> found = circle(start, byName.get(next), further);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return List.of();
  }

  private static Stream<Endpoint> consumed(Place route) {
    return Endpoint.in(route.children().filter(c -> c.key().equals("from")));
  }
}
