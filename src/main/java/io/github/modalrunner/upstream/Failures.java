package io.github.modalrunner.upstream;

import io.github.modalrunner.settings.Settings;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.net.URI;
import java.util.Map;

/**
 * What a failed call means for its pool, in words: {@code code}, {@code message} and {@code wait}
 * (milliseconds; 0: exponential back-off).
 */
public final class Failures {
  private static final String GITHUB = "runner.github.api-url";
  private static final String LAUNCHER = "runner.modal.launcher-url";

  /** The interval in milliseconds at which what is permanent is probed. */
  private final long longestWait;

  private final Map<String, String> urls;

  private Failures(long longestWait, Map<String, String> urls) {
    this.longestWait = longestWait;
    this.urls = urls;
  }

  /** The explanations that the settings describe. */
  public static Failures of(Settings settings) {
    return new Failures(
        settings.millis("runner.retry.max-delay"),
        Map.of(GITHUB, settings.text(GITHUB), LAUNCHER, settings.text(LAUNCHER)));
  }

  /**
   * Explains an exception.
   *
   * @param stage {@code mint}, a call to GitHub, or {@code create}, one to the launcher
   * @param thrown what the call threw
   */
  public Map<String, Object> explain(String stage, Throwable thrown) {
    Throwable cause = causeOf(thrown);
    if (cause instanceof CallFailed failed) {
      return columns(
          failed.getCode(),
          failed.getMessage(),
          failed instanceof CallFailed.Denied ? longestWait : failed.getRetryAfter());
    }
    String side = stage.equals("mint") ? "GitHub" : "The launcher";
    String code = stage.equals("mint") ? "github" : "launcher";
    if (cause instanceof CallNotPermittedException) {
      return columns(
          code + "_breaker_open",
          side + " failed repeatedly; calls are held back until it recovers.",
          0);
    }
    String setting = stage.equals("mint") ? GITHUB : LAUNCHER;
    return columns(
        code + "_unreachable",
        "%s at %s did not answer (%s): check %s, DNS, proxy and firewall."
            .formatted(
                side,
                URI.create(urls.get(setting)).getAuthority(),
                cause.getClass().getSimpleName(),
                setting),
        0);
  }

  /** The cause of a runner whose configuration waited too long for its sandbox. */
  public Map<String, Object> stale() {
    return columns(
        "jit_stale",
        "Its configuration was older than runner.runner.jit-max-age before a sandbox could be asked for.",
        0);
  }

  /**
   * What becomes of the runner: {@code again} when nothing was done, so that its name can be used,
   * {@code ask} when its sandbox may run, {@code give-up} when only its registration may be left.
   *
   * @param stage {@code mint} or {@code create}
   * @param outcome {@code not-done}, {@code unknown} or {@code denied}
   */
  public String fate(String stage, String outcome) {
    if (stage.equals("mint") && !outcome.equals("unknown")) {
      return "again";
    }
    return stage.equals("create") && outcome.equals("unknown") ? "ask" : "give-up";
  }

  /** Camel, its breaker and its languages wrap what was thrown. */
  static Throwable causeOf(Throwable thrown) {
    Throwable cause = thrown;
    while (!(cause instanceof CallFailed) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Map<String, Object> columns(String code, String message, long wait) {
    return Map.of("code", code, "message", message, "wait", wait);
  }
}
