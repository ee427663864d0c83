package io.github.modalrunner.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.github.Credentials.Grant;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.CallFailed.OutcomeUnknown;
import io.github.modalrunner.upstream.Http.Answer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads GitHub's answers and tells failures apart: a limit is waited out, a server error leaves the
 * outcome unknown, a refusal waits for a changed setting (docs.github.com, "Rate limits for the
 * REST API" and "Troubleshooting the REST API").
 */
public final class GitHubAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a token whose end GitHub does not tell. */
  private static final long SHORTEST_TOKEN = 15 * 60_000;

  /**
   * GitHub may link to the same by another path, which names no account: {@code /repositories/1}.
   */
  private static final Pattern NEXT = Pattern.compile("<[^<>?]+(\\?[^<>]+)>\\s*;[^,]*rel=\"next\"");

  private final String base;
  private final long secondaryWait;
  private final Credentials credentials;
  private final LongSupplier clock;

  /**
   * @param base the API's base URL: nothing outside it is ever asked
   * @param secondaryWait milliseconds to wait after a secondary limit that names no time
   * @param credentials told when GitHub refuses them
   * @param clock the time in epoch milliseconds
   */
  public GitHubAnswers(
      String base, long secondaryWait, Credentials credentials, LongSupplier clock) {
    this.base = base;
    this.secondaryWait = secondaryWait;
    this.credentials = credentials;
    this.clock = clock;
  }

  /** The readings that the settings describe. */
  public static GitHubAnswers of(Settings settings, Credentials credentials, LongSupplier clock) {
    return new GitHubAnswers(
        settings.text("runner.github.api-url"),
        settings.millis("runner.github.secondary-wait"),
        credentials,
        clock);
  }

  /**
   * What any call may come to, whatever it asked for: the outage of a server, or a limit, which
   * holds back what is authorized as this was.
   *
   * @throws CallFailed when it did; other refusals are for the call to judge
   */
  public void check(Answer answer, String body, Grant grant) {
    if (answer.status() < 400) {
      return;
    }
    String said = parse(body).path("message").asText();
    long wait = limit(answer, said);
    if (wait > 0) {
      credentials.pause(grant, wait);
    }
    if (answer.status() >= 500 || wait > 0) {
      throw failure(answer, said);
    }
  }

  /**
   * The same for what an App asks itself.
   *
   * @throws CallFailed as above; whoever waits for the answer is told so too
   */
  public void checkApp(Answer answer, String body, Grant grant) {
    told(
        grant,
        () -> {
          check(answer, body, grant);
          return body;
        });
  }

  private <T> T told(Grant grant, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (CallFailed failed) {
      credentials.refused(grant, failed);
      throw failed;
    }
  }

  /**
   * Where to ask once more: where a renamed repository is now (one redirect is followed, on the
   * API's own host only, so that credentials go nowhere else), or the same after credentials were
   * refused that can be renewed.
   *
   * @param tries how many calls went before this one
   * @param path where this one went
   * @param grant how it was authorized
   * @return the target, or null
   */
  public String again(Answer answer, int tries, String path, Grant grant) {
    int status = answer.status();
    boolean redirect = status == 301 || status == 302 || status == 307 || status == 308;
    if (redirect && tries == 0) {
      return below(answer.header("Location"));
    }
    return credentials.renews(answer, grant, tries) ? path : null;
  }

  /** The target of a URL below the API's base, or null. */
  private String below(String url) {
    return url.startsWith(base + "/") ? url.substring(base.length()) : null;
  }

  /**
   * The answer to the look-up of an installation.
   *
   * @return its id
   * @throws CallFailed when the App is not installed there, or GitHub did not say
   */
  public long installation(Answer answer, String body, Grant grant) {
    return told(grant, () -> installed(answer, body, grant));
  }

  private long installed(Answer answer, String body, Grant grant) {
    if (answer.status() == 404) {
      throw new Denied(
          "github_app_not_installed",
          "The GitHub %s is not installed on %s: install it there (Install App, on its page at GitHub)."
              .formatted(grant.app(), grant.account().replaceFirst("^(repos|orgs)/", "")));
    }
    JsonNode id = app(200, answer, body, grant).path("id");
    if (!id.isIntegralNumber()) {
      throw failure(answer, "");
    }
    return id.longValue();
  }

  /**
   * The answer to the request for an installation's token.
   *
   * @return {@code token}, a secret of any length, and {@code until}, its end in epoch milliseconds
   * @throws CallFailed when there is none in it
   */
  public Map<String, Object> token(Answer answer, String body, Grant grant) {
    return told(grant, () -> fetched(answer, body, grant));
  }

  private Map<String, Object> fetched(Answer answer, String body, Grant grant) {
    if (answer.status() == 404 && credentials.forgets(grant)) {
      throw new NotDone(
          "github_token_pending",
          "GitHub does not know the installation %d of the %s any more: the present one is looked up."
              .formatted(grant.installation(), grant.app()),
          1000);
    }
    if (answer.status() == 404) {
      throw new Denied(
          "github_app_not_installed",
          "The GitHub %s is not installed on %s any more: install it again."
              .formatted(grant.app(), grant.account().replaceFirst("^(repos|orgs)/", "")));
    }
    JsonNode document = app(201, answer, body, grant);
    String token = document.path("token").asText();
    if (token.isEmpty()) {
      throw failure(answer, "");
    }
    return Map.of("token", token, "until", until(document.path("expires_at").asText()));
  }

  private long until(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException noTime) {
      return clock.getAsLong() + SHORTEST_TOKEN;
    }
  }

  private JsonNode app(int expected, Answer answer, String body, Grant grant) {
    if (answer.status() == 401) {
      throw new Denied(
          "github_app_unauthorized",
          "GitHub does not accept the key of the %s (401): check runner.github.app-id and runner.github.app-private-key."
              .formatted(grant.app()));
    }
    if (answer.status() == 403 && parse(body).path("message").asText().contains("suspended")) {
      throw new Denied(
          "github_app_suspended",
          "The installation of the GitHub %s is suspended (403): unsuspend it at GitHub."
              .formatted(grant.app()));
    }
    return expect(expected, answer, body);
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
    String configuration = document.path("encoded_jit_config").textValue();
    JsonNode id = document.path("runner").path("id");
    if (configuration == null || configuration.isEmpty() || !id.isIntegralNumber()) {
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
   * @param field the array's name; null when the answer is the array itself
   * @param target where this page was asked for; the next one is there too, by another query
   * @return {@code items}, and {@code next}, the target of the next page or an empty text
   * @throws CallFailed when it is not a list; an outage is never read as "nothing there"
   */
  public Map<String, Object> page(Answer answer, String body, String field, String target) {
    JsonNode document = parse(body);
    JsonNode array = field == null ? document : document.path(field);
    if (answer.status() != 200 || !array.isArray()) {
      throw failure(answer, document.path("message").asText());
    }
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    Matcher next = NEXT.matcher(answer.header("Link"));
    String path = target.replaceFirst("\\?.*", "");
    return Map.of("items", items, "next", next.find() ? path + next.group(1) : "");
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
              "GitHub does not accept the credentials (401): renew runner.github.token, or check the App.");
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
