package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.util.List;
import java.util.Map;

/** The launcher, by its contract. */
public final class LauncherApi extends StandIn {
  /** Where it is served: the launcher's base URL is the server's address with this. */
  public static final String PREFIX = "/demo/launcher";

  private static final List<String> IMAGES = List.of("default");
  private static final int PAGE = 100;
  private static final JsonSchema REQUEST =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(Payloads.template("sandbox-request.schema.json"));

  public LauncherApi(World world) {
    super(world, "launcher", PREFIX);
    String one = "/v1/sandboxes/([a-z0-9][a-z0-9-]{0,62})";
    on("GET", "/v1/health", "health", r -> health());
    on("GET", "/v1/sandboxes", "list", this::list);
    on("PUT", one, "create", this::create);
    on("GET", one, "get", this::get);
    on("DELETE", one, "delete", this::delete);
  }

  @Override
  Answer refusal(Map<String, String> headers, String body) {
    boolean proxy = headers.containsKey("Modal-Key") && headers.containsKey("Modal-Secret");
    if (!proxy && !headers.getOrDefault("Authorization", "").startsWith("Bearer ")) {
      return Answer.text(401, "modal-http: missing credentials for proxy authorization");
    }
    return body != null && body.length() > 1_000_000
        ? error(413, "too_large", "The request is too large.")
        : null;
  }

  @Override
  Answer unknown() {
    return error(404, "not_found", "There is no such thing.");
  }

  private static Answer error(int status, String code, String message) {
    ObjectNode body = Payloads.JSON.createObjectNode();
    body.putObject("error").put("code", code).put("message", message).put("retryable", false);
    return Answer.json(status, body);
  }

  private static Answer health() {
    ObjectNode body =
        Payloads.JSON
            .createObjectNode()
            .put("status", "ok")
            .put("modal_sdk", "stand-in")
            .put("runner_version", "2.337.0");
    body.set("images", Payloads.JSON.valueToTree(IMAGES));
    return Answer.json(200, body);
  }

  private Answer create(Request request) {
    JsonNode body = request.body();
    if (!REQUEST.validate(body).isEmpty() || !IMAGES.contains(body.path("image").asText())) {
      return error(422, "invalid_request", "The request does not follow the contract.");
    }
    String name = request.part(1);
    Sandbox running = world.modal.running(name);
    if (running == null) {
      return Answer.json(
          201, json(world.modal.create(name, body, world.now())).put("created", true));
    }
    boolean repeated =
        running.owner.equals(body.path("owner").asText()) && running.tags.equals(body.path("tags"));
    return repeated
        ? Answer.json(200, json(running).put("created", false))
        : error(409, "name_conflict", "A sandbox of this name runs with other tags.");
  }

  /** The sandbox that is asked for, by name and maybe id; null when look-ups do not show it. */
  private Sandbox find(Request request) {
    String id = request.query().get("sandbox_id");
    Sandbox found = id == null ? world.modal.running(request.part(1)) : world.modal.withId(id);
    boolean shown = world.modal.visible(found, world.now()) && found.name.equals(request.part(1));
    return shown ? found : null;
  }

  private static boolean owned(Sandbox sandbox, Request request) {
    return sandbox.owner.equals(request.query().get("owner"));
  }

  private Answer get(Request request) {
    Sandbox sandbox = find(request);
    return sandbox == null || !owned(sandbox, request)
        ? unknown()
        : Answer.json(200, json(sandbox));
  }

  private Answer delete(Request request) {
    Sandbox sandbox = find(request);
    if (sandbox != null && !owned(sandbox, request)) {
      return error(409, "name_conflict", "The sandbox of this name is somebody else's.");
    }
    if (sandbox != null) {
      world.modal.terminate(sandbox, world.now());
    }
    return Answer.empty(204);
  }

  private Answer list(Request request) {
    int from = request.number("cursor", 0);
    List<Sandbox> mine =
        world
            .modal
            .running()
            .filter(s -> owned(s, request))
            .filter(s -> world.modal.visible(s, world.now()))
            .toList();
    ObjectNode body = Payloads.JSON.createObjectNode();
    ArrayNode sandboxes = body.putArray("sandboxes");
    mine.stream().skip(from).limit(PAGE).forEach(s -> sandboxes.add(json(s)));
    boolean last = from + PAGE >= mine.size();
    return Answer.json(200, body.put("next", last ? null : Integer.toString(from + PAGE)));
  }

  private static ObjectNode json(Sandbox sandbox) {
    ObjectNode json =
        Payloads.JSON
            .createObjectNode()
            .put("name", sandbox.name)
            .put("sandbox_id", sandbox.id)
            .put("state", sandbox.running() ? "running" : "finished")
            .put("exit_code", sandbox.exitCode)
            .put("created_at", Payloads.time(sandbox.createdAt));
    json.set("tags", sandbox.tags);
    return json;
  }
}
