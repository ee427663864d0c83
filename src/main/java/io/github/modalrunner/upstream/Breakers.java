package io.github.modalrunner.upstream;

import io.github.modalrunner.settings.Settings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/**
 * Circuit breakers around GitHub and the launcher. They open when the other side is down, not when
 * it says no: a limit or a refusal is an answer.
 */
public final class Breakers {
  private static final int WINDOW = 20;
  private static final int LEAST_CALLS = 10;
  private static final int PROBES = 3;

  private Breakers() {}

  /** A breaker of this name that stays open for {@code runner.breaker.open-for}. */
  public static CircuitBreaker of(String name, Settings settings) {
    return CircuitBreaker.of(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(WINDOW)
            .minimumNumberOfCalls(LEAST_CALLS)
            .failureRateThreshold(50)
            .permittedNumberOfCallsInHalfOpenState(PROBES)
            .waitDurationInOpenState(Duration.ofMillis(settings.millis("runner.breaker.open-for")))
            .automaticTransitionFromOpenToHalfOpenEnabled(true)
            .recordException(Breakers::isOutage)
            .build());
  }

  private static boolean isOutage(Throwable failure) {
    Throwable cause = Failures.causeOf(failure);
    return !(cause instanceof CallFailed.NotDone || cause instanceof CallFailed.Denied);
  }
}
