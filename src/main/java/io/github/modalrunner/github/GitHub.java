package io.github.modalrunner.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests to GitHub's self-hosted runner API (docs.github.com/rest/actions/self-hosted-runners).
 * Paths are built from schema-checked repository names, never from a URL of a payload.
 */
public final class GitHub {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** GitHub's own default; relative to the runner's folder. */
  private static final String WORK_FOLDER = "_work";

  private final boolean organization;
  private final long runnerGroupId;
  private final String token;

  /**
   * @param organization whether runners are registered at the organization instead of the
   *     repository
   * @param runnerGroupId id of the runner group
   * @param token personal access token
   */
  public GitHub(boolean organization, long runnerGroupId, String token) {
    this.organization = organization;
    this.runnerGroupId = runnerGroupId;
    this.token = token;
  }

  /** The requests that the settings describe. */
  public static GitHub of(Settings settings) {
    return new GitHub(
        settings.text("runner.github.scope").equals("organization"),
        settings.integer("runner.github.runner-group-id"),
        settings.secret("runner.github.token"));
  }

  /** The value of the header {@code Authorization}. */
  public String authorization() {
    return "Bearer " + token;
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
    request.put("runner_group_id", runnerGroupId);
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
    return "/" + hook + "/deliveries?per_page=100";
  }

  /** Where one delivery of a hook is. */
  public String deliveryPath(String hook, long id) {
    return "/" + hook + "/deliveries/" + id;
  }

  private String path(Map<String, Object> runner) {
    String repository = (String) runner.get("repository");
    return organization
        ? "/orgs/" + repository.substring(0, repository.indexOf('/')) + "/actions/runners"
        : "/repos/" + repository + "/actions/runners";
  }
}
