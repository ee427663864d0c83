package io.github.modalrunner.demo;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What has happened so far, in numbers, so that invariants can be checked. */
public final class Tally {
  /** What is counted; {@code MAX_} entries are high-water marks. */
  public enum Fact {
    JOBS_SUBMITTED,
    /** Run to their end in one of our sandboxes. */
    JOBS_SERVED,
    /** Run to their end by somebody else's runner. */
    JOBS_SERVED_ELSEWHERE,
    JOBS_CANCELLED,
    /** Their sandbox was deleted while it ran them. */
    JOBS_KILLED,
    /** Their sandbox died of itself or timed out while it ran them. */
    JOBS_LOST,
    MINTS,
    MINT_CONFLICTS,
    REGISTRATIONS_DELETED,
    DELETES_REFUSED_BUSY,
    SANDBOXES_STARTED,
    /** Started under a name, or with a JIT configuration, that had been started before. */
    SANDBOXES_DOUBLE,
    /** Deleted between the end of their job and their own end. */
    SANDBOXES_HURRIED,
    MAX_SANDBOXES_RUNNING,
    /** Age of a JIT configuration when its sandbox was created. */
    MAX_JIT_AGE_MS
  }

  private final Map<Fact, Long> facts = new EnumMap<>(Fact.class);
  private final Map<String, Long> calls = new TreeMap<>();

  void count(Fact fact) {
    facts.merge(fact, 1L, Long::sum);
  }

  void atMost(Fact fact, long value) {
    facts.merge(fact, value, Long::max);
  }

  void call(String kind) {
    calls.merge(kind, 1L, Long::sum);
  }

  Tally copy() {
    Tally copy = new Tally();
    copy.facts.putAll(facts);
    copy.calls.putAll(calls);
    return copy;
  }

  public long get(Fact fact) {
    return facts.getOrDefault(fact, 0L);
  }

  /** Calls by kind: {@code github.<operation>} and {@code launcher.<operation>}. */
  public Map<String, Long> calls() {
    return Map.copyOf(calls);
  }

  /** All calls of the REST API of GitHub. */
  public long gitHubCalls() {
    return calls.entrySet().stream()
        .filter(c -> c.getKey().startsWith("github."))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Override
  public String toString() {
    return facts + " " + calls;
  }
}
