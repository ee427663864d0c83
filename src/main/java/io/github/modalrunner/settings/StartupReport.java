package io.github.modalrunner.settings;

import java.util.ArrayList;
import java.util.List;

/** Says to people what keeps the gateway from starting. */
public final class StartupReport {
  private StartupReport() {}

  /** How many problems, each by its name with what to do, where to read on; without secrets. */
  public static String of(List<Settings.Problem> settings, List<RouteFiles.Problem> routes) {
    List<String> blocks = new ArrayList<>();
    settings.forEach(p -> blocks.add(p.property() + " (" + p.variable() + ")\n  " + p.message()));
    routes.forEach(
        p -> blocks.add(p.file() + ":" + p.line() + " " + p.pointer() + "\n  " + p.message()));
    if (blocks.isEmpty()) {
      return "No problems found.";
    }
    blocks.add(0, blocks.size() == 1 ? "1 problem found:" : blocks.size() + " problems found:");
    blocks.add("Every setting is explained in docs/configuration.md");
    return String.join("\n\n", blocks);
  }
}
