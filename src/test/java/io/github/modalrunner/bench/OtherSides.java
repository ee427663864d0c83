package io.github.modalrunner.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GitHub and the launcher, answering as scripted: every mint succeeds, every sandbox runs, every
 * runner is online and every job is still queued. Notes when each job's first calls came.
 */
final class OtherSides implements AutoCloseable {
  private static final Pattern RUNNER = Pattern.compile("\\w+-(\\d+)-\\d+");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong ids = new AtomicLong(1);
  private final Map<Long, Long> mints = new ConcurrentHashMap<>();
  private final Map<Long, Long> creates = new ConcurrentHashMap<>();
  private final Map<String, String> sandboxes = new ConcurrentHashMap<>();
  private final Duration mintTakes;
  private final Duration createTakes;
  private final HttpServer server;

  /**
   * @param mintTakes how long GitHub takes to register a runner
   * @param createTakes how long the launcher takes to start a sandbox
   */
  OtherSides(Duration mintTakes, Duration createTakes) {
    this.mintTakes = mintTakes;
    this.createTakes = createTakes;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** Both answer at once. */
  static OtherSides quick() {
    return new OtherSides(Duration.ZERO, Duration.ZERO);
  }

  String uri() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** When the first mint for each job was asked for; {@link System#nanoTime}. */
  Map<Long, Long> mints() {
    return mints;
  }

  /** When the first sandbox for each job was asked for; {@link System#nanoTime}. */
  Map<Long, Long> creates() {
    return creates;
  }

  /** Lets a sandbox run that was started before. */
  void adopt(String name, String id) {
    sandboxes.put(name, id);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void handle(HttpServerRequest request) {
    String path = request.path();
    if (path.endsWith("/generate-jitconfig")) {
      request.bodyHandler(body -> mint(request.response(), body.toJsonObject().getString("name")));
    } else if (path.startsWith("/v1/sandboxes/")) {
      sandbox(request, path.substring(path.lastIndexOf('/') + 1));
    } else if (path.equals("/v1/sandboxes")) {
      answer(request.response(), 200, list());
    } else {
      answer(request.response(), 200, read(path));
    }
  }

  private void mint(HttpServerResponse response, String name) {
    note(mints, name);
    JsonObject runner = new JsonObject().put("id", ids.getAndIncrement()).put("name", name);
    JsonObject body =
        new JsonObject().put("runner", runner).put("encoded_jit_config", "a".repeat(4000));
    after(mintTakes, () -> answer(response, 201, body));
  }

  private void sandbox(HttpServerRequest request, String name) {
    boolean create = request.method().equals(HttpMethod.PUT);
    if (create) {
      note(creates, name);
      sandboxes.put(name, "sb-" + ids.getAndIncrement());
    }
    String id = sandboxes.get(name);
    if (request.method().equals(HttpMethod.DELETE)) {
      sandboxes.remove(name);
      request.response().setStatusCode(204).end();
    } else if (id == null) {
      JsonObject error = new JsonObject().put("code", "not_found").put("message", "not found");
      answer(request.response(), 404, new JsonObject().put("error", error));
    } else {
      after(
          create ? createTakes : Duration.ZERO,
          () -> answer(request.response(), create ? 201 : 200, sandbox(name, id)));
    }
  }

  private JsonObject list() {
    JsonArray all = new JsonArray();
    sandboxes.forEach((name, id) -> all.add(sandbox(name, id)));
    return new JsonObject().put("sandboxes", all).putNull("next");
  }

  private static JsonObject sandbox(String name, String id) {
    return new JsonObject()
        .put("name", name)
        .put("sandbox_id", id)
        .put("state", "running")
        .putNull("exit_code")
        .put("tags", new JsonObject().put("repository", "octo.repository-00"));
  }

  /** What GitHub says when it is asked. */
  private static JsonObject read(String path) {
    JsonObject found = new JsonObject().put("id", 1).put("status", "queued").putNull("conclusion");
    if (path.contains("/actions/runners")) {
      found.put("status", "online").put("busy", false).put("name", "idle");
    }
    return found
        .put("total_count", 0)
        .put("runners", new JsonArray())
        .put("workflow_runs", new JsonArray())
        .put("jobs", new JsonArray());
  }

  private static void note(Map<Long, Long> times, String name) {
    long now = System.nanoTime();
    Matcher matcher = RUNNER.matcher(name);
    if (matcher.matches()) {
      times.putIfAbsent(Long.parseLong(matcher.group(1)), now);
    }
  }

  private void after(Duration wait, Runnable action) {
    if (wait.isZero()) {
      action.run();
    } else {
      vertx.setTimer(wait.toMillis(), due -> action.run());
    }
  }

  private static void answer(HttpServerResponse response, int status, JsonObject body) {
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }
}
