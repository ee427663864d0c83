package io.github.modalrunner.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The world outside the gateway: GitHub and Modal in one memory, under one lock.
 *
 * <p>Time passes in {@link #tick}; calls through {@link GitHubApi} and {@link LauncherApi} happen
 * between ticks, from any thread. All chance comes from the seed.
 */
public final class World {
  final Random random;
  final Pace pace;
  final Faults faults;
  final Tally tally = new Tally();
  final GitHubModel github = new GitHubModel(this);
  final ModalModel modal = new ModalModel(this);
  private final LongSupplier clock;
  private final PriorityQueue<Due> agenda =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.nth, b.nth));
  private final Map<String, Integer> occurrences = new HashMap<>();
  private final List<Consumer<Happening>> listeners = new ArrayList<>();
  private long planned;

  private record Due(long at, long nth, LongConsumer action) {}

  /** A line for people: what happened at which epoch millisecond, about which job (or 0). */
  public record Happening(long at, long jobId, String what) {}

  /** A world where nothing goes wrong, by the clock of this machine. */
  public World(long seed) {
    this(seed, System::currentTimeMillis, Pace.USUAL, Faults.NONE);
  }

  public World(long seed, LongSupplier clock, Pace pace, Faults faults) {
    this.random = new Random(seed);
    this.clock = clock;
    this.pace = pace;
    this.faults = faults;
  }

  /** Does everything that is due and gives the webhooks that GitHub sends by now, in its order. */
  public synchronized List<Delivery> tick(long now) {
    while (!agenda.isEmpty() && agenda.peek().at <= now) {
      Due due = agenda.poll();
      due.action.accept(due.at);
      github.assign(due.at);
    }
    github.assign(now);
    return github.drain(now);
  }

  /** Says what came of a delivery: the answer's status, or 0 when there was none. */
  public synchronized void answered(Delivery delivery, int status) {
    github.log.put(delivery.id(), new Delivery.Logged(delivery, now(), status == 0 ? 502 : status));
  }

  /** Queues a job in a run of its own; gives its id. */
  public long submit(JobSpec job) {
    return submit(job, 1).get(0);
  }

  /** Queues a matrix: that many equal jobs in one run. */
  public synchronized List<Long> submit(JobSpec job, int size) {
    return github.submit(job, size, "queued", now());
  }

  /** Queues a job that waits for the approval of its environment. */
  public synchronized long submitWaiting(JobSpec job) {
    return github.submit(job, 1, "waiting", now()).get(0);
  }

  /** Approves a waiting job's environment: it is queued, again. */
  public synchronized void approve(long jobId) {
    github.approve(github.jobs.get(jobId), now());
  }

  /** Cancels a job, before a runner took it or after. */
  public synchronized void cancel(long jobId) {
    github.finish(github.jobs.get(jobId), "cancelled", now());
  }

  /** Runs a job again, in the next attempt of its run; gives the new job's id. */
  public synchronized long rerun(long jobId) {
    return github.rerun(github.jobs.get(jobId), now());
  }

  /** Binds a queued job to a runner that is dead: it stays queued and no runner gets it. */
  public synchronized void pin(long jobId) {
    github.unshelve(github.jobs.get(jobId));
  }

  /** Ends a job's run with this conclusion while the job stays queued for ever. */
  public synchronized void abandon(long jobId, String conclusion) {
    pin(jobId);
    github.jobs.get(jobId).run.abandoned = conclusion;
  }

  /** Brings somebody else's runner online; it takes job after job. */
  public synchronized void foreignRunner(String scope, String name, String... labels) {
    github.register(scope, name, List.of(labels), 1, false, now()).online = true;
  }

  /** Makes a repository known before its first job, and says whether it is private. */
  public synchronized void repository(String fullName, boolean isPrivate) {
    github.repository(fullName, isPrivate);
  }

  /** Sends a webhook of another event. */
  public synchronized void noise(String repository, String event) {
    github.send(event, null, github.repository(repository, true), null, now());
  }

  /** Does this at that time, within {@link #tick}. */
  public synchronized void at(long time, LongConsumer action) {
    agenda.add(new Due(time, planned++, action));
  }

  public synchronized Tally tally() {
    return tally.copy();
  }

  public synchronized String status(long jobId) {
    return github.jobs.get(jobId).status;
  }

  /** How many jobs are not completed. */
  public synchronized long unfinished() {
    return github.jobs.values().stream().filter(j -> !j.is("completed")).count();
  }

  /** Names of the sandboxes that run. */
  public synchronized List<String> sandboxes() {
    return modal.running().map(s -> s.name).toList();
  }

  /** Names of those that run for nothing: booted, with neither a job nor a registration. */
  public synchronized List<String> leaked() {
    return modal
        .running()
        .filter(s -> s.booted && !github.registered(s.runner))
        .map(s -> s.name)
        .toList();
  }

  /** Names of the runners that are registered. */
  public synchronized List<String> registrations() {
    return github.runners.values().stream().map(r -> r.name).toList();
  }

  /** Whether anything that GitHub sent about a job was answered with 2xx. */
  public synchronized boolean heard(long jobId) {
    return github.log.values().stream().anyMatch(l -> l.delivery().jobId() == jobId && !l.failed());
  }

  /** GUIDs of the job webhooks in the delivery log that were never answered with 2xx. */
  public synchronized Set<String> undelivered() {
    Set<String> missed = new TreeSet<>();
    Set<String> answered = new HashSet<>();
    for (Delivery.Logged logged : github.log.values()) {
      boolean job = logged.delivery().event().equals("workflow_job");
      (job && logged.failed() ? missed : answered).add(logged.delivery().guid());
    }
    missed.removeAll(answered);
    return missed;
  }

  /** Whether every webhook that GitHub means to send was handed out by {@link #tick}. */
  public synchronized boolean silent() {
    return github.outbox.isEmpty();
  }

  /** Calls back at each happening, under the world's lock: be quick. */
  public synchronized void listen(Consumer<Happening> listener) {
    listeners.add(listener);
  }

  void tell(long at, Job job, String what) {
    listeners.forEach(l -> l.accept(new Happening(at, job == null ? 0 : job.id, what)));
  }

  long now() {
    return clock.getAsLong();
  }

  synchronized Faults.Call call(String kind, String subject) {
    return new Faults.Call(kind, subject, occurrences.merge(kind + " " + subject, 1, Integer::sum));
  }

  synchronized Answer inTurn(Supplier<Answer> doing) {
    return doing.get();
  }
}
