package io.github.modalrunner;

import io.github.modalrunner.admin.Traces;
import io.github.modalrunner.check.Checkup;
import io.github.modalrunner.check.Finding;
import io.github.modalrunner.check.Question;
import io.github.modalrunner.demo.DemoEnd;
import io.github.modalrunner.ledger.Inbox;
import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.ledger.Terms;
import io.github.modalrunner.server.Certificate;
import io.github.modalrunner.server.Outcomes;
import io.github.modalrunner.server.PortUnavailable;
import io.github.modalrunner.server.Servers;
import io.github.modalrunner.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.cookie.BasicCookieStore;
import org.apache.hc.client5.http.cookie.Cookie;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;

/**
 * Camel Main with what cannot be said in {@code routes/beans.camel.yaml}: the settings, the ledger
 * and the two ports, which have to stand before any route is read.
 */
public final class Application {
  /** Sweeps begin when the start's own work is done. */
  private static final String SWEEP_DELAY = "3s";

  /** The admin port with the setup page needs no more than these. */
  private static final String SETUP_ROUTES =
      routes("beans", "route-configuration", "50-github", "92-setup");

  /** The command check asks the other sides, and serves nobody. */
  private static final String CHECK_ROUTES =
      routes(
          "beans",
          "route-configuration",
          "50-github",
          "55-github-app",
          "60-sandbox-modal",
          "93-check");

  /**
   * Helpers that have no timers of their own, which would cost every delivery and every runner:
   * those of {@code webhook-receive}, of {@code github-call}, and of the mint and the create. Camel
   * has no property for this, only its default configuration.
   */
  private static final String PARTS =
      "webhook-headers,webhook-kind,delivery-accept,delivery-store,delivery-admit,answer-json,"
          + "github-jit-create,github-attempt,github-send,mint-done,create-done,runner-launch";

  /** 8 kB times a power of two. */
  private static final String BUFFER_CHUNK = "io.netty.allocator.maxOrder";

  static {
    // Each of its threads takes 4 MB at once otherwise, for bodies of some kilobytes
    System.setProperty(BUFFER_CHUNK, System.getProperty(BUFFER_CHUNK, "5"));
  }

  private final Main main = new Main();
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger exitCode = new AtomicInteger();
  private final MeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Settings settings;

  /**
   * The whole gateway.
   *
   * @param settings checked settings
   * @param routes where the route files are, as {@code camel.main.routes-include-pattern}
   */
  public Application(Settings settings, String routes) {
    this(routes, settings);
    main.addOverrideProperty("ledger.engine", Ledger.engine(settings));
    main.addMainListener(new OpensLedger());
  }

  private Application(String routes, Settings settings) {
    this.settings = settings;
    camelDefaults().forEach((key, value) -> main.addInitialProperty((String) key, (String) value));
    main.setDefaultPropertyPlaceholderLocation("file:application.properties;optional=true");
    settings.placeholders().forEach(main::addOverrideProperty);
    main.addOverrideProperty("camel.main.routes-include-pattern", routes);
    main.addOverrideProperty(
        "warm-up.url",
        "%s://%s:%d/webhooks/github"
            .formatted(
                Certificate.scheme(settings, "runner.http"),
                Servers.reachable(settings.text("runner.http.host")),
                settings.integer("runner.http.port")));
    // camel-http takes a number of milliseconds where other components take 30s as well
    main.addOverrideProperty(
        "github.timeout-ms", Long.toString(settings.millis("runner.github.request-timeout")));
    main.addOverrideProperty(
        "launcher.timeout-ms", Long.toString(settings.millis("runner.modal.request-timeout")));
    main.addOverrideProperty("sweep.delay", SWEEP_DELAY);
    Servers servers = new Servers(settings, new Outcomes(meters, Terms.WARM_UP));
    main.bind("vertx", vertx);
    main.bind("servers", servers);
    main.bind("platform-http-engine", servers);
    main.bind("settings", settings);
    main.bind("clock", (LongSupplier) System::currentTimeMillis);
    main.bind("noCookies", new NoCookies());
    // The warm-up calls the own public port, by an address that no certificate has to name
    main.bind("anyName", NoopHostnameVerifier.INSTANCE);
    Certificate.of(settings, "runner.http")
        .ifPresent(
            certificate -> {
              main.bind("ownCertificate", certificate.trusting(vertx));
              // Given at all, it would make camel-http speak TLS to any port
              main.addOverrideProperty("warm-up.certificate", "#ownCertificate");
            });
    // Camel would make it after the beans
    main.bind("metricsRegistry", meters);
    MicrometerRoutePolicyConfiguration.DEFAULT.setExcludePattern(PARTS);
    main.bind("demoEnd", (DemoEnd) this::end);
    if (!settings.text("runner.traces.endpoint").isEmpty()) {
      main.addMainListener(new Traces(settings));
    }
  }

  /**
   * Nothing but the setup page on the admin port: no ledger, no public port.
   *
   * @param served told once the page can be opened
   */
  public static Application setup(Settings settings, Runnable served) {
    Application setup = new Application(SETUP_ROUTES, settings);
    setup.main.addOverrideProperty("camel.server.enabled", "false");
    setup.main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport main) {
            served.run();
          }
        });
    return setup;
  }

  /** Asks GitHub and the launcher whether they would work with these settings. */
  public static List<Finding> check(Settings settings) {
    Application check = new Application(CHECK_ROUTES, settings);
    check.main.addOverrideProperty("camel.server.enabled", "false");
    check.main.addOverrideProperty("camel.management.enabled", "false");
    check.start();
    CamelContext context = check.main.getCamelContext();
    ProducerTemplate asks = context.createProducerTemplate();
    try {
      Checkup checkup = context.getRegistry().findSingleByType(Checkup.class);
      List<Finding> findings = new ArrayList<>(checkup.remarks());
      for (Question question : checkup.questions()) {
        findings.addAll(findings(asks.requestBody("direct:check-github", question)));
      }
      findings.addAll(findings(asks.requestBody("direct:check-launcher", (Object) null)));
      return findings;
    } finally {
      asks.stop();
      check.stop();
    }
  }

  private static List<Finding> findings(Object answer) {
    return ((List<?>) answer).stream().map(Finding.class::cast).toList();
  }

  private static String routes(String... names) {
    return Stream.of(names)
        .map(name -> "file:routes/" + name + ".camel.yaml")
        .collect(Collectors.joining(","));
  }

  /**
   * Serves until the process is told to end; answers its exit code.
   *
   * @throws PortUnavailable with a sentence that says what to do
   */
  public int run() throws PortUnavailable {
    try {
      int code = main.run(new String[0]);
      return code == 0 ? exitCode.get() : code;
    } catch (RuntimeException e) {
      if (e.getCause() instanceof PortUnavailable told) {
        throw told;
      }
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The gateway could not start", e);
    } finally {
      vertx.close();
    }
  }

  /** Starts serving and comes back; {@link #stop} ends it. */
  public void start() {
    main.start();
  }

  /** Ends what {@link #start} began: in-flight work is finished, ports and ledger are closed. */
  public void stop() {
    main.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void end(int code) {
    exitCode.set(code);
    // Not from the route that asks for it: Camel waits for that one
    new Thread(main::completed, "end").start();
  }

  private static Properties camelDefaults() {
    try (InputStream in = Application.class.getResourceAsStream("/camel.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the ledger while the routes are read: it stands before any of them starts. */
  private final class OpensLedger extends MainListenerSupport {
    private final CompletableFuture<Ledger> opening =
        CompletableFuture.supplyAsync(
            () -> Ledger.open(settings), task -> new Thread(task, "ledger").start());

    @Override
    public void beforeConfigure(BaseMainSupport main) {
      CamelContext context = main.getCamelContext();
      Registry registry = context.getRegistry();
      registry.bind("ledger", DataSource.class, () -> ledger().dataSource());
      registry.bind("ledgerReads", DataSource.class, () -> ledger().reads());
      registry.bind("inbox", Inbox.class, () -> ledger().inbox());
      try {
        context.addService(
            new ServiceSupport() {
              @Override
              protected void doStop() {
                if (!opening.isCompletedExceptionally()) {
                  ledger().close();
                }
              }
            },
            true,
            true);
      } catch (Exception e) {
        throw new IllegalStateException("Camel did not take the ledger", e);
      }
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
      ledger().measure(meters);
    }

    private Ledger ledger() {
      try {
        return opening.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException told ? told : e;
      }
    }
  }

  /** Keeps nothing that an upstream asks to be remembered. */
  private static final class NoCookies extends BasicCookieStore {
    private static final long serialVersionUID = 1;

    @Override
    public void addCookie(Cookie cookie) {
      // forgotten
    }
  }
}
