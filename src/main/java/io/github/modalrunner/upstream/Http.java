package io.github.modalrunner.upstream;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.component.http.HttpMethods;

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

  /**
   * Sets the message headers that tell camel-http where a call goes.
   *
   * @param method as Camel's own constant, since a text would be looked for among all converters,
   *     at each call
   * @param target path and query, below the address of the other side
   */
  public void address(Map<String, Object> headers, String method, String target) {
    int query = target.indexOf('?');
    headers.put("CamelHttpMethod", HttpMethods.valueOf(method));
    headers.put("CamelHttpPath", query < 0 ? target : target.substring(0, query));
    if (query >= 0) {
      headers.put("CamelHttpQuery", target.substring(query + 1));
    }
  }
}
