package io.github.modalrunner.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A webhook server as many write one: Node's http module, the signature, and an answer before
 * anything is stored. Skipped where there is no Node. {@code -Dbench.peer} names another script: it
 * is given the webhook secret, prints its port and answers 202.
 */
final class Peer implements Measure {
  private static final int WARM_UP = 12_000;
  private static final int DELIVERIES = 20_000;

  @Override
  public List<Figure> run() {
    Process node;
    try {
      node =
          new ProcessBuilder(
                  "node",
                  System.getProperty("bench.peer", "src/test/resources/bench/peer.js"),
                  GatewayProcess.SECRET)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException noNode) {
      System.out.println("peer: skipped, there is no node on the path");
      return List.of();
    }
    Deliveries queued = Deliveries.queued(GatewayProcess.SECRET);
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        Load load = new Load(queued, Integer.parseInt(out.readLine()))) {
      load.closed(queued.next(WARM_UP));
      List<Deliveries.Item> items = queued.next(DELIVERIES);
      double cpu = Machine.cpu(node.pid());
      Load.Outcome outcome = load.closed(items);
      double each = (Machine.cpu(node.pid()) - cpu) / DELIVERIES;
      return List.of(
          new Figure("peer", "Node, signature only, nothing stored", outcome.perSecond(), "/s"),
          new Figure("peer", "CPU for each", each, "ms"),
          new Figure("peer", "p99", outcome.latencies().p99(), "ms"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      node.destroy();
    }
  }
}
