package io.github.modalrunner.setup;

import static io.github.modalrunner.setup.SetupRefused.refused;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.modalrunner.github.AppKey;
import io.github.modalrunner.upstream.Http.Answer;
import java.util.List;

/**
 * An App that GitHub has just made.
 *
 * @param id its id
 * @param name as people call it
 * @param page its page at GitHub; empty when GitHub names one that is not its own
 * @param pem its private key; a secret
 * @param webhookSecret what its webhooks are signed with; a secret, empty when there is none
 */
record NewApp(long id, String name, String page, String pem, String webhookSecret) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the answer to {@code POST /app-manifests/{code}/conversions}.
   *
   * @param webUrl where GitHub's pages are
   * @throws SetupRefused when there is no App in it
   */
  static NewApp of(Answer answer, String body, String webUrl) {
    int status = answer.status();
    if (status == 404 || status == 422) {
      throw refused(
          422,
          "setup_code_refused",
          "GitHub does not take the code (%d): it works once, within an hour. Delete the App at GitHub if it is there, and begin again."
              .formatted(status));
    }
    if (status != 201) {
      throw lost("GitHub answered " + status);
    }
    JsonNode app = parse(body);
    String pem = app.path("pem").asText();
    String page = app.path("html_url").asText();
    String secret = app.path("webhook_secret").asText("");
    if (!app.path("id").canConvertToLong() || !app.path("id").isIntegralNumber() || !isKey(pem)) {
      throw lost("GitHub's answer has no id and key in it");
    }
    return new NewApp(
        app.path("id").longValue(),
        app.path("name").asText(),
        page.startsWith(webUrl + "/") ? page : "",
        pem,
        secret.matches("[^\\p{Cntrl}]*") ? secret : "");
  }

  /** What to do when GitHub has made the App, and its key did not arrive. */
  static SetupRefused lost(String what) {
    return refused(
        502,
        "setup_key_lost",
        what
            + ": the App may be there without us having its key. Delete it at GitHub (Settings, Developer settings, GitHub Apps) and begin again, or generate a private key there.");
  }

  @Override
  public String toString() {
    return "App " + id;
  }

  private static boolean isKey(String pem) {
    try {
      return AppKey.of(List.of("new"), pem).size() == 1;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonNode parse(String body) {
    try {
      return body == null ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
