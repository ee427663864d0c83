package io.github.modalrunner.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads rows for the next statement. */
public final class Rows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_CAUSE = 1000;

  /** One column of all rows. */
  public List<Object> column(List<Map<String, Object>> rows, String column) {
    return rows.stream().map(row -> row.get(column)).toList();
  }

  /** A row of one column. */
  public Map<String, Object> only(Map<String, Object> row, String column) {
    return Map.of(column, row.get(column));
  }

  /** The cursor of the next page, or an empty text. */
  public String next(Map<String, Object> page) {
    return Objects.toString(page.get("next"), "");
  }

  /** A count and the size of a further page. */
  public int count(int counted, List<?> page) {
    return counted + page.size();
  }

  /** Terms of a sweep with a page of what it lists, as JSON: one statement takes all of it. */
  public Map<String, Object> listed(Map<String, Object> terms, List<?> page) {
    Map<String, Object> row = new HashMap<>(terms);
    row.put("listed", JSON.valueToTree(page).toString());
    return row;
  }

  /** Terms of a sweep with what it counted. */
  public Map<String, Object> counted(Map<String, Object> terms, int counted) {
    Map<String, Object> row = new HashMap<>(terms);
    row.put("counted", counted);
    return row;
  }

  /** Terms of a sweep with where it got to. */
  public Map<String, Object> positioned(Map<String, Object> terms, String position) {
    Map<String, Object> row = counted(terms, 0);
    row.put("position", position);
    return row;
  }

  /**
   * The columns of a dead letter.
   *
   * @param work {@code delivery}, {@code runner}, {@code pool} or {@code dispatch}
   * @param runner the runner row that was worked on; null when there was none
   * @param cause what was thrown
   * @param route id of the route that failed
   * @param step the step that failed, as far as Camel tells
   */
  public Map<String, Object> deadLetter(
      String work, Map<String, Object> runner, Throwable cause, String route, String step) {
    String text = cause.getClass().getName() + ": " + cause.getMessage();
    Map<String, Object> letter = new HashMap<>();
    if (runner != null) {
      letter.putAll(runner);
    }
    Object name = letter.get("name");
    letter.put("letter", work + "-" + name);
    letter.put("kind", work);
    letter.put("subject", name);
    letter.put("job_id", letter.get("minted_for"));
    letter.put("original", runner == null ? null : runner.toString());
    letter.put("cause", text.substring(0, Math.min(LONGEST_CAUSE, text.length())));
    letter.put("route", route);
    letter.put("step", step);
    letter.put("code", "cannot_be_processed");
    letter.put("message", "The gateway cannot process this runner: see its dead letter.");
    letter.put("wait", 0L);
    return letter;
  }
}
