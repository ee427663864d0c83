package io.github.modalrunner.webhook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the webhook answers, as documents. Nothing of a request is echoed but its GUID. */
public final class Answers {
  /** The delivery is stored durably. */
  public Map<String, Object> accepted(String guid) {
    return answer("accepted", "delivery", guid);
  }

  /** This GUID is stored already; nothing happened. */
  public Map<String, Object> duplicate(String guid) {
    return answer("duplicate", "delivery", guid);
  }

  /** A ping arrived, signed with our secret. */
  public Map<String, Object> pong(String guid, List<String> warnings) {
    Map<String, Object> pong = answer("pong", "delivery", guid);
    if (!warnings.isEmpty()) {
      pong.put("warnings", warnings);
    }
    return pong;
  }

  /** A signed delivery that nothing here is about. */
  public Map<String, Object> ignored(String reason) {
    return answer("ignored", "reason", reason);
  }

  /** The request is refused; the delivery is not stored. */
  public Map<String, Object> refused(String reason) {
    return answer("refused", "reason", reason);
  }

  /** Signed, but not what it should be; kept in quarantine. */
  public Map<String, Object> invalid(String guid, List<String> problems) {
    Map<String, Object> invalid = answer("quarantined", "delivery", guid);
    invalid.put("problems", problems);
    return invalid;
  }

  /** The ledger cannot store it now. */
  public Map<String, Object> unavailable() {
    return answer("unavailable", "reason", "The ledger cannot be written now. Try again.");
  }

  private static Map<String, Object> answer(String status, String key, Object value) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", status);
    answer.put(key, value);
    return answer;
  }
}
