package io.github.modalrunner.house;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which route may call which by {@code direct}: forward, or down to a helper, so that reading the
 * files in their order is reading the flow.
 *
 * <pre>
 * a route of …            may call routes of …
 * NN-*                    its own file and files with a higher number (10 → 20, 10 → 90)
 *                         15-* the inbox, where every source of jobs ends, 50-* to 59-* GitHub, 60-* to
 *                         69-* sandbox seams, 80-* dead letter, from anywhere
 * route-configuration     any file (what an error does)
 * demo/NN-*               its own folder by the same rule; never the real routes, nor they the demo
 * </pre>
 *
 * What goes back goes through the ledger or as a hint by {@code seda}. No calls in a circle.
 */
final class FlowRules {
  private FlowRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "Direct targets are literal",
            "the name itself; a choice of names in a choice step",
            house ->
                new Flow(house)
                    .calls()
                    .filter(
                        call ->
                            call.at().key().equals("toD")
                                || call.name().isEmpty()
                                || call.name().matches(".*[{}$].*"))
                    .map(call -> call.at().breach("calls direct '" + call.name() + "'"))),
        new Rule(
            "Direct targets exist",
            "the id of a route that consumes direct",
            house -> {
              Flow flow = new Flow(house);
              return flow.calls()
                  .filter(call -> !flow.byName().containsKey(call.name()))
                  .map(call -> call.at().breach("calls direct " + call.name()));
            }),
        new Rule(
            "Seda targets exist",
            "the parameters.name of a route that consumes seda: a hint to nobody stays in memory",
            house -> {
              Set<String> heard =
                  house
                      .endpoints()
                      .filter(e -> e.scheme().equals("seda") && e.isConsumed())
                      .map(Endpoint::name)
                      .collect(Collectors.toSet());
              return house
                  .endpoints()
                  .filter(e -> e.scheme().equals("seda") && !heard.contains(e.name()))
                  .map(e -> e.at().breach("hints at seda " + e.name()));
            }),
        new Rule(
            "Routes that consume direct are called",
            "delete the route, or call it",
            house -> {
              Flow flow = new Flow(house);
              Set<String> called = flow.calls().map(Endpoint::name).collect(Collectors.toSet());
              String source = house.mainSource();
              return flow.byName().entrySet().stream()
                  .filter(route -> !called.contains(route.getKey()))
                  .filter(route -> !isSeam(route.getValue().file()))
                  .filter(route -> !source.contains("direct:" + route.getKey()))
                  .map(route -> route.getValue().breach("nobody calls it"));
            }),
        new Rule(
            "Directs flow forward or down to a helper",
            "a row in the ledger and a seda hint for what goes back",
            FlowRules::backward),
        new Rule(
            "Directs never go round in a circle",
            "a row in the ledger and a seda hint for what goes back",
            house -> {
              Flow flow = new Flow(house);
              return house
                  .routes()
                  .filter(route -> !flow.circle(route).isEmpty())
                  .map(route -> route.breach(String.join(" → ", flow.circle(route))));
            }),
        new Rule(
            "Route files with routes begin with their number in the flow",
            "a name such as 45-cache.camel.yaml",
            house ->
                house.routeFiles().stream()
                    .filter(file -> file.number().isEmpty())
                    .filter(file -> file.entries().anyMatch(e -> e.key().equals("route")))
                    .map(file -> file.breach("has routes and no number"))),
        new Rule(
            "No number stands twice in a folder",
            "a number of its own for each stage",
            house ->
                house.routeFiles().stream()
                    .filter(file -> file.number().isPresent())
                    .collect(
                        Collectors.groupingBy(
                            file -> file.folder() + "/" + file.number().getAsInt(),
                            TreeMap::new,
                            Collectors.mapping(RouteFile::name, Collectors.toList())))
                    .values()
                    .stream()
                    .filter(names -> names.size() > 1)
                    .map(names -> String.join(" and ", names) + ": same number")));
  }

  private static Stream<String> backward(House house) {
    Flow flow = new Flow(house);
    return flow.calls()
        .flatMap(
            call ->
                Optional.ofNullable(flow.byName().get(call.name()))
                    .filter(target -> !mayCall(call.at().file(), target.file()))
                    .map(
                        target ->
                            call.at()
                                .breach("calls " + call.name() + " of " + target.file().name()))
                    .stream());
  }

  static boolean mayCall(RouteFile caller, RouteFile target) {
    OptionalInt from = caller.number();
    OptionalInt to = target.number();
    if (from.isEmpty() || to.isEmpty()) {
      return true; // route-configuration; a file without a number is another rule's matter
    }
    return caller.folder().equals(target.folder())
        && (to.getAsInt() >= from.getAsInt() || isHelperFile(to.getAsInt()));
  }

  private static boolean isHelperFile(int number) {
    return number == 15 || (number >= 50 && number <= 59) || isSeam(number) || number == 80;
  }

  /** What a provider of sandboxes offers is its contract, whoever calls it. */
  private static boolean isSeam(RouteFile file) {
    return file.number().isPresent() && isSeam(file.number().getAsInt());
  }

  private static boolean isSeam(int number) {
    return number >= 60 && number <= 69;
  }
}
