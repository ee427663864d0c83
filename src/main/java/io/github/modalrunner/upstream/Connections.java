package io.github.modalrunner.upstream;

import io.github.modalrunner.settings.Settings;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Connections to GitHub and to the launcher, a bounded number to each: as many calls are under way
 * at one time, whichever route makes them. The rest wait their turn.
 */
public final class Connections {
  private static final Timeout CONNECT = Timeout.ofSeconds(5);

  /** Idle for longer, a connection may have been closed by the other side: it is tried first. */
  private static final TimeValue TRUSTED = TimeValue.ofSeconds(1);

  private static final double SLOW_CREATE_SECONDS = 10;
  private static final int LEAST_CREATES = 8;
  private static final int MOST_CREATES = 512;

  private Connections() {}

  /** Connections to GitHub: {@code runner.github.max-concurrent}. */
  public static HttpClientConnectionManager github(Settings settings) {
    return of(
        settings.integer("runner.github.max-concurrent"),
        settings.millis("runner.github.request-timeout"));
  }

  /** Connections to the launcher: its creates, and some for everything else. */
  public static HttpClientConnectionManager launcher(Settings settings) {
    return of(creates(settings) + LEAST_CREATES, settings.millis("runner.modal.request-timeout"));
  }

  /**
   * How many creates may be under way at one time: what {@code runner.modal.creates-per-second}
   * starts while one takes ten seconds; from 8 to 512.
   */
  public static int creates(Settings settings) {
    double paced = settings.decimal("runner.modal.creates-per-second") * SLOW_CREATE_SECONDS;
    return (int) Math.max(LEAST_CREATES, Math.min(MOST_CREATES, paced));
  }

  private static HttpClientConnectionManager of(int most, long timeout) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .useSystemProperties()
        .setMaxConnTotal(most)
        .setMaxConnPerRoute(most)
        .setDefaultSocketConfig(
            SocketConfig.custom().setSoTimeout(Timeout.ofMilliseconds(timeout)).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(CONNECT)
                .setSocketTimeout(Timeout.ofMilliseconds(timeout))
                .setValidateAfterInactivity(TRUSTED)
                .build())
        .build();
  }
}
