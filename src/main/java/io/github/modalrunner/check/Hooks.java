package io.github.modalrunner.check;

import static io.github.modalrunner.check.Finding.wrong;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What may be wrong with a webhook at GitHub, read from its settings and its delivery log. */
final class Hooks {
  private static final String PATH = "/webhooks/github";

  private Hooks() {}

  /** Faults of a repository's or an organization's hook. */
  static List<Finding> ofHook(String subject, JsonNode hook) {
    List<Finding> findings = new ArrayList<>();
    if (!hook.path("active").asBoolean(true)) {
      findings.add(wrong(subject, "The webhook is switched off: tick Active in its settings."));
    }
    if (!tells(hook.path("events"))) {
      findings.add(
          wrong(
              subject,
              "The webhook does not send the event workflow_job: tick Workflow jobs in its settings."));
    }
    findings.addAll(ofConfiguration(subject, hook.path("config")));
    return findings;
  }

  /** Faults of any hook's configuration. */
  static List<Finding> ofConfiguration(String subject, JsonNode config) {
    List<Finding> findings = new ArrayList<>();
    if (!config.path("content_type").asText().equals("json")) {
      findings.add(
          wrong(
              subject,
              "The webhook sends forms: set its content type to application/json, other deliveries are answered with 415."));
    }
    if (!config.path("insecure_ssl").asText("0").equals("0")) {
      findings.add(
          wrong(
              subject,
              "The webhook does not verify TLS certificates: enable SSL verification in its settings."));
    }
    if (config.path("secret").asText("").isEmpty()) {
      findings.add(
          wrong(
              subject,
              "The webhook has no secret: enter there what runner.webhook.secret is, unsigned deliveries are answered with 401."));
    }
    if (!config.path("url").asText().replaceFirst("[?#].*", "").endsWith(PATH)) {
      findings.add(
          wrong(
              subject,
              "The webhook's address does not end in %s: change it in its settings."
                  .formatted(PATH)));
    }
    return findings;
  }

  /** Whether a list of events has the one that counts. */
  static boolean tells(JsonNode events) {
    for (JsonNode event : events) {
      if (event.asText().equals("workflow_job") || event.asText().equals("*")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a hook's deliveries fail now: what failed before the last good one is past.
   *
   * @param log newest first
   */
  static List<Finding> ofDeliveries(String subject, JsonNode log) {
    int failed = 0;
    while (failed < log.size() && !isGood(log.get(failed))) {
      failed++;
    }
    if (failed == 0) {
      return List.of();
    }
    int status = log.get(0).path("status_code").asInt();
    return List.of(
        wrong(
            subject,
            "The last %s failed, the newest with %s: %s Then redeliver them, or let runner.github.hooks name this hook."
                .formatted(
                    failed == 1 ? "delivery" : failed + " deliveries",
                    status == 0 ? "no answer" : Integer.toString(status),
                    advice(status))));
  }

  private static boolean isGood(JsonNode delivery) {
    int status = delivery.path("status_code").asInt();
    return status >= 200 && status < 300;
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 ->
          "the secrets differ, enter the same text as runner.webhook.secret and as the webhook's secret.";
      case 413 -> "raise runner.webhook.max-body-bytes.";
      case 415 -> "set the webhook's content type to application/json.";
      case 404, 405 -> "the webhook's address must lead to /webhooks/github of the public port.";
      case 422 -> "they are signed but not valid, /api/deliveries?state=quarantined says why.";
      case 503 -> "the gateway was stopping or could not write its ledger.";
      default -> "GitHub reaches no gateway there, check address, certificate and firewall.";
    };
  }
}
