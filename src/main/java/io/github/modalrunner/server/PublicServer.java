package io.github.modalrunner.server;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * The public port. Cuts requests that are not complete in time (a timer for each request, since an
 * idle timeout is reset by every byte of a drip), limits headers, and stops reading once a request
 * was refused.
 */
final class PublicServer extends Port {
  static final String ROUTER = "public-router";

  private static final int MAX_HEADER_BYTES = 8192;
  private static final int MAX_REQUEST_LINE = 2048;

  /** Too many forged signatures: such a sender connects anew for each further try. */
  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * Longer than proxies keep an idle connection (60 s): who sends should be the one that closes it,
   * or a delivery is lost. The head of a further request has as long, its body the read timeout.
   */
  private static final long KEEP_ALIVE = 75_000;

  /** How long a refused sender may take to read the answer before the connection is closed. */
  private static final long REFUSED_GRACE = 500;

  /** In seconds; a start takes about as long. */
  private static final String RETRY_AFTER = "5";

  private static final Pattern FORM =
      Pattern.compile("\\s*(application/x-www-form-urlencoded|multipart/)", CASE_INSENSITIVE);

  private final long readTimeout;
  private final Outcomes outcomes;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  PublicServer(
      VertxPlatformHttpServerConfiguration configuration,
      long readTimeout,
      Optional<Certificate> certificate,
      Outcomes outcomes) {
    super("runner.http", configuration, certificate);
    this.readTimeout = readTimeout;
    this.outcomes = outcomes;
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    getCamelContext().getRegistry().bind(ROUTER, router());
    router().errorHandler(HttpURLConnection.HTTP_NOT_FOUND, this::notFound);
  }

  /**
   * Before its routes run and after they have ended, a path is not unknown but not served now: a
   * load balancer asks another replica then.
   */
  private void notFound(RoutingContext request) {
    if (getCamelContext().isStarted()) {
      request.response().setStatusCode(HttpURLConnection.HTTP_NOT_FOUND).end();
    } else {
      request
          .response()
          .setStatusCode(HttpURLConnection.HTTP_UNAVAILABLE)
          .putHeader("Retry-After", RETRY_AFTER)
          .end();
    }
  }

  @Override
  HttpServer serving(HttpServerOptions options) {
    // Clear-text HTTP/2 would hide a connection from the timers until its first request
    options
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxInitialLineLength(MAX_REQUEST_LINE)
        .setHttp2ClearTextEnabled(false);
    VertxPlatformHttpRouter router = router();
    return getVertx()
        .createHttpServer(options)
        .connectionHandler(
            connection -> {
              arm(connection, readTimeout);
              connection.closeHandler(closed -> disarm(connection));
            })
        .requestHandler(
            request -> {
              watch(request);
              refuseForms(request);
              router.handle(request);
            });
  }

  private void watch(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    request
        .response()
        .headersEndHandler(
            answering -> {
              if (!request.isEnded() || request.response().getStatusCode() == TOO_MANY_REQUESTS) {
                request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
              }
            });
    request.end().onSuccess(complete -> disarm(connection));
    request
        .response()
        .endHandler(
            answered -> {
              outcomes.count(request);
              if (request.isEnded() && request.response().getStatusCode() != TOO_MANY_REQUESTS) {
                arm(connection, KEEP_ALIVE);
              } else {
                request.pause();
                arm(connection, REFUSED_GRACE);
              }
            });
    // A second request on a kept connection has its own time to be complete
    if (!request.isEnded()) {
      arm(connection, readTimeout);
    }
  }

  /**
   * A form is refused for its content type, whatever is in it. Without this its fields would be
   * decoded first, refused when they are long, and taken for headers.
   */
  private static void refuseForms(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && FORM.matcher(type).lookingAt()) {
      request.headers().remove(HttpHeaders.CONTENT_TYPE);
    }
  }

  private void arm(HttpConnection connection, long millis) {
    disarm(connection);
    timers.put(connection, getVertx().setTimer(millis, due -> connection.close()));
  }

  private void disarm(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      getVertx().cancelTimer(timer);
    }
  }
}
