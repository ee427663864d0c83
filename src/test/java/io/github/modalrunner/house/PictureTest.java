package io.github.modalrunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The picture in docs/architecture.md is drawn from the routes as they are. */
class PictureTest {
  private static final Path PAGE = Path.of("docs/architecture.md");

  @Test
  void thePictureShowsWhichStageCallsAndHintsAtWhich() throws IOException {
    // When
    String drawn = picture(House.at(Path.of("")));

    // Then
    assertThat(Files.readString(PAGE)).contains("```mermaid\n" + drawn + "```\n");
  }

  /** Stages that are loaded, apart from error handling: a solid line calls, a dotted one hints. */
  private static String picture(House house) {
    SortedMap<String, String> stageOf = new TreeMap<>();
    house
        .routes()
        .filter(route -> isStage(route.file()))
        .forEach(
            route ->
                Endpoint.in(route.children().filter(part -> part.key().equals("from")))
                    .filter(from -> from.isDirect() || from.scheme().equals("seda"))
                    .forEach(from -> stageOf.put(key(from), stage(route.file()))));
    SortedSet<String> stages = new TreeSet<>();
    SortedSet<String> lines = new TreeSet<>();
    house
        .endpoints()
        .filter(endpoint -> isStage(endpoint.at().file()) && !endpoint.isConsumed())
        .forEach(
            call -> {
              String from = stage(call.at().file());
              String to = call.isHttp() ? outside(call) : stageOf.getOrDefault(key(call), "");
              if (!to.isEmpty() && !to.equals(from) && !to.startsWith("95")) {
                lines.add(
                    "  %s %s %s"
                        .formatted(
                            id(from), call.scheme().equals("seda") ? "-.->" : "-->", id(to)));
                stages.add(from);
                stages.add(to);
              }
            });
    return "flowchart TD\n"
        + stages.stream()
            .map(stage -> "  %s[\"%s\"]\n".formatted(id(stage), stage.replaceFirst("-", " ")))
            .collect(Collectors.joining())
        + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String outside(Endpoint call) {
    return call.at().text("uri").contains("launcher")
        ? "launcher"
        : call.at().text("uri").contains("warm-up") ? "" : "GitHub";
  }

  private static boolean isStage(RouteFile file) {
    return file.folder().equals("routes") && file.number().isPresent();
  }

  private static String stage(RouteFile file) {
    return file.name().replaceFirst(".*/", "").replaceFirst("\\.camel\\.yaml$", "");
  }

  private static String id(String stage) {
    return "s" + stage.replace("-", "");
  }

  private static String key(Endpoint endpoint) {
    return (endpoint.isDirect() ? "direct " : "seda ") + endpoint.name();
  }
}
