package io.github.modalrunner.demo;

import java.util.List;
import java.util.function.Supplier;

/** What goes wrong, asked at each call, webhook and launch. By default nothing does. */
public interface Faults {
  Faults NONE = new Faults() {};

  /**
   * One thing that happens, named so that a seed can be mixed with it and the same seed finds the
   * same fault whatever thread comes first.
   *
   * @param kind a GitHub or launcher operation, {@code webhook.<action>} or {@code launch}
   * @param subject runner name, path or job id
   * @param nth how often this kind has happened to this subject, from 1
   */
  record Call(String kind, String subject, int nth) {}

  /**
   * Stands around a call. Not calling {@code doing} refuses it before it is done; calling it and
   * answering something else loses its answer; {@link World#at} with it does it later.
   */
  default Answer around(Call call, Supplier<Answer> doing) {
    return doing.get();
  }

  /** After how many milliseconds each copy of a webhook is sent; empty: never, nor is it logged. */
  default List<Long> copies(Call webhook) {
    return List.of(0L);
  }

  /** What becomes of a sandbox. */
  default Fate fate(Call launch) {
    return Fate.RUNS;
  }

  /**
   * The fate of a sandbox.
   *
   * @param exitCode with which it ends when it ends before its time
   * @param bootMs by which its boot takes longer than usual
   */
  record Fate(End end, int exitCode, long bootMs) {
    public static final Fate RUNS = new Fate(End.AFTER_JOB, 0, 0);
  }

  /** When a sandbox ends by itself. */
  enum End {
    AFTER_JOB,
    /** It never registers; exit code 7 says that GitHub refuses the runner's version. */
    AT_BOOT,
    /** It dies half-way through its job. */
    IN_JOB,
    /** It does its job and then hangs. */
    HANGS,
    /** A ghost: loses the job that it is given, and its registration, and listens on. */
    NEVER
  }
}
