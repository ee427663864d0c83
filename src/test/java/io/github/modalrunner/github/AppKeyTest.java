package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.github.modalrunner.fixtures.AppPem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppKeyTest {
  private static final long NOW = 1_795_000_000_000L;
  private static final AppPem PEM = AppPem.create();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void provesTheAppByAKeyOfEitherForm(boolean pkcs1) throws Exception {
    // Given
    String pem = pkcs1 ? PEM.pkcs1() : PEM.pkcs8();
    // When
    SignedJWT jwt = SignedJWT.parse(AppKey.of(List.of("Iv1.abc"), pem).get(0).jwt(NOW));
    // Then
    assertThat(jwt.verify(new RSASSAVerifier(PEM.publicKey()))).isTrue();
    assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
    assertThat(jwt.getPayload().toJSONObject())
        .containsEntry("iss", "Iv1.abc")
        .containsEntry("iat", NOW / 1000 - 60)
        .containsEntry("exp", NOW / 1000 + 540);
  }

  @Test
  void readsSeveralKeysInTheOrderOfTheirApps() throws Exception {
    // Given
    AppPem second = AppPem.create();
    // When
    List<AppKey> apps = AppKey.of(List.of("1", "2"), PEM.pkcs1() + second.pkcs8());
    // Then
    SignedJWT jwt = SignedJWT.parse(apps.get(1).jwt(NOW));
    assertThat(jwt.verify(new RSASSAVerifier(second.publicKey()))).isTrue();
    assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo("2");
  }

  @Test
  void asksForAKeyForEachApp() {
    assertThatThrownBy(() -> AppKey.of(List.of("1", "2"), PEM.pkcs1()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it holds 1 for 2");
  }

  @Test
  void refusesWhatIsNoKeyWithoutShowingIt() {
    // Given
    String broken = PEM.pkcs8().replace("MII", "AAA");
    // When / Then
    assertThatThrownBy(() -> AppKey.of(List.of("1"), broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "must be the RSA private key (PEM) that GitHub gave for the App; it cannot be read");
  }

  @Test
  void showsNoKeyAsText() {
    assertThat(AppKey.of(List.of("1"), PEM.pkcs1()).get(0)).hasToString("App 1");
  }
}
