package io.github.modalrunner.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux tells of processes and of the machine. */
final class Machine {
  /** Linux reports CPU times to programs in hundredths of a second, whatever its own clock is. */
  private static final double TICK = 10;

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private Machine() {}

  /** CPU time of a process so far, user and system, in milliseconds. */
  static double cpu(long pid) {
    String stat = read(Path.of("/proc/" + pid + "/stat"));
    // The name in parentheses may hold blanks
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return TICK * (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]));
  }

  /** CPU time of the whole machine so far that was not idle, in milliseconds. */
  static double busy() {
    String[] fields =
        read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split("\\s+", -1);
    double ticks = 0;
    for (int i = 1; i < fields.length; i++) {
      boolean idle = i == 4 || i == 5;
      boolean countedInUser = i > 8;
      ticks += idle || countedInUser ? 0 : Long.parseLong(fields[i]);
    }
    return TICK * ticks;
  }

  /** Memory of a process that is resident, in megabytes (10^6). */
  static double rss(long pid) {
    Matcher matcher = RSS.matcher(read(Path.of("/proc/" + pid + "/status")));
    if (!matcher.find()) {
      throw new IllegalStateException("process " + pid + " has ended");
    }
    return Long.parseLong(matcher.group(1)) * 1.024 / 1000;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
