package io.github.modalrunner.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForgeriesTest {
  private static final String PEER = "192.0.2.1:5000";

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Forgeries forgeries = new Forgeries(3, now::get);

  private void count(String peer, int times) {
    IntStream.range(0, times).forEach(i -> forgeries.count(peer));
  }

  @Test
  void aFewAreAnsweredOneByOneTheRestOfTheMinuteNot() {
    // When
    count(PEER, 3);
    boolean three = forgeries.isOverdone(PEER);
    count(PEER, 1);

    // Then
    assertThat(three).isFalse();
    assertThat(forgeries.isOverdone(PEER)).isTrue();
  }

  @Test
  void aNewMinuteBeginsAnew() {
    // Given
    count(PEER, 4);

    // When
    now.addAndGet(60_000);
    count(PEER, 1);

    // Then
    assertThat(forgeries.isOverdone(PEER)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:5000, 192.0.2.1:6000, true",
    "192.0.2.1:5000, 192.0.2.2:5000, false",
    "2001:db8:1:2:3:4:5:6:5000, 2001:db8:1:2:9:9:9:9:5001, true",
    "2001:db8:1:2:3:4:5:6:5000, 2001:db8:1:3:3:4:5:6:5000, false"
  })
  void aSenderIsItsAddressOrItsNetwork(String one, String other, boolean same) {
    // When
    count(one, 4);

    // Then
    assertThat(forgeries.isOverdone(other)).isEqualTo(same);
  }

  @Test
  void theLogGetsOneLineAMinuteHoweverManyAreSent() {
    // Given
    int lines = forgeries.count(PEER).size();

    // When
    int more = IntStream.range(0, 99).map(i -> forgeries.count("192.0.2.2:1").size()).sum();
    now.addAndGet(60_000);

    // Then
    assertThat(lines).isOne();
    assertThat(more).isZero();
    assertThat(forgeries.count(PEER)).singleElement().asString().contains("99 others");
  }

  @Test
  void noMoreAddressesAreKeptThanTheBound() {
    // Given
    count(PEER, 4);

    // When
    IntStream.range(0, Forgeries.MOST_ADDRESSES)
        .forEach(i -> forgeries.count("10.%d.%d.%d:1".formatted(i >> 16, i >> 8 & 255, i & 255)));

    // Then
    assertThat(forgeries.isOverdone(PEER)).isFalse();
  }
}
