package io.github.modalrunner.upstream;

import io.github.modalrunner.settings.Settings;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that wait for GitHub's and the launcher's answers. They come when there is work and go
 * when there is none; what waits for one is leased in the ledger, so a process that ends loses
 * nothing.
 */
public final class Workers {
  private static final long IDLE_SECONDS = 10;
  private static final int LOOKS = 10;

  private Workers() {}

  /** As many as {@code runner.github.max-concurrent} lets mint at one time. */
  public static ExecutorService mints(Settings settings) {
    return of("mint", settings.integer("runner.github.max-concurrent"));
  }

  /** As many as there may be creates under way. */
  public static ExecutorService creates(Settings settings) {
    return of("create", Connections.creates(settings));
  }

  /** What looks after jobs, runners and sandboxes that should have moved, shared by all of it. */
  public static ExecutorService looks() {
    return of("look", LOOKS);
  }

  private static ExecutorService of(String name, int most) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }
}
