package io.github.modalrunner;

import io.github.modalrunner.check.Finding;
import io.github.modalrunner.demo.DemoSettings;
import io.github.modalrunner.labels.DryRun;
import io.github.modalrunner.labels.Explained;
import io.github.modalrunner.labels.WorkflowFile;
import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.ledger.Ledger.LedgerUnavailable;
import io.github.modalrunner.ledger.LedgerMove;
import io.github.modalrunner.server.Certificate;
import io.github.modalrunner.server.PortUnavailable;
import io.github.modalrunner.settings.RouteFiles;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.settings.StartupReport;
import io.github.modalrunner.setup.SetupSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;

/**
 * The command line: {@code run} (the default), {@code demo}, {@code setup}, {@code check
 * [--offline]}, {@code move-ledger URL}, {@code explain-labels LABEL… [--repository O/R]} and
 * {@code explain-workflow FILE… [--repository O/R]}. Works in the current folder, which holds
 * {@code application.properties} and {@code routes/}.
 */
public final class Gateway {
  private static final Path FILE = Path.of("application.properties");
  private static final Path ROUTES = Path.of("routes");
  private static final int WRONG_USAGE = 2;

  /** What a dry run of labels reads; nothing else needs to be right for it. */
  private static final String OF_LABELS =
      "runner\\.(profiles|labels|repositories|prices)\\..*|runner\\.github\\.(scope|enterprise|runner-group.*)";

  private Gateway() {}

  /** Runs one command and ends the process with its code. */
  public static void main(String[] args) throws IOException {
    System.exit(run(args.length == 0 ? List.of("run") : List.of(args)));
  }

  private static int run(List<String> args) throws IOException {
    return switch (args.get(0)) {
      case "run" -> serve(settings(), s -> new Application(s, "file:routes/*.camel.yaml"));
      case "demo" ->
          serve(
              DemoSettings.read(texts(System.getProperties()), file()),
              s -> new Application(s, "file:routes/*.camel.yaml,file:routes/demo/*.camel.yaml"));
      case "setup" -> setup();
      case "check" -> check(args.subList(1, args.size()));
      case "move-ledger" -> moveLedger(args.subList(1, args.size()));
      case "explain-labels", "explain-workflow" ->
          explain(args.get(0), args.subList(1, args.size()));
      default -> {
        System.err.println(
            "Unknown command "
                + args.get(0)
                + ": it is run, demo, setup, check, move-ledger, explain-labels or explain-workflow.");
        yield WRONG_USAGE;
      }
    };
  }

  private static int setup() throws IOException {
    Settings settings = SetupSettings.read(System.getenv(), texts(System.getProperties()), file());
    return serve(
        settings,
        s ->
            Application.setup(
                s,
                () ->
                    System.err.printf(
                        "Setup: open %s://127.0.0.1:%d/setup in a browser of this machine (ssh -L brings it to another); Ctrl-C ends it.%n",
                        Certificate.scheme(s, "runner.admin"), s.integer("runner.admin.port"))));
  }

  private static int serve(Settings settings, Function<Settings, Application> application)
      throws IOException {
    if (!settings.problems().isEmpty()) {
      System.err.println(StartupReport.of(settings.problems(), List.of()));
      return 1;
    }
    System.setProperty(Logs.FORMAT, settings.text(Logs.FORMAT));
    try {
      return application.apply(settings).run();
    } catch (LedgerUnavailable | PortUnavailable e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (RuntimeException e) {
      List<RouteFiles.Problem> routes = RouteFiles.check(ROUTES);
      if (routes.isEmpty()) {
        throw e;
      }
      // If they are not why, what is shows at the next start
      System.err.println(StartupReport.of(List.of(), routes));
      return 1;
    }
  }

  private static int check(List<String> options) throws IOException {
    if (!options.isEmpty() && !options.equals(List.of("--offline"))) {
      System.err.println("Unknown option of check: it takes --offline or none.");
      return WRONG_USAGE;
    }
    Settings settings = settings();
    List<RouteFiles.Problem> routes = RouteFiles.check(ROUTES);
    boolean startable = settings.problems().isEmpty() && routes.isEmpty();
    List<Finding> findings =
        startable && options.isEmpty() ? Application.check(settings) : List.of();
    System.err.println(StartupReport.of(settings.problems(), routes, findings));
    if (!startable && options.isEmpty()) {
      System.err.println("\nGitHub and the launcher are asked once these are put right.");
    }
    return startable && findings.stream().noneMatch(Finding::wrong) ? 0 : 1;
  }

  /** From the ledger that is named into the one of the settings. */
  private static int moveLedger(List<String> from) throws IOException {
    if (from.size() != 1 || !from.get(0).startsWith("jdbc:")) {
      System.err.println(
          "Usage: move-ledger jdbc:sqlite:data/ledger.db, with runner.ledger.url (RUNNER_LEDGER_URL) naming where to.");
      return WRONG_USAGE;
    }
    Settings to = settings();
    if (!to.problems().isEmpty()) {
      System.err.println(StartupReport.of(to.problems(), List.of()));
      return 1;
    }
    try (Ledger source = Ledger.openExisting(from.get(0));
        Ledger target = Ledger.open(to)) {
      boolean complete =
          new LedgerMove(source, target)
                  .run(
                      count ->
                          System.err.printf(
                              "%-14s %,10d rows, %,10d there%s%n",
                              count.table(),
                              count.from(),
                              count.to(),
                              count.isComplete() ? "" : " (!)"))
                  .stream()
                  .allMatch(LedgerMove.Count::isComplete);
      System.err.println(
          complete
              ? "Complete: start the gateway on the new ledger."
              : "The counts differ: the new ledger was in use already. Empty it and run this again.");
      return complete ? 0 : 1;
    } catch (LedgerUnavailable e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private static int explain(String command, List<String> given) throws IOException {
    List<String> args = new ArrayList<>(given);
    int option = args.indexOf("--repository");
    String repository = null;
    if (option >= 0 && option + 1 < args.size()) {
      args.remove(option);
      repository = args.remove(option);
    }
    if (args.isEmpty()
        || args.stream().anyMatch(arg -> arg.startsWith("-"))
        || (repository != null && !repository.matches("[\\w.-]+/[\\w.-]+"))) {
      System.err.println(
          "Usage: explain-labels LABEL… [--repository OWNER/NAME], or explain-workflow FILE… [--repository OWNER/NAME].");
      return WRONG_USAGE;
    }
    Settings settings = settings();
    List<Settings.Problem> problems =
        settings.problems().stream().filter(p -> p.property().matches(OF_LABELS)).toList();
    if (!problems.isEmpty()) {
      System.err.println(StartupReport.of(problems, List.of()));
      return 1;
    }
    if (!Files.exists(FILE)) {
      System.err.println("No application.properties here: the defaults are assumed.");
    }
    DryRun dryRun = DryRun.of(settings);
    if (command.equals("explain-labels")) {
      return print("", Explained.labels(dryRun, repository, args));
    }
    int code = 0;
    for (String file : args) {
      try {
        List<WorkflowFile.RunsOn> jobs = WorkflowFile.read(Files.readString(Path.of(file)));
        code = Math.max(code, print(file + " ", Explained.workflow(dryRun, repository, jobs)));
      } catch (IOException e) {
        System.err.println(file + " cannot be read: " + e.getClass().getSimpleName());
        code = 1;
      } catch (IllegalArgumentException e) {
        System.err.println(file + " " + e.getMessage());
        code = 1;
      }
    }
    return code;
  }

  private static int print(String prefix, Explained explained) {
    explained
        .lines()
        .forEach(line -> System.out.println(line.startsWith(" ") ? line : prefix + line));
    return explained.served() ? 0 : 1;
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
