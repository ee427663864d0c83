package io.github.modalrunner.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.CallFailed.Denied;
import io.github.modalrunner.upstream.Http.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Requests to GitHub's self-hosted runner API (docs.github.com/rest/actions/self-hosted-runners).
 * Paths are built from schema-checked repository names, never from a URL of a payload.
 */
public final class GitHub {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** GitHub's own default; relative to the runner's folder. */
  private static final String WORK_FOLDER = "_work";

  private final Scope scope;
  private final String enterprise;
  private final long groupId;
  private final String groupName;
  private final ConcurrentMap<String, Long> groups = new ConcurrentHashMap<>();

  /** Organizations whose group may have another id by now. */
  private final Set<String> doubted = ConcurrentHashMap.newKeySet();

  /** Where runners are registered. */
  public enum Scope {
    REPOSITORY,
    ORGANIZATION,
    ENTERPRISE
  }

  /**
   * @param scope where runners are registered
   * @param enterprise its slug, for that scope
   * @param groupId id of the runner group
   * @param groupName name of the runner group, which goes before its id; empty: none
   */
  public GitHub(Scope scope, String enterprise, long groupId, String groupName) {
    this.scope = scope;
    this.enterprise = enterprise;
    this.groupId = groupId;
    this.groupName = groupName;
  }

  /** The requests that the settings describe. */
  public static GitHub of(Settings settings) {
    return new GitHub(
        Scope.valueOf(settings.text("runner.github.scope").toUpperCase(Locale.ROOT)),
        settings.text("runner.github.enterprise"),
        settings.integer("runner.github.runner-group-id"),
        settings.text("runner.github.runner-group"));
  }

  /**
   * Whether the id of the runner group has to be asked for: once an organization, and again after a
   * mint was refused.
   */
  public boolean wantsGroup(Map<String, Object> runner) {
    String owner = owner(runner);
    return !groupName.isEmpty() && (!groups.containsKey(owner) || doubted.contains(owner));
  }

  /** Doubts the ids of runner groups when the answer to a mint may mean that one is gone. */
  public void minted(Answer answer) {
    if (answer.status() == 404 || answer.status() == 422) {
      doubted.addAll(groups.keySet());
    }
  }

  /** Where the runner groups of an organization are listed. */
  public String groupsPath(Map<String, Object> runner) {
    return "/orgs/" + owner(runner) + "/actions/runner-groups?per_page=100";
  }

  /**
   * Keeps the id of the runner group, if it is on this page.
   *
   * @param next the target of the next page, or an empty text
   * @return where to look on; an empty text once the group was found
   * @throws Denied when the organization has no group of this name on any page
   */
  public String group(Map<String, Object> runner, List<JsonNode> items, String next) {
    Optional<JsonNode> found =
        items.stream()
            .filter(group -> group.path("name").asText().equalsIgnoreCase(groupName))
            .findFirst();
    if (found.isEmpty() && next.isEmpty()) {
      throw new Denied(
          "github_group_unknown",
          "The organization %s has no runner group %s: check runner.github.runner-group."
              .formatted(owner(runner), groupName));
    }
    if (found.isEmpty()) {
      return next;
    }
    groups.put(owner(runner), found.get().path("id").asLong());
    doubted.remove(owner(runner));
    return "";
  }

  /** Where a runner is minted. */
  public String jitPath(Map<String, Object> runner) {
    return path(runner) + "/generate-jitconfig";
  }

  /** Where a runner is looked up by its name. */
  public String findPath(Map<String, Object> runner) {
    return path(runner) + "?name=" + runner.get("name");
  }

  /** Where a runner is removed. */
  public String deletePath(Map<String, Object> runner, long registrationId) {
    return path(runner) + "/" + registrationId;
  }

  /**
   * The body of {@code generate-jitconfig}: exactly the job's labels, as the workflow spells them.
   */
  public Map<String, Object> jitRequest(Map<String, Object> runner) throws JsonProcessingException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("name", runner.get("name"));
    request.put("runner_group_id", groupName.isEmpty() ? groupId : groups.get(owner(runner)));
    request.put("labels", JSON.readValue((String) runner.get("labels"), List.class));
    request.put("work_folder", WORK_FOLDER);
    return request;
  }

  /** Where one runner is looked at. */
  public String runnerPath(Map<String, Object> runner) {
    return path(runner) + "/" + runner.get("registration_id");
  }

  /** Where one job is looked at. */
  public String jobPath(Map<String, Object> job) {
    return "/repos/" + job.get("repository") + "/actions/jobs/" + job.get("job_id");
  }

  /** Where one run is looked at. */
  public String runPath(Map<String, Object> job) {
    return "/repos/" + job.get("repository") + "/actions/runs/" + job.get("run_id");
  }

  /** Where the first page of a repository's runs of a status is. */
  public String runsPath(String repository, String status) {
    return "/repos/" + repository + "/actions/runs?status=" + status + "&per_page=100";
  }

  /** Where the first page of a run's jobs is. */
  public String runJobsPath(Map<String, Object> run) {
    return runPath(run) + "/jobs?filter=latest&per_page=100";
  }

  /** Where the first page of all runners is, as seen from a repository. */
  public String runnersPath(String repository) {
    return path(Map.of("repository", repository)) + "?per_page=100";
  }

  /** Where the first page of a hook's delivery log is. */
  public String deliveriesPath(String hook) {
    return hookPath(hook) + "/deliveries?per_page=100";
  }

  /** Where one delivery of a hook is. */
  public String deliveryPath(String hook, long id) {
    return hookPath(hook) + "/deliveries/" + id;
  }

  /** The hook of an App has a path of its own. */
  private static String hookPath(String hook) {
    return hook.equals("app") ? "/app/hook" : "/" + hook;
  }

  private String path(Map<String, Object> runner) {
    return switch (scope) {
          case REPOSITORY -> "/repos/" + runner.get("repository");
          case ORGANIZATION -> "/orgs/" + owner(runner);
          case ENTERPRISE -> "/enterprises/" + enterprise;
        }
        + "/actions/runners";
  }

  private static String owner(Map<String, Object> runner) {
    String repository = (String) runner.get("repository");
    return repository.substring(0, repository.indexOf('/'));
  }
}
