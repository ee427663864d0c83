package io.github.modalrunner.settings;

import static java.util.function.Predicate.not;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the text of a setting may be.
 *
 * @param allowed in words that follow "must be"
 * @param secret its value is shown nowhere and may come from a file
 * @param parser the value of a text, null for a text that is not allowed
 */
record Kind(String allowed, boolean secret, Function<String, Object> parser) {
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final String LOOPBACK = "localhost|127(?:\\.\\d{1,3}){3}|\\[::1]";

  /** The value, or null when the text is not allowed. */
  Object parse(String text) {
    return parser.apply(text);
  }

  /** Milliseconds as a {@link Long}. */
  static Kind duration(String min, String max) {
    return new Kind(
        "a duration from " + min + " to " + max,
        false,
        text -> within(millis(text), millis(min), millis(max)));
  }

  /** An {@link Integer}. */
  static Kind integer(int min, int max) {
    return new Kind(
        "a whole number from " + min + " to " + max,
        false,
        text -> text.matches("\\d{1,9}") ? within(Integer.valueOf(text), min, max) : null);
  }

  /** A {@link Double}. */
  static Kind decimal(String min, String max) {
    return new Kind(
        "a number from " + min + " to " + max,
        false,
        text ->
            text.matches("\\d{1,9}(\\.\\d{1,9})?")
                ? within(Double.valueOf(text), Double.valueOf(min), Double.valueOf(max))
                : null);
  }

  /** A {@link Boolean}. */
  static Kind flag() {
    return new Kind(
        "true or false", false, text -> text.matches("true|false") ? Boolean.valueOf(text) : null);
  }

  /** A {@link String} that matches as a whole. */
  static Kind text(String allowed, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return new Kind(allowed, false, text -> pattern.matcher(text).matches() ? text : null);
  }

  /** One of a few words. */
  static Kind oneOf(String... words) {
    return text(String.join(" or ", words), String.join("|", words));
  }

  /** A label, in lower case: GitHub compares without case. */
  static Kind label() {
    return text("a label", "[^\\s,\\p{Cntrl}]{1,128}").as(label -> label.toLowerCase(Locale.ROOT));
  }

  /** A name or an address to bind to. */
  static Kind host() {
    return text("a host name or an IP address", "[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}");
  }

  static boolean loopback(String host) {
    return host.matches(LOOPBACK) || host.equals("::1");
  }

  /**
   * The base of an upstream's URLs, without a slash at its end; credentials have settings of their
   * own.
   */
  static Kind url() {
    return text(
            "an https URL without user, query or fragment (http on loopback only)",
            "(https://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])|http://("
                + LOOPBACK
                + "))(:\\d{1,5})?(/[A-Za-z0-9._~/-]*)?")
        .as(url -> url.replaceFirst("/+$", ""));
  }

  /** A host name of two labels or more, or {@code *.} and one, as the launcher takes them. */
  static Kind domain() {
    String label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    return text("a domain", "(?=.{1,253}$)(\\*\\.)?(" + label + "\\.)+[A-Za-z0-9-]{2,63}");
  }

  /** A network: address, slash, bits. */
  static Kind network() {
    String octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    Pattern four = Pattern.compile(octet + "(\\." + octet + "){3}/(3[0-2]|[12]?\\d)");
    return new Kind(
        "a network", false, text -> four.matcher(text).matches() || isSix(text) ? text : null);
  }

  /** Whether it is a network of IPv6; a text of these characters is never looked up as a name. */
  private static boolean isSix(String text) {
    if (!text.matches("[0-9A-Fa-f:]*:[0-9A-Fa-f:]*/(12[0-8]|1[01]\\d|[1-9]?\\d)")) {
      return false;
    }
    try {
      return InetAddress.getByName(text.substring(0, text.indexOf('/'))) instanceof Inet6Address;
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }

  /** One line of text that is shown nowhere. */
  static Kind secret(int min) {
    return text(
            "one line of " + min + " to 4096 characters, no blank first or last",
            "(?=\\S)[^\\p{Cntrl}]{" + min + ",4096}(?<=\\S)")
        .hidden();
  }

  static Kind privateKey() {
    String end = " [A-Z ]*PRIVATE KEY-----";
    return text("a private key (PEM)", "(?s)\\s*-----BEGIN" + end + ".+-----END" + end + "\\s*")
        .hidden();
  }

  /** The path of a PEM file that can be read and has one of these in it. */
  static Kind pemFile(String what) {
    String begins = what.toUpperCase(Locale.ROOT) + "-----";
    return new Kind(
        "the path of a readable PEM file with a " + what,
        false,
        text -> {
          try {
            return Files.readString(Path.of(text)).contains(begins) ? text : null;
          } catch (IOException | InvalidPathException e) {
            return null;
          }
        });
  }

  /** A {@link List} of what {@code item} allows; empty entries do not count. */
  static Kind list(int min, int max, String items, Kind item) {
    return new Kind(
        (min == 0 ? "up to " : min + " to ") + max + " " + items + ", comma-separated",
        false,
        text -> {
          List<Object> values =
              Stream.of(text.split(","))
                  .map(String::strip)
                  .filter(not(String::isEmpty))
                  .map(item.parser)
                  .toList();
          return values.contains(null) || values.size() < min || values.size() > max
              ? null
              : values;
        });
  }

  private Kind as(UnaryOperator<String> canonical) {
    return new Kind(allowed, secret, text -> parse(text) == null ? null : canonical.apply(text));
  }

  private Kind hidden() {
    return new Kind(allowed, true, parser);
  }

  private static Long millis(String text) {
    Matcher parts = DURATION.matcher(text);
    return parts.matches()
        ? Duration.of(Long.parseLong(parts.group(1)), UNITS.get(parts.group(2))).toMillis()
        : null;
  }

  private static <T extends Comparable<T>> T within(T value, T min, T max) {
    return value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0 ? value : null;
  }
}
