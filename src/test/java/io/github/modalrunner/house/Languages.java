package io.github.modalrunner.house;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which expression languages a route may speak, and how much it may say in {@code simple}. */
final class Languages {
  static final Set<String> ALLOWED = Set.of("constant", "simple", "jsonpath", "method");

  /** All that Camel's YAML knows. */
  static final Set<String> ALL =
      Set.of(
          "constant",
          "csimple",
          "datasonnet",
          "exchangeProperty",
          "groovy",
          "header",
          "hl7terser",
          "java",
          "joor",
          "jq",
          "js",
          "jsonpath",
          "language",
          "method",
          "mvel",
          "ognl",
          "python",
          "ref",
          "simple",
          "spel",
          "tokenize",
          "variable",
          "wasm",
          "xpath",
          "xquery",
          "xtokenize");

  /** Keys under which a language stands. */
  static final Set<String> HOLDERS =
      Set.of(
          "expression",
          "handled",
          "continued",
          "retryWhile",
          "correlationExpression",
          "completionPredicate",
          "completionSizeExpression",
          "completionTimeoutExpression");

  /** Words that are languages in one place and plain options in another. */
  private static final Set<String> ALSO_OPTIONS =
      Set.of("method", "ref", "header", "variable", "language", "exchangeProperty");

  /** {@code ${body}}, {@code ${header.X-Name}}, {@code ${variable.jobs[0].id}}; no calls. */
  private static final String REFERENCE = "\\$\\{[A-Za-z]+(?:\\??[.\\[][^(){}$]*)?}";

  private static final Pattern REFERENCES = Pattern.compile(REFERENCE);
  private static final Pattern COMPARISON =
      Pattern.compile(
          "\\s*"
              + REFERENCE
              + "\\s+(?:==|!=|<=?|>=?|=~|!=~|~~|!~~|!?(?:contains|regex|in|is|range|startsWith|endsWith))"
              + "\\s+(?<right>.+)",
          Pattern.DOTALL);
  private static final Pattern PROGRAM =
      Pattern.compile("&&|\\|\\||~>|\\?\\?|\\s\\?\\s|\\|>|\\+\\+");
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

  private Languages() {}

  /** Whether a place is an expression's language, as opposed to an option of the same name. */
  static boolean is(Place place) {
    return ALL.contains(place.key())
        && place.parent() != null
        && (HOLDERS.contains(place.parent().key())
            || place.value() instanceof Map
            || !ALSO_OPTIONS.contains(place.key()));
  }

  /** Why a text is more than one reference or one comparison; nothing when it is not. */
  static Optional<String> tooMuch(String simple) {
    if (simple.replaceAll(REFERENCE, "").contains("${")) {
      return Optional.of("calls a function: " + simple);
    }
    Matcher comparison = COMPARISON.matcher(simple);
    String rest = comparison.matches() ? comparison.group("right") : simple;
    if (REFERENCES.matcher(rest).results().count() > 1) {
      return Optional.of("has several references: " + simple);
    }
    boolean evaluates =
        simple.contains("${") && PROGRAM.matcher(QUOTED.matcher(rest).replaceAll("")).find();
    boolean twice = comparison.matches() && COMPARISON.matcher(rest).matches();
    return evaluates || twice
        ? Optional.of("has more than one comparison: " + simple)
        : Optional.empty();
  }
}
