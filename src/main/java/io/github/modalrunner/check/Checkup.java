package io.github.modalrunner.check;

import static io.github.modalrunner.check.Finding.unseen;
import static io.github.modalrunner.check.Finding.wrong;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.check.Question.Kind;
import io.github.modalrunner.github.AppKey;
import io.github.modalrunner.github.Credentials.Grant;
import io.github.modalrunner.github.Permissions;
import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.reconcile.Sweeps;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.Failures;
import io.github.modalrunner.upstream.Http.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code check} asks GitHub and the launcher, and what their answers mean. Nothing is changed
 * by it; what it may not see it says.
 */
public final class Checkup {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "runner.github.token";
  private static final String LAUNCHER = "launcher";

  private final String scope;
  private final String enterprise;
  private final List<AppKey> apps;
  private final List<String> hooks;
  private final List<String> repositories;
  private final Set<String> images;
  private final Failures failures;

  private Checkup(Settings settings, Failures failures) {
    List<String> ids = settings.list("runner.github.app-id");
    this.scope = settings.text("runner.github.scope");
    this.enterprise = settings.text("runner.github.enterprise");
    this.apps =
        ids.isEmpty()
            ? List.of()
            : AppKey.of(ids, settings.secret("runner.github.app-private-key"));
    this.hooks = settings.list("runner.github.hooks");
    this.repositories = Sweeps.of(settings).repositories(List.of());
    this.images =
        settings.profiles().stream()
            .map(Profile::image)
            .collect(Collectors.toCollection(TreeSet::new));
    this.failures = failures;
  }

  /** The check of what the settings describe. */
  public static Checkup of(Settings settings, Failures failures) {
    return new Checkup(settings, failures);
  }

  /** What GitHub is asked, in this order. */
  public List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    if (apps.isEmpty()) {
      questions.add(new Question(Kind.TOKEN, TOKEN, "/rate_limit", null));
      places()
          .forEach(
              place ->
                  questions.add(
                      new Question(
                          Kind.RUNNERS, place, "/" + place + "/actions/runners?per_page=1", null)));
      repositories.forEach(
          name ->
              questions.add(
                  new Question(
                      Kind.RUNS,
                      "repos/" + name,
                      "/repos/" + name + "/actions/runs?per_page=1",
                      null)));
    }
    for (AppKey app : apps) {
      Grant grant = new Grant(app.toString(), null, app, null, null);
      String name = app.toString();
      questions.add(new Question(Kind.APP, name, "/app", grant));
      questions.add(
          new Question(Kind.INSTALLATIONS, name, "/app/installations?per_page=100", grant));
      repositories.forEach(
          repository ->
              questions.add(
                  new Question(
                      Kind.INSTALLATION,
                      name + " on " + repository,
                      "/repos/" + repository + "/installation",
                      grant)));
      if (usesAppHook()) {
        questions.add(new Question(Kind.APP_HOOK, name, "/app/hook/config", grant));
        questions.add(
            new Question(Kind.DELIVERIES, name, "/app/hook/deliveries?per_page=100", grant));
      }
    }
    hooks.stream()
        .filter(hook -> !hook.equals("app"))
        .forEach(
            hook -> {
              questions.add(new Question(Kind.HOOK, hook, "/" + hook, null));
              questions.add(
                  new Question(
                      Kind.DELIVERIES, hook, "/" + hook + "/deliveries?per_page=100", null));
            });
    return List.copyOf(questions);
  }

  /** What the settings alone tell about what cannot be asked. */
  public List<Finding> remarks() {
    List<Finding> remarks = new ArrayList<>();
    if (apps.isEmpty() && hooks.contains("app")) {
      remarks.add(
          wrong(
              "runner.github.hooks",
              "The hook app is that of a GitHub App, and none is configured: name repos/O/R/hooks/ID or orgs/O/hooks/ID."));
    }
    if (apps.isEmpty() && repositories.isEmpty() && !scope.equals("enterprise")) {
      remarks.add(
          unseen(
              TOKEN,
              "Its permissions, since no repository is named: runner.repositories.allow with a name without * would let them be tried."));
    }
    if (apps.isEmpty() && hooks.isEmpty()) {
      remarks.add(
          unseen(
              "webhook", "Its settings and its last deliveries: runner.github.hooks names none."));
    }
    return remarks;
  }

  /** Where runners are registered, as far as the settings name it. */
  private Set<String> places() {
    return switch (scope) {
      case "enterprise" -> Set.of("enterprises/" + enterprise);
      case "organization" ->
          repositories.stream()
              .map(name -> "orgs/" + name.substring(0, name.indexOf('/')))
              .collect(Collectors.toCollection(TreeSet::new));
      default ->
          repositories.stream()
              .map(name -> "repos/" + name)
              .collect(Collectors.toCollection(TreeSet::new));
    };
  }

  /** Whether the webhook is an App's, as far as one can see: no other one is named. */
  private boolean usesAppHook() {
    return hooks.isEmpty() || hooks.contains("app");
  }

  /** What GitHub's answer to a question means. */
  public List<Finding> judge(Question question, Answer answer, String body) {
    String subject = question.subject();
    JsonNode document = parse(body);
    int status = answer.status();
    if (status == 200) {
      return switch (question.kind()) {
        case TOKEN -> scopes(answer);
        case APP -> app(subject, document);
        case INSTALLATIONS -> installations(subject, document);
        case APP_HOOK -> Hooks.ofConfiguration(subject, document);
        case HOOK -> Hooks.ofHook(subject, document);
        case DELIVERIES -> Hooks.ofDeliveries(subject, document);
        default -> List.of();
      };
    }
    if (status == 401) {
      return switch (question.kind()) {
        case TOKEN -> List.of(wrong(subject, "GitHub does not accept it (401): make a new token."));
        case APP ->
            List.of(
                wrong(
                    subject,
                    "GitHub does not accept its key (401): runner.github.app-id and runner.github.app-private-key must belong together."));
        default -> List.of(); // said once
      };
    }
    return switch (question.kind()) {
      // Enterprise Server without limits
      case TOKEN -> status == 404 ? List.of() : unexpected(subject, status);
      case RUNNERS -> denied(status, subject, runnersPermission());
      case RUNS -> denied(status, subject, "Actions: read");
      case INSTALLATION ->
          status == 404
              ? List.of(
                  wrong(subject, "It is not installed there: install it, on its page at GitHub."))
              : unexpected(subject, status);
      case HOOK, DELIVERIES ->
          List.of(
              unseen(
                  subject,
                  "%s (GitHub answered %d): Webhooks: read would let it be looked at."
                      .formatted(
                          question.kind() == Kind.HOOK ? "Its settings" : "Its last deliveries",
                          status)));
      case APP_HOOK ->
          List.of(unseen(subject, "Its webhook (GitHub answered %d).".formatted(status)));
      default -> unexpected(subject, status);
    };
  }

  /**
   * What a failed call means.
   *
   * @param question what GitHub was asked; null: the launcher was
   */
  public List<Finding> failed(Question question, Throwable cause) {
    String stage = question == null ? "create" : "mint";
    return List.of(
        wrong(
            question == null ? LAUNCHER : question.subject(),
            (String) failures.explain(stage, cause).get("message")));
  }

  /** What the launcher's answer to {@code GET /v1/health} means. */
  public List<Finding> launcher(Answer answer, String body) {
    if (answer.status() == 401) {
      return List.of(
          wrong(
              LAUNCHER,
              "It does not accept the credentials (401): check runner.modal.key and runner.modal.secret, or runner.modal.token."));
    }
    JsonNode health = parse(body);
    if (answer.status() != 200 || !health.path("status").asText().equals("ok")) {
      return List.of(
          wrong(
              LAUNCHER,
              "It answered %d, not as a launcher does: check runner.modal.launcher-url."
                  .formatted(answer.status())));
    }
    Set<String> missing = new TreeSet<>(images);
    health.path("images").forEach(image -> missing.remove(image.asText()));
    return missing.isEmpty()
        ? List.of()
        : List.of(
            wrong(
                LAUNCHER,
                "It has no image %s: deploy it with src/main/modal/image.py as it is here, or change runner.profiles.<name>.image."
                    .formatted(String.join(", ", missing))));
  }

  /** A classic token says what it may; a fine-grained one does not. */
  private List<Finding> scopes(Answer answer) {
    String header = answer.header("X-OAuth-Scopes");
    if (header.isBlank()) {
      return List.of();
    }
    List<String> granted = Arrays.stream(header.split(",")).map(String::strip).toList();
    String needed =
        Map.of("organization", "admin:org", "enterprise", "manage_runners:enterprise")
            .getOrDefault(scope, "repo");
    boolean enough =
        granted.contains(needed)
            || (scope.equals("enterprise") && granted.contains("admin:enterprise"));
    return enough
        ? List.of()
        : List.of(
            wrong(
                TOKEN,
                "The classic token lacks the scope %s, which runner.github.scope=%s needs: add it."
                    .formatted(needed, scope)));
  }

  private List<Finding> app(String subject, JsonNode app) {
    List<Finding> findings = new ArrayList<>();
    String missing = missing(app.path("permissions"));
    if (!missing.isEmpty()) {
      findings.add(
          wrong(
              subject,
              "It lacks permissions: give it %s (Permissions and events, on its page at GitHub)."
                  .formatted(missing)));
    }
    if (usesAppHook() && !Hooks.tells(app.path("events"))) {
      findings.add(
          wrong(
              subject,
              "It is not told of the event workflow_job: tick Workflow job (Permissions and events, on its page at GitHub)."));
    }
    return findings;
  }

  private List<Finding> installations(String subject, JsonNode installations) {
    if (installations.isEmpty()) {
      return List.of(
          wrong(subject, "It is installed nowhere: Install App, on its page at GitHub."));
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode installation : installations) {
      String on = subject + " on " + installation.path("account").path("login").asText("?");
      if (installation.path("suspended_at").isTextual()) {
        findings.add(wrong(on, "The installation is suspended: unsuspend it at GitHub."));
      }
      String missing = missing(installation.path("permissions"));
      if (!missing.isEmpty()) {
        findings.add(
            wrong(
                on,
                "The installation does not grant %s: its owner has to accept the App's new permissions at GitHub."
                    .formatted(missing)));
      }
    }
    return findings;
  }

  private String missing(JsonNode granted) {
    return Permissions.of(scope).entrySet().stream()
        .filter(
            needed ->
                !Permissions.covers(granted.path(needed.getKey()).asText(""), needed.getValue()))
        .map(needed -> needed.getKey() + ": " + needed.getValue())
        .collect(Collectors.joining(", "));
  }

  private String runnersPermission() {
    return switch (scope) {
      case "enterprise" -> "manage_runners:enterprise";
      case "organization" -> "Self-hosted runners: read and write";
      default -> "Administration: read and write";
    };
  }

  private static List<Finding> denied(int status, String subject, String permission) {
    return status == 403 || status == 404
        ? List.of(
            wrong(
                subject,
                "The token may not see it (%d): give it access, with %s."
                    .formatted(status, permission)))
        : unexpected(subject, status);
  }

  private static List<Finding> unexpected(String subject, int status) {
    return List.of(
        wrong(
            subject,
            "GitHub answered %d: check runner.github.api-url and runner.github.api-version."
                .formatted(status)));
  }

  private static JsonNode parse(String body) {
    try {
      return body == null ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
