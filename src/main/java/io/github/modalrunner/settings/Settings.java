package io.github.modalrunner.settings;

import io.github.modalrunner.jobs.Profile;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All settings of the gateway, read and checked together. {@code docs/configuration.md} explains
 * each.
 *
 * <p>Getters answer the value of a setting by its property; text and lists are empty when a setting
 * without a default is not given. They throw {@link IllegalArgumentException} for a property that
 * is no setting, and {@link IllegalStateException} for a number, duration or flag that {@link
 * #problems} complains about.
 */
public final class Settings {
  /**
   * One thing to put right.
   *
   * @param property the setting, or the name that is none
   * @param variable the setting's environment variable
   * @param message what is wrong and what to do; holds no value, so no secret
   */
  public record Problem(String property, String variable, String message) {}

  private final Map<String, Object> values = new HashMap<>();
  private final SortedMap<String, String> texts = new TreeMap<>();
  private final SortedSet<String> profiles = new TreeSet<>(Set.of("default"));
  private final List<Problem> problems = new ArrayList<>();

  private Settings(Sources sources) {
    Map<String, String> names = sources.names();
    names.values().stream()
        .filter(name -> name.matches("runner\\.profiles\\.[a-z0-9]+\\..*"))
        .forEach(name -> profiles.add(name.split("\\.", -1)[2]));
    List<Setting> table = new ArrayList<>(Setting.TABLE);
    profiles.forEach(name -> table.addAll(Setting.ofProfile(name)));
    table.forEach(setting -> read(setting, sources));
    refuseUnknown(names, table);
    new Together(this).check();
  }

  /**
   * Reads the settings; never fails, see {@link #problems}.
   *
   * @param environment {@code RUNNER_A_B_C} for {@code runner.a.b-c}; goes before everything else
   * @param systemProperties go before the file
   * @param file what stands in {@code application.properties}
   */
  public static Settings read(
      Map<String, String> environment,
      Map<String, String> systemProperties,
      Map<String, String> file) {
    return new Settings(new Sources(environment, systemProperties, file));
  }

  private void read(Setting setting, Sources sources) {
    String property = setting.property();
    texts.put(property, "");
    sources
        .find(setting, message -> problem(property, message))
        .ifPresent(
            given -> {
              Kind kind = setting.kind();
              String text =
                  kind.secret() ? given.text().replaceFirst("\\R+\\z", "") : given.text().strip();
              Object value = kind.parse(text);
              if (text.isEmpty() && setting.fallback().isEmpty()) {
                if (!setting.missing().isEmpty()) {
                  problem(property, "is missing: " + setting.missing());
                }
              } else if (value == null) {
                problem(property, "must be " + kind.allowed() + "; it is " + given.origin());
              } else if (text.contains("{{") || text.contains("}}")) {
                problem(property, "must be without {{ and }}; it is " + given.origin());
              } else {
                values.put(property, value);
                texts.put(property, value instanceof String canonical ? canonical : text);
              }
            });
  }

  private void refuseUnknown(Map<String, String> names, List<Setting> table) {
    Set<String> known =
        table.stream().flatMap(Setting::properties).collect(Collectors.toUnmodifiableSet());
    Set<String> variables =
        known.stream().map(Setting::variable).collect(Collectors.toUnmodifiableSet());
    Spelling spelling = new Spelling(known);
    names.forEach(
        (name, property) -> {
          boolean variable = name.startsWith("RUNNER_");
          if (variable ? !variables.contains(name) && spelling.ours(name) : !known.contains(name)) {
            String hint =
                spelling
                    .meant(name)
                    .map(meant -> variable ? Setting.variable(meant) : meant)
                    .map(meant -> "did you mean " + meant + "?")
                    .orElse("docs/configuration.md lists them");
            problem(property, "is not a setting: " + hint);
          }
        });
  }

  void problem(String property, String message) {
    problems.add(new Problem(property, Setting.variable(property), message));
  }

  /** Whether something was given for it, right or wrong. */
  boolean given(String property) {
    return values.containsKey(property) || wrong(property);
  }

  boolean wrong(String... properties) {
    return problems.stream().anyMatch(problem -> List.of(properties).contains(problem.property()));
  }

  Set<String> profileNames() {
    return profiles;
  }

  /** Everything to put right, all at once; empty when the gateway may start. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Text, and any other setting as text: an upstream's URL is without a slash at its end. */
  public String text(String property) {
    return Optional.ofNullable(texts.get(property)).orElseThrow(() -> unknown(property));
  }

  /** Text that must not reach a log, an answer or a message. */
  public String secret(String property) {
    return text(property);
  }

  /** A duration in milliseconds. */
  public long millis(String property) {
    return value(property, Long.class);
  }

  /** A whole number. */
  public int integer(String property) {
    return value(property, Integer.class);
  }

  /** Any number. */
  public double decimal(String property) {
    return value(property, Number.class).doubleValue();
  }

  /** True or false. */
  public boolean flag(String property) {
    return value(property, Boolean.class);
  }

  /** A list of texts; labels are in lower case. */
  public List<String> list(String property) {
    return items(property, String.class);
  }

  /** A list of names with a number each, such as {@code T4=0.5}; in the given order. */
  public Map<String, Double> amounts(String property) {
    Map<String, Double> amounts = new LinkedHashMap<>();
    for (String item : list(property)) {
      int sign = item.lastIndexOf('=');
      amounts.put(item.substring(0, sign), Double.valueOf(item.substring(sign + 1)));
    }
    return amounts;
  }

  /** A list of durations in milliseconds. */
  public List<Long> millisList(String property) {
    return items(property, Long.class);
  }

  /** All profiles by name; the profile {@code default} always exists. */
  public List<Profile> profiles() {
    return profiles.stream().map(this::profile).toList();
  }

  /**
   * Where the pages of the configured GitHub are, e.g. {@code https://github.com}; empty when
   * nothing names them and the API is on loopback, where any GitHub is played.
   */
  public String webUrl() {
    if (!text("runner.github.web-url").isEmpty()) {
      return text("runner.github.web-url");
    }
    URI api = URI.create(text("runner.github.api-url"));
    String authority = api.getRawAuthority();
    if (Kind.loopback(api.getHost())) {
      return "";
    }
    boolean subdomain =
        authority.equals("api.github.com") || authority.matches("api\\.[^.]+\\.ghe\\.com");
    return "https://" + (subdomain ? authority.substring("api.".length()) : authority);
  }

  private Profile profile(String name) {
    String profile = "runner.profiles." + name + ".";
    return new Profile(
        name,
        new TreeSet<>(list(profile + "labels")),
        text(profile + "image"),
        decimal(profile + "cpu"),
        integer(profile + "memory-mib"),
        textOrNull(profile + "gpu"),
        textOrNull(profile + "region"),
        (int) (millis(profile + "timeout") / 1000),
        textOrNull(profile + "cache"),
        flag(profile + "docker"),
        list(profile + "outbound-domains"),
        list(profile + "outbound-cidrs"));
  }

  private String textOrNull(String property) {
    String text = text(property);
    return text.isEmpty() ? null : text;
  }

  /**
   * Every setting with its text, defaults and secrets from files included, so that {@code
   * {{runner.a.b-c}}} always resolves; empty where nothing is given. Holds secrets.
   */
  public Map<String, String> placeholders() {
    return Collections.unmodifiableMap(texts);
  }

  private <T> List<T> items(String property, Class<T> type) {
    return text(property).isEmpty()
        ? List.of()
        : ((List<?>) value(property, List.class)).stream().<T>map(type::cast).toList();
  }

  private <T> T value(String property, Class<T> type) {
    if (!texts.containsKey(property)) {
      throw unknown(property);
    }
    if (!values.containsKey(property)) {
      throw new IllegalStateException("problems() says what is wrong with " + property);
    }
    return type.cast(values.get(property));
  }

  private static IllegalArgumentException unknown(String property) {
    return new IllegalArgumentException("no such setting: " + property);
  }
}
