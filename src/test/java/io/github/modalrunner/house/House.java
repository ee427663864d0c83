package io.github.modalrunner.house;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The project as the rules see it: every text file by its path from the root, with slashes. */
final class House {
  private static final Set<String> NOT_OURS =
      Set.of("target", "data", ".git", ".idea", ".vscode", "__pycache__", ".pytest_cache", ".venv");

  private final SortedMap<String, String> files = new TreeMap<>();
  private final List<RouteFile> routeFiles;
  private final Properties settings = new Properties();

  private House(Path root, Map<String, String> more) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return !dir.equals(root) && NOT_OURS.contains(dir.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_OURS.contains(file.getFileName().toString())) {
              return FileVisitResult.CONTINUE; // .git is a file in a second work tree
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            if (attributes.isRegularFile() && text.indexOf('\0') < 0) {
              files.put(root.relativize(file).toString().replace('\\', '/'), text);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.putAll(more);
    routeFiles =
        files("routes/", ".camel.yaml").entrySet().stream()
            .map(e -> RouteFile.of(e.getKey(), e.getValue()))
            .toList();
    for (String text : settingsFiles().values()) {
      settings.load(new StringReader(text));
    }
  }

  static House at(Path root) {
    return at(root, Map.of());
  }

  /** The same with files that are not there, or in the place of those that are, by their path. */
  static House at(Path root, Map<String, String> more) {
    try {
      return new House(root.toAbsolutePath().normalize(), more);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text files under a folder with an ending, by name. */
  SortedMap<String, String> files(String folder, String ending) {
    SortedMap<String, String> found = new TreeMap<>(files);
    found.keySet().removeIf(n -> !(n.startsWith(folder) && n.endsWith(ending)));
    return found;
  }

  /** Those and all others. */
  Map<String, String> files() {
    return files;
  }

  List<RouteFile> routeFiles() {
    return routeFiles;
  }

  /** Every place of every route file. */
  Stream<Place> places() {
    return routeFiles.stream().flatMap(RouteFile::places);
  }

  Stream<Place> places(Predicate<Place> which) {
    return places().filter(which);
  }

  /** Everything that a route consumes or calls. */
  Stream<Endpoint> endpoints() {
    return Endpoint.in(places());
  }

  /** Top-level entries of one kind: {@code route}, {@code routeConfiguration}, {@code beans}. */
  Stream<Place> entries(String kind) {
    return routeFiles.stream().flatMap(RouteFile::entries).filter(e -> e.key().equals(kind));
  }

  Stream<Place> routes() {
    return entries("route");
  }

  /** {@code application.properties} and what is built in beneath it. */
  SortedMap<String, String> settingsFiles() {
    SortedMap<String, String> found = new TreeMap<>(files);
    found.keySet().removeIf(n -> !n.matches("(src/main/resources/[^/]+|application)\\.properties"));
    return found;
  }

  /** The settings as they stand there. */
  Map<String, String> settings() {
    Map<String, String> sorted = new TreeMap<>();
    settings.forEach((key, value) -> sorted.put(key.toString(), value.toString()));
    return sorted;
  }

  /** All Java source under {@code src/main/java}, in one text. */
  String mainSource() {
    return String.join("\n", files("src/main/java/", ".java").values());
  }
}
