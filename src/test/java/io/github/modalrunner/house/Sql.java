package io.github.modalrunner.house;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The statements under {@code src/main/resources/sql}. */
final class Sql {
  static final String RESOURCES = "src/main/resources/";
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "--[^\\n]*|/\\*.*?\\*/|'[^']*'|\"[^\"]*\"|:#\\$\\{[^}]*}|:#[\\w:.-]+", Pattern.DOTALL);

  private Sql() {}

  static SortedMap<String, String> files(House house) {
    return house.files(RESOURCES + "sql/", ".sql");
  }

  /**
   * The files that a route's query stands for; several where a placeholder chooses the engine's
   * folder.
   *
   * @param query {@code classpath:sql/job-upsert.sql}
   */
  static SortedMap<String, String> files(House house, String query) {
    String[] fixed = query.replaceFirst("^classpath:", RESOURCES).split("\\{\\{[^}]*}}", -1);
    StringBuilder pattern = new StringBuilder();
    for (String part : fixed) {
      pattern.append(pattern.isEmpty() ? "" : "[^/]+").append(Pattern.quote(part));
    }
    SortedMap<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> file : files(house).entrySet()) {
      if (file.getKey().matches(pattern.toString())) {
        found.put(file.getKey(), file.getValue());
      }
    }
    return found;
  }

  /** The statement without comments, texts and parameters. */
  static String code(String sql) {
    return NOT_CODE.matcher(sql).replaceAll(" ");
  }
}
