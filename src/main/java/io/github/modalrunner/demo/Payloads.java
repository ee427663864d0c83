package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.modalrunner.demo.Job.Repo;
import io.github.modalrunner.demo.Job.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Random;

/** GitHub's JSON, made from GitHub's own examples. */
final class Payloads {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "https://api.github.com/repos/";
  private static final String EVENT_FILE = "workflow_job.queued.json";
  private static final JsonNode EVENT = template(EVENT_FILE);
  private static final JsonNode DEPLOYMENT =
      template("workflow_job.queued.with-deployment.json").path("deployment");

  private Payloads() {}

  /**
   * A file of this jar, with each even text (a name or number of the example) made the next one.
   */
  static JsonNode template(String file, String... renamed) {
    try (InputStream in = Payloads.class.getResourceAsStream("/demo/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (int i = 0; i < renamed.length; i += 2) {
        text = text.replace(renamed[i], renamed[i + 1]);
      }
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static JsonNode repository(String fullName, long id, boolean isPrivate) {
    String owner = fullName.substring(0, fullName.indexOf('/'));
    return template(EVENT_FILE, "Codertocat/Hello-World", fullName, "Octocoders", owner)
        .withObject("/repository")
        .put("id", id)
        .put("name", fullName.substring(owner.length() + 1))
        .put("private", isPrivate)
        .put("visibility", isPrivate ? "private" : "public");
  }

  static JsonNode webhook(String action, Repo repository, Job job) {
    ObjectNode payload = JSON.createObjectNode();
    if (action != null) {
      payload.put("action", action);
    }
    if (job != null) {
      ObjectNode json = job(job);
      if (job.is("completed") && job.runner == null) { // as seen in the field; REST says null
        json.put("runner_id", 0).put("runner_name", "");
      }
      payload.set("workflow_job", json);
      if (job.deploys) {
        payload.set("deployment", DEPLOYMENT);
      }
    }
    payload.set("repository", repository.json());
    payload.set("sender", EVENT.path("sender"));
    payload.set("installation", EVENT.path("installation"));
    return payload;
  }

  /** A job in the form that webhooks and the REST API share. */
  static ObjectNode job(Job job) {
    String api = API + job.spec.repository();
    Runner runner = job.runner;
    ObjectNode json =
        EVENT
            .withObject("/workflow_job")
            .deepCopy()
            .put("id", job.id)
            .put("run_id", job.run.id)
            .put("run_url", api + "/actions/runs/" + job.run.id)
            .put("run_attempt", job.attempt)
            .put("url", api + "/actions/jobs/" + job.id)
            .put("html_url", "https://github.com/" + job.spec.repository() + "/runs/" + job.id)
            .put("check_run_url", api + "/check-runs/" + job.id)
            .put("status", job.status)
            .put("conclusion", job.conclusion)
            .put("created_at", time(job.createdAt))
            .put("started_at", time(job.startedAt))
            .put("completed_at", job.is("completed") ? time(job.completedAt) : null)
            .put("name", job.spec.name())
            .put("runner_id", runner == null ? null : runner.id)
            .put("runner_name", runner == null ? null : runner.name)
            .put("runner_group_id", runner == null ? null : runner.group)
            .put("runner_group_name", runner == null ? null : "Default");
    json.set("labels", JSON.valueToTree(job.spec.labels()));
    if (runner != null) {
      json.withArray("/steps")
          .addObject()
          .put("name", "Set up job")
          .put("status", job.status)
          .put("conclusion", job.conclusion)
          .put("number", 1)
          .put("started_at", time(job.startedAt))
          .put("completed_at", job.is("completed") ? time(job.completedAt) : null);
    }
    return json;
  }

  static JsonNode run(Run run) {
    String name = run.repository.fullName();
    JsonNode example =
        template(
            "workflow-run.json",
            "octocat/Hello-World",
            name,
            "octo-org/octo-repo",
            name,
            "30433642",
            Long.toString(run.id));
    ObjectNode json =
        ((ObjectNode) example)
            .put("id", run.id)
            .put("run_attempt", run.attempt)
            .put("status", run.status())
            .put("conclusion", run.conclusion())
            .put("created_at", time(run.createdAt))
            .put("updated_at", time(run.createdAt))
            .put("run_started_at", time(run.createdAt));
    for (String which : new String[] {"repository", "head_repository"}) {
      json.withObject("/" + which)
          .put("id", run.repository.id())
          .put("name", name.substring(name.indexOf('/') + 1))
          .put("full_name", name)
          .put("private", run.repository.isPrivate());
    }
    return json;
  }

  static ObjectNode runner(Runner runner) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", runner.id)
            .put("name", runner.name)
            .put("os", runner.online ? "Linux" : "unknown")
            .put("status", runner.online ? "online" : "offline")
            .put("busy", runner.job != null)
            .put("runner_group_id", runner.group)
            .put("ephemeral", runner.ephemeral);
    int id = 0;
    for (String label : runner.labels) {
      json.withArray("/labels")
          .addObject()
          .put("id", ++id)
          .put("name", label)
          .put("type", "custom");
    }
    return json;
  }

  /** Looks like GitHub's: base64 of an object of files in base64. Good for nothing elsewhere. */
  static String jitConfig(Runner runner, Random random) {
    byte[] key = new byte[48];
    random.nextBytes(key);
    ObjectNode settings =
        JSON.createObjectNode().put("AgentId", runner.id).put("AgentName", runner.name);
    ObjectNode files =
        JSON.createObjectNode()
            .put(".runner", base64(settings.toString().getBytes(StandardCharsets.UTF_8)))
            .put(".credentials_rsaparams", base64(key));
    return base64(files.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static JsonNode delivery(Delivery.Logged logged, boolean whole) {
    Delivery delivery = logged.delivery();
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", delivery.id())
            .put("guid", delivery.guid())
            .put("delivered_at", time(logged.at()))
            .put("redelivery", false)
            .put("duration", 0.03)
            .put("status", logged.failed() ? "Invalid HTTP Response: " + logged.status() : "OK")
            .put("status_code", logged.status())
            .put("event", delivery.event())
            .put("action", delivery.action())
            .put("installation_id", EVENT.at("/installation/id").asLong())
            .put("repository_id", delivery.repositoryId())
            .putNull("throttled_at");
    if (whole) {
      json.put("url", "https://gateway.example/webhooks/github");
      ObjectNode request = json.putObject("request");
      request.set("headers", JSON.valueToTree(Hookshot.headers(delivery)));
      request.set("payload", delivery.payload());
      json.putObject("response").putObject("headers");
      json.withObject("/response").put("payload", "");
    }
    return json;
  }
}
