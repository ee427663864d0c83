package io.github.modalrunner.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.settings.Settings;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What the sweeps decide: what to look at, when to stop, and when a listing is not to be trusted.
 */
public final class Sweeps {
  /** GitHub keeps deliveries for three days (docs.github.com, "Redelivering webhooks"). */
  private static final long LOG_KEPT = 3 * 86_400_000L;

  /**
   * Deliveries may show up in the log out of order, and one may be unreadable for a while; so many
   * sweeps look at each.
   */
  private static final int LOOKS = 10;

  /** A listing of fewer is too small to tell a shrinking by. */
  private static final int SMALL = 4;

  private final String prefix;
  private final List<String> hooks;
  private final NavigableSet<String> named;
  private final long overlap;

  /**
   * @param instance prefix of our runners' names
   * @param hooks the hooks whose logs are swept
   * @param allowed {@code runner.repositories.allow}
   * @param every how often logs are swept, in milliseconds
   */
  public Sweeps(String instance, List<String> hooks, List<String> allowed, long every) {
    this.prefix = instance + "-";
    this.hooks = List.copyOf(hooks);
    this.overlap = LOOKS * every;
    this.named = new TreeSet<>();
    allowed.stream().filter(glob -> !glob.contains("*")).forEach(named::add);
    hooks.stream()
        .filter(hook -> hook.startsWith("repos/"))
        .map(hook -> hook.split("/", -1))
        .forEach(parts -> named.add(parts[1] + "/" + parts[2]));
  }

  /** The sweeps that the settings describe. */
  public static Sweeps of(Settings settings) {
    return new Sweeps(
        settings.text("runner.instance"),
        settings.list("runner.github.hooks"),
        settings.list("runner.repositories.allow"),
        settings.millis("runner.reconcile.deliveries-every"));
  }

  /** The hooks whose log is swept. */
  public List<String> hooks() {
    return hooks;
  }

  /** The repositories to sweep: those that were active, and those that the settings name. */
  public List<String> repositories(List<Map<String, Object>> active) {
    NavigableSet<String> repositories = new TreeSet<>(named);
    active.forEach(row -> repositories.add((String) row.get("repository")));
    return List.copyOf(repositories);
  }

  /**
   * Whether a complete listing may be acted on: not when it shrank to less than half, which is more
   * often an outage than the truth. The next one counts from there.
   *
   * @param before how many the last listing had
   * @param now how many this one has
   */
  public boolean trusts(int before, int now) {
    return before < SMALL || now * 2 >= before;
  }

  /** Offline registrations with our prefix, as rows. */
  public List<Map<String, Object>> strays(
      List<JsonNode> runners, String repository, Map<String, Object> terms) {
    List<Map<String, Object>> strays = new ArrayList<>();
    for (JsonNode runner : runners) {
      if (runner.path("name").asText().startsWith(prefix)
          && runner.path("status").asText().equals("offline")
          && !runner.path("busy").asBoolean()) {
        Map<String, Object> row = new HashMap<>(terms);
        row.put("registration_id", runner.path("id").asLong());
        row.put("name", runner.path("name").asText());
        row.put("repository", repository);
        strays.add(row);
      }
    }
    return strays;
  }

  /** The runs of a page, as rows. */
  public List<Map<String, Object>> runs(List<JsonNode> runs, String repository) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode run : runs) {
      rows.add(
          Map.of(
              "run_id", run.path("id").asLong(),
              "repository", repository,
              "private", run.path("repository").path("private").asBoolean()));
    }
    return rows;
  }

  /** Jobs that have not ended. */
  public List<JsonNode> open(List<JsonNode> jobs) {
    return jobs.stream().filter(job -> !job.path("status").asText().equals("completed")).toList();
  }

  /**
   * When the newest delivery so far was sent, as a text for the cursor.
   *
   * @param position the newest before this page; may be null
   * @param items the deliveries of this page
   */
  public String newer(String position, List<JsonNode> items) {
    long newest =
        items.stream()
            .mapToLong(Sweeps::deliveredAt)
            .reduce(position == null ? 0 : Long.parseLong(position), Math::max);
    return Long.toString(newest);
  }

  /**
   * The target of the next page of a log, or an empty text when this one reached back far enough.
   *
   * @param items the deliveries of this page, newest first
   * @param next GitHub's next page
   * @param position the cursor: when the newest delivery of the last sweep was sent; may be null
   * @param now epoch milliseconds
   */
  public String further(List<JsonNode> items, String next, String position, long now) {
    long since =
        Math.max(now - LOG_KEPT, position == null ? 0 : Long.parseLong(position) - overlap);
    boolean reached = items.stream().anyMatch(item -> deliveredAt(item) < since);
    return reached || items.isEmpty() ? "" : next;
  }

  /**
   * The cursor after a sweep: it passes nothing that could not be read, however far that is back.
   *
   * @param position the cursor before; may be null
   * @param newest when the newest delivery was sent
   * @param left how many deliveries could not be read
   */
  public String reached(String position, String newest, int left) {
    return left == 0 ? newest : position;
  }

  private static long deliveredAt(JsonNode item) {
    String at = item.path("delivered_at").asText();
    return at.isEmpty() ? 0 : OffsetDateTime.parse(at).toInstant().toEpochMilli();
  }
}
