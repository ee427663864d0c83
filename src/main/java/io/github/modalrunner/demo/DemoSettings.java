package io.github.modalrunner.demo;

import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Settings of the demo: free ports, secrets of its own, a ledger that is thrown away. */
public final class DemoSettings {
  private DemoSettings() {}

  /**
   * The settings of one demo run. The environment does not count, so that no real credential is
   * ever used.
   *
   * @param properties system properties; only {@code runner.demo.jobs} and the two ports are taken
   * @param file what stands in {@code application.properties}
   */
  public static Settings read(Map<String, String> properties, Map<String, String> file)
      throws IOException {
    Map<String, String> demo = new HashMap<>();
    demo.put("RUNNER_HTTP_HOST", "127.0.0.1");
    demo.put("RUNNER_ADMIN_HOST", "127.0.0.1");
    // Held at one time, so that they differ
    try (ServerSocket http = new ServerSocket(0);
        ServerSocket admin = new ServerSocket(0)) {
      demo.put("RUNNER_HTTP_PORT", properties.getOrDefault("runner.http.port", port(http)));
      demo.put("RUNNER_ADMIN_PORT", properties.getOrDefault("runner.admin.port", port(admin)));
    }
    demo.put("RUNNER_DEMO_JOBS", properties.getOrDefault("runner.demo.jobs", "0"));
    String world = "http://127.0.0.1:" + demo.get("RUNNER_ADMIN_PORT") + "/demo/";
    // Nobody sends a burst here: ready sooner is worth more
    demo.put("RUNNER_WARM_UP_DELIVERIES", "0");
    demo.put("RUNNER_WEBHOOK_SECRET", secret());
    demo.put("RUNNER_GITHUB_TOKEN", secret());
    demo.put("RUNNER_GITHUB_API_URL", world + "github");
    demo.put("RUNNER_MODAL_LAUNCHER_URL", world + "launcher");
    demo.put("RUNNER_MODAL_TOKEN", secret());
    demo.put(
        "RUNNER_LEDGER_URL",
        "jdbc:sqlite:"
            + Files.createTempDirectory("modal-github-runner-demo").resolve("ledger.db"));
    return Settings.read(demo, Map.of(), file);
  }

  private static String secret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String port(ServerSocket socket) {
    return Integer.toString(socket.getLocalPort());
  }
}
