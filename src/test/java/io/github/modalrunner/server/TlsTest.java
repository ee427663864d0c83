package io.github.modalrunner.server;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Pem;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.settings.Settings.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS on both ports, with PEM files of each kind of key. */
class TlsTest {
  @TempDir Path folder;

  private static HttpClient client(Pem pem) {
    return HttpClient.newBuilder().sslContext(pem.trusting()).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void bothPortsServeHttpsAndTheWarmUpGoesThroughIt(String algorithm) throws Exception {
    // Given
    Pem pem = Pem.in(folder, algorithm);
    try (RunningGateway gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.http.tls-certificate", pem.certificate().toString(),
                "runner.http.tls-key", pem.key().toString(),
                "runner.admin.tls-certificate", pem.certificate().toString(),
                "runner.admin.tls-key", pem.key().toString(),
                "runner.warm-up.deliveries", "5",
                "runner.limits.max-runners", "0"),
            pem)) {
      Delivery delivery = Delivery.of(queued(1, "modal")).signedWith(RunningGateway.SECRET);

      // When
      int accepted = post(pem, gateway.webhook(), delivery).statusCode();
      String ready = gateway.admin("/observe/health/ready").body();

      // Then
      assertThat(accepted).isEqualTo(202);
      assertThat(gateway.webhook()).hasScheme("https");
      assertThat(gateway.admin()).hasScheme("https");
      assertThat(ready).contains("\"warm_up\":\"done\"");
      assertThatThrownBy(() -> delivery.postTo(plain(gateway.webhook())))
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> handshake(pem, gateway.webhook(), "TLSv1.1"))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void withoutACertificateTheWarmUpSpeaksPlainHttp() {
    // When
    try (RunningGateway gateway =
        RunningGateway.start(folder, Map.of("runner.warm-up.deliveries", "5"))) {
      // Then
      assertThat(gateway.webhook()).hasScheme("http");
      assertThat(gateway.admin("/observe/health/ready").body()).contains("\"warm_up\":\"done\"");
    }
  }

  @Test
  void aCertificateWithoutItsKeyStopsTheStart() {
    // Given
    Pem pem = Pem.in(folder, "RSA");

    // When
    Settings settings = read("runner.http.tls-certificate", pem.certificate().toString());

    // Then
    assertThat(settings.problems())
        .extracting(Problem::property)
        .containsExactly("runner.http.tls-key");
  }

  @Test
  void aFileThatIsNoPemStopsTheStart() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("note.txt"), "no certificate");

    // When
    Settings settings = read("runner.admin.tls-certificate", file.toString());

    // Then
    assertThat(settings.problems())
        .extracting(Problem::property)
        .contains("runner.admin.tls-certificate");
  }

  private static Settings read(String property, String value) {
    return Settings.read(
        Map.of(
            "RUNNER_WEBHOOK_SECRET", RunningGateway.SECRET,
            "RUNNER_GITHUB_TOKEN", "token",
            "RUNNER_MODAL_LAUNCHER_URL", "https://launcher.example",
            "RUNNER_MODAL_TOKEN", "token"),
        Map.of(property, value),
        Map.of());
  }

  private static HttpResponse<String> post(Pem pem, URI webhook, Delivery delivery)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(webhook).POST(BodyPublishers.ofByteArray(delivery.body()));
    delivery.headers().forEach(request::header);
    return client(pem).send(request.build(), BodyHandlers.ofString());
  }

  private static URI plain(URI https) {
    return URI.create(https.toString().replaceFirst("https", "http"));
  }

  private static void handshake(Pem pem, URI address, String protocol) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            pem.trusting().getSocketFactory().createSocket(address.getHost(), address.getPort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }
}
