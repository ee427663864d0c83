package io.github.modalrunner.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatesTest {
  private final AtomicLong now = new AtomicLong(1_000);
  private final States states = new States(now::get);

  @Test
  void takesEachOnceWhateverTheirOrder() {
    // Given
    String one = states.issue();
    String other = states.issue();
    // Then
    assertThat(states.take(other)).isTrue();
    assertThat(states.take(one)).isTrue();
    assertThat(states.take(one)).isFalse();
  }

  @Test
  void takesNoneThatIsOlderThanAnHour() {
    // Given
    String old = states.issue();
    now.addAndGet(States.LIFE - 1);
    String young = states.issue();
    // When
    now.incrementAndGet();
    // Then
    assertThat(states.take(old)).isFalse();
    assertThat(states.take(young)).isTrue();
  }

  @Test
  void takesNothingThatItDidNotGive() {
    // Given
    String given = states.issue();
    // Then
    assertThat(states.take(null)).isFalse();
    assertThat(states.take("")).isFalse();
    assertThat(states.take(given + "A")).isFalse();
    assertThat(states.take(given.substring(1))).isFalse();
    assertThat(states.take(given)).isTrue();
  }

  @Test
  void keepsTheYoungestOfMany() {
    // Given
    String first = states.issue();
    // When
    String last = IntStream.range(0, 64).mapToObj(i -> states.issue()).reduce("", (a, b) -> b);
    // Then
    assertThat(states.take(first)).isFalse();
    assertThat(states.take(last)).isTrue();
  }
}
