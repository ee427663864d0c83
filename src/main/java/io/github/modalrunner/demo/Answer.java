package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** What a stand-in answers, and how the wire treats it: late by {@code delayMs}, or cut. */
public record Answer(
    int status, Map<String, String> headers, String body, long delayMs, Wire wire) {

  /** How much of an answer reaches the caller. */
  public enum Wire {
    WHOLE,
    HALF,
    NOTHING
  }

  static Answer json(int status, JsonNode body) {
    return new Answer(status, Map.of(), body.toString(), 0, Wire.WHOLE)
        .with("Content-Type", "application/json; charset=utf-8");
  }

  /** An answer that is not JSON, such as those of a proxy on the way. */
  public static Answer text(int status, String body) {
    return new Answer(status, Map.of(), body, 0, Wire.WHOLE).with("Content-Type", "text/plain");
  }

  static Answer empty(int status) {
    return new Answer(status, Map.of(), "", 0, Wire.WHOLE);
  }

  /** The same with one header more. */
  public Answer with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body, delayMs, wire);
  }

  /** The same, sent so many milliseconds later. */
  public Answer late(long ms) {
    return new Answer(status, headers, body, delayMs + ms, wire);
  }

  /** The same, lost on the way or cut in the middle of its body. */
  public Answer cut(Wire how) {
    return new Answer(status, headers, body, delayMs, how);
  }
}
