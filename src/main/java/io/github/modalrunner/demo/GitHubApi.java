package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.modalrunner.demo.Job.Run;
import io.github.modalrunner.demo.Tally.Fact;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The part of GitHub's REST API that concerns runners, by its OpenAPI description. */
public final class GitHubApi extends StandIn {
  /** Where it is served: the API base is the server's address with this. */
  public static final String PREFIX = "/demo/github";

  private static final Set<String> VERSIONS = Set.of("2022-11-28", "2026-03-10");
  private static final String OWNER = "/((?:repos/[^/]+|orgs)/[^/]+)";

  public GitHubApi(World world) {
    super(world, "github", PREFIX);
    String runners = OWNER + "/actions/runners";
    on("POST", runners + "/generate-jitconfig", "generate-jitconfig", this::mint);
    on("GET", runners, "list-runners", this::listRunners);
    on("GET", runners + "/(\\d+)", "get-runner", this::getRunner);
    on("DELETE", runners + "/(\\d+)", "delete-runner", this::deleteRunner);
    String actions = "/repos/([^/]+/[^/]+)/actions";
    on("GET", actions + "/jobs/(\\d+)", "get-job", this::getJob);
    on("GET", actions + "/runs", "list-runs", this::listRuns);
    on("GET", actions + "/runs/(\\d+)", "get-run", this::getRun);
    on("GET", actions + "/runs/(\\d+)/jobs", "list-jobs", this::listJobs);
    String deliveries = "/((?:repos/[^/]+|orgs)/[^/]+/hooks/\\d+|app/hook)/deliveries";
    on("GET", deliveries, "list-deliveries", this::listDeliveries);
    on("GET", deliveries + "/(\\d+)", "get-delivery", this::getDelivery);
  }

  @Override
  Answer refusal(Map<String, String> headers, String body) {
    if (headers.getOrDefault("User-Agent", "").isBlank()) {
      return Answer.text(403, "Request forbidden by administrative rules (no User-Agent header).");
    }
    if (!VERSIONS.contains(headers.getOrDefault("X-GitHub-Api-Version", ""))) {
      return error(400, "The X-GitHub-Api-Version header is missing or names no known version.");
    }
    if (!headers.getOrDefault("Authorization", "").matches("(?i)(Bearer|token) \\S+")) {
      return error(401, "Requires authentication");
    }
    return null;
  }

  @Override
  Answer unknown() {
    return error(404, "Not Found");
  }

  private static Answer error(int status, String message) {
    ObjectNode body =
        Payloads.JSON
            .createObjectNode()
            .put("message", message)
            .put("documentation_url", "https://docs.github.com/rest");
    return Answer.json(status, body);
  }

  private boolean known(String scope) {
    return world.github.repositories.keySet().stream()
        .anyMatch(r -> scope.equals("repos/" + r) || ("orgs/" + r).startsWith(scope + "/"));
  }

  private Answer mint(Request request) {
    String scope = request.part(1);
    JsonNode name = request.body().path("name");
    JsonNode labels = request.body().path("labels");
    if (!known(scope)) {
      return unknown();
    }
    if (!name.asText().matches("\\S{1,64}")
        || !request.body().path("runner_group_id").isInt()
        || labels.isEmpty()
        || labels.size() > 100) {
      return error(422, "Invalid request: name, runner_group_id and 1 to 100 labels are required.");
    }
    List<String> texts =
        StreamSupport.stream(labels.spliterator(), false).map(JsonNode::asText).toList();
    int group = request.body().path("runner_group_id").asInt();
    Runner runner = world.github.register(scope, name.asText(), texts, group, true, world.now());
    if (runner == null) {
      world.tally.count(Fact.MINT_CONFLICTS);
      return error(
          409, "Already exists - A runner with the name " + name.asText() + " already exists.");
    }
    world.tally.count(Fact.MINTS);
    String jit = Payloads.jitConfig(runner, world.random);
    world.github.jitConfigs.put(jit, runner);
    ObjectNode body = Payloads.JSON.createObjectNode();
    body.set("runner", Payloads.runner(runner));
    return Answer.json(201, body.put("encoded_jit_config", jit));
  }

  private Answer listRunners(Request request) {
    String name = request.query().get("name");
    List<Runner> all =
        world.github.runners.values().stream()
            .filter(r -> r.scope.equals(request.part(1)) && (name == null || r.name.equals(name)))
            .toList();
    return page(request, "runners", all, Payloads::runner);
  }

  private Runner runner(Request request) {
    Runner runner = world.github.runners.get(request.id(2));
    return runner != null && runner.scope.equals(request.part(1)) ? runner : null;
  }

  private Answer getRunner(Request request) {
    Runner runner = runner(request);
    return runner == null ? unknown() : Answer.json(200, Payloads.runner(runner));
  }

  private Answer deleteRunner(Request request) {
    Runner runner = runner(request);
    if (runner == null) {
      return unknown();
    }
    if (runner.job != null) {
      world.tally.count(Fact.DELETES_REFUSED_BUSY);
      return error(422, "Bad request - Runner \"" + runner.name + "\" is still running a job\"");
    }
    world.tally.count(Fact.REGISTRATIONS_DELETED);
    world.github.remove(runner, world.now());
    return Answer.empty(204);
  }

  private Answer getJob(Request request) {
    Job job = world.github.jobs.get(request.id(2));
    boolean there = job != null && job.spec.repository().equals(request.part(1));
    return there ? Answer.json(200, Payloads.job(job)) : unknown();
  }

  private Answer listRuns(Request request) {
    String status = request.query().get("status");
    String since = request.query().getOrDefault("created", "").replaceFirst("^>=?", "");
    List<Run> runs = new ArrayList<>(world.github.runs.values());
    Collections.reverse(runs);
    return page(
        request,
        "workflow_runs",
        runs.stream()
            .filter(r -> r.repository.fullName().equals(request.part(1)))
            .filter(r -> status == null || status.equals(r.status()))
            .filter(r -> Payloads.time(r.createdAt).compareTo(since) >= 0)
            .limit(status == null && since.isEmpty() ? Long.MAX_VALUE : 1_000)
            .toList(),
        Payloads::run);
  }

  private Answer inRun(Request request, Function<Run, Answer> answer) {
    Run run = world.github.runs.get(request.id(2));
    boolean there = run != null && run.repository.fullName().equals(request.part(1));
    return there ? answer.apply(run) : unknown();
  }

  private Answer getRun(Request request) {
    return inRun(request, r -> Answer.json(200, Payloads.run(r)));
  }

  private Answer listJobs(Request request) {
    boolean all = "all".equals(request.query().get("filter"));
    return inRun(request, r -> page(request, "jobs", all ? r.jobs : r.latest(), Payloads::job));
  }

  /** A page by number, with its neighbour in the Link header. */
  private <T> Answer page(
      Request request, String field, Collection<T> all, Function<T, JsonNode> json) {
    int size = Math.min(100, request.number("per_page", 30));
    int page = request.number("page", 1);
    ObjectNode body = Payloads.JSON.createObjectNode().put("total_count", all.size());
    ArrayNode items = body.putArray(field);
    all.stream().skip((page - 1L) * size).limit(size).forEach(item -> items.add(json.apply(item)));
    Answer answer = Answer.json(200, body);
    boolean last = (long) page * size >= all.size();
    return last ? answer : answer.with("Link", next(request, "page", Integer.toString(page + 1)));
  }

  private String next(Request request, String parameter, String value) {
    Map<String, String> query = new TreeMap<>(request.query());
    query.put(parameter, value);
    String text =
        query.entrySet().stream()
            .map(q -> q.getKey() + "=" + URLEncoder.encode(q.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    String host = request.headers().get("Host");
    return "<http://" + host + linked(request.part(0)) + "?" + text + ">; rel=\"next\"";
  }

  /** As GitHub links to it: by the id of the account, not by its name. */
  private String linked(String path) {
    String linked = path.replaceFirst("/orgs/[^/]+/", "/organizations/1/");
    for (Job.Repo repository : world.github.repositories.values()) {
      linked =
          linked.replace(
              "/repos/" + repository.fullName() + "/", "/repositories/" + repository.id() + "/");
    }
    return linked;
  }

  /** Those of a hook before this id, newest first. */
  private Stream<Delivery.Logged> deliveries(String hook, long before) {
    String scope = hook.replaceFirst("/hooks?(/\\d+)?$", "");
    return world.github.log.headMap(before, false).descendingMap().values().stream()
        .filter(
            l ->
                scope.equals("app")
                    || scope.equals("repos/" + l.delivery().repository())
                    || ("orgs/" + l.delivery().repository()).startsWith(scope + "/"));
  }

  /** Newest first, by a cursor that stays right while deliveries come in. */
  private Answer listDeliveries(Request request) {
    int size = Math.min(100, request.number("per_page", 30));
    String cursor = request.query().getOrDefault("cursor", "v1_" + Long.MAX_VALUE);
    if (!cursor.matches("v1_\\d+")) {
      return error(422, "Invalid cursor");
    }
    long before = Long.parseLong(cursor.substring(3));
    String status = request.query().get("status");
    List<Delivery.Logged> fitting =
        deliveries(request.part(1), before)
            .filter(l -> status == null || status.equals("failure") == (l.status() >= 400))
            .limit(size + 1L)
            .toList();
    ArrayNode body = Payloads.JSON.createArrayNode();
    fitting.stream().limit(size).forEach(l -> body.add(Payloads.delivery(l, false)));
    Answer answer = Answer.json(200, body);
    return fitting.size() <= size
        ? answer
        : answer.with(
            "Link", next(request, "cursor", "v1_" + fitting.get(size - 1).delivery().id()));
  }

  private Answer getDelivery(Request request) {
    return deliveries(request.part(1), request.id(2) + 1)
        .findFirst()
        .filter(l -> l.delivery().id() == request.id(2))
        .map(l -> Answer.json(200, Payloads.delivery(l, true)))
        .orElseGet(this::unknown);
  }
}
