package io.github.modalrunner.house;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What no Java file and no other text of the project contains. */
final class SourceRules {
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'|//[^\\n]*|/\\*.*?\\*/",
          Pattern.DOTALL);

  // in two parts: this file is held to the rule too
  private static final Pattern LEFT_OVER =
      Pattern.compile(
          "(?<![\\w.>)}/:-])/(?:wo" + "rk|t" + "mp|ro" + "ot)/|\\b(?:TO" + "DO|FIX" + "ME)\\b");

  private SourceRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "Packages are named by area",
            "webhook, jobs, github, sandbox, ledger, …: never util, common, impl, manager",
            house ->
                house.files("src/", ".java").keySet().stream()
                    .filter(
                        name ->
                            name.matches(".*/(utils?|commons?|impl|managers?|helpers?|misc)/.*"))),
        source(
            "Tests wait for a condition, they do not sleep",
            "Awaitility",
            name -> name.startsWith("src/test/"),
            "\\bsleep\\s*\\("),
        source(
            "Only the start, the demo and the report of settings write to the console",
            "a logger: one line an event",
            name ->
                name.startsWith("src/main/")
                    && !name.matches(".*/(demo|settings)/.*|.*/Gateway\\.java"),
            "\\bSystem\\s*\\.\\s*(out|err)\\b"),
        source(
            "No class catches Exception or Throwable",
            "the exception's own type; the rest goes up to the lane",
            name -> name.startsWith("src/main/"),
            "\\bcatch\\s*\\([^)]*\\b(Exception|Throwable)\\b[^)]*\\)"),
        new Rule(
            "No text holds a path of one machine or a note to oneself",
            "a relative path; an issue",
            house ->
                house.files().entrySet().stream()
                    .flatMap(
                        file ->
                            LEFT_OVER
                                .matcher(file.getValue())
                                .results()
                                .map(m -> line(file.getKey(), file.getValue(), m)))));
  }

  private static Rule source(String name, String instead, Predicate<String> where, String never) {
    Pattern pattern = Pattern.compile(never);
    return new Rule(
        name,
        instead,
        house ->
            house.files("src/", ".java").entrySet().stream()
                .filter(file -> where.test(file.getKey()))
                .flatMap(
                    file -> {
                      String code = code(file.getValue());
                      return pattern.matcher(code).results().map(m -> line(file.getKey(), code, m));
                    }));
  }

  /** Java without comments and texts; lines keep their numbers. */
  static String code(String java) {
    return NOT_CODE.matcher(java).replaceAll(m -> m.group().replaceAll("[^\\n]", " "));
  }

  private static String line(String name, String text, MatchResult found) {
    long line = text.substring(0, found.start()).lines().count();
    return name + ", line " + Math.max(1, line) + ": " + found.group();
  }
}
