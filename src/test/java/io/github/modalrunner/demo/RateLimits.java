package io.github.modalrunner.demo;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** GitHub's primary and secondary limits, around other faults. Unlimited until told. */
public final class RateLimits implements Faults {
  private final Faults inner;
  private final LongSupplier clock;
  private final Window primary = new Window();
  private final Window secondary = new Window();

  private static final class Window {
    private long size = Long.MAX_VALUE;
    private long ms = 3_600_000;
    private long ends;
    private long used;

    /** Whether these points are still to be had at this time. */
    boolean take(long points, long now) {
      if (now >= ends) {
        ends = now + ms;
        used = 0;
      }
      boolean fits = used + points <= size;
      used += fits ? points : 0;
      return fits;
    }
  }

  public RateLimits(Faults inner, LongSupplier clock) {
    this.inner = inner;
    this.clock = clock;
  }

  /** From now on only so many calls in each window of so many milliseconds. */
  public synchronized void primary(long calls, long windowMs) {
    set(primary, calls, windowMs);
  }

  /** From now on only so many points in each window: a read is one, anything else five. */
  public synchronized void secondary(long points, long windowMs) {
    set(secondary, points, windowMs);
  }

  private static void set(Window window, long size, long ms) {
    window.size = size;
    window.ms = ms;
    window.ends = 0;
  }

  @Override
  public Answer around(Call call, Supplier<Answer> doing) {
    if (!call.kind().startsWith("github.")) {
      return inner.around(call, doing);
    }
    Answer refusal = refusal(call);
    return counted(refusal == null ? inner.around(call, doing) : refusal);
  }

  /** Both statuses are documented for either limit. */
  private synchronized Answer refusal(Call call) {
    int status = call.nth() % 2 == 0 ? 403 : 429;
    long now = clock.getAsLong();
    if (!primary.take(1, now)) {
      return message(status, "API rate limit exceeded for user ID 1.");
    }
    boolean reads = call.kind().startsWith("github.get-") || call.kind().startsWith("github.list-");
    if (!secondary.take(reads ? 1 : 5, now)) {
      return message(status, "You have exceeded a secondary rate limit.")
          .with("Retry-After", Long.toString((secondary.ends - now + 999) / 1_000));
    }
    return null;
  }

  private static Answer message(int status, String text) {
    return Answer.json(status, Payloads.JSON.createObjectNode().put("message", text));
  }

  private synchronized Answer counted(Answer answer) {
    long limit = Math.min(primary.size, 15_000);
    return answer
        .with("X-RateLimit-Limit", Long.toString(limit))
        .with("X-RateLimit-Remaining", Long.toString(Math.max(0, limit - primary.used)))
        .with("X-RateLimit-Used", Long.toString(primary.used))
        .with("X-RateLimit-Reset", Long.toString((primary.ends + 999) / 1_000))
        .with("X-RateLimit-Resource", "core");
  }

  @Override
  public List<Long> copies(Call webhook) {
    return inner.copies(webhook);
  }

  @Override
  public Fate fate(Call launch) {
    return inner.fate(launch);
  }
}
