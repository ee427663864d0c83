package io.github.modalrunner.settings;

import io.github.modalrunner.check.Finding;
import java.util.ArrayList;
import java.util.List;

/** Says to people what keeps the gateway from starting. */
public final class StartupReport {
  private StartupReport() {}

  /** How many problems, each by its name with what to do, where to read on; without secrets. */
  public static String of(List<Settings.Problem> settings, List<RouteFiles.Problem> routes) {
    return of(settings, routes, List.of());
  }

  /** The same, with what GitHub and the launcher were found to object to. */
  public static String of(
      List<Settings.Problem> settings, List<RouteFiles.Problem> routes, List<Finding> findings) {
    List<String> blocks = new ArrayList<>();
    settings.forEach(p -> blocks.add(p.property() + " (" + p.variable() + ")\n  " + p.message()));
    routes.forEach(
        p -> blocks.add(p.file() + ":" + p.line() + " " + p.pointer() + "\n  " + p.message()));
    findings.stream().filter(Finding::wrong).map(StartupReport::block).forEach(blocks::add);
    if (blocks.isEmpty()) {
      blocks.add("No problems found.");
    } else {
      blocks.add(0, blocks.size() == 1 ? "1 problem found:" : blocks.size() + " problems found:");
      blocks.add("Every setting is explained in docs/configuration.md");
    }
    List<String> unseen =
        findings.stream().filter(f -> !f.wrong()).map(StartupReport::block).toList();
    if (!unseen.isEmpty()) {
      blocks.add("Not looked at:");
      blocks.addAll(unseen);
    }
    return String.join("\n\n", blocks);
  }

  private static String block(Finding finding) {
    return finding.subject() + "\n  " + finding.message();
  }
}
