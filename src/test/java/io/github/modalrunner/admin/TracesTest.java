package io.github.modalrunner.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ScriptedServer;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trace leads from the webhook over the ledger to the sandbox, when a collector is named. */
class TracesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void theTraceOfTheWebhookGoesOnAtGitHubAndAtTheLauncher() {
    try (Upstreams upstreams = new Upstreams();
        ScriptedServer collector = ScriptedServer.start()) {
      // Given
      collector.on("POST", "/v1/traces").reply(Reply.status(200));
      Map<String, String> settings =
          upstreams.settings(Map.of("runner.traces.endpoint", collector.uri().toString()));
      try (RunningGateway gateway = RunningGateway.start(folder, settings)) {
        // When
        serve(upstreams, gateway);

        // Then
        String stored = traceOf(gateway);
        assertThat(stored).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        String trace = stored.substring(3, 35);
        assertThat(mint(upstreams).header("traceparent")).contains(trace);
        assertThat(create(upstreams).header("traceparent")).contains(trace);
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(told(collector))
                        .contains("runner-mint", "runner-create", "modal-github-runner")
                        .contains(new String(HexFormat.of().parseHex(trace), ISO_8859_1)));
        assertThat(told(collector))
            .doesNotContain(
                RunningGateway.SECRET,
                RunningGateway.TOKEN,
                RunningGateway.LAUNCHER_TOKEN,
                "encoded_jit_config");
      }
    }
  }

  @Test
  void nobodyHearsOfTracesWithoutACollector() {
    try (Upstreams upstreams = new Upstreams();
        RunningGateway gateway = RunningGateway.start(folder, upstreams.settings(Map.of()))) {
      // When
      serve(upstreams, gateway);

      // Then
      assertThat(traceOf(gateway)).isEqualTo("null");
      assertThat(mint(upstreams).header("traceparent")).isNullOrEmpty();
      assertThat(create(upstreams).header("traceparent")).isNullOrEmpty();
    }
  }

  private static void serve(Upstreams upstreams, RunningGateway gateway) {
    Delivery.of(Payloads.queued(1, "modal"))
        .signedWith(RunningGateway.SECRET)
        .postTo(gateway.webhook());
    await().atMost(PATIENCE).until(() -> upstreams.creates(1).size() == 1);
  }

  private static String traceOf(RunningGateway gateway) {
    List<Map<String, Object>> rows =
        gateway.rows("SELECT trace FROM delivery WHERE job_id = 1 AND source = 'webhook'");
    return Objects.toString(rows.get(0).get("trace"));
  }

  private static Recorded mint(Upstreams upstreams) {
    return upstreams.github().requests("POST", Upstreams.MINT).get(0);
  }

  private static Recorded create(Upstreams upstreams) {
    return upstreams.launcher().requests("PUT", Upstreams.SANDBOX).get(0);
  }

  /** All that the collector was sent, byte by byte. */
  private static String told(ScriptedServer collector) {
    StringBuilder told = new StringBuilder();
    collector.requests().forEach(request -> told.append(new String(request.body(), ISO_8859_1)));
    return told.toString();
  }
}
