package io.github.modalrunner.admin;

import io.github.modalrunner.labels.DryRun;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What somebody asked of the admin API, checked and as parameters of statements.
 *
 * <p>A list is read page by page. Its rows have an order that no two share, a number (mostly a
 * time) and a text, and the cursor of the next page is the place of the last row: rows that come or
 * go meanwhile are neither repeated nor skipped.
 */
public final class Asked {
  /** {@code owner/name}. */
  static final Pattern REPOSITORY = Pattern.compile("[\\w.-]{1,100}/[\\w.-]{1,100}");

  private static final int PAGE = 100;
  private static final int LONGEST_PAGE = 500;
  private static final int MOST_LABELS = 100;
  private static final int LONGEST_LABEL = 256;
  private static final int DATE = "2026-11-01".length();
  private static final List<String> COST_KEYS = List.of("repository", "workflow", "profile", "day");

  /** A list: the states it can be filtered by, and the columns that give a row its place. */
  private record Listing(List<String> states, String number, String text) {}

  private static final Map<String, Listing> LISTINGS =
      Map.of(
          "jobs",
          new Listing(Pulse.JOBS, "job_id", null),
          "runners",
          new Listing(Pulse.RUNNERS, "created_at", "name"),
          "pools",
          new Listing(List.of("served", "short", "waiting"), null, "pool"),
          "deliveries",
          new Listing(Pulse.DELIVERIES, "received_at", "guid"),
          "dead_letters",
          new Listing(List.of("parked", "replayed"), "parked_at", "id"));

  private final DryRun dryRun;
  private final LongSupplier clock;

  /**
   * @param dryRun judges labels
   * @param clock the time in epoch milliseconds
   */
  public Asked(DryRun dryRun, LongSupplier clock) {
    this.dryRun = dryRun;
    this.clock = clock;
  }

  /**
   * The parameters of a list: filters {@code state} and {@code repository} (empty for any), {@code
   * limit} (one row more than asked, which tells whether there is a next page) and the place to go
   * on from, {@code number} and {@code text}.
   *
   * @throws BadRequest with a sentence about the parameter that is wrong
   */
  public Map<String, Object> list(String name, Map<String, Object> parameters) {
    Listing listing = LISTINGS.get(name);
    String state = text(parameters, "state");
    if (!state.isEmpty() && !listing.states().contains(state)) {
      throw new BadRequest("state must be one of " + String.join(", ", listing.states()) + ".");
    }
    Map<String, Object> query = new HashMap<>();
    query.put("state", state.toUpperCase(Locale.ROOT));
    query.put("repository", repository(text(parameters, "repository")));
    query.put("limit", limit(text(parameters, "limit")) + 1);
    String cursor = text(parameters, "cursor");
    if (cursor.isEmpty()) {
      query.put("number", Long.MAX_VALUE);
      query.put("text", "");
    } else {
      query.putAll(place(name, cursor));
    }
    return query;
  }

  /** The parameters of one job; an id that is no number finds nothing. */
  public Map<String, Object> one(String id) {
    return Map.of(
        "id", id.matches("\\d{1,18}") ? Long.parseLong(id) : -1L, "now", clock.getAsLong());
  }

  /**
   * The parameters of costs: {@code by} and {@code since}, a date or a time (the month's first day
   * when it is not given).
   *
   * @throws BadRequest with a sentence about the parameter that is wrong
   */
  public Map<String, Object> costs(Map<String, Object> parameters) {
    String by = text(parameters, "by");
    if (!COST_KEYS.contains(by.isEmpty() ? "repository" : by)) {
      throw new BadRequest("by must be one of " + String.join(", ", COST_KEYS) + ".");
    }
    long now = clock.getAsLong();
    return Map.of(
        "by",
        by.isEmpty() ? "repository" : by,
        "since",
        since(text(parameters, "since"), now),
        "now",
        now);
  }

  /**
   * The dry run of the labels in a request.
   *
   * @param body {@code repository} (optional), {@code private} (true when not given), {@code
   *     labels}
   * @throws BadRequest with a sentence about the field that is wrong
   */
  public Map<String, Object> labels(Object body) {
    Map<?, ?> fields = body instanceof Map<?, ?> given ? given : Map.of();
    if (!(fields.get("labels") instanceof List<?> labels)
        || labels.size() > MOST_LABELS
        || !labels.stream().allMatch(Asked::isLabel)) {
      throw new BadRequest("labels must be a list of up to " + MOST_LABELS + " texts.");
    }
    Object repository = fields.get("repository");
    if (repository != null
        && !(repository instanceof String name && REPOSITORY.matcher(name).matches())) {
      throw new BadRequest("repository must be owner/name.");
    }
    if (!(Objects.requireNonNullElse(fields.get("private"), true) instanceof Boolean isPrivate)) {
      throw new BadRequest("private must be true or false.");
    }
    return dryRun.explain(
        (String) repository, isPrivate, labels.stream().map(Object::toString).toList());
  }

  private static boolean isLabel(Object label) {
    return label instanceof String text && text.length() <= LONGEST_LABEL;
  }

  private static long since(String since, long now) {
    try {
      return since.isEmpty()
          ? day(Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1))
          : since.length() == DATE
              ? day(LocalDate.parse(since))
              : Instant.parse(since).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new BadRequest(
          "since must be a date such as 2026-11-01, or a time such as 2026-11-01T12:00:00Z.");
    }
  }

  private static long day(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** The rows of one page under the list's name, and the cursor of the {@code next}, or null. */
  static Map<String, Object> page(
      String name, Map<String, Object> query, List<Map<String, Object>> rows) {
    int limit = ((Number) query.get("limit")).intValue() - 1;
    Map<String, Object> page = new LinkedHashMap<>();
    page.put(name, rows.subList(0, Math.min(limit, rows.size())));
    page.put("next", rows.size() > limit ? cursor(name, rows.get(limit - 1)) : null);
    return page;
  }

  private static String cursor(String name, Map<String, Object> row) {
    Listing listing = LISTINGS.get(name);
    String place =
        "%s:%s:%s"
            .formatted(
                name,
                listing.number() == null ? "0" : row.get(listing.number()),
                listing.text() == null ? "" : row.get(listing.text()));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Object> place(String name, String cursor) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(":", 3);
      if (parts.length == 3
          && parts[0].equals(name)
          && parts[1].matches("\\d{1,18}")
          && parts[2].chars().noneMatch(Character::isISOControl)) {
        return Map.of("number", Long.parseLong(parts[1]), "text", parts[2]);
      }
    } catch (IllegalArgumentException notBase64) {
      // said below
    }
    throw new BadRequest("cursor must be the value of next in an answer of this list.");
  }

  private static String repository(String repository) {
    if (!repository.isEmpty() && !REPOSITORY.matcher(repository).matches()) {
      throw new BadRequest("repository must be owner/name.");
    }
    return repository;
  }

  private static int limit(String limit) {
    if (limit.isEmpty()) {
      return PAGE;
    }
    int number = limit.matches("\\d{1,9}") ? Integer.parseInt(limit) : 0;
    if (number < 1 || number > LONGEST_PAGE) {
      throw new BadRequest("limit must be a whole number from 1 to " + LONGEST_PAGE + ".");
    }
    return number;
  }

  private static String text(Map<String, Object> parameters, String name) {
    return Objects.toString(parameters.get(name), "");
  }
}
