package io.github.modalrunner.house;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What no Java file and no other text of the project contains. */
final class SourceRules {
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'|//[^\\n]*|/\\*.*?\\*/",
          Pattern.DOTALL);

  // words in two parts: this file is held to the rule too
  private static final Pattern LEFT_OVER = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b");
  private static final Pattern MACHINE =
      Pattern.compile("(?<![\\w.>)}/:-])/(?:wo" + "rk|t" + "mp|ro" + "ot|Us" + "ers)/");

  /** Paths there are of the image that sandboxes start from, the same on every machine. */
  private static final Pattern OF_AN_IMAGE = Pattern.compile("src/(main|test)/modal/.*");

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
            "No class catches Exception or Throwable, unless to throw on at once",
            "the exception's own type; the rest goes up to the lane",
            name -> name.startsWith("src/main/"),
            "\\bcatch\\s*\\([^)]*\\b(Exception|Throwable)\\b[^)]*\\)\\s*\\{(?!\\s*throw\\b)"),
        text(
            "No text holds a path of one machine",
            "a relative path",
            name -> !OF_AN_IMAGE.matcher(name).matches(),
            MACHINE),
        text("No text holds a note to oneself", "an issue", name -> true, LEFT_OVER));
  }

  private static Rule text(String name, String instead, Predicate<String> where, Pattern never) {
    return new Rule(
        name,
        instead,
        house ->
            house.files().entrySet().stream()
                .filter(file -> where.test(file.getKey()))
                .flatMap(file -> lines(file.getKey(), file.getValue(), never)));
  }

  private static Rule source(String name, String instead, Predicate<String> where, String never) {
    Pattern pattern = Pattern.compile(never);
    return new Rule(
        name,
        instead,
        house ->
            house.files("src/", ".java").entrySet().stream()
                .filter(file -> where.test(file.getKey()))
                .flatMap(file -> lines(file.getKey(), code(file.getValue()), pattern)));
  }

  /** Java without comments and texts; lines keep their numbers. */
  static String code(String java) {
    return NOT_CODE.matcher(java).replaceAll(m -> m.group().replaceAll("[^\\n]", " "));
  }

  private static Stream<String> lines(String name, String text, Pattern never) {
    return never
        .matcher(text)
        .results()
        .map(
            found -> {
              long line = text.substring(0, found.start()).chars().filter(c -> c == '\n').count();
              return name + ", line " + (line + 1) + ": " + found.group();
            });
  }
}
