package io.github.modalrunner.server;

import io.github.modalrunner.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.KeyStore;
import java.util.Optional;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** The certificate and the key of a port, out of its two PEM files; without them it serves HTTP. */
public final class Certificate {
  private final String port;
  private final PemKeyCertOptions files;

  private Certificate(String port, PemKeyCertOptions files) {
    this.port = port;
    this.files = files;
  }

  /**
   * The certificate of a port.
   *
   * @param port its settings: {@code runner.http} or {@code runner.admin}
   */
  public static Optional<Certificate> of(Settings settings, String port) {
    String certificate = settings.text(port + ".tls-certificate");
    return certificate.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Certificate(
                port,
                new PemKeyCertOptions()
                    .setCertPath(certificate)
                    .setKeyPath(settings.text(port + ".tls-key"))));
  }

  /** {@code https} with a certificate, else {@code http}. */
  public static String scheme(Settings settings, String port) {
    return of(settings, port).isPresent() ? "https" : "http";
  }

  PemKeyCertOptions files() {
    return files;
  }

  /** For a client that talks to this port and to nobody else. */
  public SSLContextParameters trusting(Vertx vertx) {
    TrustManagersParameters trust = new TrustManagersParameters();
    trust.setKeyStore(keyStore(vertx));
    SSLContextParameters parameters = new SSLContextParameters();
    parameters.setTrustManagers(trust);
    return parameters;
  }

  private KeyStoreParameters keyStore(Vertx vertx) {
    KeyStoreParameters parameters = new KeyStoreParameters();
    parameters.setKeyStore(load(vertx));
    return parameters;
  }

  private KeyStore load(Vertx vertx) {
    try {
      return files.loadKeyStore(vertx);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(
          "%s.tls-certificate and %s.tls-key cannot be used together: %s"
              .formatted(port, port, e.getMessage()),
          e);
    }
  }
}
