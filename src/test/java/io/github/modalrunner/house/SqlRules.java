package io.github.modalrunner.house;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where SQL stands and how it is written. */
final class SqlRules {
  private static final Pattern QUERY =
      Pattern.compile("classpath:sql/([a-z0-9-]+/|\\{\\{[^{}]+}}/)*[a-z0-9-]+\\.sql");
  private static final Pattern KEYWORD =
      Pattern.compile(
          "(?i)(?<![.\\w])(select|from|where|insert|into|values|update|set|delete|on|conflict|do"
              + "|nothing|returning|with|as|and|or|not|null|is|in|exists|between|like|case|when"
              + "|then|else|end|order|by|group|having|limit|offset|union|all|distinct|join|left"
              + "|inner|outer|cross|using|over|partition|asc|desc|for|skip|locked)(?!\\w)");

  private SqlRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "SQL in routes stands in a file",
            "uri: sql, parameters: {query: classpath:sql/<intent>.sql}",
            house ->
                queries(house)
                    .filter(e -> !QUERY.matcher(e.query()).matches())
                    .map(e -> e.at().breach("the query is " + e.query()))),
        new Rule(
            "Statements that routes name exist",
            "the file under src/main/resources/sql, in each engine's folder where one is chosen",
            SqlRules::missing),
        new Rule(
            "Every statement is used",
            "delete the file, or use it in a route",
            house -> {
              Set<String> used = used(house);
              String java = house.mainSource();
              return Sql.files(house).keySet().stream()
                  .filter(name -> !used.contains(name))
                  .filter(name -> !java.contains(name.substring(Sql.RESOURCES.length())))
                  .map(name -> name + ": no route and no class names it");
            }),
        perStatement(
            "A statement begins with a comment",
            "-- what it does and why it is safe to repeat",
            sql ->
                sql.startsWith("-- ")
                    ? Stream.empty()
                    : Stream.of(sql.lines().findFirst().orElse("")),
            "begins with "),
        perStatement(
            "SQL keywords are in upper case",
            "SELECT, not select",
            sql ->
                KEYWORD
                    .matcher(Sql.code(sql))
                    .results()
                    .map(MatchResult::group)
                    .filter(word -> !word.equals(word.toUpperCase(Locale.ROOT))),
            "has "),
        perStatement(
            "A file has exactly one statement",
            "a file for each: every step of the ledger is one statement, atomic by itself",
            sql -> {
              long statements =
                  Stream.of(Sql.code(sql).split(";")).filter(part -> !part.isBlank()).count();
              return statements == 1 ? Stream.empty() : Stream.of(statements + " statements");
            },
            "has "));
  }

  private static Rule perStatement(
      String name, String instead, Function<String, Stream<String>> breaches, String verb) {
    return new Rule(
        name,
        instead,
        house ->
            Sql.files(house).entrySet().stream()
                .flatMap(
                    file ->
                        breaches
                            .apply(file.getValue())
                            .map(what -> file.getKey() + ": " + verb + what)));
  }

  private static Stream<Endpoint> queries(House house) {
    return house.endpoints().filter(e -> e.scheme().equals("sql"));
  }

  private static Set<String> used(House house) {
    return queries(house)
        .flatMap(e -> Sql.files(house, e.query()).keySet().stream())
        .collect(Collectors.toSet());
  }

  private static Stream<String> missing(House house) {
    Set<String> engines =
        Sql.files(house).keySet().stream()
            .map(name -> name.substring((Sql.RESOURCES + "sql/").length()))
            .filter(name -> name.contains("/"))
            .map(name -> name.substring(0, name.indexOf('/')))
            .collect(Collectors.toCollection(TreeSet::new));
    return queries(house)
        .filter(e -> QUERY.matcher(e.query()).matches())
        .flatMap(
            e -> {
              Map<String, String> found = Sql.files(house, e.query());
              int expected = e.query().contains("{{") ? Math.max(1, engines.size()) : 1;
              return found.size() < expected
                  ? Stream.of(e.at().breach(e.query() + " is " + found.keySet()))
                  : Stream.empty();
            });
  }
}
