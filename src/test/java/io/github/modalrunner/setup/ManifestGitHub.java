package io.github.modalrunner.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.ScriptedServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GitHub as far as it makes Apps from manifests: its page for people, and the exchange. */
final class ManifestGitHub implements AutoCloseable {
  static final String CODE = "a180b1a3d263c81bc6441d7b990bae27d4c10679";
  static final String CONVERSION = "/api/v3/app-manifests/{code}/conversions";
  static final String SECRET = "e340154128314309424b7c8e90325147d99fdafa";
  static final String CLIENT_SECRET = "1726be1638095a19edd134c77bde3aa2ece1e5d8";

  final ScriptedServer server = ScriptedServer.start();
  final String pem = AppPem.create().pkcs1();

  ManifestGitHub() {
    makesApps();
  }

  /** Forgets what it was asked, and what a test scripted over it. */
  void makesApps() {
    server.forget();
    server
        .on("POST", CONVERSION)
        .reply(
            request ->
                request.variable(CONVERSION, "code").equals(CODE)
                    ? Reply.json(201, app())
                    : Reply.json(404, Map.of("message", "Not Found")))
        .on("GET", "/favicon.ico")
        .reply(Reply.status(204))
        .on("POST", "/settings/apps/new")
        .reply(this::confirm)
        .on("POST", "/organizations/{org}/settings/apps/new")
        .reply(this::confirm);
  }

  /** Where its pages are. */
  String web() {
    return server.uri().toString();
  }

  /** A gateway's settings that lead here, as to an Enterprise Server. */
  Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("runner.github.api-url", web() + "/api/v3");
    settings.put("runner.github.web-url", web());
    settings.put("runner.github.request-timeout", "5s");
    settings.putAll(more);
    return settings;
  }

  /** The App as it answers, by the example of its description. */
  Map<String, Object> app() {
    Map<String, Object> app = new LinkedHashMap<>();
    app.put("id", 1234567);
    app.put("slug", "modal-runner");
    app.put("node_id", "MDxOkludGVncmF0aW9uMQ==");
    app.put("name", "modal-runner");
    app.put("html_url", web() + "/github-apps/modal-runner");
    app.put("permissions", Map.of("actions", "read", "administration", "write"));
    app.put("events", List.of("workflow_job"));
    app.put("client_id", "Iv1.8a61f9b3a7aba766");
    app.put("client_secret", CLIENT_SECRET);
    app.put("webhook_secret", SECRET);
    app.put("pem", pem);
    return app;
  }

  /** The page that asks once more, and leads back. */
  private Reply confirm(Recorded request) {
    String back;
    try {
      String manifest = Recorded.queryOf(request.text()).get("manifest");
      back = new ObjectMapper().readTree(manifest).path("redirect_url").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return Reply.text(
        200,
        "text/html; charset=utf-8",
        "<!DOCTYPE html><html lang=en><title>GitHub</title><a id=confirm href=\"%s?code=%s&amp;state=%s\">Create GitHub App</a>"
            .formatted(back, CODE, request.query().get("state")));
  }

  @Override
  public void close() {
    server.close();
  }
}
