package io.github.modalrunner.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A world's HTTP face on a free loopback port, for gateways that run elsewhere. */
public final class WorldServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public WorldServer(World world) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    server.setExecutor(threads);
    GitHubApi github = new GitHubApi(world);
    LauncherApi launcher = new LauncherApi(world);
    server.createContext(GitHubApi.PREFIX, exchange -> answer(exchange, github));
    server.createContext(LauncherApi.PREFIX, exchange -> answer(exchange, launcher));
    server.start();
  }

  /** For {@code runner.github.api-url}. */
  public String githubUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + GitHubApi.PREFIX;
  }

  /** For {@code runner.modal.launcher-url}. */
  public String launcherUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + LauncherApi.PREFIX;
  }

  private void answer(HttpExchange exchange, StandIn api) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer =
        api.handle(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            exchange.getRequestURI().getRawQuery(),
            headers,
            body.isEmpty() ? null : body);
    if (answer.delayMs() > 0) {
      CompletableFuture.delayedExecutor(answer.delayMs(), TimeUnit.MILLISECONDS, threads)
          .execute(() -> sendLate(exchange, answer));
    } else {
      send(exchange, answer);
    }
  }

  private static void sendLate(HttpExchange exchange, Answer answer) {
    try {
      send(exchange, answer);
    } catch (IOException e) {
      exchange.close(); // the caller gave up waiting
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.wire() != Answer.Wire.NOTHING) {
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      int sent = answer.wire() == Answer.Wire.HALF ? bytes.length / 2 : bytes.length;
      exchange.getResponseBody().write(bytes, 0, sent);
      exchange.getResponseBody().flush();
    }
    exchange.close(); // with less than was promised, this cuts the connection
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
