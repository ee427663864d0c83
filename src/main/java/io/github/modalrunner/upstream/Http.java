package io.github.modalrunner.upstream;

import java.util.Map;
import java.util.TreeMap;

/** Small parts of an HTTP call that both other sides need. */
public final class Http {
  /** Status and headers of an answer; names of headers in any case. */
  public record Answer(int status, Map<String, String> headers) {

    /** A header's value, or an empty text. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** A header that holds a whole number; -1 when it does not. */
    public long number(String name) {
      String value = header(name);
      return value.matches("\\d{1,15}") ? Long.parseLong(value) : -1;
    }

    /** What {@code Retry-After} asks for, in milliseconds; 0 when it is not there. */
    public long retryAfter() {
      long seconds = number("Retry-After");
      return seconds < 0 ? 0 : Math.max(1, seconds * 1000);
    }
  }

  /** Reads the message headers that camel-http leaves. */
  public Answer answer(Map<String, Object> headers) {
    Map<String, String> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, value) -> {
          if (value != null && !name.startsWith("Camel")) {
            texts.put(name, value.toString());
          }
        });
    return new Answer((Integer) headers.get("CamelHttpResponseCode"), texts);
  }

  /** The part of a request target before its query. */
  public String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query of a request target, or null. */
  public String query(String target) {
    int query = target.indexOf('?');
    return query < 0 ? null : target.substring(query + 1);
  }
}
