package io.github.modalrunner.settings;

import static java.util.function.Predicate.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Where settings come from: environment, system properties, file, predecessor, in this order. */
final class Sources {
  private final Map<String, String> environment;
  private final Map<String, String> systemProperties;
  private final Map<String, String> file;

  Sources(
      Map<String, String> environment,
      Map<String, String> systemProperties,
      Map<String, String> file) {
    this.environment = environment;
    this.systemProperties = systemProperties;
    this.file = file;
  }

  /** A text as it was given, and where: a phrase that follows "it is". */
  record Given(String text, String origin) {
    @Override
    public String toString() { // the text may be a secret
      return origin;
    }
  }

  /** What is given for a setting, else its default; empty where {@code problem} was told why. */
  Optional<Given> find(Setting setting, Consumer<String> problem) {
    Optional<Given> direct = find(setting.property(), setting.fallback());
    Optional<Given> path =
        find(setting.property() + "-file", "")
            .filter(given -> setting.kind().secret() && !given.text().isBlank());
    if (path.isPresent() && direct.isPresent()) {
      problem.accept("is given twice: keep it or " + setting.variable() + "_FILE");
      return Optional.empty();
    }
    return path.isPresent()
        ? content(path.get().text(), setting.variable() + "_FILE", problem)
        : direct
            .or(() -> formerly(setting))
            .or(() -> Optional.of(new Given(setting.fallback(), "the default")));
  }

  private Optional<Given> find(String property, String fallback) {
    String variable = Setting.variable(property);
    String text = environment.get(variable);
    if (text != null && !text.isBlank()) { // compose files and charts set blank ones
      return Optional.of(new Given(text, "set by " + variable));
    }
    text = systemProperties.get(property);
    if (text != null) {
      return Optional.of(new Given(text, "set as a system property"));
    }
    return Optional.ofNullable(file.get(property)) // shows every default, which is no choice
        .filter(not(shown -> shown.strip().equals(fallback)))
        .map(chosen -> new Given(chosen, "set in application.properties"));
  }

  private Optional<Given> formerly(Setting setting) {
    String variable = setting.formerly();
    // many shells have a GITHUB_TOKEN of their own: it must not get in the way of an App
    boolean app = variable.equals("GITHUB_TOKEN") && find("runner.github.app-id", "").isPresent();
    return Optional.ofNullable(environment.get(variable))
        .filter(text -> !text.isBlank() && !app)
        .map(text -> new Given(text, "set by " + variable));
  }

  /** The path is in no message: it may be the secret itself, put into the wrong variable. */
  private static Optional<Given> content(String path, String variable, Consumer<String> problem) {
    try {
      String text = Files.readString(Path.of(path.strip()));
      if (!text.isBlank()) {
        return Optional.of(new Given(text, "in the file that " + variable + " names"));
      }
      problem.accept("is empty: there is nothing in the file that " + variable + " names");
    } catch (IOException | InvalidPathException e) {
      problem.accept("cannot be read: " + variable + " must name a text file that can");
    }
    return Optional.empty();
  }

  /** The {@code runner.*} properties and RUNNER_* variables that are set, with their property. */
  Map<String, String> names() {
    Map<String, String> names = new TreeMap<>();
    Stream.of(systemProperties, file)
        .flatMap(properties -> properties.keySet().stream())
        .filter(name -> name.startsWith("runner."))
        .forEach(name -> names.put(name, name));
    environment.forEach(
        (name, text) -> {
          if (name.startsWith("RUNNER_") && !text.isBlank()) {
            names.put(name, Setting.property(name));
          }
        });
    return names;
  }
}
