package io.github.modalrunner.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.fixtures.Delivery;
import java.util.Arrays;
import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class SignaturePropertyTest {
  /** Of {@code sha256=}. */
  private static final int PREFIX_BITS = 8 * 7;

  private static final int HEADER_BITS = PREFIX_BITS + 8 * 64;
  private static final int CASE_BIT = 5;
  private static final Signature SIGNATURE = new Signature("a secret of some length", null);

  @Property
  void whatGitHubSignsIsAccepted(@ForAll @NotEmpty String secret, @ForAll byte[] body) {
    assertThat(new Signature(secret, null).matches(body, Delivery.signature(secret, body)))
        .isTrue();
  }

  @Property
  void anyFlippedBitOfTheBodyIsRefused(
      @ForAll @Size(min = 1, max = 2000) byte[] body,
      @ForAll @IntRange(max = Integer.MAX_VALUE) int bit) {
    // Given
    String header = SIGNATURE.sign(body);

    // When
    byte[] changed = flipped(body, bit % (8 * body.length));

    // Then
    assertThat(SIGNATURE.matches(changed, header)).isFalse();
  }

  @Property
  void aBodyCutOrGrownIsRefused(
      @ForAll @Size(min = 1) byte[] body, @ForAll @IntRange(max = 9) int length) {
    // Given
    String header = SIGNATURE.sign(body);

    // When
    byte[] changed = Arrays.copyOf(body, length == body.length ? 10 : length);

    // Then
    assertThat(SIGNATURE.matches(changed, header)).isEqualTo(Arrays.equals(body, changed));
  }

  @Property
  void anyFlippedBitOfTheHeaderIsRefusedUnlessItIsTheCaseOfAHexDigit(
      @ForAll byte[] body, @ForAll @IntRange(max = HEADER_BITS - 1) int bit) {
    // Given
    byte[] header = SIGNATURE.sign(body).getBytes(ISO_8859_1);
    boolean caseOfDigit =
        bit >= PREFIX_BITS && bit % 8 == CASE_BIT && Character.isLetter(header[bit / 8]);

    // When
    String changed = new String(flipped(header, bit), ISO_8859_1);

    // Then
    assertThat(SIGNATURE.matches(body, changed)).isEqualTo(caseOfDigit);
  }

  @Property
  void anyMixOfUpperAndLowerCaseIsAccepted(@ForAll byte[] body, @ForAll @Size(64) boolean[] upper) {
    // Given
    char[] header = SIGNATURE.sign(body).toCharArray();

    // When
    for (int i = 0; i < upper.length; i++) {
      int at = PREFIX_BITS / 8 + i;
      header[at] = upper[i] ? Character.toUpperCase(header[at]) : header[at];
    }

    // Then
    assertThat(SIGNATURE.matches(body, new String(header))).isTrue();
  }

  @Property
  void anyOtherTextIsRefused(@ForAll byte[] body, @ForAll String header) {
    assertThat(SIGNATURE.matches(body, header)).isFalse();
    assertThat(SIGNATURE.matches(body, "sha256=" + header)).isFalse();
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    BitSet bits = BitSet.valueOf(bytes);
    bits.flip(bit);
    return Arrays.copyOf(bits.toByteArray(), bytes.length);
  }
}
