package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.demo.Faults.End;
import io.github.modalrunner.demo.Tally.Fact;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Modal: sandboxes whose names are unique while they run, and the life of the runner in each. */
final class ModalModel {
  /** Exit codes that Modal gives, by the launcher's contract. */
  static final int TERMINATED = 137;

  private static final int TIMED_OUT = 124;

  private final World world;
  private final Map<String, Sandbox> byId = new HashMap<>();
  private final Map<String, Sandbox> running = new LinkedHashMap<>();
  private final Set<String> started = new HashSet<>();

  ModalModel(World world) {
    this.world = world;
  }

  /** Those that run, oldest first. */
  Stream<Sandbox> running() {
    return running.values().stream();
  }

  /** The one that runs under this name, even if look-ups do not show it yet; or null. */
  Sandbox running(String name) {
    return running.get(name);
  }

  Sandbox withId(String id) {
    return byId.get(id);
  }

  boolean visible(Sandbox sandbox, long now) {
    return sandbox != null && now >= sandbox.createdAt + world.pace.lag();
  }

  Sandbox create(String name, JsonNode request, long now) {
    Runner runner = world.github.jitConfigs.get(request.path("jit_config").asText());
    Faults.Fate fate = world.faults.fate(world.call("launch", name));
    String id = "sb-%022d".formatted(byId.size() + 1);
    Sandbox sandbox = new Sandbox(id, name, request, runner, fate, now);
    byId.put(id, sandbox);
    running.put(name, sandbox);
    world.tally.count(Fact.SANDBOXES_STARTED);
    world.tally.atMost(Fact.MAX_SANDBOXES_RUNNING, running.size());
    boolean again = !started.add(name);
    if (again || (runner != null && runner.sandbox != null)) {
      world.tally.count(Fact.SANDBOXES_DOUBLE);
    }
    if (runner != null) {
      runner.sandbox = sandbox;
      world.tally.atMost(Fact.MAX_JIT_AGE_MS, now - runner.mintedAt);
    }
    world.tell(now, null, "sandbox " + name + " starting");
    long jitter = world.random.nextInt((int) (world.pace.boot() / 4) + 1);
    world.at(now + world.pace.boot() + jitter + fate.bootMs(), t -> boot(sandbox, t));
    long lifetime = request.path("timeout_seconds").asLong() * 1_000;
    world.at(now + lifetime, t -> end(sandbox, TIMED_OUT, t));
    return sandbox;
  }

  private void boot(Sandbox sandbox, long now) {
    if (!sandbox.running()) {
      return;
    }
    sandbox.booted = true;
    if (sandbox.fate.end() == End.AT_BOOT) {
      end(sandbox, sandbox.fate.exitCode(), now);
    } else if (world.github.registered(sandbox.runner)) {
      world.github.online(sandbox.runner, now);
    } else {
      leave(sandbox, now);
    }
  }

  /** The runner finds its registration gone and, unless it is a ghost, exits after a while. */
  void leave(Sandbox sandbox, long now) {
    if (!sandbox.never()) {
      world.at(now + world.pace.leave(), t -> end(sandbox, 0, t));
    }
  }

  void jobDone(Sandbox sandbox, long now) {
    sandbox.jobDone = true;
    if (sandbox.fate.end() != End.HANGS) {
      world.at(now + world.pace.exit(), t -> end(sandbox, 0, t));
    }
  }

  /** Ends a sandbox by request, which is a crime when it runs a job. */
  void terminate(Sandbox sandbox, long now) {
    if (!sandbox.running()) {
      return;
    }
    if (sandbox.runner != null && sandbox.runner.job != null) {
      world.tally.count(Fact.JOBS_KILLED);
    } else if (sandbox.jobDone && sandbox.fate.end() != End.HANGS) {
      world.tally.count(Fact.SANDBOXES_HURRIED);
    }
    end(sandbox, TERMINATED, now);
  }

  void end(Sandbox sandbox, int exitCode, long now) {
    if (!sandbox.running()) {
      return;
    }
    sandbox.exitCode = exitCode;
    running.remove(sandbox.name);
    world.tell(now, null, "sandbox " + sandbox.name + " ended, exit code " + exitCode);
    if (sandbox.runner != null && sandbox.runner.sandbox == sandbox) {
      if (sandbox.runner.job != null && exitCode != TERMINATED) {
        world.tally.count(Fact.JOBS_LOST);
      }
      world.github.offline(sandbox.runner, now);
    }
  }
}
