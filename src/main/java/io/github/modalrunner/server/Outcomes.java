package io.github.modalrunner.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts what becomes of the requests at the public port, by the status of their answer. */
public final class Outcomes {
  private final Map<String, Counter> counters = new HashMap<>();
  private final String uncounted;

  /**
   * @param meters where they are shown, all of them from the start
   * @param uncounted how the GUID of a repeat begins that does not count: the warm-up's
   */
  public Outcomes(MeterRegistry meters, String uncounted) {
    this.uncounted = uncounted;
    for (String outcome :
        List.of("accepted", "settled", "unauthorized", "invalid", "refused", "unavailable")) {
      counters.put(
          outcome,
          Counter.builder("runner_webhooks")
              .description("Requests at the public port, by what became of them.")
              .tag("outcome", outcome)
              .register(meters));
    }
  }

  /** Counts an answered request. */
  void count(HttpServerRequest request) {
    int status = request.response().getStatusCode();
    if (status == 200 && isUncounted(request)) {
      return;
    }
    counters.get(outcome(status)).increment();
  }

  private boolean isUncounted(HttpServerRequest request) {
    return Objects.requireNonNullElse(request.getHeader("X-GitHub-Delivery"), "")
        .startsWith(uncounted);
  }

  private static String outcome(int status) {
    return switch (status) {
      case 200 -> "settled";
      case 202 -> "accepted";
      case 401 -> "unauthorized";
      case 422 -> "invalid";
      default -> status >= 500 ? "unavailable" : "refused";
    };
  }
}
