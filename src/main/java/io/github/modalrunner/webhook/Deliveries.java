package io.github.modalrunner.webhook;

import com.ethlo.time.ITU;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.jobs.Admission;
import io.github.modalrunner.jobs.Pools;
import io.github.modalrunner.jobs.Trust;
import io.github.modalrunner.jobs.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Turns valid payloads into rows of the table {@code delivery}: what the gateway reads of an event,
 * and whether the job is ours. Nothing else of a payload is ever used.
 */
public final class Deliveries {
  private static final List<String> JOB_COLUMNS =
      List.of(
          "action",
          "jobId",
          "runId",
          "runAttempt",
          "jobRank",
          "jobState",
          "eventAt",
          "repository",
          "jobName",
          "workflow",
          "branch",
          "labels",
          "verdict",
          "reasonCode",
          "reasonMessage",
          "profile",
          "pool",
          "runnerName",
          "conclusion",
          "queuedAt",
          "startedAt",
          "completedAt",
          "installationId");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final Admission admission;
  private final Trust trust;
  private final Pools pools;
  private final LongSupplier clock;

  /**
   * @param admission whose jobs are served
   * @param trust whose code is run
   * @param pools names the pool of a job
   * @param clock the time in epoch milliseconds
   */
  public Deliveries(Admission admission, Trust trust, Pools pools, LongSupplier clock) {
    this.admission = admission;
    this.trust = trust;
    this.pools = pools;
    this.clock = clock;
  }

  /**
   * The row of a valid {@code workflow_job} delivery.
   *
   * @param payload a payload that {@link Payloads#readJob} found valid
   * @param guid {@code X-GitHub-Delivery}
   * @param body the raw body
   */
  public Map<String, Object> jobRow(Payload payload, String guid, byte[] body) {
    JsonNode job = payload.document().path("workflow_job");
    JsonNode repository = payload.document().path("repository");
    String fullName = repository.path("full_name").textValue();
    List<String> labels = new ArrayList<>();
    job.path("labels").forEach(label -> labels.add(label.textValue()));
    Verdict verdict =
        trust
            .stranger(repository)
            .orElseGet(
                () -> admission.judge(fullName, repository.path("private").booleanValue(), labels));
    JobState state = JobState.of(payload.action(), job.path("status").asText());
    Optional<String> doubt =
        state == JobState.QUEUED && verdict.kind() == Verdict.Kind.ADMITTED
            ? trust.doubt(repository, payload.source().equals("look"))
            : Optional.empty();

    Map<String, Object> row = row(guid, "workflow_job", payload.source(), body);
    row.put("action", payload.action());
    row.put("state", "NEW");
    row.put("jobId", job.path("id").longValue());
    row.put("runId", job.path("run_id").longValue());
    row.put("runAttempt", job.path("run_attempt").asInt(1));
    row.put("jobRank", state.rank());
    row.put("jobState", doubt.orElse(state.name()));
    row.put("eventAt", eventAt(state, payload));
    row.put("repository", fullName);
    row.put("jobName", text(job, "name"));
    row.put("workflow", text(job, "workflow_name"));
    row.put("branch", text(job, "head_branch"));
    row.put("labels", job.path("labels").toString());
    row.put("verdict", verdict.kind().name());
    row.put("reasonCode", verdict.code());
    row.put("reasonMessage", verdict.message());
    row.put("profile", verdict.profile());
    row.put("pool", verdict.profile() == null ? null : pools.of(fullName, labels));
    // Before a job is in progress its runner fields mean nothing (one published example has them
    // set)
    row.put("runnerName", state.rank() > 1 ? text(job, "runner_name") : null);
    row.put("conclusion", text(job, "conclusion"));
    row.put("queuedAt", time(job, "created_at"));
    row.put("startedAt", state.rank() > 1 ? time(job, "started_at") : null);
    row.put("completedAt", time(job, "completed_at"));
    JsonNode installation = payload.document().path("installation").path("id");
    row.put("installationId", installation.isNumber() ? installation.longValue() : null);
    return row;
  }

  /**
   * The same with the trace that it belongs to.
   *
   * @param trace as {@code traceparent} has it (https://www.w3.org/TR/trace-context/); null: none
   */
  public Map<String, Object> jobRow(Payload payload, String guid, byte[] body, String trace) {
    Map<String, Object> row = jobRow(payload, guid, body);
    row.put("trace", trace);
    return row;
  }

  /**
   * The row of a signed delivery that is not what it should be; kept for people to look at.
   *
   * @param payload what is wrong with it
   */
  public Map<String, Object> quarantineRow(
      Payload payload, String guid, String event, byte[] body) {
    Map<String, Object> row = row(guid, event, payload.source(), body);
    row.put("state", "QUARANTINED");
    row.put("reasonCode", "invalid_payload");
    row.put(
        "reasonMessage",
        "Not a valid " + event + " payload: " + String.join("; ", payload.problems()));
    return row;
  }

  private Map<String, Object> row(String guid, String event, String source, byte[] body) {
    Map<String, Object> row = new HashMap<>();
    JOB_COLUMNS.forEach(column -> row.put(column, null));
    row.put("guid", guid);
    row.put("event", event);
    row.put("source", source);
    row.put("now", clock.getAsLong());
    row.put("body", body);
    return row;
  }

  /**
   * What orders two events of a job that is not running yet. An approval changes the deployment, so
   * its time decides; a job that is queued without one, or that GitHub was asked about, is as it is
   * now.
   */
  private long eventAt(JobState state, Payload payload) {
    Long deployment = time(payload.document().path("deployment"), "updated_at");
    if (deployment != null) {
      return deployment;
    }
    if (state == JobState.QUEUED || payload.source().equals("look")) {
      return clock.getAsLong();
    }
    Long created = time(payload.document().path("workflow_job"), "created_at");
    return created == null ? 0 : created;
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).textValue();
    // Control characters are of no use here, and PostgreSQL takes no NUL
    return text == null || text.isEmpty() ? null : CONTROL.matcher(text).replaceAll(" ");
  }

  private static Long time(JsonNode node, String field) {
    String text = node.path(field).textValue();
    return text == null ? null : ITU.parseDateTime(text).toInstant().toEpochMilli();
  }
}
