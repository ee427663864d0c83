package io.github.modalrunner.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Rows of the ledger as the admin API shows them: states in lower case, times in ISO 8601. */
public final class Views {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 100;
  private static final int LONGEST_PAGE = 500;

  /** The parameters of a list: filters, {@code limit} (1 to 500, else 100) and {@code cursor}. */
  public Map<String, Object> query(Map<String, Object> parameters) {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("state", text(parameters, "state").toUpperCase(Locale.ROOT));
    query.put("repository", text(parameters, "repository"));
    query.put(
        "limit", Math.max(1, Math.min(LONGEST_PAGE, number(text(parameters, "limit"), PAGE))));
    query.put("cursor", number(text(parameters, "cursor"), Long.MAX_VALUE));
    return query;
  }

  /** The parameters of one job; an id that is no number finds nothing. */
  public Map<String, Object> one(String id) {
    return Map.of("id", number(id, -1));
  }

  /** 200 or 404, as the answer to one job has it. */
  public int found(Map<String, Object> answer) {
    return answer.containsKey("error") ? 404 : 200;
  }

  public Map<String, Object> jobs(List<Map<String, Object>> rows) {
    return page("jobs", rows, Views::jobView, "job_id");
  }

  public Map<String, Object> job(List<Map<String, Object>> rows) {
    return rows.isEmpty() ? unknown("job") : jobView(rows.get(0));
  }

  /** A job with its timeline and its runners. */
  public Map<String, Object> explain(
      List<Map<String, Object>> jobs,
      List<Map<String, Object>> timeline,
      List<Map<String, Object>> runners) {
    if (jobs.isEmpty()) {
      return unknown("job");
    }
    Map<String, Object> view = jobView(jobs.get(0));
    view.put(
        "timeline",
        timeline.stream()
            .map(
                row -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("at", time(row.get("at")));
                  entry.put("what", row.get("what"));
                  entry.put("detail", row.get("detail"));
                  return entry;
                })
            .toList());
    view.put("runners", runners.stream().map(Views::runnerView).toList());
    return view;
  }

  public Map<String, Object> runners(List<Map<String, Object>> rows) {
    return page("runners", rows, Views::runnerView, "created_at");
  }

  public Map<String, Object> pools(List<Map<String, Object>> rows) {
    return page(
        "pools",
        rows,
        row -> {
          Map<String, Object> view = new LinkedHashMap<>();
          view.put("pool", row.get("pool"));
          view.put("demand", row.get("demand"));
          view.put("supply", row.get("supply"));
          view.put("busy", row.get("busy"));
          view.put("reason", reason(row));
          view.put("since", time(row.get("since")));
          view.put("retry_at", time(row.get("retry_at")));
          return view;
        },
        null);
  }

  public Map<String, Object> deliveries(List<Map<String, Object>> rows) {
    return page("deliveries", rows, Views::deliveryView, "received_at");
  }

  /** One delivery, without its payload. */
  public Map<String, Object> delivery(List<Map<String, Object>> rows) {
    return rows.isEmpty() ? unknown("delivery") : deliveryView(rows.get(0));
  }

  public Map<String, Object> deadLetters(List<Map<String, Object>> rows) {
    return page(
        "dead_letters",
        rows,
        row -> {
          Map<String, Object> view = new LinkedHashMap<>(row);
          view.put("parked_at", time(row.get("parked_at")));
          view.put("replayed_at", time(row.get("replayed_at")));
          return view;
        },
        "parked_at");
  }

  private static Map<String, Object> page(
      String name,
      List<Map<String, Object>> rows,
      Function<Map<String, Object>, Map<String, Object>> view,
      String cursor) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put(name, rows.stream().map(view).toList());
    page.put(
        "next",
        cursor == null || rows.isEmpty() || rows.size() < PAGE
            ? null
            : rows.get(rows.size() - 1).get(cursor).toString());
    return page;
  }

  private static Map<String, Object> jobView(Map<String, Object> row) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("job_id", row.get("job_id"));
    view.put("run_id", row.get("run_id"));
    view.put("run_attempt", row.get("run_attempt"));
    view.put("repository", row.get("repository"));
    view.put("name", row.get("name"));
    view.put("workflow", row.get("workflow"));
    view.put("branch", row.get("branch"));
    view.put("labels", labels((String) row.get("labels")));
    view.put("state", lower(row.get("state")));
    view.put("reason", reason(row));
    view.put("pool", row.get("pool"));
    view.put("profile", row.get("profile"));
    view.put("runner", row.get("runner_name"));
    view.put("conclusion", row.get("conclusion"));
    view.put("queued_at", time(row.get("queued_at")));
    view.put("started_at", time(row.get("started_at")));
    view.put("completed_at", time(row.get("completed_at")));
    view.put("updated_at", time(row.get("updated_at")));
    return view;
  }

  private static Map<String, Object> deliveryView(Map<String, Object> row) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("guid", row.get("guid"));
    view.put("event", row.get("event"));
    view.put("action", row.get("action"));
    view.put("state", lower(row.get("state")));
    view.put("source", row.get("source"));
    view.put("received_at", time(row.get("received_at")));
    view.put("job_id", row.get("job_id"));
    view.put("repository", row.get("repository"));
    view.put("reason", reason(row));
    return view;
  }

  private static Map<String, Object> runnerView(Map<String, Object> row) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", row.get("name"));
    view.put("state", lower(row.get("state")));
    view.put("cause", row.get("cause"));
    view.put("pool", row.get("pool"));
    view.put("repository", row.get("repository"));
    view.put("profile", row.get("profile"));
    view.put("minted_for", row.get("minted_for"));
    view.put("job_id", row.get("job_id"));
    view.put("sandbox_id", row.get("sandbox_id"));
    for (String moment :
        List.of("created_at", "minted_at", "launched_at", "busy_at", "exited_at", "ended_at")) {
      view.put(moment, time(row.get(moment)));
    }
    return view;
  }

  private static Map<String, Object> reason(Map<String, Object> row) {
    if (row.get("reason_code") == null) {
      return null;
    }
    Map<String, Object> reason = new LinkedHashMap<>();
    reason.put("code", row.get("reason_code"));
    reason.put("message", row.get("reason_message"));
    return reason;
  }

  private static Map<String, Object> unknown(String what) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", "not_found");
    error.put("message", "No such " + what + " is known here.");
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("error", error);
    return answer;
  }

  private static List<?> labels(String json) {
    try {
      return JSON.readValue(json, List.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds labels as JSON", e);
    }
  }

  private static String time(Object millis) {
    return millis == null ? null : Instant.ofEpochMilli(((Number) millis).longValue()).toString();
  }

  private static String lower(Object state) {
    return state.toString().toLowerCase(Locale.ROOT);
  }

  private static String text(Map<String, Object> parameters, String name) {
    Object value = parameters.get(name);
    return value == null ? "" : value.toString();
  }

  private static long number(String text, long otherwise) {
    return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
  }
}
