package io.github.modalrunner.webhook;

import static io.github.modalrunner.fixtures.Payloads.queued;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a sender that is no HTTP client of good manners gets of the public port. */
@Execution(ExecutionMode.CONCURRENT)
class WebhookWireTest {
  private static final int MAX_BODY = 16_384;
  private static final Duration READ_TIMEOUT = Duration.ofMillis(1500);

  /** A request that is never complete is cut then, with room for a machine that is busy. */
  private static final Duration CUT_BY = Duration.ofSeconds(8);

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  /** What the buffers of both sockets may hold. */
  private static final long BUFFERED = 16L << 20;

  @TempDir static Path folder;
  private static final ScheduledExecutorService DRIP = Executors.newScheduledThreadPool(2);
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.webhook.max-body-bytes",
                Integer.toString(MAX_BODY),
                "runner.webhook.read-timeout",
                READ_TIMEOUT.toMillis() + "ms",
                "runner.limits.max-runners-per-repository",
                "0"));
  }

  @AfterAll
  static void stop() {
    DRIP.shutdownNow();
    gateway.close();
  }

  @Test
  void refusesADeclaredLengthWithoutReadingTheBody() throws IOException {
    try (Client client = new Client()) {
      // Given
      client.write(head("Content-Length: 1000000000"));

      // When
      String answer = client.readHead();
      long accepted = client.writeUntilCut(new byte[65_536]);

      // Then
      assertThat(answer).startsWith("HTTP/1.1 413 ");
      assertThat(accepted).isLessThan(BUFFERED);
    }
  }

  @Test
  void refusesACountedLengthWithoutReadingTheRest() throws IOException {
    try (Client client = new Client()) {
      // Given
      client.write(head("Transfer-Encoding: chunked"));
      byte[] chunk = ("1000\r\n" + "x".repeat(4096) + "\r\n").getBytes(ISO_8859_1);
      for (int sent = 0; sent <= MAX_BODY; sent += 4096) {
        client.write(chunk);
      }

      // When
      String answer = client.readHead();
      long accepted = client.writeUntilCut(chunk);

      // Then
      assertThat(answer).startsWith("HTTP/1.1 413 ");
      assertThat(accepted).isLessThan(BUFFERED);
    }
  }

  @Test
  void aClientThatAsksFirstIsToldToSendItOrNot() throws IOException {
    try (Client small = new Client();
        Client large = new Client()) {
      // When
      small.write(head("Content-Length: 10", "Expect: 100-continue"));
      large.write(head("Content-Length: 1000000000", "Expect: 100-continue"));

      // Then
      assertThat(small.readHead()).startsWith("HTTP/1.1 100 ");
      assertThat(large.readHead()).startsWith("HTTP/1.1 413 ");
    }
  }

  /** Each byte comes in time; the request does not. */
  @Test
  void cutsEveryRequestThatIsNotCompleteInTime() throws IOException {
    // Given: a head, a body, a chunk, no byte at all, and the body of a second request
    String post = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\n";
    try (Client silent = new Client();
        Client head = new Client();
        Client body = new Client();
        Client chunk = new Client();
        Client second = new Client()) {
      second.write(request(queued(1, "modal").bytes()));
      String first = second.readAnswer();
      List<Client> all = List.of(silent, head, body, chunk, second);

      // When
      head.drip(post + "X-Drip: ");
      body.drip(post + "Content-Length: 10000\r\n\r\n");
      chunk.drip(post + "Transfer-Encoding: chunked\r\n\r\nffff\r\n");
      second.drip(post + "Content-Length: 10000\r\n\r\n");
      Instant begun = Instant.now();
      for (Client client : all) {
        client.readToEnd();
      }

      // Then
      assertThat(first).startsWith("HTTP/1.1 202 ");
      assertThat(Duration.between(begun, Instant.now()))
          .isBetween(READ_TIMEOUT.dividedBy(2), CUT_BY);
    }
  }

  @Test
  void keepsAConnectionThatRestsBetweenItsRequests() throws IOException {
    try (Client client = new Client()) {
      // Given
      client.write(request(queued(2, "modal").bytes()));
      String first = client.readAnswer();
      await().pollDelay(READ_TIMEOUT.multipliedBy(2)).until(() -> true);

      // When
      client.write(request(queued(3, "modal").bytes()));
      String second = client.readAnswer();

      // Then
      assertThat(first).startsWith("HTTP/1.1 202 ");
      assertThat(second).startsWith("HTTP/1.1 202 ");
    }
  }

  @Test
  void aRequestCutShortLeavesNothingBehind() throws IOException {
    // Given
    byte[] body = queued(4, "modal").bytes();
    byte[] request = request(body);

    // When
    try (Client client = new Client()) {
      client.write(Arrays.copyOf(request, request.length - body.length / 2));
    }

    // Then
    await()
        .during(Duration.ofMillis(300))
        .until(() -> gateway.rows("SELECT guid FROM delivery WHERE job_id = 4").isEmpty());
  }

  @Test
  void refusesLongHeadersAndALongRequestLine() throws IOException {
    try (Client header = new Client();
        Client line = new Client()) {
      // When
      header.write(head("X-Long: " + "x".repeat(20_000)));
      line.write(("POST /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r\n").getBytes(ISO_8859_1));

      // Then
      assertThat(header.readHead()).startsWith("HTTP/1.1 431 ");
      assertThat(line.readHead()).contains(" 414 ");
    }
  }

  @Test
  void twoLengthsAreNone() throws IOException {
    try (Client client = new Client()) {
      // When: whoever stands in front might take the other one
      client.write(head("Content-Length: 3", "Transfer-Encoding: chunked", "Content-Length: 4"));

      // Then
      assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
    }
  }

  private static byte[] head(String... headers) {
    return ("POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + String.join("\r\n", headers)
            + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  /** A complete and signed delivery, as bytes. */
  private static byte[] request(byte[] body) {
    StringBuilder head = new StringBuilder("POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    Delivery.of("workflow_job", body)
        .signedWith(RunningGateway.SECRET)
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.toString().getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /** One connection to the public port. */
  private static final class Client implements AutoCloseable {
    private static final int PATIENCE = 20_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private ScheduledFuture<?> dripping;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), gateway.webhook().getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE);
      out = socket.getOutputStream();
      in = socket.getInputStream();
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Writes a beginning and then a byte every 50 ms until the connection is cut. */
    void drip(String beginning) throws IOException {
      write(beginning.getBytes(ISO_8859_1));
      dripping =
          DRIP.scheduleAtFixedRate(
              () -> {
                try {
                  out.write('x');
                } catch (IOException cut) {
                  throw new UncheckedIOException(cut);
                }
              },
              0,
              50,
              TimeUnit.MILLISECONDS);
    }

    /** Writes as much as is taken; how much that was. */
    long writeUntilCut(byte[] bytes) {
      long taken = 0;
      try {
        // Whoever takes this much reads it
        while (taken < 10 * BUFFERED) {
          out.write(bytes);
          taken += bytes.length;
        }
      } catch (IOException cut) {
        return taken;
      }
      return taken;
    }

    /** Reads up to the end of one head. */
    String readHead() throws IOException {
      return readTo("\r\n\r\n");
    }

    private String readTo(String end) throws IOException {
      StringBuilder read = new StringBuilder();
      int c;
      while (read.indexOf(end) < 0 && (c = in.read()) >= 0) {
        read.append((char) c);
      }
      return read.toString();
    }

    /** Reads one whole answer. */
    String readAnswer() throws IOException {
      String head = readHead();
      Matcher length = LENGTH.matcher(head);
      assertThat(length.find()).isTrue();
      return head + new String(in.readNBytes(Integer.parseInt(length.group(1))), UTF_8);
    }

    /** Reads until the connection is closed, politely or not. */
    String readToEnd() throws IOException {
      StringBuilder all = new StringBuilder();
      try {
        for (int c = in.read(); c >= 0; c = in.read()) {
          all.append((char) c);
        }
      } catch (SocketException reset) {
        return all.toString();
      }
      return all.toString();
    }

    @Override
    public void close() throws IOException {
      if (dripping != null) {
        dripping.cancel(true);
      }
      socket.close();
    }
  }
}
