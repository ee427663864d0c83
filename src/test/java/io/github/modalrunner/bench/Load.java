package io.github.modalrunner.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.modalrunner.bench.Deliveries.Item;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends deliveries over keep-alive connections, one thread and one request at a time on each. Every
 * answer must have the expected status.
 */
final class Load implements AutoCloseable {
  /** As many connections as GitHub's hook workers might open at once. */
  static final int CONNECTIONS = 64;

  private static final int ACCEPTED = 202;
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("^content-length:\\s*(\\d+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** What a load came to; {@code start} and {@code interval} in nanoseconds. */
  record Outcome(Latencies latencies, int sent, double perSecond, long start, long interval) {
    /** When a delivery of an open loop was due; {@link System#nanoTime}. */
    long due(int index) {
      return start + index * interval;
    }
  }

  private final Deliveries deliveries;
  private final int port;
  private final List<Connection> connections = new ArrayList<>();
  private final int most;
  private final ExecutorService threads;

  /** Sends to a port of this machine. */
  Load(Deliveries deliveries, int port) {
    this(deliveries, port, CONNECTIONS);
  }

  /** Sends over fewer connections, or more. */
  Load(Deliveries deliveries, int port, int connections) {
    this.deliveries = deliveries;
    this.port = port;
    this.most = connections;
    this.threads = Executors.newFixedThreadPool(connections);
  }

  /** Each connection sends its next delivery as soon as the last one is answered. */
  Outcome closed(List<Item> items) {
    return run(items, 0, Duration.ofHours(1));
  }

  /** The same until a time has passed, or until there are no more. */
  Outcome closed(List<Item> items, Duration time) {
    return run(items, 0, time);
  }

  /**
   * Deliveries come at a steady rate, whether earlier ones are answered or not; each one's time
   * counts from when it was due, so that a wait for a free connection counts too.
   */
  Outcome open(List<Item> items, int perSecond) {
    return run(items, Duration.ofSeconds(1).toNanos() / perSecond, Duration.ofHours(1));
  }

  private Outcome run(List<Item> items, long interval, Duration time) {
    // Not before they are used: the gateway closes one that sends nothing for long
    while (connections.size() < most) {
      connections.add(new Connection(port));
    }
    AtomicInteger turn = new AtomicInteger();
    long[] nanos = new long[items.size()];
    long start = System.nanoTime();
    long end = start + time.toNanos();
    List<Future<?>> senders = new ArrayList<>();
    for (Connection connection : connections) {
      senders.add(
          threads.submit(
              () -> {
                while (System.nanoTime() < end) {
                  int i = turn.getAndIncrement();
                  if (i >= nanos.length) {
                    break;
                  }
                  long due = interval == 0 ? System.nanoTime() : start + i * interval;
                  awaitTime(due);
                  connection.send(items.get(i));
                  nanos[i] = System.nanoTime() - due;
                }
              }));
    }
    senders.forEach(Load::join);
    double seconds = (double) (System.nanoTime() - start) / Duration.ofSeconds(1).toNanos();
    int sent = Math.min(turn.get(), nanos.length);
    return new Outcome(
        Latencies.of(Arrays.copyOf(nanos, sent)), sent, sent / seconds, start, interval);
  }

  private static void awaitTime(long due) {
    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
      LockSupport.parkNanos(wait);
    }
  }

  private static void join(Future<?> sender) {
    try {
      sender.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    connections.forEach(Connection::close);
  }

  /** One keep-alive connection. */
  private final class Connection {
    private final byte[] request = deliveries.blank();
    private final byte[] answer = new byte[8192];
    private final Socket socket;

    Connection(int port) {
      try {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void send(Item item) {
      deliveries.write(item, request);
      try {
        socket.getOutputStream().write(request);
        int length = read();
        int status = Integer.parseInt(new String(answer, 9, 3, US_ASCII));
        if (status != ACCEPTED) {
          throw new IllegalStateException(new String(answer, 0, length, US_ASCII));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Reads one answer; gives its length. */
    private int read() throws IOException {
      InputStream in = socket.getInputStream();
      int length = 0;
      do {
        int read = in.read(answer, length, answer.length - length);
        if (read < 0) {
          throw new EOFException("closed after " + length + " bytes of an answer");
        }
        length += read;
      } while (!isComplete(new String(answer, 0, length, US_ASCII)));
      return length;
    }

    private static boolean isComplete(String text) {
      int headers = text.indexOf("\r\n\r\n");
      if (headers < 0) {
        return false;
      }
      Matcher length = CONTENT_LENGTH.matcher(text).region(0, headers);
      return length.find()
          ? text.length() >= headers + 4 + Integer.parseInt(length.group(1))
          : text.endsWith("\r\n0\r\n\r\n");
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
