package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.Http.Answer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** What holds whatever is left of a limit and whenever it is reset. */
class RateLimitsPropertyTest {
  private static final long NOW = 1_800_000_000_000L;

  @Property
  void nothingGoesOutWhileALimitIsUsedUpAndAllIsToldWhenItMay(
      @ForAll @LongRange(min = 1, max = 15_000) long limit,
      @ForAll @LongRange(min = 1, max = 3_600) long seconds,
      @ForAll boolean reads) {
    // Given
    RateLimits limits = told(limit, 0, seconds);

    // When
    NotDone refusal =
        catchThrowableOfType(NotDone.class, () -> limits.admit("token", method(reads)));

    // Then
    assertThat(refusal.getCode()).isEqualTo("github_rate_limited");
    assertThat(refusal.getRetryAfter()).isEqualTo(1000 * seconds);
    assertThatCode(() -> limits.admit("another", method(reads))).doesNotThrowAnyException();
  }

  @Property
  void everythingGoesOutOnceTheLimitIsReset(
      @ForAll @LongRange(min = 1, max = 15_000) long limit,
      @ForAll @LongRange(min = -3_600, max = 0) long seconds,
      @ForAll boolean reads) {
    // Given
    RateLimits limits = told(limit, 0, seconds);

    // When, Then
    assertThatCode(() -> limits.admit("token", method(reads))).doesNotThrowAnyException();
    assertThat(limits.isUsedUp("token")).isFalse();
  }

  @Property
  void aPauseHoldsBackWhateverIsLeftAndNoOtherCredential(
      @ForAll @LongRange(min = 1, max = 15_000) long limit,
      @ForAll @LongRange(min = 1_000, max = 10_000_000) long wait,
      @ForAll boolean reads) {
    // Given
    RateLimits limits = told(limit, limit, 600);

    // When
    limits.pause("token", wait);

    // Then
    assertThat(catchThrowableOfType(NotDone.class, () -> limits.admit("token", method(reads))))
        .returns(Math.min(wait, 3_600_000), NotDone::getRetryAfter);
    assertThat(limits.isUsedUp("token")).isTrue();
    assertThatCode(() -> limits.admit("another", method(reads))).doesNotThrowAnyException();
  }

  @Property
  void readsGiveWayBeforeMintsAndThoseThatCanWaitBeforeTheOthers(
      @ForAll @LongRange(min = 1, max = 15_000) long limit,
      @ForAll @LongRange(min = 0, max = 15_000) long remaining,
      @ForAll @LongRange(min = 1, max = 3_600) long seconds) {
    // Given
    Assume.that(remaining <= limit);

    // When
    RateLimits limits = told(limit, remaining, seconds);

    // Then
    assertThat(admits(limits, "POST")).isEqualTo(remaining > 0);
    assertThat(admits(limits, "GET")).isEqualTo(remaining > limit * 0.05);
    if (!admits(limits, "GET")) {
      assertThat(limits.isScarce()).isTrue();
    }
  }

  @Property
  void anAnswerWithoutLimitsHoldsNothingBack(@ForAll boolean reads) {
    // Given
    RateLimits limits = new RateLimits(new SimpleMeterRegistry(), () -> NOW);

    // When
    limits.note(new Answer(500, Map.of()), "token");

    // Then
    assertThatCode(() -> limits.admit("token", method(reads))).doesNotThrowAnyException();
  }

  /** Limits that were told of one, {@code seconds} before its reset. */
  private static RateLimits told(long limit, long remaining, long seconds) {
    RateLimits limits = new RateLimits(new SimpleMeterRegistry(), () -> NOW);
    limits.note(
        new Answer(
            200,
            Map.of(
                "X-RateLimit-Limit",
                Long.toString(limit),
                "X-RateLimit-Remaining",
                Long.toString(remaining),
                "X-RateLimit-Reset",
                Long.toString(NOW / 1000 + seconds))),
        "token");
    return limits;
  }

  private static String method(boolean reads) {
    return reads ? "GET" : "POST";
  }

  private static boolean admits(RateLimits limits, String method) {
    try {
      limits.admit("token", method);
      return true;
    } catch (NotDone held) {
      return false;
    }
  }
}
