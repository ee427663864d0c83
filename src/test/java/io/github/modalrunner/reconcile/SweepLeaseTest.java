package io.github.modalrunner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sweep may take longer than its lease: the lease lasts as long as it goes on. */
class SweepLeaseTest {
  private static final String HOOK = "repos/o/a/hooks/7";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Asked for more than these, a sweep has gone on without its lease. */
  private static final int PAGES = 3;

  @TempDir Path folder;

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong renewed = new AtomicLong();
  private final CompletableFuture<RunningGateway> gateway = new CompletableFuture<>();

  @ParameterizedTest
  @ValueSource(strings = {"sandboxes", "registrations", "runs", HOOK})
  void aSweepRenewsItsLeaseWithEachPageAndEndsWhereItIsLost(String sweep) {
    try (Upstreams upstreams = new Upstreams()) {
      // Given: each page promises another; before the second the lease runs out, and before the
      // fourth another replica has it
      upstreams
          .launcher()
          .on("GET", "/v1/sandboxes")
          .reply(request -> page(sweep, "sandboxes", () -> sandboxes()));
      upstreams
          .github()
          .on("GET", "/repos/{owner}/{repo}/actions/runners")
          .reply(request -> page(sweep, "registrations", () -> listed(request, "runners")))
          .on("GET", "/repos/{owner}/{repo}/actions/runs")
          .reply(request -> page(sweep, "runs", () -> listed(request, "workflow_runs")))
          .on("GET", "/" + HOOK + "/deliveries")
          .reply(request -> page(sweep, HOOK, () -> deliveries(request)));

      // When
      try (RunningGateway running = RunningGateway.start(folder, settings(upstreams, sweep))) {
        gateway.complete(running);

        // Then
        await().atMost(PATIENCE).until(() -> asked.get() >= PAGES);
        await().during(Duration.ofSeconds(1)).until(() -> asked.get() == PAGES);
        assertThat(renewed).hasValueGreaterThan(1);
        assertThat(running.rows("SELECT swept_at FROM sweep WHERE name = '" + sweep + "'"))
            .extracting(row -> ((Number) row.get("swept_at")).longValue())
            .containsExactly(0L);
      }
    }
  }

  private static Map<String, String> settings(Upstreams upstreams, String sweep) {
    Map<String, String> settings = new HashMap<>();
    settings.put("runner.repositories.allow", "o/a");
    settings.put("runner.reconcile.runs-every", "500ms");
    settings.put("runner.reconcile.deliveries-every", "500ms");
    settings.put("runner.github.request-timeout", "20s");
    settings.put("runner.modal.request-timeout", "20s");
    if (sweep.equals(HOOK)) {
      settings.put("runner.github.hooks", HOOK);
    }
    return upstreams.settings(settings);
  }

  private Reply page(String sweep, String listing, Supplier<Reply> page) {
    if (sweep.equals(listing)) {
      String change = "UPDATE sweep SET %s WHERE name = '" + sweep + "'";
      switch (asked.incrementAndGet()) {
        case 2 -> gateway.join().change(change.formatted("lease_until = 1"));
        case PAGES -> {
          renewed.set(lease(sweep));
          gateway
              .join()
              .change(change.formatted("lease_owner = 'other', lease_until = 1" + "0".repeat(14)));
        }
        default -> {}
      }
    }
    return page.get();
  }

  private long lease(String sweep) {
    return gateway
        .join()
        .rows("SELECT lease_until FROM sweep WHERE name = '" + sweep + "'")
        .stream()
        .mapToLong(row -> ((Number) row.get("lease_until")).longValue())
        .findFirst()
        .orElse(0);
  }

  private static Reply sandboxes() {
    return Reply.json(200, Map.of("sandboxes", List.of(), "next", "further"));
  }

  private static Reply listed(Recorded request, String name) {
    return further(request, Map.of("total_count", 0, name, List.of()));
  }

  private static Reply deliveries(Recorded request) {
    return further(
        request,
        List.of(Map.of("id", 1, "guid", "g", "event", "ping", "delivered_at", "" + Instant.now())));
  }

  private static Reply further(Recorded request, Object page) {
    String next = "http://" + request.header("Host") + URI.create(request.path()).getPath();
    return Reply.json(200, page).header("Link", "<" + next + "?page=2>; rel=\"next\"");
  }
}
