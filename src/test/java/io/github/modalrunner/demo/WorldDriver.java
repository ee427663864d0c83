package io.github.modalrunner.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Lets a world's time pass and delivers its webhooks, signed, to a gateway that may be down. */
public final class WorldDriver implements AutoCloseable {
  private final World world;
  private final URI webhooks;
  private final Hookshot hookshot;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private volatile RuntimeException failure;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final IntConsumer onAccepted;

  /**
   * Starts at once.
   *
   * @param webhooks the gateway's {@code /webhooks/github}
   * @param everyMs how often the world's clock moves
   */
  public WorldDriver(World world, URI webhooks, String secret, long everyMs) {
    this(world, webhooks, secret, everyMs, count -> {});
  }

  /**
   * Starts at once.
   *
   * @param onAccepted told after each answer of 2xx how many deliveries have had one
   */
  public WorldDriver(
      World world, URI webhooks, String secret, long everyMs, IntConsumer onAccepted) {
    this.world = world;
    this.webhooks = webhooks;
    this.hookshot = new Hookshot(secret);
    this.onAccepted = onAccepted;
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(this::tick, 0, everyMs, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      synchronized (unanswered) {
        world.tick(world.now()).forEach(this::deliver);
      }
    } catch (RuntimeException e) {
      failure = e; // shown at the end, as nobody looks at a timer's thread
      throw e;
    }
  }

  /** Sends it as GitHub does: ten seconds for an answer, and never again. */
  private void deliver(Delivery delivery) {
    unanswered.incrementAndGet();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(webhooks)
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofString(delivery.body()));
    hookshot.signed(delivery).forEach(request::header);
    CompletableFuture<Void> unused =
        http.sendAsync(request.build(), BodyHandlers.discarding())
            .handle((answer, failure) -> failure == null ? answer.statusCode() : 0)
            .thenAccept(
                status -> {
                  if (status / 100 == 2) {
                    accepted.add(delivery.guid());
                    onAccepted.accept(accepted.size());
                  }
                  world.answered(delivery, status);
                  unanswered.decrementAndGet();
                });
  }

  /**
   * Whether every webhook that was ever due has been answered, or has come to nothing; fails when
   * the clock has stopped by itself.
   */
  public boolean isQuiet() {
    check();
    synchronized (unanswered) {
      return world.silent() && unanswered.get() == 0;
    }
  }

  /** GUIDs of the deliveries that the gateway answered with 2xx. */
  public Set<String> accepted() {
    return Set.copyOf(accepted);
  }

  /** Fails when the clock has stopped by itself, which is a fault of the world's. */
  public void check() {
    if (failure != null) {
      throw new IllegalStateException("the world stood still", failure);
    }
  }

  /** Stops the clock; fails when it had stopped by itself. */
  @Override
  public void close() {
    clock.shutdownNow();
    check();
  }
}
