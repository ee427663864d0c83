package io.github.modalrunner.sandbox;

import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runners as processes of this machine, in the place of sandboxes, for {@code
 * routes/optional/61-sandbox-process.camel.yaml}. Nothing isolates them: a job can do whatever the
 * user of the gateway can. They outlive the gateway: each has a folder with a note of its process.
 */
public final class Processes {
  /** What of the gateway's environment a job may see; its settings and secrets are not among it. */
  private static final List<String> PASSED_ON = List.of("PATH", "HOME", "LANG", "TZ");

  private static final String NOTE = ".process";

  private final Path folder;
  private final Path runnerHome;
  private final Map<String, Profile> profiles;
  private final Map<String, Process> started = new ConcurrentHashMap<>();

  /**
   * @param profiles give the time limit, which coreutils' {@code timeout} enforces
   * @param folder where each runner gets a folder of its own
   * @param runnerHome an unpacked release of github.com/actions/runner, copied for each
   */
  public Processes(Collection<Profile> profiles, Path folder, Path runnerHome) {
    this.profiles = profiles.stream().collect(Collectors.toMap(Profile::name, Function.identity()));
    this.folder = folder.toAbsolutePath();
    this.runnerHome = runnerHome.toAbsolutePath();
  }

  /** The processes that the settings and two folders describe. */
  public static Processes of(Settings settings, String folder, String runnerHome) {
    return new Processes(settings.profiles(), Path.of(folder), Path.of(runnerHome));
  }

  /**
   * Starts a runner, once for its name while it runs.
   *
   * @return {@code sandbox_id}
   */
  public synchronized Map<String, Object> create(Map<String, Object> runner, String jitConfig)
      throws IOException {
    String name = (String) runner.get("name");
    Optional<ProcessHandle> running = running(name);
    if (running.isEmpty()) {
      clear(name);
      Path own = Files.createDirectories(folder.resolve(name));
      int limit = profiles.get((String) runner.get("profile")).timeoutSeconds();
      ProcessBuilder builder =
          new ProcessBuilder(
                  "timeout",
                  "--kill-after=30",
                  Integer.toString(limit),
                  "sh",
                  "-c",
                  "cp -R \"$0/.\" . && exec ./run.sh",
                  runnerHome.toString())
              .directory(own.toFile())
              .redirectErrorStream(true)
              .redirectOutput(own.resolve("output.log").toFile());
      builder.environment().keySet().retainAll(PASSED_ON);
      builder.environment().put("ACTIONS_RUNNER_INPUT_JITCONFIG", jitConfig);
      Process process = builder.start();
      started.put(name, process);
      Files.writeString(own.resolve(NOTE), id(process.toHandle()) + " " + runner.get("repository"));
      running = Optional.of(process.toHandle());
    }
    return Map.of("sandbox_id", id(running.get()));
  }

  /** {@code sandbox_state} (running, finished, none), {@code sandbox_id} and {@code exit_code}. */
  public synchronized Map<String, Object> state(Map<String, Object> runner) throws IOException {
    String name = (String) runner.get("name");
    Process process = started.get(name);
    Optional<ProcessHandle> running = running(name);
    Map<String, Object> state = new HashMap<>();
    state.put(
        "sandbox_state", running.isPresent() ? "running" : process == null ? "none" : "finished");
    state.put("sandbox_id", running.map(Processes::id).orElse(null));
    state.put("exit_code", running.isPresent() || process == null ? null : process.exitValue());
    return state;
  }

  /** All that run, as one page: {@code sandboxes} and no {@code next}. */
  public synchronized Map<String, Object> page() throws IOException {
    List<Map<String, Object>> sandboxes = new ArrayList<>();
    for (String name : names()) {
      Optional<ProcessHandle> running = running(name);
      if (running.isPresent()) {
        sandboxes.add(
            Map.of("name", name, "sandbox_id", id(running.get()), "repository", note(name)[1]));
      }
    }
    Map<String, Object> page = new HashMap<>();
    page.put("sandboxes", sandboxes);
    page.put("next", null);
    return page;
  }

  /** Ends a runner with all that it started, and removes its folder. */
  public synchronized void delete(Map<String, Object> runner) throws IOException {
    String name = (String) runner.get("name");
    running(name)
        .ifPresent(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
              process.onExit().join();
            });
    started.remove(name);
    clear(name);
  }

  private Optional<ProcessHandle> running(String name) throws IOException {
    if (!Files.exists(folder.resolve(name).resolve(NOTE))) {
      return Optional.empty();
    }
    String id = note(name)[0];
    return ProcessHandle.of(Long.parseLong(id.substring(0, id.indexOf('-'))))
        .filter(process -> process.isAlive() && id(process).equals(id));
  }

  private String[] note(String name) throws IOException {
    return Files.readString(folder.resolve(name).resolve(NOTE)).split(" ", 2);
  }

  private List<String> names() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.map(own -> own.getFileName().toString()).toList();
    }
  }

  /** Process numbers are used again; with the time of its start it is this one. */
  private static String id(ProcessHandle process) {
    return process.pid()
        + "-"
        + process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
  }

  private void clear(String name) throws IOException {
    Path own = folder.resolve(name);
    if (Files.exists(own)) {
      try (Stream<Path> files = Files.walk(own)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
