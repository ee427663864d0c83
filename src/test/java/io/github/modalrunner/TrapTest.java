package io.github.modalrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.modalrunner.fixtures.Answer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Trap;
import io.github.modalrunner.fixtures.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No address that a payload names is ever called. Every URL of every payload leads to a trap: of
 * what comes by the webhook, of what a hook's delivery log holds, and of GitHub's other answers.
 */
class TrapTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String REPOSITORY = "acme/trapped";
  private static final String HOOK = "/repos/acme/trapped/hooks/1/deliveries";
  private static final long SERVED = 1;
  private static final long LOST = 2;

  @TempDir Path folder;

  @Test
  void noUrlOfAPayloadIsCalledInTheWholeLifeOfAJob() {
    try (Trap trap = new Trap();
        Upstreams upstreams = new Upstreams()) {
      // Given
      script(trap, upstreams);
      try (RunningGateway gateway = RunningGateway.start(folder, settings(upstreams))) {
        // When: jobs are asked about, served, run, ended and removed; one is found in a log only
        Payload queued = Payloads.queued(SERVED, "modal");
        send(gateway, trap, forkable(queued));
        await().atMost(PATIENCE).until(() -> !upstreams.creates(SERVED).isEmpty());
        await().atMost(PATIENCE).until(() -> !upstreams.creates(LOST).isEmpty());
        for (long job : List.of(SERVED, LOST)) {
          String runner = upstreams.creates(job).get(0);
          send(gateway, trap, Payloads.inProgress(job, 101, runner, "modal"));
          send(gateway, trap, Payloads.completed(job, "success", 101, runner, "modal"));
        }
        send(gateway, trap, Payloads.example("ping/ping"));
        send(gateway, trap, Payloads.queued(3, "modal").without("/workflow_job/labels"));
        upstreams.launcher().await(2, "DELETE", Upstreams.SANDBOX);
        assertThat(gateway.jobState(SERVED)).isEqualTo("completed");
        assertThat(gateway.jobState(LOST)).isEqualTo("completed");

        // Then
        assertThat(upstreams.github().requests("GET", "/repos/acme/trapped/actions/runs/{id}"))
            .isNotEmpty();
        assertThat(upstreams.github().requests("GET", HOOK + "/{id}")).isNotEmpty();
      }
      assertThat(trap.baits()).isGreaterThan(300);
      assertThat(trap.connections()).isZero();
    }
  }

  @Test
  void theTrapCountsWhoSteppedIntoIt() throws IOException {
    try (Trap trap = new Trap()) {
      // When
      new Socket(InetAddress.getLoopbackAddress(), URI.create(trap.url()).getPort()).close();

      // Then
      await().until(() -> trap.connections() == 1);
    }
  }

  private static Map<String, String> settings(Upstreams upstreams) {
    return upstreams.settings(
        Map.of(
            "runner.repositories.allow-forks", "false",
            "runner.github.hooks", HOOK.substring(1).replace("/deliveries", ""),
            "runner.reconcile.deliveries-every", "1s",
            "runner.reconcile.runs-every", "1s",
            "runner.reconcile.job-checks", "1s",
            "runner.runner.exit-grace", "0s"));
  }

  /** GitHub's answers that name addresses; the next page and the new place are no exception. */
  private static void script(Trap trap, Upstreams upstreams) {
    ObjectNode run = (ObjectNode) Payloads.example("workflow_job/queued").json().get("repository");
    JsonNode repository = trap.bait(run);
    String actions = "/repos/acme/trapped/actions";
    upstreams
        .github()
        .on("GET", actions + "/runs/{id}")
        .reply(
            Reply.json(
                200,
                Map.of(
                    "status",
                    "in_progress",
                    "url",
                    trap.url(),
                    "jobs_url",
                    trap.url() + "/jobs",
                    "repository",
                    repository,
                    "head_repository",
                    repository)))
        .on("GET", actions + "/runs")
        .reply(
            Reply.json(200, Map.of("total_count", 0, "workflow_runs", List.of()))
                .header("Link", "<" + trap.url() + "/next>; rel=\"next\""))
        .on("GET", actions + "/jobs/{id}")
        .reply(Reply.status(302).header("Location", trap.url() + "/elsewhere"))
        .on("GET", HOOK)
        .reply(
            Reply.json(
                    200,
                    List.of(
                        Map.of(
                            "id",
                            7,
                            "guid",
                            "11111111-0000-4000-8000-000000000001",
                            "event",
                            "workflow_job",
                            "action",
                            "queued",
                            "status",
                            "Invalid HTTP Response: 502",
                            "status_code",
                            502,
                            "delivered_at",
                            Instant.now().toString(),
                            "redelivery",
                            false,
                            "url",
                            trap.url())))
                .header("Link", "<" + trap.url() + "/next>; rel=\"next\""))
        .on("GET", HOOK + "/{id}")
        .reply(
            Reply.json(
                200,
                Map.of(
                    "id",
                    7,
                    "guid",
                    "11111111-0000-4000-8000-000000000001",
                    "event",
                    "workflow_job",
                    "action",
                    "queued",
                    "url",
                    trap.url(),
                    "request",
                    Map.of(
                        "payload", trap.bait(forkable(Payloads.queued(LOST, "modal")).json())))));
  }

  /** Its run has to be read before it is served. */
  private static Payload forkable(Payload queued) {
    return queued.repository(REPOSITORY).with("/repository/allow_forking", true);
  }

  private static void send(RunningGateway gateway, Trap trap, Payload payload) {
    Payload moved = payload.event().equals("ping") ? payload : payload.repository(REPOSITORY);
    Answer answer =
        Delivery.of(moved.changed(trap::bait))
            .signedWith(RunningGateway.SECRET)
            .postTo(gateway.webhook());
    assertThat(answer.status()).isIn(200, 202, 422);
  }
}
