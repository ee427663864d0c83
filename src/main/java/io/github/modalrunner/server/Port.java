package io.github.modalrunner.server;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** One port. Where it cannot be had nothing starts; Camel's own would log that and go on. */
abstract class Port extends VertxPlatformHttpServer {
  private static final long START_TIMEOUT = 10;
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final String settings;
  private final VertxPlatformHttpServerConfiguration configuration;
  private final Optional<Certificate> certificate;
  private CamelContext context;
  private HttpServer server;

  /**
   * @param settings what its settings begin with: {@code runner.http} or {@code runner.admin}
   */
  Port(
      String settings,
      VertxPlatformHttpServerConfiguration configuration,
      Optional<Certificate> certificate) {
    super(configuration);
    this.settings = settings;
    this.configuration = configuration;
    this.certificate = certificate;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    super.setCamelContext(context);
    this.context = context;
  }

  @Override
  public HttpServer getServer() {
    return server;
  }

  @Override
  public int getPort() {
    return server == null ? configuration.getBindPort() : server.actualPort();
  }

  /** Its server, with what it does with requests; not listening yet. */
  abstract HttpServer serving(HttpServerOptions options);

  final VertxPlatformHttpRouter router() {
    return VertxPlatformHttpRouter.lookup(
        context, VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getBindPort()));
  }

  @Override
  protected void startServer() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(configuration.getBindHost())
            .setPort(configuration.getBindPort());
    certificate.ifPresent(
        tls ->
            options
                .setSsl(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(tls.files()));
    try {
      server =
          serving(options)
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_TIMEOUT, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SocketException why) {
        throw new PortUnavailable(
            settings, configuration.getBindHost(), configuration.getBindPort(), why, context);
      }
      throw e;
    }
  }

  @Override
  protected void stopServer() {
    if (server != null) {
      server.close().toCompletionStage().toCompletableFuture().join();
      server = null;
    }
  }
}
