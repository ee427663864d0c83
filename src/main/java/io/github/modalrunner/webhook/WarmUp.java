package io.github.modalrunner.webhook;

import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;

/** What is sent through the public port before the process reports ready. */
public final class WarmUp {
  private final byte[] body;
  private final String signature;
  private final int rounds;

  /**
   * @param signs signs the deliveries
   * @param body a {@code workflow_job} body of usual size that no profile fits
   * @param rounds how many are sent
   */
  public WarmUp(Signature signs, byte[] body, int rounds) {
    this.rounds = rounds;
    this.body = body.clone();
    this.signature = signs.sign(body);
  }

  /** The warm-up that the settings describe. */
  public static WarmUp of(Settings settings) {
    try (InputStream in = WarmUp.class.getResourceAsStream("/warm-up/workflow_job.json")) {
      return new WarmUp(
          Signature.of(settings), in.readAllBytes(), settings.integer("runner.warm-up.deliveries"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bodies to send. */
  public List<byte[]> rounds() {
    return Collections.nCopies(rounds, body);
  }

  /** The signature of each of them. */
  public String signature() {
    return signature;
  }
}
