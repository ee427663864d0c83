package io.github.modalrunner;

import io.github.modalrunner.demo.DemoSettings;
import io.github.modalrunner.ledger.Ledger.LedgerUnavailable;
import io.github.modalrunner.settings.RouteFiles;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.settings.StartupReport;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The command line: {@code run} (the default), {@code demo}, {@code check [--offline]}. Works in
 * the current folder, which holds {@code application.properties} and {@code routes/}.
 */
public final class Gateway {
  private static final Path FILE = Path.of("application.properties");
  private static final Path ROUTES = Path.of("routes");
  private static final int WRONG_USAGE = 2;

  private Gateway() {}

  /** Runs one command and ends the process with its code. */
  public static void main(String[] args) throws IOException {
    System.exit(run(args.length == 0 ? List.of("run") : List.of(args)));
  }

  private static int run(List<String> args) throws IOException {
    return switch (args.get(0)) {
      case "run" -> serve(settings(), "file:routes/*.camel.yaml");
      case "demo" ->
          serve(
              DemoSettings.read(texts(System.getProperties()), file()),
              "file:routes/*.camel.yaml,file:routes/demo/*.camel.yaml");
      case "check" -> check();
      default -> {
        System.err.println("Unknown command " + args.get(0) + ": it is run, demo or check.");
        yield WRONG_USAGE;
      }
    };
  }

  private static int serve(Settings settings, String routes) {
    if (!settings.problems().isEmpty()) {
      System.err.println(StartupReport.of(settings.problems(), List.of()));
      return 1;
    }
    System.setProperty("runner.log.format", settings.text("runner.log.format"));
    try {
      return new Application(settings, routes).run();
    } catch (LedgerUnavailable e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private static int check() throws IOException {
    List<Settings.Problem> settings = settings().problems();
    List<RouteFiles.Problem> routes = RouteFiles.check(ROUTES);
    System.err.println(StartupReport.of(settings, routes));
    return settings.isEmpty() && routes.isEmpty() ? 0 : 1;
  }

  private static Settings settings() throws IOException {
    return Settings.read(System.getenv(), texts(System.getProperties()), file());
  }

  private static Map<String, String> file() throws IOException {
    Properties properties = new Properties();
    if (Files.exists(FILE)) {
      try (Reader in = Files.newBufferedReader(FILE)) {
        properties.load(in);
      }
    }
    return texts(properties);
  }

  private static Map<String, String> texts(Properties properties) {
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    return texts;
  }
}
