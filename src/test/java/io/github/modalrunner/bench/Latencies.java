package io.github.modalrunner.bench;

import java.time.Duration;
import java.util.Arrays;

/** What each of many requests took; nanoseconds, sorted. */
final class Latencies {
  private final long[] sorted;

  private Latencies(long[] sorted) {
    this.sorted = sorted;
  }

  static Latencies of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(sorted);
  }

  /** The value, in milliseconds, that this share of requests did not exceed. */
  double percentile(double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return millis(sorted[Math.max(0, Math.min(sorted.length - 1, index))]);
  }

  double p50() {
    return percentile(0.5);
  }

  double p99() {
    return percentile(0.99);
  }

  double worst() {
    return millis(sorted[sorted.length - 1]);
  }

  private static double millis(long nanos) {
    return (double) nanos / Duration.ofMillis(1).toNanos();
  }
}
