package io.github.modalrunner;

import io.github.modalrunner.demo.DemoEnd;
import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.ledger.Ledger.LedgerUnavailable;
import io.github.modalrunner.server.Servers;
import io.github.modalrunner.settings.RouteFiles;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.settings.StartupReport;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.cookie.BasicCookieStore;
import org.apache.hc.client5.http.cookie.Cookie;

/**
 * The gateway as a process: {@code run} (the default), {@code demo}, {@code check [--offline]}.
 * Works in the current folder, which holds {@code application.properties} and {@code routes/}.
 */
public final class Gateway {
  private static final Path FILE = Path.of("application.properties");
  private static final Path ROUTES = Path.of("routes");

  private final Settings settings;
  private final String routes;
  private final AtomicInteger exitCode = new AtomicInteger();

  private Gateway(Settings settings, String routes) {
    this.settings = settings;
    this.routes = routes;
  }

  /** Runs one command and ends the process with its code. */
  public static void main(String[] args) {
    System.exit(run(args.length == 0 ? List.of("run") : List.of(args)));
  }

  private static int run(List<String> args) {
    boolean demo = args.get(0).equals("demo");
    Map<String, String> file = file();
    Settings settings =
        demo
            ? demoSettings(file)
            : Settings.read(System.getenv(), texts(System.getProperties()), file);
    System.setProperty("runner.log.format", settings.placeholders().get("runner.log.format"));
    StartupReport report = new StartupReport(settings.problems());
    return switch (args.get(0)) {
      case "run", "demo" -> {
        if (!settings.problems().isEmpty()) {
          System.err.println(report.text());
          yield 1;
        }
        String where = "file:" + ROUTES + "/*.camel.yaml";
        yield new Gateway(settings, demo ? where + ",file:" + ROUTES + "/demo/*.camel.yaml" : where)
            .serve();
      }
      case "check" -> {
        List<RouteFiles.Problem> broken = RouteFiles.check(ROUTES);
        broken.forEach(problem -> System.err.println(problem));
        System.err.println(report.text());
        yield settings.problems().isEmpty() && broken.isEmpty() ? 0 : 1;
      }
      default -> {
        System.err.println("Unknown command: it is run, demo or check [--offline].");
        yield 2;
      }
    };
  }

  private int serve() {
    Main main = new Main();
    main.configure().withRoutesIncludePattern(routes);
    camelProperties().forEach((key, value) -> main.addInitialProperty(key, value));
    main.setDefaultPropertyPlaceholderLocation("file:application.properties;optional=true");
    settings.placeholders().forEach(main::addOverrideProperty);
    main.addOverrideProperty("camel.main.routes-include-pattern", routes);
    main.addOverrideProperty(
        "warm-up.url",
        "http://127.0.0.1:" + settings.integer("runner.http.port") + "/webhooks/github");
    LongSupplier clock = System::currentTimeMillis;
    Vertx vertx = Vertx.vertx();
    main.bind("vertx", vertx);
    main.bind("clock", clock);
    main.bind("settings", settings);
    main.bind("noCookies", new NoCookies());
    Servers servers = new Servers(settings);
    main.bind("servers", servers);
    main.bind("platform-http-engine", servers);
    main.bind(
        "demoEnd",
        (DemoEnd)
            code -> {
              exitCode.set(code);
              new Thread(main::completed, "demo-end").start();
            });
    main.addMainListener(new OpensLedger());
    try {
      int code = main.run(new String[0]);
      return code == 0 ? exitCode.get() : code;
    } catch (LedgerUnavailable e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (Exception e) {
      throw new IllegalStateException("the gateway could not start", e);
    } finally {
      vertx.close();
    }
  }

  /** Opens the ledger before any route or port exists, and closes it after them. */
  private final class OpensLedger extends MainListenerSupport {
    @Override
    public void beforeConfigure(BaseMainSupport main) {
      Ledger ledger = Ledger.open(settings);
      main.addOverrideProperty("ledger.engine", ledger.engine());
      CamelContext context = main.getCamelContext();
      context.getRegistry().bind("ledger", ledger.dataSource());
      try {
        context.addService(
            new ServiceSupport() {
              @Override
              protected void doStop() {
                ledger.close();
              }
            },
            true,
            true);
      } catch (Exception e) {
        throw new IllegalStateException("Camel did not take the ledger", e);
      }
    }
  }

  /** Upstreams are called with credentials of their own; what they set is forgotten. */
  private static final class NoCookies extends BasicCookieStore {
    @Override
    public void addCookie(Cookie cookie) {}
  }

  private static Settings demoSettings(Map<String, String> file) {
    Map<String, String> given = new HashMap<>(texts(System.getProperties()));
    given.keySet().removeIf(name -> !name.equals("runner.demo.jobs"));
    int publicPort = freePort();
    int adminPort = freePort();
    String world = "http://127.0.0.1:" + adminPort + "/demo/";
    Map<String, String> demo = new HashMap<>();
    demo.put("RUNNER_HTTP_HOST", "127.0.0.1");
    demo.put("RUNNER_HTTP_PORT", Integer.toString(publicPort));
    demo.put("RUNNER_ADMIN_PORT", Integer.toString(adminPort));
    demo.put("RUNNER_WEBHOOK_SECRET", random());
    demo.put("RUNNER_GITHUB_TOKEN", random());
    demo.put("RUNNER_GITHUB_API_URL", world + "github");
    demo.put("RUNNER_MODAL_LAUNCHER_URL", world + "launcher");
    demo.put("RUNNER_MODAL_TOKEN", random());
    demo.put("RUNNER_LEDGER_URL", "jdbc:sqlite:" + temporaryFolder().resolve("ledger.db"));
    return Settings.read(demo, given, file);
  }

  private static String random() {
    byte[] bytes = new byte[32];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("modal-github-runner-demo");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> file() {
    Properties properties = new Properties();
    if (Files.exists(FILE)) {
      try (Reader in = Files.newBufferedReader(FILE)) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return texts(properties);
  }

  private static Properties camelProperties0() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Gateway.class.getResourceAsStream("/camel.properties")) {
      properties.load(in);
    }
    return properties;
  }

  private static Map<String, String> camelProperties() {
    try {
      return texts(camelProperties0());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> texts(Properties properties) {
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    return texts;
  }
}
