package io.github.modalrunner.reconcile;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweep of a hook's delivery log: what GitHub sent and nobody took in. */
class LogSweepTest {
  private static final String HOOK = "repos/octo-org/octo-repo/hooks/7";
  private static final String LOG = "/" + HOOK + "/deliveries";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aDeliveryThatCouldNotBeReadComesAgainHoweverFarItIsBack() {
    // Given: more was missed than the first page shows, and GitHub fails as the rest is read
    Reply read =
        Reply.json(
            200, Map.of("guid", "missed", "request", Map.of("payload", queued(1, "modal").json())));

    // When
    try (Upstreams upstreams = github(Reply.status(502), read);
        RunningGateway gateway = gateway(upstreams)) {
      // Then
      await()
          .atMost(PATIENCE)
          .until(() -> gateway.jobState(1), state -> List.of("queued", "parked").contains(state));
      awaitShortReads(upstreams);
    }
  }

  @Test
  void aDeliveryThatIsInvalidOrGoneIsKeptAsSuchAndReadOnce() {
    // Given
    for (Reply read :
        List.of(
            Reply.status(404),
            Reply.json(
                200,
                Map.of("guid", "missed", "request", Map.of("payload", Map.of("action", 1)))))) {
      // When
      try (Upstreams upstreams = github(read);
          RunningGateway gateway = gateway(upstreams)) {
        // Then
        await()
            .atMost(PATIENCE)
            .until(
                () -> gateway.rows("SELECT state FROM delivery WHERE guid = 'missed'"),
                rows -> rows.equals(List.of(Map.of("state", "QUARANTINED"))));
        awaitShortReads(upstreams);
        gateway.change("DELETE FROM delivery");
        gateway.change("DELETE FROM sweep");
      }
    }
  }

  private static Upstreams github(Reply read, Reply... others) {
    Upstreams upstreams = new Upstreams();
    upstreams
        .github()
        .on("GET", LOG)
        .reply(LogSweepTest::page)
        .on("GET", LOG + "/2")
        .reply(read, others);
    return upstreams;
  }

  private RunningGateway gateway(Upstreams upstreams) {
    return RunningGateway.start(
        folder,
        upstreams.settings(
            Map.of(
                "runner.github.hooks", HOOK,
                "runner.reconcile.deliveries-every", "500ms",
                "runner.limits.max-runners", "0")));
  }

  /** The log is not read that far for ever. */
  private static void awaitShortReads(Upstreams upstreams) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> upstreams.github().requests("GET", LOG),
            reads ->
                reads.size() > 5
                    && reads.subList(reads.size() - 3, reads.size()).stream()
                        .noneMatch(read -> read.query().containsKey("cursor")));
  }

  private static Reply page(Recorded request) {
    Instant now = Instant.now();
    return request.query().containsKey("cursor")
        ? Reply.json(
            200, List.of(item(2, "missed", "workflow_job", now.minus(Duration.ofHours(1)))))
        : Reply.json(
                200,
                List.of(
                    item(4, "new", "ping", now),
                    item(3, "old", "ping", now.minus(Duration.ofMinutes(30)))))
            .header(
                "Link",
                "<http://%s%s?per_page=100&cursor=2>; rel=\"next\""
                    .formatted(request.header("Host"), LOG));
  }

  private static Map<String, Object> item(long id, String guid, String event, Instant at) {
    return Map.of("id", id, "guid", guid, "event", event, "delivered_at", at.toString());
  }
}
