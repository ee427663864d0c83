package io.github.modalrunner.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.CallFailed.OutcomeUnknown;
import io.github.modalrunner.upstream.Http.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads GitHub's answers and tells failures apart: a limit is waited out, a server error leaves the
 * outcome unknown, a refusal waits for a changed setting (docs.github.com, "Rate limits for the
 * REST API" and "Troubleshooting the REST API").
 */
public final class GitHubAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern NEXT = Pattern.compile("<([^<>]+)>\\s*;[^,]*rel=\"next\"");

  private final long secondaryWait;
  private final LongSupplier clock;

  /**
   * @param secondaryWait milliseconds to wait after a secondary limit that names no time
   * @param clock the time in epoch milliseconds
   */
  public GitHubAnswers(long secondaryWait, LongSupplier clock) {
    this.secondaryWait = secondaryWait;
    this.clock = clock;
  }

  /** The readings that the settings describe. */
  public static GitHubAnswers of(Settings settings, LongSupplier clock) {
    return new GitHubAnswers(settings.millis("runner.github.secondary-wait"), clock);
  }

  /**
   * What any call may come to, whatever it asked for: the outage of a server, or a limit.
   *
   * @throws CallFailed when it did; other refusals are for the call to judge
   */
  public void check(Answer answer, String body) {
    String said = parse(body).path("message").asText();
    if (answer.status() >= 500 || limit(answer, said) > 0) {
      throw failure(answer, said);
    }
  }

  /**
   * Where a renamed repository is now: one redirect is followed, on the API's own host only, so
   * that credentials go nowhere else.
   *
   * @param answered how many calls were answered before this one
   * @param base the API's base URL
   * @return the target to ask instead, or null
   */
  public String moved(Answer answer, int answered, String base) {
    int status = answer.status();
    String location = answer.header("Location");
    boolean redirect = status == 301 || status == 302 || status == 307 || status == 308;
    return redirect && answered == 0 && location.startsWith(base + "/")
        ? location.substring(base.length())
        : null;
  }

  /**
   * The answer to {@code generate-jitconfig}.
   *
   * @return {@code registration_id}, {@code jit_config} (a secret until it is used) and {@code
   *     minted_at}, its time of birth in epoch milliseconds
   * @throws CallFailed when there is no configuration in it
   */
  public Map<String, Object> jit(Answer answer, String body) {
    JsonNode document = expect(201, answer, body);
    String configuration = document.path("encoded_jit_config").asText();
    JsonNode id = document.path("runner").path("id");
    if (configuration.isEmpty() || !id.isIntegralNumber()) {
      throw new OutcomeUnknown(
          "github_answer_unreadable",
          "GitHub answered 201 without a runner and its configuration; the name is given up.");
    }
    Map<String, Object> minted = new HashMap<>();
    minted.put("registration_id", id.longValue());
    minted.put("jit_config", configuration);
    minted.put("minted_at", clock.getAsLong());
    return minted;
  }

  /**
   * The answer to the removal of a runner.
   *
   * @return {@code GONE}, or {@code BUSY} when it runs a job (422)
   * @throws CallFailed when neither is known
   */
  public String removal(Answer answer, String body) {
    int status = answer.status();
    if (status == 422) {
      return "BUSY";
    }
    if (status != 404) {
      expect(204, answer, body);
    }
    return "GONE";
  }

  /**
   * The id of the one runner of a name in the answer to {@code GET …/runners?name=}.
   *
   * @return the id, or null when no runner has the name
   */
  public Long idByName(Answer answer, String body) {
    JsonNode id = expect(200, answer, body).path("runners").path(0).path("id");
    return id.isIntegralNumber() ? id.longValue() : null;
  }

  /**
   * The answer to a look at one runner.
   *
   * @return {@code known} (false after a 404), {@code online}, {@code busy}
   * @throws CallFailed when GitHub did not say
   */
  public Map<String, Object> registration(Answer answer, String body) {
    if (answer.status() == 404) {
      return Map.of("known", false, "online", false, "busy", false);
    }
    JsonNode runner = expect(200, answer, body);
    return Map.of(
        "known", true,
        "online", runner.path("status").asText().equals("online"),
        "busy", runner.path("busy").asBoolean());
  }

  /**
   * The answer to a look at one job or run.
   *
   * @return {@code found} (false after a 404), {@code status}, {@code conclusion} (may be empty)
   *     and the {@code document}
   * @throws CallFailed when GitHub did not say
   */
  public Map<String, Object> look(Answer answer, String body) {
    JsonNode document =
        answer.status() == 404 ? MissingNode.getInstance() : expect(200, answer, body);
    return Map.of(
        "found", !document.isMissingNode(),
        "status", document.path("status").asText(),
        "conclusion", document.path("conclusion").asText(""),
        "document", document);
  }

  /**
   * One page of a list.
   *
   * @param field the array's name; empty when the answer is the array itself
   * @param base the API's base URL: only a next page below it is followed
   * @return {@code items}, and {@code next}, the target of the next page or an empty text
   * @throws CallFailed when it is not a list; an outage is never read as "nothing there"
   */
  public Map<String, Object> page(Answer answer, String body, String field, String base) {
    JsonNode document = parse(body);
    JsonNode array = field.isEmpty() ? document : document.path(field);
    if (answer.status() != 200 || !array.isArray()) {
      throw failure(answer, document.path("message").asText());
    }
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    Matcher next = NEXT.matcher(answer.header("Link"));
    String target = next.find() ? next.group(1) : "";
    return Map.of(
        "items",
        items,
        "next",
        target.startsWith(base + "/") ? target.substring(base.length()) : "");
  }

  private JsonNode expect(int expected, Answer answer, String body) {
    int status = answer.status();
    JsonNode document = parse(body);
    if (status == expected && (document.isObject() || status == 204)) {
      return document;
    }
    throw failure(answer, document.path("message").asText());
  }

  private CallFailed failure(Answer answer, String said) {
    int status = answer.status();
    String quoted = said.isEmpty() ? "" : ": " + said.substring(0, Math.min(200, said.length()));
    long wait = limit(answer, said);
    if (wait > 0) {
      return new NotDone(
          "github_rate_limited", "GitHub's rate limit is used up (%d).".formatted(status), wait);
    }
    return switch (status) {
      case 401 ->
          new Denied(
              "github_unauthorized",
              "GitHub does not accept the credentials (401): renew runner.github.token.");
      case 403 ->
          said.contains("Resource not accessible")
              ? new Denied(
                  "github_forbidden",
                  "The credentials lack a permission (GitHub answered 403%s): give them %s."
                      .formatted(quoted, permissions(answer)))
              : new Denied(
                  "github_forbidden",
                  "Self-hosted runners are disabled for this repository (GitHub answered 403%s): enable them under Settings → Actions → Runners."
                      .formatted(quoted));
      case 404 ->
          new Denied(
              "github_not_found",
              "GitHub does not show this repository to us (404): check runner.github.api-url, and that the credentials have access with Administration: write.");
      case 409 ->
          new OutcomeUnknown(
              "github_name_taken", "A runner of this name exists already (409); it is given up.");
      case 410 ->
          new Denied(
              "github_api_version_retired",
              "GitHub has retired this API version (410): change runner.github.api-version.");
      case 422 ->
          new Denied(
              "github_rejected",
              "GitHub refuses the runner (422%s): check the job's labels and runner.github.runner-group-id."
                  .formatted(quoted));
      default ->
          status >= 300 && status < 500
              ? new Denied(
                  "github_unexpected",
                  "GitHub answered %d%s: check runner.github.api-url.".formatted(status, quoted))
              : new OutcomeUnknown(
                  "github_server_error",
                  "GitHub answered %d, or not what it documents.".formatted(status));
    };
  }

  /** How long to wait, in milliseconds, when this is a limit; 0 when it is none. */
  private long limit(Answer answer, String said) {
    int status = answer.status();
    if (status != 403 && status != 429) {
      return 0;
    }
    if (answer.retryAfter() > 0) {
      return answer.retryAfter();
    }
    if (answer.number("X-RateLimit-Remaining") == 0) {
      return Math.max(1000, answer.number("X-RateLimit-Reset") * 1000 - clock.getAsLong());
    }
    return status == 429 || said.toLowerCase(Locale.ROOT).contains("rate limit")
        ? secondaryWait
        : 0;
  }

  private static String permissions(Answer answer) {
    String accepted = answer.header("X-Accepted-GitHub-Permissions");
    return accepted.isEmpty() ? "Administration: write" : accepted;
  }

  private static JsonNode parse(String body) {
    try {
      return body == null ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
