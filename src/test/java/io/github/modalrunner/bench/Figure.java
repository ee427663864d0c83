package io.github.modalrunner.bench;

/**
 * One result.
 *
 * @param measure what was measured, as {@code -Dbench} names it
 * @param name what the value is, with its circumstances
 * @param value rounded when it is shown
 * @param unit {@code ms}, {@code MB}, {@code /s}, or {@code ×} for a ratio
 * @param bound what it should be
 */
record Figure(String measure, String name, double value, String unit, Bound bound) {

  /** Which side of a limit is good. */
  enum Side {
    AT_MOST("≤"),
    AT_LEAST("≥"),
    NONE("");

    final String sign;

    Side(String sign) {
      this.sign = sign;
    }
  }

  /** A target. */
  record Bound(Side side, double limit) {
    static final Bound NONE = new Bound(Side.NONE, 0);

    boolean holds(double value) {
      return switch (side) {
        case AT_MOST -> value <= limit;
        case AT_LEAST -> value >= limit;
        case NONE -> true;
      };
    }
  }

  Figure(String measure, String name, double value, String unit) {
    this(measure, name, value, unit, Bound.NONE);
  }

  Figure atMost(double limit) {
    return new Figure(measure, name, value, unit, new Bound(Side.AT_MOST, limit));
  }

  Figure atLeast(double limit) {
    return new Figure(measure, name, value, unit, new Bound(Side.AT_LEAST, limit));
  }

  boolean isMet() {
    return bound.holds(value);
  }
}
