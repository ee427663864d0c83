package io.github.modalrunner.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.modalrunner.webhook.Payload;
import io.github.modalrunner.webhook.Payloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What GitHub says when it is asked, as deliveries: the look at a job and the log of a hook end in
 * the same row as the webhook, so that there is one way in.
 */
public final class Observations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WAITING = Set.of("waiting", "pending", "requested");

  private final Payloads payloads;

  /**
   * @param payloads checks documents
   */
  public Observations(Payloads payloads) {
    this.payloads = payloads;
  }

  /** A document with the GUID that it is stored under, and its text. */
  public record Observation(String guid, Payload payload, String body) {}

  /**
   * A job as the API shows it, as the delivery that would tell the same. Its GUID follows from what
   * it says, so the same news is stored once.
   *
   * @param job GitHub's job document
   * @param repository {@code owner/repository} as we know it
   * @param isPrivate whether it is private
   */
  public Observation job(JsonNode job, String repository, boolean isPrivate) {
    String status = job.path("status").asText();
    String action = WAITING.contains(status) ? "waiting" : status;
    ObjectNode document = JSON.createObjectNode();
    document.put("action", action);
    document.set("workflow_job", job);
    document.putObject("repository").put("full_name", repository).put("private", isPrivate);
    String guid =
        "look-%d-%d-%s"
            .formatted(job.path("id").asLong(), job.path("run_attempt").asLong(1), action)
            .replace('_', '-');
    return observation(guid, payloads.check(document, "look"));
  }

  /**
   * A delivery as a hook's log keeps it.
   *
   * @param delivery GitHub's document of one delivery
   */
  public Observation logged(JsonNode delivery) {
    return observation(
        delivery.path("guid").asText(),
        payloads.check(delivery.path("request").path("payload"), "log"));
  }

  /** The deliveries of a log that could be news: jobs, each GUID once. */
  public List<Map<String, Object>> candidates(List<JsonNode> items) {
    List<Map<String, Object>> candidates = new ArrayList<>();
    for (JsonNode item : items) {
      String guid = item.path("guid").asText();
      if (item.path("event").asText().equals("workflow_job")
          && guid.matches("[A-Za-z0-9-]{1,64}")
          && candidates.stream().noneMatch(known -> known.get("guid").equals(guid))) {
        candidates.add(Map.of("guid", guid, "id", item.path("id").asLong()));
      }
    }
    return candidates;
  }

  /** Those that the ledger does not hold. */
  public List<Map<String, Object>> unknown(
      List<Map<String, Object>> candidates, List<Map<String, Object>> known) {
    List<Object> held = known.stream().map(row -> row.get("guid")).toList();
    return candidates.stream().filter(item -> !held.contains(item.get("guid"))).toList();
  }

  /** A count and how many of further candidates the ledger does not hold. */
  public int left(int left, List<Map<String, Object>> candidates, List<Map<String, Object>> known) {
    return left + unknown(candidates, known).size();
  }

  private static Observation observation(String guid, Payload payload) {
    try {
      return new Observation(guid, payload, JSON.writeValueAsString(payload.document()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed document can be written", e);
    }
  }
}
