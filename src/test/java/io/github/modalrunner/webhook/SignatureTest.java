package io.github.modalrunner.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
  private static final byte[] BODY = "Hello, World!".getBytes(UTF_8);
  private static final String SECRET = "It's a Secret to Everybody";

  /** The one that GitHub's documentation publishes. */
  private static final String HEX =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  private static final Signature SIGNATURE = new Signature(SECRET, null);

  @Test
  void acceptsTheVectorThatGitHubPublishes() {
    // When
    boolean matches = SIGNATURE.matches(BODY, "sha256=" + HEX);

    // Then
    assertThat(matches).isTrue();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void acceptsEveryExampleDelivery(Vector vector) {
    // Given
    Signature signature = new Signature(vector.secret(), "");

    // When
    boolean matches = signature.matches(Payloads.bytes(vector.file()), vector.header());

    // Then
    assertThat(matches).isTrue();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "sha256=",
        HEX,
        "sha1=" + HEX,
        "SHA256=" + HEX,
        "sha256:" + HEX,
        " sha256=" + HEX,
        "sha256= " + HEX,
        "sha256=" + HEX + " ",
        "sha256=" + HEX + "\n",
        "sha256=" + HEX + HEX,
        "sha256=" + HEX + ",sha256=" + HEX,
        "sha256=0x7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1g",
        // Digits to Unicode, though not to us
        "sha256=７57107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha256=0000000000000000000000000000000000000000000000000000000000000000"
      })
  void refusesEveryOtherFormOfTheHeader(String header) {
    // When
    boolean forged = SIGNATURE.isForged(BODY, header);

    // Then
    assertThat(forged).isTrue();
  }

  @Test
  void acceptsHexDigitsInUpperCase() {
    // When
    boolean matches = SIGNATURE.matches(BODY, "sha256=" + HEX.toUpperCase(Locale.ROOT));

    // Then
    assertThat(matches).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"the new secret", "the old secret"})
  void acceptsBothSecretsWhileOneIsRotated(String secret) {
    // Given
    Signature rotating = new Signature("the new secret", "the old secret");

    // When
    boolean matches = rotating.matches(BODY, Delivery.signature(secret, BODY));

    // Then
    assertThat(matches).isTrue();
  }

  @Test
  void refusesAThirdSecretWhileOneIsRotated() {
    // Given
    Signature rotating = new Signature("the new secret", "the old secret");

    // When
    boolean matches = rotating.matches(BODY, Delivery.signature("the oldest secret", BODY));

    // Then
    assertThat(matches).isFalse();
  }

  @Test
  void refusesEverythingWithoutASecret() {
    // Given
    Signature none = new Signature("", "");

    // When
    boolean matches = none.matches(BODY, "sha256=" + HEX);

    // Then
    assertThat(matches).isFalse();
  }

  @Test
  void signsWithTheNewSecret() {
    // Given
    Signature rotating = new Signature(SECRET, "the old secret");

    // When
    String header = rotating.sign(BODY);

    // Then
    assertThat(header).isEqualTo("sha256=" + HEX);
  }

  static Stream<Vector> vectors() throws IOException {
    JsonNode all = new JsonMapper().readTree(Payloads.bytes("webhooks/delivery-vectors.json"));
    return StreamSupport.stream(all.get("vectors").spliterator(), false)
        .map(
            vector ->
                new Vector(
                    all.get("secret").textValue(),
                    vector.get("file").textValue(),
                    vector.get("x_hub_signature_256").textValue()));
  }

  record Vector(String secret, String file, String header) {
    @Override
    public String toString() {
      return file;
    }
  }
}
