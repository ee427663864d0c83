package io.github.modalrunner.sandbox;

import static io.github.modalrunner.fixtures.Payloads.completed;
import static io.github.modalrunner.fixtures.Payloads.inProgress;
import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Python;
import io.github.modalrunner.fixtures.RealLauncher;
import io.github.modalrunner.fixtures.Reasons;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ServedGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real gateway and the real launcher, in two processes, over HTTP; only GitHub and Modal's SDK
 * are stand-ins. Each fault has a job of its own, and all happen at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class RealLauncherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A call that was not done is tried three times before its job is parked. */
  private static final int TRIES = 3;

  private static final int PLAIN = 101;
  private static final int FULL = 102;
  private static final int REPEATED = 103;
  private static final int CONFLICT = 104;
  private static final int TOO_LARGE = 105;
  private static final int FORGOTTEN = 106;

  private static final List<Fault> FAULTS =
      List.of(
          // What Modal's SDK raises
          once("sdk:InvalidError", "launcher_rejected", "Modal refused a value"),
          new Fault("sdk:ResourceExhaustedError", "launcher_rate_limited", "429", TRIES, false),
          new Fault("build:ImageBuildError", "launcher_image_not_ready", "424", TRIES, false),
          once("sdk:AuthError", "launcher_modal_auth", "renew its Modal token"),
          once("sdk:PermissionDeniedError", "launcher_modal_auth", "502"),
          once("sdk:VersionError", "launcher_modal_auth", "502"),
          once("sdk:ConflictError", "launcher_unavailable", "did not allow the call"),
          once("sdk:ConnectionError", "launcher_unavailable", "cannot be reached"),
          once("sdk:KeyError", "launcher_unavailable", "failed while it asked Modal"),
          once("late:ConnectionError", "launcher_unavailable", "ask by name").thatRuns(),
          once("hang", "launcher_unavailable", "did not answer in time"),
          // Modal's edge
          once("edge-401", "launcher_unauthorized", "runner.modal.key"),
          once("edge-303", "launcher_unavailable", "303"),
          once("after:edge-303", "launcher_unavailable", "303").thatRuns(),
          once("edge-404", "launcher_unavailable", "runner.modal.launcher-url"),
          once("edge-408", "launcher_unavailable", "408"),
          once("after:edge-502", "launcher_unavailable", "502").thatRuns(),
          // The way there and back
          once("cut", "launcher_unreachable", "did not answer"),
          once("cut-after", "launcher_unreachable", "did not answer").thatRuns(),
          once("cut-within", "launcher_unreachable", "did not answer").thatRuns(),
          once("slow:20", "launcher_unreachable", "did not answer"));

  private static final Upstreams UPSTREAMS = new Upstreams();

  @TempDir static Path folder;
  private static RealLauncher launcher;
  private static RunningGateway gateway;
  private static Reasons reasons;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    assumeTrue(Python.isComplete(), Python.MISSING);
    launcher =
        RealLauncher.start(folder, Map.of("STUB_CREATE_SECONDS", "1", "STUB_BUILD_SECONDS", "0.5"));
    Map<String, List<String>> faults = new HashMap<>();
    for (Fault fault : FAULTS) {
      faults.put("PUT mgr-" + fault.job() + "-", Collections.nCopies(fault.times(), fault.name()));
    }
    launcher.suffer(faults);
    launcher.create("mgr-%d-1".formatted(CONFLICT), "other", Map.of());
    launcher.create("mgr-orphan", "mgr", Map.of("repository", "acme.gone"));
    launcher.create(
        "mgr-%d-1".formatted(FORGOTTEN), "mgr", Map.of("repository", "acme.job-" + FORGOTTEN));
    UPSTREAMS.github().on("POST", Upstreams.MINT).reply(RealLauncherTest::minted);
    gateway = RunningGateway.start(folder, settings());
    reasons = new Reasons(gateway);
    for (int id : new int[] {PLAIN, CONFLICT, TOO_LARGE}) {
      post(queued(id, "modal").repository("acme/job-" + id));
    }
    // Before the faults: so many open the launcher's breaker, and these would not get to it
    for (int id : new int[] {CONFLICT, TOO_LARGE}) {
      await().atMost(PATIENCE).until(() -> !reasons.of(id).isEmpty());
    }
    // Just before its job, or it would be taken for one that nobody knows
    launcher.create(
        "mgr-%d-1".formatted(REPEATED),
        "mgr",
        Map.of("repository", "acme.job-" + REPEATED, "profile", "default", "job", "" + REPEATED));
    post(queued(REPEATED, "modal").repository("acme/job-" + REPEATED));
    await().atMost(PATIENCE).until(() -> creates(REPEATED).size() == 2);
    FAULTS.forEach(
        fault -> post(queued(fault.job(), fault.label()).repository("acme/job-" + fault.job())));
    post(queued(FULL, "modal-full").repository("acme/job-" + FULL));
  }

  private static Map<String, String> settings() {
    Map<String, String> more = new HashMap<>();
    more.put("runner.modal.launcher-url", launcher.uri().toString());
    more.put("runner.retry.initial-delay", "1s");
    more.put("runner.breaker.open-for", "100ms");
    more.put("runner.reconcile.job-checks", "1s");
    // Less than the slow answer takes
    more.put("runner.modal.request-timeout", "2s");
    more.put("runner.reconcile.orphan-grace", "10s");
    more.put("runner.runner.exit-grace", "0s");
    more.put("runner.profiles.built.labels", "modal-built");
    more.put("runner.profiles.built.image", "python");
    String full = "runner.profiles.full.";
    more.put(full + "labels", "modal-full");
    more.put(full + "image", "docker");
    more.put(full + "cpu", "1.5");
    more.put(full + "memory-mib", "16384");
    more.put(full + "gpu", "A100-80GB:2");
    more.put(full + "region", "us-east");
    more.put(full + "timeout", "24h");
    more.put(full + "cache", "true");
    more.put(full + "docker", "true");
    more.put(full + "outbound-domains", "pypi.org");
    more.put(full + "outbound-cidrs", "10.0.0.0/8");
    return UPSTREAMS.settings(more);
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      reasons.close();
      gateway.close();
      launcher.close();
    }
    UPSTREAMS.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void parksTheJobWithAReasonAndServesItOnceTheFaultHasEnded(Fault fault) {
    // When
    String message = reason(fault.job(), fault.code());
    String served = served(fault.job());

    // Then
    assertThat(message).contains(fault.sentence()).endsWith(".").doesNotContain("foreign");
    List<String> creates = creates(fault.job());
    assertThat(served).isEqualTo(creates.get(creates.size() - 1));
    if (fault.runs()) {
      assertThat(creates).as("found by its name").hasSize(1);
    } else if (fault.times() == 1) {
      assertThat(creates).as("a name is never sent again").doesNotHaveDuplicates().hasSize(2);
    }
  }

  @Test
  void createsListsAndDeletesTheSandboxOfAJob() {
    // Given
    String name = served(PLAIN);
    JsonNode sandbox = sandbox(name);
    assertThat(sandbox.at("/asked/command/0").asText()).isEqualTo("/actions-runner/entrypoint.sh");
    assertThat(sandbox.at("/asked/command")).hasSize(1);
    assertThat(sandbox.at("/asked/env/ACTIONS_RUNNER_INPUT_JITCONFIG").asText())
        .isEqualTo(Upstreams.configuration(name));
    assertThat(sandbox.at("/tags/owner").asText()).isEqualTo("mgr");
    await().atMost(PATIENCE).until(() -> launcher.requests().contains("GET "));

    // When
    post(inProgress(PLAIN, 7, name, "modal").repository("acme/job-" + PLAIN));
    post(completed(PLAIN, "success", 7, name, "modal").repository("acme/job-" + PLAIN));

    // Then
    await().atMost(PATIENCE).until(() -> exitCode(name) == 137);
    assertThat(launcher.requests()).contains("DELETE " + name);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                gateway
                    .rows("SELECT state FROM runner WHERE name = '" + name + "'")
                    .get(0)
                    .get("state")
                    .equals("GONE"));
  }

  @Test
  void everyOptionOfAProfileReachesModal() {
    // When
    JsonNode asked = sandbox(served(FULL)).path("asked");

    // Then
    assertThat(asked.path("base").asText()).startsWith("ubuntu:");
    assertThat(asked.path("cpu").asDouble()).isEqualTo(1.5);
    assertThat(asked.path("memory").asInt()).isEqualTo(16384);
    assertThat(asked.path("gpu").asText()).isEqualTo("A100-80GB:2");
    assertThat(asked.path("region").asText()).isEqualTo("us-east");
    assertThat(asked.path("timeout").asInt()).isEqualTo(86400);
    assertThat(asked.at("/volumes/~1cache").asText()).isEqualTo("volume mgr-acme.job-" + FULL);
    assertThat(asked.at("/experimental_options/enable_docker").asBoolean()).isTrue();
    assertThat(asked.path("outbound_domain_allowlist"))
        .extracting(JsonNode::asText)
        .contains("pypi.org", "github.com", "*.actions.githubusercontent.com");
    assertThat(asked.path("outbound_cidr_allowlist"))
        .extracting(JsonNode::asText)
        .containsExactly("10.0.0.0/8");
  }

  @Test
  void aSandboxThatRunsAlreadyUnderItsNameAndTagsIsTaken() {
    // When
    String served = served(REPEATED);

    // Then
    assertThat(creates(REPEATED)).hasSize(2).containsOnly(served);
    assertThat(launcher.sandboxes())
        .filteredOn(sandbox -> sandbox.path("name").asText().equals(served))
        .hasSize(1);
  }

  @Test
  void aSandboxOfAnotherOwnerIsLeftAloneAndItsNameGivenUp() {
    // When
    String message = reason(CONFLICT, "launcher_name_conflict");
    String served = served(CONFLICT);

    // Then
    assertThat(message).contains("409");
    String taken = "mgr-%d-1".formatted(CONFLICT);
    assertThat(served).isNotEqualTo(taken);
    assertThat(exitCode(taken)).isEqualTo(-1);
  }

  @Test
  void aConfigurationThatIsTooLargeIsRefused() {
    // When
    String message = reason(TOO_LARGE, "launcher_rejected");

    // Then
    assertThat(message).contains("413");
    served(TOO_LARGE);
  }

  @Test
  void aSandboxOfItsOwnThatTheLedgerDoesNotKnowIsEnded() {
    // When
    await().atMost(PATIENCE).until(() -> exitCode("mgr-orphan") == 137);

    // Then
    assertThat(launcher.requests()).contains("DELETE mgr-orphan");
  }

  /** As after the loss of the ledger: the name that the job's first runner would get is taken. */
  @Test
  void aJobWhoseForgottenRunnerWasFoundFirstGetsTheNextNumber() {
    // Given: the faults are over, or its create would not get through the launcher's breaker
    FAULTS.forEach(fault -> served(fault.job()));
    String forgotten = "mgr-%d-1".formatted(FORGOTTEN);
    await().atMost(PATIENCE).until(() -> exitCode(forgotten) == 137);

    // When
    post(queued(FORGOTTEN, "modal").repository("acme/job-" + FORGOTTEN));

    // Then
    assertThat(served(FORGOTTEN)).isEqualTo("mgr-%d-2".formatted(FORGOTTEN));
  }

  @Test
  void withAnotherTokenNothingIsCreated(@TempDir Path other) {
    // Given
    Map<String, String> settings =
        UPSTREAMS.settings(
            Map.of(
                "runner.instance",
                "stranger",
                "runner.modal.launcher-url",
                launcher.uri().toString(),
                "runner.modal.token",
                "not-" + ServedGateway.LAUNCHER_TOKEN));
    try (RunningGateway stranger = RunningGateway.start(other, settings);
        Reasons told = new Reasons(stranger)) {

      // When
      Delivery.of(queued(900, "modal").repository("acme/stranger"))
          .signedWith(RunningGateway.SECRET)
          .postTo(stranger.webhook());

      // Then
      await().atMost(PATIENCE).until(() -> told.of(900).containsKey("launcher_unauthorized"));
      assertThat(launcher.sandboxes())
          .noneMatch(sandbox -> sandbox.path("name").asText().startsWith("stranger"));
    }
  }

  /**
   * The first configuration for one of the jobs is more than a sandbox can be given. A job that
   * failed gets its next runner when it was seen to wait, so that no watcher is too slow for it.
   */
  private static Reply minted(Recorded mint) {
    String name = mint.json().path("name").asText();
    if (name.endsWith("-2") && !name.equals("mgr-%d-2".formatted(FORGOTTEN))) {
      await().atMost(PATIENCE).until(() -> !reasons.of(Upstreams.job(name)).isEmpty());
    }
    Reply minted = UPSTREAMS.minted(mint);
    return name.equals("mgr-%d-1".formatted(TOO_LARGE))
        ? Reply.json(
            201,
            Map.of(
                "runner", Map.of("id", 1, "name", name),
                "encoded_jit_config", "A".repeat(300_000)))
        : minted;
  }

  private static String reason(int job, String code) {
    return await()
        .atMost(PATIENCE)
        .until(() -> reasons.of(job).get(code), message -> message != null);
  }

  /** The runner that was launched for a job, once it was. */
  private static String served(int job) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                gateway
                    .rows(
                        "SELECT name FROM runner WHERE minted_for = %d AND state IN ('LAUNCHED', 'BUSY', 'EXITED') AND sandbox_id IS NOT NULL"
                            .formatted(job))
                    .stream()
                    .map(row -> (String) row.get("name"))
                    .findFirst()
                    .orElse(null),
            name -> name != null);
  }

  private static List<String> creates(int job) {
    return launcher.requests().stream()
        .filter(request -> request.startsWith("PUT mgr-" + job + "-"))
        .map(request -> request.substring("PUT ".length()))
        .toList();
  }

  private static JsonNode sandbox(String name) {
    return launcher.sandboxes().stream()
        .filter(sandbox -> sandbox.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Its exit code, or -1 while it runs. */
  private static int exitCode(String name) {
    return sandbox(name).path("exit_code").asInt(-1);
  }

  private static void post(Payload payload) {
    Delivery.of(payload).signedWith(RunningGateway.SECRET).postTo(gateway.webhook());
  }

  static Stream<Fault> faults() {
    return FAULTS.stream();
  }

  private static Fault once(String name, String code, String sentence) {
    return new Fault(name, code, sentence, 1, false);
  }

  /**
   * One way to fail.
   *
   * @param name as {@code stub_app.py} takes it
   * @param code the reason that the job is to show
   * @param sentence what its message contains
   * @param times how often it happens
   * @param runs whether the sandbox runs all the same
   */
  record Fault(String name, String code, String sentence, int times, boolean runs) {
    Fault thatRuns() {
      return new Fault(name, code, sentence, times, true);
    }

    int job() {
      return FAULTS.indexOf(this) + 1;
    }

    /** An image is built once, so one that is to fail has a profile of its own. */
    String label() {
      return name.startsWith("build:") ? "modal-built" : "modal";
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
