package io.github.modalrunner.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Rows of the ledger as the admin API shows them. A statement names the fields and their order;
 * here states become lower case, times ISO 8601 and the two columns of a reason one object.
 */
public final class Views {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DATE = "2026-11-01".length();
  private static final Set<String> COST_KEYS = Set.of("repository", "workflow", "profile", "day");

  /** 200 or 404, as the answer to one thing has it. */
  public int found(Map<String, Object> answer) {
    return answer.containsKey("error") ? 404 : 200;
  }

  /** One thing, or the error that nothing of its id is known. */
  public Map<String, Object> one(String what, List<Map<String, Object>> rows) {
    return rows.isEmpty()
        ? error("not_found", "No such " + what + " is known here.")
        : view(rows.get(0));
  }

  /** A page of a list, with the cursor of the next. */
  public Map<String, Object> listed(
      String name, Map<String, Object> query, List<Map<String, Object>> rows) {
    Map<String, Object> page = Asked.page(name, query, rows);
    page.computeIfPresent(name, (list, shown) -> views((List<?>) shown));
    return page;
  }

  /** Jobs that are no page of a list. */
  public Map<String, Object> jobs(List<Map<String, Object>> rows) {
    return Map.of("jobs", views(rows));
  }

  /** A job with what comes next, its timeline and its runners. */
  public Map<String, Object> explain(
      List<Map<String, Object>> jobs,
      List<Map<String, Object>> next,
      List<Map<String, Object>> timeline,
      List<Map<String, Object>> runners) {
    Map<String, Object> view = one("job", jobs);
    if (!jobs.isEmpty()) {
      view.put("next", next.isEmpty() ? null : view(next.get(0)));
      view.put("timeline", views(timeline));
      view.put("runners", views(runners));
    }
    return view;
  }

  /** What things cost, summed, with the budgets and where the prices are from. */
  public Map<String, Object> costs(
      Map<String, Object> query,
      List<Map<String, Object>> rows,
      List<Map<String, Object>> budgets,
      String source) {
    String by = (String) query.get("by");
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("by", by);
    answer.put("since", time(query.get("since")));
    answer.put("until", time(query.get("now")));
    answer.put("currency", "USD");
    answer.put("prices", source);
    answer.put(
        "total_usd",
        rounded(rows.stream().mapToDouble(row -> ((Number) row.get("usd")).doubleValue()).sum()));
    List<Map<String, Object>> costs = rows.stream().map(Views::view).toList();
    costs.forEach(
        row ->
            row.keySet()
                .removeIf(
                    key ->
                        COST_KEYS.contains(key)
                            && !key.equals(by)
                            && !(by.equals("workflow") && key.equals("repository"))));
    answer.put("costs", costs);
    answer.put("budgets", views(budgets));
    return answer;
  }

  /** Why something is not answered: a stable word and a sentence. */
  public Map<String, Object> error(String code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("error", error);
    return answer;
  }

  /** The body of a request cannot be read. */
  public Map<String, Object> notJson() {
    return error("bad_request", "The body must be a JSON document.");
  }

  /** The ledger does not answer. */
  public Map<String, Object> unavailable() {
    return error("ledger_unavailable", "The ledger does not answer now. Try again.");
  }

  /** The description of the admin API, as OpenAPI. */
  public Map<?, ?> openApi() {
    try (InputStream in = Views.class.getResourceAsStream("/openapi/admin.openapi.yaml")) {
      return new YAMLMapper().readValue(in, Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Object> views(List<?> rows) {
    return rows.stream().<Object>map(row -> view((Map<?, ?>) row)).toList();
  }

  /** A row as it is shown. */
  static Map<String, Object> view(Map<?, ?> row) {
    Map<String, Object> view = new LinkedHashMap<>();
    row.forEach(
        (key, value) -> {
          String column = key.toString();
          switch (column) {
            case "state" -> view.put(column, lower(value));
            case "day" -> view.put(column, value == null ? null : time(value).substring(0, DATE));
            case "labels" -> view.put(column, labels((String) value));
            case "reason_code" -> view.put("reason", reason(row));
            case "reason_message" -> {} // with its code
            default ->
                view.put(
                    column,
                    column.equals("at") || column.equals("since") || column.endsWith("_at")
                        ? time(value)
                        : value instanceof Double number ? rounded(number) : value);
          }
        });
    return view;
  }

  /** To a millionth. */
  private static double rounded(double number) {
    return Math.round(number * 1e6) / 1e6;
  }

  private static Map<String, Object> reason(Map<?, ?> row) {
    if (row.get("reason_code") == null) {
      return null;
    }
    Map<String, Object> reason = new LinkedHashMap<>();
    reason.put("code", row.get("reason_code"));
    reason.put("message", row.get("reason_message"));
    return reason;
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
}
