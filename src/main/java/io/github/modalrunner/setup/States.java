package io.github.modalrunner.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;

/**
 * The {@code state} values that were given out with the page and may come back once, from GitHub,
 * through the browser: what brings none of them was not begun here. Guarded by itself.
 */
final class States {
  /** GitHub gives as long for the whole of it (docs.github.com, "Registering from a manifest"). */
  static final long LIFE = 3_600_000;

  /** A page that is loaded again and again must not fill the memory. */
  private static final int MOST = 64;

  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Deque<Issued> open = new ArrayDeque<>();
  private final LongSupplier clock;

  private record Issued(String value, long until) {}

  /**
   * @param clock the time in epoch milliseconds
   */
  States(LongSupplier clock) {
    this.clock = clock;
  }

  /** A new one. */
  synchronized String issue() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String value = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    if (open.size() == MOST) {
      open.removeFirst();
    }
    open.addLast(new Issued(value, clock.getAsLong() + LIFE));
    return value;
  }

  /** Whether it is one of them; it is none from then on. */
  synchronized boolean take(String value) {
    byte[] given = value == null ? new byte[0] : value.getBytes(UTF_8);
    long now = clock.getAsLong();
    boolean found = false;
    for (Iterator<Issued> each = open.iterator(); each.hasNext(); ) {
      Issued issued = each.next();
      boolean same = MessageDigest.isEqual(issued.value().getBytes(UTF_8), given);
      found |= same && now < issued.until();
      if (same || now >= issued.until()) {
        each.remove();
      }
    }
    return found;
  }
}
