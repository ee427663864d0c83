package io.github.modalrunner.server;

import io.github.modalrunner.settings.Settings;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The two ports. A route that consumes {@code platform-http} is served on the public port when its
 * path begins with {@code /webhooks/}, on the admin port otherwise: what is not meant for the
 * internet must not get there by a forgotten option.
 */
public final class Servers extends DefaultMainHttpServerFactory implements PlatformHttpEngine {
  private static final String PUBLIC_PATH = "/webhooks/";

  /** Before every route and console. */
  private static final int FIRST = -1000;

  private static final AdminDoor.Refusal UNKNOWN =
      new AdminDoor.Refusal(404, "not_found", "Nothing is served here by this path and method.");

  private final int publicPort;
  private final int adminPort;
  private final long readTimeout;
  private final AdminDoor door;
  private final Outcomes outcomes;
  private final Optional<Certificate> publicCertificate;
  private final Optional<Certificate> adminCertificate;

  /**
   * The ports that the settings describe.
   *
   * @param outcomes counts what becomes of the requests at the public port
   */
  public Servers(Settings settings, Outcomes outcomes) {
    this.outcomes = outcomes;
    this.publicCertificate = Certificate.of(settings, "runner.http");
    this.adminCertificate = Certificate.of(settings, "runner.admin");
    this.publicPort = settings.integer("runner.http.port");
    this.adminPort = settings.integer("runner.admin.port");
    this.readTimeout = settings.millis("runner.webhook.read-timeout");
    this.door =
        new AdminDoor(settings.text("runner.admin.host"), settings.secret("runner.admin.token"));
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
    PublicServer server = new PublicServer(configuration, readTimeout, publicCertificate, outcomes);
    server.setCamelContext(context);
    // Camel must not find it: it would ask it whether it is the admin port, and no other
    return new ServiceSupport() {
      @Override
      protected void doStart() {
        ServiceHelper.startService(server);
      }

      @Override
      protected void doStop() {
        ServiceHelper.stopAndShutdownService(server);
      }
    };
  }

  @Override
  public Service newHttpManagementServer(
      CamelContext context, HttpManagementServerConfigurationProperties given) {
    ManagementHttpServer server =
        (ManagementHttpServer) super.newHttpManagementServer(context, given);
    AdminServer port = new AdminServer(server.getConfiguration(), adminCertificate);
    return new ServiceSupport() {
      @Override
      protected void doStart() throws Exception {
        // Services of their own, so that Camel serves its metrics there, and at this very port
        context.addService(port, true, true);
        context.addService(server, true, true);
        VertxPlatformHttpRouter router =
            VertxPlatformHttpRouter.lookup(
                context, VertxPlatformHttpRouter.getRouterNameFromPort(adminPort));
        router.route().order(FIRST).handler(request -> guard(request));
        router.route().last().handler(request -> refuse(request, UNKNOWN));
      }
    };
  }

  /** The name by which this machine reaches a port that is bound to a host. */
  public static String reachable(String host) {
    return AdminDoor.ANY.contains(host)
        ? "127.0.0.1"
        : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private void guard(RoutingContext request) {
    request
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    Optional<AdminDoor.Refusal> refusal =
        door.refusal(
            new AdminDoor.Request(
                request.request().method().name(),
                request.normalizedPath(),
                Objects.toString(request.request().authority(), ""),
                header(request, "Origin"),
                header(request, "Content-Type"),
                header(request, "Authorization")));
    if (refusal.isEmpty()) {
      request.next();
      return;
    }
    refuse(request, refusal.get());
  }

  private static void refuse(RoutingContext request, AdminDoor.Refusal why) {
    if (why.status() == 401) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
    }
    request
        .response()
        .setStatusCode(why.status())
        .putHeader("Content-Type", "application/json")
        .end(
            new JsonObject()
                .put("error", Map.of("code", why.code(), "message", why.message()))
                .encode());
  }

  private static String header(RoutingContext request, String name) {
    return Objects.requireNonNullElse(request.request().getHeader(name), "");
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
