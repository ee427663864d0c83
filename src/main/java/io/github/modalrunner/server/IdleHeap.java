package io.github.modalrunner.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * A JVM that was started without a word about its heap takes what the machine has: here it learns
 * to give back what is not needed. One that was told when to give back is left as it is, and so is
 * a collector other than G1, which could do that at its next full collection only.
 *
 * @see <a href="https://openjdk.org/jeps/346">JEP 346: Promptly Return Unused Committed Memory</a>
 */
public final class IdleHeap {
  /** How long nothing is collected before G1 looks what can go, in milliseconds. */
  private static final String INTERVAL_MILLIS = "5000";

  private static final List<Wish> WISHES =
      List.of(
          // Per cent of the heap that may stay free; the lower bound first, it must not be above
          new Wish("MinHeapFreeRatio", "10"),
          new Wish("MaxHeapFreeRatio", "20"),
          new Wish("G1PeriodicGCInterval", INTERVAL_MILLIS));

  /** To be asked once what belongs to the start is done: it needs its garbage's room. */
  public void giveBack() {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (machine == null || !isG1(machine)) {
      return;
    }
    // All or none: a bound of the command line may be on the wrong side of ours
    if (WISHES.stream().allMatch(wish -> isUnsaid(machine, wish))) {
      WISHES.forEach(wish -> machine.setVMOption(wish.flag(), wish.value()));
    }
  }

  private static boolean isUnsaid(HotSpotDiagnosticMXBean machine, Wish wish) {
    return machine.getVMOption(wish.flag()).getOrigin() == VMOption.Origin.DEFAULT;
  }

  private static boolean isG1(HotSpotDiagnosticMXBean machine) {
    try {
      return Boolean.parseBoolean(machine.getVMOption("UseG1GC").getValue());
    } catch (IllegalArgumentException e) {
      // A JVM that was built without it
      return false;
    }
  }

  private record Wish(String flag, String value) {}
}
