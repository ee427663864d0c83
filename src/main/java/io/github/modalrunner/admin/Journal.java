package io.github.modalrunner.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log of what happens: one line an event, the message says what, the keys say which. Only the
 * columns named here ever reach a log, so no secret, no token and no payload can.
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger("gateway");

  private static final List<Key> KEYS =
      List.of(
          new Key("deliveryId", List.of("guid")),
          new Key("jobId", List.of("job_id", "jobId", "minted_for")),
          new Key("repository", List.of("repository")),
          new Key("runner", List.of("name", "runner_name", "runnerName")),
          new Key("sandboxId", List.of("sandbox_id")));

  /** Notes what happened to a row. */
  public void note(String what, Map<String, Object> row) {
    keyed(LOG.atInfo(), row).log(what);
  }

  /** Notes what happened to each of several rows. */
  public void noteEach(String what, List<Map<String, Object>> rows) {
    rows.forEach(row -> note(what, row));
  }

  /** Notes what somebody should look at, with the reason. */
  public void warn(String what, String why, Map<String, Object> row) {
    keyed(LOG.atWarn(), row).log("{}: {}", what, why);
  }

  /** Notes what somebody should change, each in a line. */
  public void advise(String what, List<String> sentences) {
    sentences.forEach(sentence -> LOG.warn("{}: {}", what, sentence));
  }

  /** Notes a failure that is nobody's job; type and message of what began it, no stack. */
  public void trouble(String what, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    LOG.warn("{}: {}: {}", what, cause.getClass().getSimpleName(), cause.getMessage());
  }

  /** Notes a delivery that was stored. */
  public void accepted(Map<String, Object> row) {
    keyed(LOG.atInfo(), row)
        .log(
            "delivery accepted, {} {}",
            row.get("action"),
            Objects.toString(row.get("verdict")).toLowerCase(Locale.ROOT));
  }

  /** Notes a signed delivery that is not what it should be. */
  public void quarantined(String guid, List<String> problems) {
    LOG.atWarn()
        .addKeyValue("deliveryId", guid)
        .log("delivery quarantined: {}", String.join("; ", problems));
  }

  /** Notes the state that each of several jobs has now. */
  public void jobs(List<Map<String, Object>> rows) {
    rows.forEach(row -> note("job " + state(row), row));
  }

  /** Notes the jobs and runners that deliveries moved. */
  public void applied(List<Map<String, Object>> jobs, List<Map<String, Object>> runners) {
    jobs(jobs);
    runners.forEach(row -> note("runner " + state(row), row));
  }

  /** Notes a judgement on a runner, unless it says that all is well. */
  public void judged(Map<String, Object> row) {
    Object cause = row.get("new_cause");
    if (cause != null) {
      warn("runner given up", cause.toString(), row);
    } else if (!row.get("new_state").equals(row.get("state"))) {
      note("runner " + row.get("new_state").toString().toLowerCase(Locale.ROOT), row);
    }
  }

  /** Notes budgets that are spent, nearly so, or free again. */
  public void budgets(List<Map<String, Object>> rows) {
    for (Map<String, Object> row : rows) {
      switch (((Number) row.get("level")).intValue()) {
        case 2 -> LOG.warn("budget spent: {}", row.get("message"));
        case 1 ->
            LOG.warn(
                "budget nearly spent: {}, {} of {} USD",
                row.get("name"),
                row.get("spent_usd"),
                row.get("usd"));
        default -> LOG.info("budget free again: {}", row.get("name"));
      }
    }
  }

  /** Notes jobs that GitHub keeps from idle runners. */
  public void noteBlocked(List<Map<String, Object>> rows) {
    rows.stream()
        .filter(row -> row.get("state").equals("BLOCKED_UPSTREAM"))
        .forEach(row -> warn("job blocked upstream", "GitHub gives it to no idle runner", row));
  }

  private static String state(Map<String, Object> row) {
    return row.get("state").toString().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static LoggingEventBuilder keyed(LoggingEventBuilder event, Map<String, Object> row) {
    LoggingEventBuilder keyed = event;
    for (Key key : KEYS) {
      for (String column : key.columns()) {
        Object value = row.get(column);
        if (value != null) {
          keyed = keyed.addKeyValue(key.name(), value.toString());
          break;
        }
      }
    }
    return keyed;
  }

  /** A key of the log, and the columns that may hold its value. */
  private record Key(String name, List<String> columns) {}
}
