package io.github.modalrunner.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In JVMs of their own: what is set stays set for the whole process. */
class IdleHeapTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @Test
  void aJvmThatWasToldNothingOfItsHeapGivesBackWhatItDoesNotNeed() throws Exception {
    assertThat(heapOf("-XX:+UseG1GC")).containsExactly("10", "20", "5000");
  }

  @Test
  void whatTheCommandLineSaysStays() throws Exception {
    assertThat(heapOf("-XX:+UseG1GC", "-XX:MinHeapFreeRatio=50")).containsExactly("50", "70", "0");
    assertThat(heapOf("-XX:+UseG1GC", "-XX:MaxHeapFreeRatio=55")).containsExactly("40", "55", "0");
    assertThat(heapOf("-XX:+UseG1GC", "-XX:G1PeriodicGCInterval=0"))
        .containsExactly("40", "70", "0");
  }

  @Test
  void anotherCollectorIsLeftAlone() throws Exception {
    assertThat(heapOf("-XX:+UseSerialGC")).containsExactly("40", "70", "0");
  }

  private static List<String> heapOf(String... flags) throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Started.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.lines().toList();
  }

  /**
   * The process that is looked at: says what its heap is told, the lower and the upper bound of
   * what may stay free and the interval.
   */
  static final class Started {
    public static void main(String[] args) {
      new IdleHeap().giveBack();
      HotSpotDiagnosticMXBean machine =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      for (String flag : List.of("MinHeapFreeRatio", "MaxHeapFreeRatio", "G1PeriodicGCInterval")) {
        VMOption option = machine.getVMOption(flag);
        System.out.println(option.getValue());
      }
    }
  }
}
