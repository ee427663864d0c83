package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A webhook that GitHub sends at {@code dueAt} (epoch ms).
 *
 * @param guid the event's, shared by all its deliveries
 * @param jobId 0 when the event is not about a job
 */
public record Delivery(
    long id,
    String guid,
    String event,
    String action,
    String repository,
    long repositoryId,
    long jobId,
    JsonNode payload,
    long dueAt) {

  /** The exact bytes that are signed and sent, as UTF-8. */
  public String body() {
    return payload.toString();
  }

  Delivery copy(long otherId, long at) {
    return new Delivery(otherId, guid, event, action, repository, repositoryId, jobId, payload, at);
  }

  /** A delivery in the hook's log. */
  record Logged(Delivery delivery, long at, int status) {
    boolean failed() {
      return status < 200 || status > 299;
    }
  }
}
