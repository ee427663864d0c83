package io.github.modalrunner.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results for people and for programs. */
final class Report {
  private static final int WIDTH = 72;

  private Report() {}

  /** A line of the table. */
  static String line(Figure figure) {
    String target =
        figure.bound().side() == Figure.Side.NONE
            ? ""
            : figure.bound().side().sign
                + " "
                + text(figure.bound().limit())
                + (figure.isMet() ? "" : "  MISSED");
    return ("%-8s %-" + WIDTH + "s %10s %-6s %s")
        .formatted(figure.measure(), figure.name(), text(figure.value()), figure.unit(), target)
        .stripTrailing();
  }

  /** Writes all figures with what they were measured on. */
  static void write(Path file, List<Figure> figures) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("at", Instant.now().toString());
    report.put("cores", Runtime.getRuntime().availableProcessors());
    report.put("java", System.getProperty("bench.java", System.getProperty("java.version")));
    report.put("jvm", System.getProperty("bench.jvm", GatewayProcess.FLAGS));
    report.put("figures", figures.stream().map(Report::document).toList());
    try {
      Files.createDirectories(file.getParent());
      Files.write(
          file,
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> document(Figure figure) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("measure", figure.measure());
    document.put("name", figure.name());
    document.put("value", figure.value());
    document.put("unit", figure.unit());
    if (figure.bound().side() != Figure.Side.NONE) {
      document.put(
          figure.bound().side() == Figure.Side.AT_MOST ? "at_most" : "at_least",
          figure.bound().limit());
      document.put("met", figure.isMet());
    }
    return document;
  }

  /** Three significant digits, or all of a larger number. */
  private static String text(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
