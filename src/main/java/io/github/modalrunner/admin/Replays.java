package io.github.modalrunner.admin;

import io.github.modalrunner.ledger.Terms;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a delivery or a dead letter that somebody wants to put back. Only what would
 * change something is done again: the ledger moves forward only, so a repeat is harmless.
 */
public final class Replays {
  private final Terms terms;

  /**
   * @param terms the parameters of statements
   */
  public Replays(Terms terms) {
    this.terms = terms;
  }

  /** The parameters of a statement about one thing. */
  public Map<String, Object> query(String column, String value) {
    return terms.with(Map.of(column, value));
  }

  /**
   * The plan for a delivery: {@code restore} a dead one, {@code judge} a quarantined one afresh,
   * {@code unknown}, {@code pruned} (its payload is gone) or {@code duplicate} (nothing to do).
   */
  public String plan(List<Map<String, Object>> deliveries) {
    if (deliveries.isEmpty()) {
      return "unknown";
    }
    Map<String, Object> delivery = deliveries.get(0);
    return switch ((String) delivery.get("state")) {
      case "DEAD" -> "restore";
      case "QUARANTINED" -> delivery.get("body") == null ? "pruned" : "judge";
      default -> "duplicate";
    };
  }

  /**
   * The plan for a dead letter: {@code restore} its delivery, {@code retry} its pool now, {@code
   * unwanted} (its job wants no runner any more), {@code duplicate} or {@code unknown}.
   */
  public String letterPlan(List<Map<String, Object>> letters) {
    if (letters.isEmpty()) {
      return "unknown";
    }
    Map<String, Object> letter = letters.get(0);
    if (letter.get("replayed_at") != null) {
      return "duplicate";
    }
    if (letter.get("kind").equals("delivery")) {
      return "restore";
    }
    return ((Number) letter.get("wanted")).intValue() == 1 ? "retry" : "unwanted";
  }

  /** The terms with what the letter is about: {@code guid} or {@code pool}. */
  public Map<String, Object> subject(Map<String, Object> query, List<Map<String, Object>> letters) {
    Map<String, Object> subject = new HashMap<>(query);
    letters.forEach(
        letter -> {
          subject.put("guid", letter.get("subject"));
          subject.put("pool", letter.get("pool"));
        });
    return subject;
  }

  /** The HTTP status for a plan. */
  public int status(String plan) {
    return switch (plan) {
      case "unknown" -> 404;
      case "pruned" -> 410;
      case "duplicate", "unwanted" -> 200;
      default -> 202;
    };
  }

  /** The answer for a plan. */
  public Map<String, Object> answer(String plan, String id) {
    Map<String, Object> answer = new LinkedHashMap<>();
    switch (plan) {
      case "unknown" ->
          answer.put("error", error("not_found", "Nothing of this id is known here."));
      case "pruned" ->
          answer.put(
              "error",
              error(
                  "payload_pruned",
                  "Its payload is older than runner.ledger.body-retention and gone: redeliver it at GitHub."));
      case "duplicate" -> put(answer, "duplicate", id);
      case "unwanted" -> {
        put(answer, "unwanted", id);
        answer.put("reason", "The job wants no runner any more.");
      }
      default -> put(answer, "replayed", id);
    }
    return answer;
  }

  private static void put(Map<String, Object> answer, String status, String id) {
    answer.put("status", status);
    answer.put("id", id);
  }

  private static Map<String, Object> error(String code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    return error;
  }
}
