package io.github.modalrunner.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose code is run. A webhook does not say whether a run brings the code of a fork, so the run is
 * read once; and a payload of another GitHub than ours is nobody's to serve.
 */
public final class Trust {
  /** Why the job of a fork is refused. */
  public static final String FORK_MESSAGE =
      "The run brings the code of a fork: set runner.repositories.allow-forks=true only if you mean to run that.";

  /** Why a job waits whose run was not read yet. */
  public static final String UNREAD_MESSAGE =
      "GitHub is asked whether the run brings the code of a fork.";

  private final boolean allowForks;
  private final String webUrl;

  /**
   * @param allowForks whether the code of forks is run
   * @param webUrl where our GitHub's pages are; empty: any GitHub is ours
   */
  public Trust(boolean allowForks, String webUrl) {
    this.allowForks = allowForks;
    this.webUrl = webUrl;
  }

  /** The trust that the settings describe. */
  public static Trust of(Settings settings) {
    return new Trust(settings.flag("runner.repositories.allow-forks"), settings.webUrl());
  }

  /** The refusal of a repository that is not at our GitHub; empty when it is. */
  public Optional<Verdict> stranger(JsonNode repository) {
    String url = repository.path("html_url").asText();
    return webUrl.isEmpty() || url.isEmpty() || url.startsWith(webUrl + "/")
        ? Optional.empty()
        : Optional.of(
            Verdict.refused(
                "repository_other_host",
                "The repository is not at %s: the webhook belongs to another GitHub than runner.github.api-url."
                    .formatted(webUrl)));
  }

  /**
   * The state of a queued job whose run has to be read before it is served: {@code CHECKING}, or
   * {@code CHECKING_PUBLIC}, which waits for the answer however long; empty when it need not be.
   *
   * @param asked whether GitHub was asked about the job: who is shown a job is shown its run, so
   *     the answer is waited for
   */
  public Optional<String> doubt(JsonNode repository, boolean asked) {
    JsonNode forking = repository.path("allow_forking");
    if (allowForks || (forking.isBoolean() && !forking.booleanValue())) {
      return Optional.empty();
    }
    boolean mayGoOn = repository.path("private").booleanValue() && !asked;
    return Optional.of(mayGoOn ? "CHECKING" : "CHECKING_PUBLIC");
  }

  /**
   * Judges a run.
   *
   * @param run its row
   * @param seen {@code found} and the {@code document}, as GitHub said
   * @return the row with {@code fork}: 1, 0, or null when GitHub did not show it
   */
  public Map<String, Object> judge(Map<String, Object> run, Map<String, Object> seen) {
    JsonNode document = (JsonNode) seen.get("document");
    Map<String, Object> judged = new HashMap<>(run);
    judged.put("fork", fork(document));
    return judged;
  }

  private static Integer fork(JsonNode run) {
    JsonNode base = run.path("repository").path("id");
    if (!base.isIntegralNumber()) {
      return null;
    }
    // The repository that the code came from may be gone: then it was a fork
    return run.path("head_repository").path("id").equals(base) ? 0 : 1;
  }
}
