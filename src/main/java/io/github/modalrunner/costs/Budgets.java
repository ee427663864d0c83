package io.github.modalrunner.costs;

import io.github.modalrunner.settings.Settings;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What may be spent in a day or a month (UTC), as rows for the statement that compares it with what
 * was. A budget is for all repositories that its glob matches together.
 */
public final class Budgets {
  private final Map<String, Double> daily;
  private final Map<String, Double> monthly;
  private final double warnShare;

  /**
   * @param daily USD a day by glob of {@code owner/repository}
   * @param monthly USD a month by glob
   * @param warnShare the share of a budget, 0 to 1, that is warned at
   */
  Budgets(Map<String, Double> daily, Map<String, Double> monthly, double warnShare) {
    this.daily = Map.copyOf(daily);
    this.monthly = Map.copyOf(monthly);
    this.warnShare = warnShare;
  }

  /** The budgets that the settings give; none by default. */
  public static Budgets of(Settings settings) {
    return new Budgets(
        settings.amounts("runner.budgets.daily"),
        settings.amounts("runner.budgets.monthly"),
        settings.integer("runner.budgets.warn-percent") / 100.0);
  }

  /** Each budget with its current period, at the time {@code now} of a statement's terms. */
  public List<Map<String, Object>> rows(Map<String, Object> terms) {
    long now = (Long) terms.get("now");
    LocalDate today = Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC).toLocalDate();
    List<Map<String, Object>> rows = new ArrayList<>();
    daily.forEach((glob, usd) -> rows.add(row(glob, usd, "day", today, Period.ofDays(1), now)));
    monthly.forEach(
        (glob, usd) ->
            rows.add(row(glob, usd, "month", today.withDayOfMonth(1), Period.ofMonths(1), now)));
    return rows;
  }

  private Map<String, Object> row(
      String glob, double usd, String period, LocalDate since, Period length, long now) {
    LocalDate until = since.plus(length);
    Map<String, Object> row = new HashMap<>();
    row.put("name", glob + " a " + period);
    row.put("pattern", pattern(glob));
    row.put("usd", usd);
    row.put("warnUsd", usd * warnShare);
    row.put("since", millis(since));
    row.put("until", millis(until));
    row.put("now", now);
    row.put(
        "message",
        "The budget of %s USD a %s for %s is spent: the job waits until %s (0:00 UTC), or until runner.budgets.%s is raised."
            .formatted(
                BigDecimal.valueOf(usd).stripTrailingZeros().toPlainString(),
                period,
                glob,
                until,
                period.equals("day") ? "daily" : "monthly"));
    return row;
  }

  private static long millis(LocalDate day) {
    return day.toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC) * 1000;
  }

  /** A glob as what SQL calls LIKE, with {@code !} as its escape. */
  private static String pattern(String glob) {
    return glob.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0").replace('*', '%');
  }
}
