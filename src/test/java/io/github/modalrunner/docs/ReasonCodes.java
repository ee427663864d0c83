package io.github.modalrunner.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The stable words for reasons that stand in the source: in Java, and in SQL. */
final class ReasonCodes {
  private static final List<Pattern> JAVA =
      List.of(
          Pattern.compile("new (?:Denied|NotDone|OutcomeUnknown)\\(\\s*\"([a-z_]+)\""),
          Pattern.compile("Verdict\\.(?:ignored|refused)\\(\\s*\"([a-z_]+)\""),
          Pattern.compile("\\bcolumns\\(\\s*\"([a-z_]+)\""),
          Pattern.compile("\\brefused\\(\\s*\\d+,\\s*\"([a-z_]+)\""),
          Pattern.compile("\\berror\\(\\s*\"([a-z_]+)\""),
          Pattern.compile("\\.put\\(\\s*\"(?:reasonCode|code)\",\\s*\"([a-z_]+)\"\\)"));

  /** The same word about either side: {@code code + "_unreachable"}. */
  private static final Pattern OF_EITHER_SIDE = Pattern.compile("\\bcode \\+ \"(_[a-z_]+)\"");

  private static final Pattern SQL = Pattern.compile("(?m)^.*\\breason_code\\b.*$");
  private static final Pattern SQL_WORD = Pattern.compile("'([a-z]+(?:_[a-z]+)+)'");

  private ReasonCodes() {}

  static Set<String> ofTheSource() throws IOException {
    Set<String> codes = new TreeSet<>();
    for (String source : texts("src/main/java", ".java")) {
      JAVA.forEach(
          form -> form.matcher(source).results().forEach(found -> codes.add(found.group(1))));
      OF_EITHER_SIDE
          .matcher(source)
          .results()
          .forEach(
              found ->
                  List.of("github", "launcher").forEach(side -> codes.add(side + found.group(1))));
    }
    for (String source : texts("src/main/resources", ".sql")) {
      SQL.matcher(source)
          .results()
          .flatMap(line -> SQL_WORD.matcher(line.group()).results())
          .forEach(found -> codes.add(found.group(1)));
    }
    return codes;
  }

  /** The demo's stand-ins answer as other systems do; their words are not ours. */
  private static List<String> texts(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().contains("demo"))
          .map(file -> Page.read(file.toString()))
          .toList();
    }
  }
}
