package io.github.modalrunner.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux tells of processes and of the machine. */
final class Machine {
  /** How the threads of the JIT compiler are named. */
  static final List<String> COMPILERS = List.of("C1 ", "C2 ");

  /** Linux reports CPU times to programs in hundredths of a second, whatever its own clock is. */
  private static final double TICK = 10;

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private Machine() {}

  /** CPU time of a process so far, user and system, in milliseconds. */
  static double cpu(long pid) {
    return cpu(read(Path.of("/proc/" + pid + "/stat")));
  }

  private static double cpu(String stat) {
    // The name in parentheses may hold blanks
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return TICK * (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]));
  }

  /**
   * CPU time of a process so far, in milliseconds, without threads whose name begins with one of
   * these. Those that have ended are not counted.
   */
  static double cpuWithout(long pid, List<String> names) {
    double cpu = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        cpu += cpuUnless(names, thread);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cpu;
  }

  private static double cpuUnless(List<String> names, Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      return names.stream().anyMatch(name::startsWith) ? 0 : cpu(stat);
    } catch (IOException ended) {
      return 0;
    }
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
