package io.github.modalrunner.demo;

import io.github.modalrunner.demo.Faults.End;
import io.github.modalrunner.demo.Job.Repo;
import io.github.modalrunner.demo.Job.Run;
import io.github.modalrunner.demo.Tally.Fact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** GitHub Actions: runs, jobs, runners, who gets which job, and the webhooks about it. */
final class GitHubModel {
  private final World world;
  final Map<Long, Job> jobs = new LinkedHashMap<>();
  final Map<Long, Run> runs = new LinkedHashMap<>();
  final Map<Long, Runner> runners = new LinkedHashMap<>();
  final Map<String, Repo> repositories = new HashMap<>();

  /** JIT configurations, each with the runner that it registers. */
  final Map<String, Runner> jitConfigs = new HashMap<>();

  /** What was delivered, by its id. */
  final NavigableMap<Long, Delivery.Logged> log = new TreeMap<>();

  final PriorityQueue<Delivery> outbox =
      new PriorityQueue<>(
          Comparator.comparingLong(Delivery::dueAt).thenComparingLong(Delivery::id));

  /** Jobs that a runner may take, by what a runner must have for them. */
  private final Map<Shelf, List<Job>> shelves = new LinkedHashMap<>();

  private record Shelf(String repository, Set<String> labels) {}

  private long lastJob = 30_433_642_545L;
  private long lastRun = 9_433_642_000L;
  private long lastRunner = 22;
  private long lastDelivery = 12_345_678_000L;

  GitHubModel(World world) {
    this.world = world;
  }

  Repo repository(String fullName, boolean isPrivate) {
    return repositories.computeIfAbsent(
        fullName,
        name -> {
          long id = 186_853_002L + repositories.size();
          return new Repo(name, id, isPrivate, Payloads.repository(name, id, isPrivate));
        });
  }

  List<Long> submit(JobSpec spec, int size, String status, long now) {
    Run run = new Run(++lastRun, repository(spec.repository(), true), now);
    runs.put(run.id, run);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ids.add(add(new Job(++lastJob, run, spec, status, now), now));
    }
    return ids;
  }

  private long add(Job job, long now) {
    jobs.put(job.id, job);
    world.tally.count(Fact.JOBS_SUBMITTED);
    String what = job.spec.repository() + " \"" + job.spec.name() + "\"";
    world.tell(now, job, "queued: " + what + ", runs-on " + job.spec.labels());
    job.deploys = job.is("waiting");
    hook("queued", job, now);
    if (job.deploys) {
      hook("waiting", job, now);
    } else {
      shelve(job);
    }
    return job.id;
  }

  void approve(Job job, long now) {
    if (job.is("waiting")) {
      job.status = "queued";
      world.tell(now, job, "approved and queued");
      hook("queued", job, now);
      shelve(job);
    }
  }

  long rerun(Job job, long now) {
    job.run.attempt = job.attempt + 1;
    return add(new Job(++lastJob, job.run, job.spec, "queued", now), now);
  }

  private Shelf shelf(Job job) {
    return new Shelf(job.spec.repository(), JobSpec.canonical(job.spec.labels()));
  }

  private void shelve(Job job) {
    if (job.is("queued")) {
      shelves.computeIfAbsent(shelf(job), s -> new ArrayList<>()).add(job);
    }
  }

  void unshelve(Job job) {
    shelves.getOrDefault(shelf(job), new ArrayList<>()).remove(job);
  }

  /** Gives any queued job to any idle runner that fits, as chance has it. */
  void assign(long now) {
    shelves.values().removeIf(List::isEmpty);
    if (shelves.isEmpty()) {
      return;
    }
    List<Runner> idle = new ArrayList<>(runners.values().stream().filter(Runner::idle).toList());
    while (!idle.isEmpty()) {
      Runner runner = idle.remove(world.random.nextInt(idle.size()));
      List<List<Job>> fitting =
          shelves.entrySet().stream()
              .filter(s -> runner.fits(s.getKey().repository(), s.getKey().labels()))
              .map(Map.Entry::getValue)
              .toList();
      int choices = fitting.stream().mapToInt(List::size).sum();
      int pick = choices == 0 ? 0 : world.random.nextInt(choices);
      for (List<Job> shelf : fitting) {
        if (pick < shelf.size()) {
          start(shelf.remove(pick), runner, now);
          break;
        }
        pick -= shelf.size();
      }
    }
  }

  private void start(Job job, Runner runner, long now) {
    if (runner.sandbox != null && runner.sandbox.never()) {
      runners.remove(runner.id);
      world.tell(now, job, "lost by " + runner.name + ", which goes on listening");
      world.at(now + world.pace.notice(), t -> shelve(job));
      return;
    }
    job.status = "in_progress";
    job.startedAt = now;
    job.runner = runner;
    runner.job = job;
    world.tell(now, job, "in progress on " + runner.name);
    hook("in_progress", job, now);
    long duration = job.spec.durationMs();
    if (runner.sandbox != null && runner.sandbox.fate.end() == End.IN_JOB) {
      int code = runner.sandbox.fate.exitCode();
      world.at(now + duration / 2, t -> world.modal.end(runner.sandbox, code, t));
    }
    world.at(
        now + duration,
        t -> {
          if (runner.online) {
            finish(job, job.spec.conclusion(), t);
          }
        });
  }

  /** Completes a job once, frees its runner and tells the world. */
  void finish(Job job, String conclusion, long now) {
    if (job.is("completed")) {
      return;
    }
    unshelve(job);
    Runner runner = job.runner;
    if (conclusion.equals("cancelled")) {
      world.tally.count(Fact.JOBS_CANCELLED);
    } else if (runner.sandbox == null) {
      world.tally.count(Fact.JOBS_SERVED_ELSEWHERE);
    } else if (runner.online) {
      world.tally.count(Fact.JOBS_SERVED);
    }
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = now;
    world.tell(now, job, "completed: " + conclusion);
    hook("completed", job, now);
    if (runner != null) {
      runner.job = null;
      if (runner.ephemeral) {
        runners.remove(runner.id);
      }
      if (runner.sandbox != null) {
        world.modal.jobDone(runner.sandbox, now);
      }
    }
  }

  /** Registers a runner; null when the name is taken in this scope. */
  Runner register(
      String scope, String name, List<String> labels, int group, boolean jit, long now) {
    if (runners.values().stream().anyMatch(r -> r.scope.equals(scope) && r.name.equals(name))) {
      return null;
    }
    Runner runner = new Runner(++lastRunner, name, scope, labels, group, jit, now);
    runners.put(runner.id, runner);
    world.tell(now, null, "runner " + name + " registered");
    if (jit) {
      world.at(now + world.pace.unused(), t -> removeUnless(runner.online, runner, t));
    }
    return runner;
  }

  boolean registered(Runner runner) {
    return runner != null && runners.containsKey(runner.id);
  }

  void online(Runner runner, long now) {
    runner.online = true;
    world.tell(now, null, "runner " + runner.name + " online");
    world.at(now + world.pace.idle(), t -> removeUnless(runner.job != null, runner, t));
  }

  private void removeUnless(boolean needed, Runner runner, long now) {
    if (!needed && registered(runner)) {
      remove(runner, now);
    }
  }

  /** Removes the registration of a runner that is not busy. */
  void remove(Runner runner, long now) {
    runners.remove(runner.id);
    world.tell(now, null, "runner " + runner.name + " removed");
    if (runner.sandbox != null && runner.sandbox.booted) {
      world.modal.leave(runner.sandbox, now);
    }
  }

  /** The sandbox behind a runner ended; its job, if it had one, fails when GitHub notices. */
  void offline(Runner runner, long now) {
    runner.online = false;
    Job job = runner.job;
    if (job != null) { // it may be cancelled before GitHub notices
      world.at(now + world.pace.notice(), t -> finish(job, "failure", t));
    }
  }

  private void hook(String action, Job job, long now) {
    if (job.spec.heard()) {
      send("workflow_job", action, job.run.repository, job, now);
    }
  }

  void send(String event, String action, Repo repository, Job job, long now) {
    String subject = job == null ? repository.fullName() : Long.toString(job.id);
    Faults.Call call = world.call("webhook." + (action == null ? event : action), subject);
    UUID guid = UUID.nameUUIDFromBytes((call + event).getBytes(StandardCharsets.UTF_8));
    Delivery delivery =
        new Delivery(
            0,
            guid.toString(),
            event,
            action,
            repository.fullName(),
            repository.id(),
            job == null ? 0 : job.id,
            Payloads.webhook(action, repository, job),
            now);
    for (long delay : world.faults.copies(call)) {
      outbox.add(delivery.copy(++lastDelivery, now + delay));
    }
  }

  List<Delivery> drain(long now) {
    List<Delivery> due = new ArrayList<>();
    while (!outbox.isEmpty() && outbox.peek().dueAt() <= now) {
      due.add(outbox.poll());
    }
    return due;
  }
}
