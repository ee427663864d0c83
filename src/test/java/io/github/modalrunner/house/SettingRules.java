package io.github.modalrunner.house;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings: named where they are used, used where they are named. */
final class SettingRules {
  /** {@code {{a.b}}}, {@code {{?a.b}}}, {@code {{a.b:default}}}, {@code {{!a.b}}}. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?([^{}:]+)(:[^{}]*)?}}");

  /**
   * {@code # runner.webhook.secret: set RUNNER_WEBHOOK_SECRET…}: no value may stand in the file.
   */
  private static final Pattern SECRET = Pattern.compile("(?m)^# (runner\\.[a-z0-9.-]+):");

  private static final Set<String> FUNCTIONS = Set.of("env", "sys", "bean");

  private SettingRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "A setting that a route names stands in application.properties",
            "runner.<area>.<kebab> = default, with unit and comment; for a secret the line"
                + " # runner.<area>.<kebab>: set RUNNER_...",
            SettingRules::unknown),
        new Rule(
            "Every placeholder resolves",
            "a setting in application.properties, or one that a class sets at the start",
            SettingRules::unresolved),
        new Rule(
            "One layer retries a call, and it is not the HTTP client",
            "the setting = true or false as named: camel-http repeats POST on 429 and 503 by itself"
                + " and takes credentials along to another host",
            house ->
                Stream.of("http", "https")
                    .flatMap(
                        scheme ->
                            Stream.of(
                                Map.entry(scheme + ".automatic-retries-disabled", "true"),
                                Map.entry(scheme + ".follow-redirects", "false")))
                    .map(e -> Map.entry("camel.component." + e.getKey(), e.getValue()))
                    .filter(e -> !e.getValue().equals(house.settings().get(e.getKey())))
                    .map(e -> e.getKey() + " is " + house.settings().get(e.getKey()))),
        new Rule(
            "A misspelt setting of Camel stops the start",
            "leave camel.main.auto-configuration-fail-fast on",
            house ->
                house.settings().entrySet().stream()
                    .filter(
                        e ->
                            e.getKey()
                                .matches("(?i)camel\\.main\\.auto-?configuration-?fail-?fast"))
                    .filter(e -> !e.getValue().equals("true"))
                    .map(e -> e.getKey() + " is " + e.getValue())),
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

  private static Stream<String> unknown(House house) {
    Set<String> known = new HashSet<>(house.settings().keySet());
    String file = house.files().getOrDefault("application.properties", "");
    SECRET.matcher(file).results().forEach(secret -> known.add(secret.group(1)));
    return house.routeFiles().stream()
        .flatMap(
            routes ->
                names(routes.text())
                    .filter(name -> name.startsWith("runner.") && !known.contains(name))
                    .map(name -> routes.breach("{{" + name + "}}")));
  }

  private static Stream<String> unresolved(House house) {
    String source = house.mainSource();
    Map<String, String> texts = new TreeMap<>(house.settingsFiles());
    house.routeFiles().forEach(file -> texts.put(file.name(), file.text()));
    return texts.entrySet().stream()
        .flatMap(
            text ->
                names(text.getValue())
                    .filter(
                        name ->
                            !(text.getKey().startsWith("routes/") && name.startsWith("runner.")))
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
