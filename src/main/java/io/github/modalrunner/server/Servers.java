package io.github.modalrunner.server;

import io.github.modalrunner.settings.Settings;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * The two ports. A route that consumes {@code platform-http} is served on the public port when its
 * path begins with {@code /webhooks/}, on the admin port otherwise: what is not meant for the
 * internet must not get there by a forgotten option.
 */
public final class Servers extends DefaultMainHttpServerFactory implements PlatformHttpEngine {
  private static final String PUBLIC_PATH = "/webhooks/";

  private final int publicPort;
  private final int adminPort;
  private final long readTimeout;

  /** The ports that the settings describe. */
  public Servers(Settings settings) {
    this.publicPort = settings.integer("runner.http.port");
    this.adminPort = settings.integer("runner.admin.port");
    this.readTimeout = settings.millis("runner.webhook.read-timeout");
  }

  @Override
  public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties given) {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(given.getHost());
    configuration.setBindPort(given.getPort());
    configuration.setPath(given.getPath());
    configuration.setMaxBodySize(given.getMaxBodySize());
    configuration.setServerType(VertxPlatformHttpRouter.SERVER_TYPE_SERVER);
    configuration.getBodyHandler().setHandleFileUploads(false);
    PublicServer server = new PublicServer(configuration, readTimeout);
    server.setCamelContext(context);
    return server;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    String router =
        endpoint.getPath().startsWith(PUBLIC_PATH)
            ? PublicServer.ROUTER
            : VertxPlatformHttpRouter.getRouterNameFromPort(adminPort);
    return new VertxPlatformHttpConsumer(endpoint, processor, List.of(), router);
  }

  @Override
  public int getServerPort() {
    return publicPort;
  }
}
