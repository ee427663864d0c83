package io.github.modalrunner.setup;

import io.github.modalrunner.settings.Settings;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Settings of a gateway that only sets up: what is still to be made need not be given, and no
 * credential that is given is read. A browser brings no token, so the admin port is on loopback.
 */
public final class SetupSettings {
  private static final List<String> NOT_READ =
      List.of(
          "runner.admin.host",
          "runner.admin.token",
          "runner.webhook.secret",
          "runner.github.token",
          "runner.modal.launcher-url",
          "runner.modal.key",
          "runner.modal.secret",
          "runner.modal.token");

  private SetupSettings() {}

  /** The settings of one setup, from where the gateway's own are read. */
  public static Settings read(
      Map<String, String> environment,
      Map<String, String> systemProperties,
      Map<String, String> file) {
    Map<String, String> variables = new HashMap<>(environment);
    Map<String, String> properties = new HashMap<>(systemProperties);
    Map<String, String> lines = new HashMap<>(file);
    for (String property : NOT_READ) {
      for (String name : List.of(property, property + "-file")) {
        variables.remove(variable(name));
        properties.remove(name);
        lines.remove(name);
      }
    }
    variables.put("RUNNER_WEBHOOK_SECRET", nobodysSecret());
    variables.put("RUNNER_MODAL_TOKEN", nobodysSecret());
    // Nobody listens there, and nobody asks
    variables.put("RUNNER_MODAL_LAUNCHER_URL", "http://127.0.0.1:9");
    Settings settings = Settings.read(variables, properties, lines);
    if (settings.text("runner.github.app-id").isEmpty()) {
      variables.put("RUNNER_GITHUB_TOKEN", nobodysSecret());
      settings = Settings.read(variables, properties, lines);
    }
    return settings;
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static String nobodysSecret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
