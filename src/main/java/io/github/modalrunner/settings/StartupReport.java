package io.github.modalrunner.settings;

import java.util.ArrayList;
import java.util.List;

/** Says to people what keeps the gateway from starting. */
public final class StartupReport {
  private StartupReport() {}

  /** How many problems, each by its name with what to do, where to read on; without secrets. */
  public static String of(List<Settings.Problem> settings, List<RouteFiles.Problem> routes) {
    List<String> lines = new ArrayList<>();
    settings.forEach(p -> lines.add(p.property() + " (" + p.variable() + ")\n  " + p.message()));
    routes.forEach(
        p -> lines.add(p.file() + ":" + p.line() + " " + p.pointer() + "\n  " + p.message()));
    if (lines.isEmpty()) {
      return "No problems found.\n";
    }
    lines.add(0, lines.size() == 1 ? "1 problem found:" : lines.size() + " problems found:");
    lines.add("Every setting is explained in docs/configuration.md\n");
    return String.join("\n\n", lines);
  }
}
