package io.github.modalrunner.setup;

import static io.github.modalrunner.setup.SetupRefused.refused;

import io.github.modalrunner.github.Credentials.Grant;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.Http.Answer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Makes a GitHub App from a manifest: what the page shows at each step, as documents for it. Only
 * while no App is configured.
 */
public final class Setup {
  private static final String CODE = "[A-Za-z0-9_-]{1,255}";
  private static final int SUFFIX = 6;

  private final boolean done;
  private final String webUrl;
  private final Manifest manifest;
  private final List<String> hooks;
  private final AppFiles files;
  private final States states;

  private Setup(Settings settings, LongSupplier clock) {
    String folder = settings.text("runner.setup.folder");
    this.done = !settings.text("runner.github.app-id").isEmpty();
    this.webUrl = settings.webUrl();
    this.manifest =
        new Manifest(settings.text("runner.github.scope"), settings.text("runner.instance"));
    this.hooks = settings.list("runner.github.hooks");
    this.files =
        new AppFiles(
            folder.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".config", "modal-github-runner")
                : Path.of(folder));
    this.states = new States(clock);
  }

  /** The setup that the settings describe. */
  public static Setup of(Settings settings, LongSupplier clock) {
    return new Setup(settings, clock);
  }

  /**
   * The first step: the form, with a new {@code state}.
   *
   * @throws SetupRefused when there is nothing to set up
   */
  public Map<String, Object> begin() {
    admit();
    String state = states.issue();
    return Map.of(
        "form",
        Map.of(
            "web", webUrl,
            "state", state,
            "scope", manifest.scope(),
            "folder", files.folder().toString(),
            "manifest", manifest.document(suffix(state))));
  }

  /**
   * Where the code that GitHub sent the browser back with is exchanged.
   *
   * @param state as it came back
   * @param code as it came
   * @throws SetupRefused when it is not to be exchanged
   */
  public String exchangePath(String state, String code) {
    admit();
    if (!states.take(state)) {
      throw refused(
          403,
          "setup_state_unknown",
          "This did not begin on the setup page of this gateway, or longer than an hour ago, or it was used already: begin again on /setup.");
    }
    if (code == null || !code.matches(CODE)) {
      throw refused(
          400,
          "setup_code_invalid",
          "GitHub sent no code that it could be: begin again on /setup.");
    }
    files.prepare();
    return "/app-manifests/" + code + "/conversions";
  }

  /** Nobody asks: the code is all the proof that the exchange wants. */
  public Grant nobody() {
    return new Grant("manifest", null, null, null, null);
  }

  /**
   * The last step: stores the App's secrets and says what to do next.
   *
   * @param answer GitHub's answer to the exchange
   * @throws SetupRefused when there is no App in it, or it cannot be stored
   */
  public Map<String, Object> finish(Answer answer, String body) {
    NewApp app = NewApp.of(answer, body, webUrl);
    List<String> lines = files.store(app, hooks);
    Map<String, Object> created = new LinkedHashMap<>();
    created.put("id", app.id());
    created.put("name", app.name());
    created.put("install", app.page().isEmpty() ? "" : app.page() + "/installations/new");
    created.put("folder", files.folder().toString());
    created.put("lines", lines);
    created.put("signs", !app.webhookSecret().isEmpty());
    return Map.of("created", created);
  }

  /** A refusal for the page. */
  public Map<String, Object> explain(SetupRefused refusal) {
    return Map.of("refused", Map.of("code", refusal.getCode(), "message", refusal.getMessage()));
  }

  /** The refusal of an exchange that was not answered. */
  public Map<String, Object> lost(Throwable cause) {
    return explain(NewApp.lost("GitHub did not answer (" + cause.getClass().getSimpleName() + ")"));
  }

  private void admit() {
    if (done) {
      throw refused(
          409,
          "setup_done",
          "A GitHub App is configured already (runner.github.app-id): take it out of the settings to make another one.");
    }
    if (manifest.scope().equals("enterprise")) {
      throw refused(
          409,
          "setup_impossible",
          "GitHub lets no App register runners of an enterprise: give a classic token, or another runner.github.scope.");
    }
    if (webUrl.isEmpty()) {
      throw refused(
          409,
          "setup_impossible",
          "The address of the API does not tell where GitHub's pages are: give runner.github.web-url.");
    }
    files.demandNone();
  }

  private static String suffix(String state) {
    return state.replaceAll("[^A-Za-z0-9]", "0").substring(0, SUFFIX).toLowerCase(Locale.ROOT);
  }
}
