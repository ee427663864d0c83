package io.github.modalrunner.docs;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A page of the documentation, taken apart as far as what it says can be checked.
 *
 * @param name from the project's root, with slashes: {@code docs/runbook.md}
 */
record Page(String name, String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(\\w*)\\n(.*?)^\\1```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** What stands between fences, without the indentation of a list that it may be in. */
  record Block(String language, String text) {

    /** Read as YAML: a mapping, a list or a single value. */
    Object yaml() {
      return new Load(LoadSettings.builder().build()).loadFromString(text);
    }
  }

  /** README.md, DEPLOY.md and everything under docs/. */
  static List<Page> all() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md"), Path.of("DEPLOY.md")), docs.sorted())
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> of(file.toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page of(String file) {
    return new Page(file.replace('\\', '/'), read(file));
  }

  static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .map(b -> new Block(b.group(2), b.group(3).replaceAll("(?m)^" + b.group(1), "")))
        .filter(block -> block.language().equals(language))
        .toList();
  }

  /** What the first group of a regular expression takes, wherever it fits. */
  Stream<String> found(String regex) {
    return groups(Pattern.compile(regex), text);
  }

  /** Where its links lead; not those to other sites. */
  List<String> links() {
    return groups(LINK, BLOCK.matcher(text).replaceAll(""))
        .filter(link -> !link.startsWith("https://"))
        .toList();
  }

  /** What a link may name after {@code #}: the headings, as GitHub writes them. */
  Set<String> anchors() {
    return groups(HEADING, BLOCK.matcher(text).replaceAll(""))
        .map(heading -> heading.toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(toUnmodifiableSet());
  }

  /** The commands of its shell blocks that begin with a program. */
  Stream<String> commands(String program) {
    return blocks("sh").stream()
        .flatMap(block -> block.text().lines())
        .map(line -> line.replaceFirst("\\s+#.*", ""))
        .filter(line -> line.startsWith(program + " "));
  }

  private static Stream<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1));
  }
}
