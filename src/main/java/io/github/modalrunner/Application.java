package io.github.modalrunner;

import io.github.modalrunner.demo.DemoEnd;
import io.github.modalrunner.ledger.Ledger;
import io.github.modalrunner.server.Servers;
import io.github.modalrunner.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
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
 * Camel Main with what cannot be said in {@code routes/beans.camel.yaml}: the settings, the ledger
 * and the two ports, which have to stand before any route is read.
 */
public final class Application {
  /** Sweeps begin when the start's own work is done. */
  private static final String SWEEP_DELAY = "3s";

  private final Main main = new Main();
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger exitCode = new AtomicInteger();
  private final Settings settings;

  /**
   * @param settings checked settings
   * @param routes where the route files are, as {@code camel.main.routes-include-pattern}
   */
  public Application(Settings settings, String routes) {
    this.settings = settings;
    camelDefaults().forEach((key, value) -> main.addInitialProperty((String) key, (String) value));
    main.setDefaultPropertyPlaceholderLocation("file:application.properties;optional=true");
    settings.placeholders().forEach(main::addOverrideProperty);
    main.addOverrideProperty("camel.main.routes-include-pattern", routes);
    main.addOverrideProperty(
        "warm-up.url",
        "http://%s:%d/webhooks/github"
            .formatted(
                Servers.reachable(settings.text("runner.http.host")),
                settings.integer("runner.http.port")));
    // camel-http takes a number of milliseconds where other components take 30s as well
    main.addOverrideProperty(
        "github.timeout-ms", Long.toString(settings.millis("runner.github.request-timeout")));
    main.addOverrideProperty(
        "launcher.timeout-ms", Long.toString(settings.millis("runner.modal.request-timeout")));
    main.addOverrideProperty("sweep.delay", SWEEP_DELAY);
    Servers servers = new Servers(settings);
    main.bind("vertx", vertx);
    main.bind("servers", servers);
    main.bind("platform-http-engine", servers);
    main.bind("settings", settings);
    main.bind("clock", (LongSupplier) System::currentTimeMillis);
    main.bind("noCookies", new NoCookies());
    // Camel would make it after the beans
    main.bind("metricsRegistry", new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    main.bind("demoEnd", (DemoEnd) this::end);
    main.addMainListener(new OpensLedger());
  }

  /** Serves until the process is told to end; answers its exit code. */
  public int run() {
    try {
      int code = main.run(new String[0]);
      return code == 0 ? exitCode.get() : code;
    } catch (RuntimeException e) {
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

  /** Keeps nothing that an upstream asks to be remembered. */
  private static final class NoCookies extends BasicCookieStore {
    private static final long serialVersionUID = 1;

    @Override
    public void addCookie(Cookie cookie) {
      // forgotten
    }
  }
}
