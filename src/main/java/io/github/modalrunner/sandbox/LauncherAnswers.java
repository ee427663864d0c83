package io.github.modalrunner.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.CallFailed.OutcomeUnknown;
import io.github.modalrunner.upstream.Http.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the launcher's answers. Whatever is not an answer of the contract (Modal's edge: redirects,
 * HTML, plain text) leaves the outcome of a create unknown.
 */
public final class LauncherAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the contract lets a 429 without Retry-After mean, in milliseconds. */
  private static final long DEFAULT_WAIT = 5000;

  /**
   * What any call may come to: a launcher that is down, or busy. Nothing that is to be retried in
   * place may be thrown later than here: the call's own headers would count the retries anew.
   *
   * @throws CallFailed when it did; other refusals are for the call to judge
   */
  public void check(Answer answer, String body) {
    int status = answer.status();
    if (status >= 500 || status == 424 || status == 429) {
      throw failure(answer, parse(body).path("error"));
    }
  }

  /**
   * The answer to a create.
   *
   * @return {@code sandbox_id}
   * @throws CallFailed when no sandbox is known to run
   */
  public Map<String, Object> created(Answer answer, String body) {
    int status = answer.status();
    JsonNode document = parse(body);
    String id = document.path("sandbox_id").asText();
    if ((status == 201 || status == 200) && !id.isEmpty()) {
      Map<String, Object> created = new HashMap<>();
      created.put("sandbox_id", id);
      return created;
    }
    throw failure(answer, document.path("error"));
  }

  /**
   * The answer to a look at one sandbox.
   *
   * @return {@code sandbox_state}: {@code running}, {@code finished} or {@code none}; {@code
   *     sandbox_id} and {@code exit_code}, null when they are not known
   * @throws CallFailed when the launcher did not say
   */
  public Map<String, Object> state(Answer answer, String body) {
    int status = answer.status();
    JsonNode document = parse(body);
    String state = document.path("state").asText();
    boolean none =
        status == 404 && document.path("error").path("code").asText().equals("not_found");
    if (!none && (status != 200 || state.isEmpty())) {
      throw failure(answer, document.path("error"));
    }
    Map<String, Object> sandbox = new HashMap<>();
    sandbox.put("sandbox_state", none ? "none" : state);
    sandbox.put("sandbox_id", none ? null : document.path("sandbox_id").asText());
    JsonNode exit = document.path("exit_code");
    sandbox.put("exit_code", exit.isInt() ? exit.intValue() : null);
    return sandbox;
  }

  /**
   * The answer to a deletion; an answer means that the sandbox ends or is gone.
   *
   * @throws CallFailed when the launcher did not say
   */
  public void deleted(Answer answer, String body) {
    int status = answer.status();
    if (status != 204) {
      throw failure(answer, parse(body).path("error"));
    }
  }

  /**
   * One page of the running sandboxes.
   *
   * @return {@code sandboxes}, each with {@code name}, {@code sandbox_id} and {@code repository},
   *     and {@code next}, the cursor of the next page or null
   * @throws CallFailed when it is not a list; an outage is never read as "nothing there"
   */
  public Map<String, Object> page(Answer answer, String body) {
    JsonNode document = parse(body);
    if (answer.status() != 200 || !document.path("sandboxes").isArray()) {
      throw failure(answer, document.path("error"));
    }
    List<Map<String, Object>> sandboxes = new ArrayList<>();
    for (JsonNode sandbox : document.path("sandboxes")) {
      sandboxes.add(
          Map.of(
              "name", sandbox.path("name").asText(),
              "sandbox_id", sandbox.path("sandbox_id").asText(),
              // Owners have no dot, so the first one of the tag stands for the slash
              "repository",
                  sandbox.path("tags").path("repository").asText().replaceFirst("\\.", "/")));
    }
    Map<String, Object> page = new HashMap<>();
    page.put("sandboxes", sandboxes);
    page.put("next", document.path("next").textValue());
    return page;
  }

  /**
   * The answer to a look at the launcher itself.
   *
   * @return the names of its images
   * @throws CallFailed when it did not say
   */
  public List<String> images(Answer answer, String body) {
    JsonNode document = parse(body);
    if (answer.status() != 200 || !document.path("images").isArray()) {
      throw failure(answer, document.path("error"));
    }
    List<String> images = new ArrayList<>();
    document.path("images").forEach(image -> images.add(image.asText()));
    return images;
  }

  private static CallFailed failure(Answer answer, JsonNode error) {
    int status = answer.status();
    String said = error.path("message").asText();
    String quoted = said.isEmpty() ? "" : ": " + said.substring(0, Math.min(200, said.length()));
    if (status == 401) {
      return new Denied(
          "launcher_unauthorized",
          "The launcher does not accept the credentials (401): check runner.modal.key and runner.modal.secret, or runner.modal.token.");
    }
    return switch (error.path("code").asText()) {
      case "name_conflict" ->
          new OutcomeUnknown(
              "launcher_name_conflict", "Another sandbox of this name runs (409); it is given up.");
      case "too_large", "invalid_request" ->
          new Denied(
              "launcher_rejected",
              "The launcher refuses the sandbox (%d%s): check the profile's settings (runner.profiles.<name>.…)."
                  .formatted(status, quoted));
      case "image_not_ready" ->
          new NotDone(
              "launcher_image_not_ready",
              "The runner image is still being built (424).",
              wait(answer));
      case "rate_limited" ->
          new NotDone("launcher_rate_limited", "Modal limits creations (429).", wait(answer));
      case "modal_auth" ->
          new Denied(
              "launcher_modal_auth",
              "The launcher cannot log in at Modal (502): renew its Modal token.");
      default ->
          error.path("outcome").asText().equals("not_done")
              ? refused(answer, quoted)
              : unknown(status, quoted);
    };
  }

  private static CallFailed refused(Answer answer, String quoted) {
    int status = answer.status();
    return status >= 500
        ? new NotDone(
            "launcher_unavailable",
            "The launcher could not do it now (%d%s).".formatted(status, quoted),
            wait(answer))
        : new Denied(
            "launcher_rejected",
            "The launcher does not take the call (%d%s): check runner.modal.launcher-url."
                .formatted(status, quoted));
  }

  private static CallFailed unknown(int status, String quoted) {
    // Modal's edge says so of a wrong address and of an app that was stopped
    String advice = status == 404 ? ": check runner.modal.launcher-url" : "";
    return new OutcomeUnknown(
        "launcher_unavailable",
        "The launcher answered %d%s; the outcome is not known%s."
            .formatted(status, quoted, advice));
  }

  private static long wait(Answer answer) {
    return answer.retryAfter() > 0 ? answer.retryAfter() : DEFAULT_WAIT;
  }

  private static JsonNode parse(String body) {
    try {
      return body == null ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
