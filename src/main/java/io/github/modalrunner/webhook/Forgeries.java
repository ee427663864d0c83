package io.github.modalrunner.webhook;

import io.github.modalrunner.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts requests whose signature is wrong, per address and minute. Asked only after a signature
 * was checked and found wrong, so no count can ever stand in the way of a right one, whoever else
 * sends from the same address.
 */
public final class Forgeries {
  private static final long MINUTE = 60_000;

  /** Addresses that are remembered; beyond it the one that was silent for longest is forgotten. */
  static final int MOST_ADDRESSES = 10_000;

  private final int perMinute;
  private final LongSupplier clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };
  private Window all = new Window(Long.MIN_VALUE, 0);

  /**
   * @param perMinute how many of one address are answered with 401, the others with 429
   * @param clock the time in epoch milliseconds
   */
  public Forgeries(int perMinute, LongSupplier clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /** The count that the settings describe. */
  public static Forgeries of(Settings settings, LongSupplier clock) {
    return new Forgeries(settings.integer("runner.webhook.forged-per-minute"), clock);
  }

  /** What began a minute, and how many were counted in it. */
  private record Window(long since, int count) {
    boolean isOver(long now) {
      return since == Long.MIN_VALUE || now - since >= MINUTE;
    }

    Window next(long now) {
      return isOver(now) ? new Window(now, 1) : new Window(since, count + 1);
    }
  }

  /**
   * Counts one.
   *
   * @param peer address and port of the sender, as the server knows them
   * @return a sentence for the log, at most one a minute however many are sent
   */
  public synchronized List<String> count(String peer) {
    long now = clock.getAsLong();
    String address = address(peer);
    List<String> remarks =
        all.isOver(now)
            ? List.of(
                "A request from %s has a wrong signature%s: if it was GitHub's, the secret there is not runner.webhook.secret."
                    .formatted(
                        address,
                        all.count() > 1
                            ? " (and %d others since the last such line)".formatted(all.count() - 1)
                            : ""))
            : List.of();
    all = all.next(now);
    windows.merge(address, new Window(now, 1), (window, first) -> window.next(now));
    return remarks;
  }

  /** Whether an address has sent more of them in this minute than are answered one by one. */
  public synchronized boolean isOverdone(String peer) {
    Window window = windows.get(address(peer));
    return window != null && window.count() > perMinute;
  }

  /** Without the port; of an IPv6 address the network, since its owner has all of it. */
  private static String address(String peer) {
    String host = peer.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
    String[] groups = host.split(":", -1);
    return groups.length < 8 ? host : String.join(":", List.of(groups).subList(0, 4)) + "::/64";
  }
}
