package io.github.modalrunner.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The unit of src/main/systemd. */
class SystemdTest {
  private static final Path UNIT = Path.of("src/main/systemd/modal-github-runner.service");

  /** What closes the rest of the machine to it; a change of this list is a decision. */
  private static final Set<String> HARDENING =
      Set.of(
          "DynamicUser=yes",
          "UMask=0077",
          "NoNewPrivileges=yes",
          "ProtectSystem=strict",
          "ProtectHome=yes",
          "ProtectClock=yes",
          "ProtectHostname=yes",
          "ProtectKernelLogs=yes",
          "ProtectKernelModules=yes",
          "ProtectKernelTunables=yes",
          "ProtectControlGroups=yes",
          "ProtectProc=invisible",
          "PrivateDevices=yes",
          "PrivateTmp=yes",
          "PrivateUsers=yes",
          "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
          "RestrictNamespaces=yes",
          "RestrictRealtime=yes",
          "RestrictSUIDSGID=yes",
          "LockPersonality=yes",
          "RemoveIPC=yes",
          "CapabilityBoundingSet=",
          "AmbientCapabilities=",
          "SystemCallArchitectures=native",
          "SystemCallFilter=@system-service",
          "SystemCallErrorNumber=EPERM");

  private static final Set<String> THE_REST =
      Set.of(
          "Description",
          "Wants",
          "After",
          "StateDirectory",
          "StateDirectoryMode",
          "WorkingDirectory",
          "EnvironmentFile",
          "Environment",
          "ExecStart",
          "SuccessExitStatus",
          "TimeoutStopSec",
          "Restart",
          "RestartSec",
          "MemoryHigh",
          "MemoryMax",
          "TasksMax",
          "LimitNOFILE",
          "WantedBy");

  private static final Pattern LINE = Pattern.compile("\\[\\w+]|#.*|[A-Z]\\w+=.*|");

  @Test
  void everyLineIsOneThatSystemdKnows() throws IOException {
    // When
    Set<String> lines = Set.copyOf(new HashSet<>(Files.readAllLines(UNIT)));

    // Then
    assertThat(lines).allMatch(line -> LINE.matcher(line).matches()).containsAll(HARDENING);
    assertThat(lines.stream().filter(line -> line.contains("=") && !line.startsWith("#")))
        .allMatch(line -> HARDENING.contains(line) || THE_REST.contains(line.split("=", 2)[0]));
  }

  @Test
  void systemdTakesItWithoutARemark() throws Exception {
    // Given
    if (Commands.missing("systemd-analyze")) {
      return; // its lines are compared above
    }

    // When
    String verdict = Commands.run("systemd-analyze", "verify", UNIT.toString());

    // Then
    assertThat(verdict).isBlank();
  }
}
