package io.github.modalrunner.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payload;
import io.github.modalrunner.fixtures.Payloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Signed deliveries, each of another job in one of many repositories, as bytes of HTTP/1.1. All
 * have the same length: what differs is written into a copy of one template, so that sending costs
 * next to nothing.
 */
final class Deliveries {
  /** The usual size of a {@code workflow_job} body. */
  static final int BODY_BYTES = 13_800;

  /** Jobs are spread over so many repositories. */
  static final int REPOSITORIES = 100;

  private static final long FIRST_QUEUED = 4_000_000_000L;
  private static final String JOB = "4999999999";
  private static final String REPOSITORY = "octo/repository-99";
  private static final String GUID = "00000000-0000-0000-0000-000000000000";
  private static final String PADDING = "padding-to-the-usual-size";

  /** One delivery: what it has of its own. */
  record Item(long jobId, String repository, String guid, String signature) {}

  private final String secret;
  private final byte[] body;
  private final byte[] request;
  private final int bodyAt;
  private final int guidAt;
  private final int signatureAt;
  private final int[] jobsAt;
  private final int[] repositoriesAt;
  private long next;

  private Deliveries(String secret, Payload payload, long firstJob) {
    this.secret = secret;
    this.next = firstJob;
    this.body = padded(payload.repository(REPOSITORY).createdAt(Instant.now()));
    String signature = Delivery.signature(secret, body);
    byte[] head =
        """
        POST /webhooks/github HTTP/1.1
        Host: 127.0.0.1
        User-Agent: GitHub-Hookshot/044aadd
        Accept: */*
        Content-Type: application/json
        Content-Length: %d
        X-GitHub-Event: workflow_job
        X-GitHub-Hook-ID: 12312312
        X-GitHub-Hook-Installation-Target-ID: 123123
        X-GitHub-Hook-Installation-Target-Type: repository
        X-GitHub-Delivery: %s
        X-Hub-Signature-256: %s

        """
            .formatted(body.length, GUID, signature)
            .replace("\n", "\r\n")
            .getBytes(UTF_8);
    this.bodyAt = head.length;
    this.request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, bodyAt, body.length);
    this.guidAt = places(head, GUID)[0];
    this.signatureAt = places(head, signature)[0];
    this.jobsAt = places(body, JOB);
    this.repositoriesAt = places(body, REPOSITORY);
  }

  /** Of jobs that want a runner. */
  static Deliveries queued(String secret) {
    return new Deliveries(secret, Payloads.queued(Long.parseLong(JOB), "modal"), FIRST_QUEUED);
  }

  /** Of the same jobs in the same order, each ended on the runner that was made for it. */
  static Deliveries ended(String secret) {
    Payload payload =
        Payloads.completed(Long.parseLong(JOB), "success", 1, "mgr-" + JOB + "-1", "modal");
    return new Deliveries(secret, payload, FIRST_QUEUED);
  }

  /** Of jobs that have ended, and ask for nothing: to warm a gateway up and leave it idle. */
  static Deliveries completed(String secret) {
    Payload payload =
        Payloads.completed(Long.parseLong(JOB), "success", 1, "runner-of-others", "modal");
    return new Deliveries(secret, payload, 3_000_000_000L);
  }

  /** As many further deliveries, none like any before. */
  List<Item> next(int count) {
    List<Item> items = new ArrayList<>(count);
    byte[] copy = body.clone();
    for (int i = 0; i < count; i++) {
      long jobId = next++;
      String repository = repository(jobId);
      put(copy, 0, jobsAt, Long.toString(jobId));
      put(copy, 0, repositoriesAt, repository);
      items.add(
          new Item(
              jobId, repository, UUID.randomUUID().toString(), Delivery.signature(secret, copy)));
    }
    return items;
  }

  /** A request to write deliveries into; for one thread. */
  byte[] blank() {
    return request.clone();
  }

  /** Writes a delivery into a request. */
  void write(Item item, byte[] blank) {
    put(blank, guidAt, item.guid);
    put(blank, signatureAt, item.signature);
    put(blank, bodyAt, jobsAt, Long.toString(item.jobId));
    put(blank, bodyAt, repositoriesAt, item.repository);
  }

  /** The repository of a job. */
  static String repository(long jobId) {
    return "octo/repository-%02d".formatted(jobId % REPOSITORIES);
  }

  private static byte[] padded(Payload payload) {
    int missing = BODY_BYTES - payload.with("/repository/description", PADDING).bytes().length;
    return payload
        .with("/repository/description", PADDING + "-".repeat(Math.max(0, missing)))
        .bytes();
  }

  private static int[] places(byte[] bytes, String text) {
    String all = new String(bytes, UTF_8);
    if (all.length() != bytes.length) {
      throw new IllegalStateException("places are counted in bytes");
    }
    List<Integer> places = new ArrayList<>();
    for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      places.add(at);
    }
    if (places.isEmpty()) {
      throw new IllegalStateException("the template has no " + text);
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void put(byte[] into, int from, int[] places, String value) {
    for (int place : places) {
      put(into, from + place, value);
    }
  }

  private static void put(byte[] into, int place, String value) {
    for (int i = 0; i < value.length(); i++) {
      into[place + i] = (byte) value.charAt(i);
    }
  }
}
