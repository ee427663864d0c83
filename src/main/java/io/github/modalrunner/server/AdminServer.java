package io.github.modalrunner.server;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Optional;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** The admin port. */
final class AdminServer extends Port {
  AdminServer(
      VertxPlatformHttpServerConfiguration configuration, Optional<Certificate> certificate) {
    super("runner.admin", configuration, certificate);
  }

  @Override
  HttpServer serving(HttpServerOptions options) {
    return getVertx().createHttpServer(options).requestHandler(router());
  }
}
