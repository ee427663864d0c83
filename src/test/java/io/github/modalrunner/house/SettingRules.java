package io.github.modalrunner.house;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings: named where they are used, used where they are named. */
final class SettingRules {
  /** {@code {{a.b}}}, {@code {{?a.b}}}, {@code {{a.b:default}}}, {@code {{!a.b}}}. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?([^{}:]+)(:[^{}]*)?}}");

  private static final Set<String> FUNCTIONS = Set.of("env", "sys", "bean");

  private SettingRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "A setting that a route names stands in application.properties",
            "runner.<area>.<kebab> with unit and comment there",
            house ->
                house.routeFiles().stream()
                    .flatMap(
                        file ->
                            names(file.text())
                                .filter(name -> name.startsWith("runner."))
                                .filter(name -> !house.settings().containsKey(name))
                                .map(name -> file.breach("{{" + name + "}}")))),
        new Rule(
            "Every placeholder resolves",
            "a setting in application.properties, or one that a class sets at the start",
            SettingRules::unresolved),
        new Rule(
            "Every setting is used",
            "delete it, or use it in a route, in another setting or in a class",
            SettingRules::unused),
        new Rule(
            "Settings are named runner.<area>.<kebab>",
            "runner.webhook.max-body-bytes",
            house ->
                house.settings().keySet().stream()
                    .filter(name -> name.startsWith("runner"))
                    .filter(name -> !name.matches("runner(\\.[a-z0-9]+(-[a-z0-9]+)*)+"))
                    .map(name -> "application.properties: " + name)));
  }

  private static Stream<String> unresolved(House house) {
    String source = house.mainSource();
    Map<String, String> texts =
        house.routeFiles().stream().collect(Collectors.toMap(RouteFile::name, RouteFile::text));
    String settings = String.join("\n", house.settings().values());
    return Stream.concat(
            texts.entrySet().stream(), Stream.of(Map.entry("application.properties", settings)))
        .flatMap(
            text ->
                names(text.getValue())
                    .filter(
                        name -> !name.startsWith("runner.") || !text.getKey().startsWith("routes/"))
                    .filter(name -> !house.settings().containsKey(name))
                    .filter(name -> !FUNCTIONS.contains(name))
                    .filter(name -> !source.contains('"' + name + '"'))
                    .map(name -> text.getKey() + ": {{" + name + "}}"));
  }

  private static Stream<String> unused(House house) {
    String users =
        house.routeFiles().stream().map(RouteFile::text).collect(Collectors.joining("\n"))
            + String.join("\n", house.settings().values());
    Set<String> placeholders = names(users).collect(Collectors.toSet());
    String source = house.mainSource();
    return house.settings().keySet().stream()
        .filter(name -> name.startsWith("runner."))
        .filter(name -> !placeholders.contains(name))
        .filter(name -> !source.contains('"' + name + '"'))
        .filter(name -> prefixes(name).noneMatch(prefix -> source.contains('"' + prefix + '"')))
        .map(name -> "application.properties: " + name);
  }

  /**
   * {@code runner.profiles.} for {@code runner.profiles.gpu.labels}: how a class reads a family.
   */
  private static Stream<String> prefixes(String name) {
    return Stream.iterate(
            name.substring(0, name.lastIndexOf('.') + 1),
            prefix -> prefix.indexOf('.') < prefix.length() - 1,
            prefix -> prefix.substring(0, prefix.lastIndexOf('.', prefix.length() - 2) + 1))
        .filter(prefix -> !prefix.isEmpty());
  }

  private static Stream<String> names(String text) {
    return PLACEHOLDER.matcher(text).results().map(match -> match.group(1).trim());
  }
}
