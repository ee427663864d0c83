package io.github.modalrunner.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.modalrunner.demo.Faults;
import io.github.modalrunner.demo.JobSpec;
import io.github.modalrunner.demo.Pace;
import io.github.modalrunner.demo.Tally;
import io.github.modalrunner.demo.Tally.Fact;
import io.github.modalrunner.demo.World;
import io.github.modalrunner.demo.WorldDriver;
import io.github.modalrunner.demo.WorldServer;
import io.github.modalrunner.fixtures.Balancer;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.GatewayProcess;
import io.github.modalrunner.fixtures.Postgres;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ServedGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * A world with a gateway in it, both quick: what takes minutes out there takes a second here. In
 * the end {@link #settle} holds the two against what must never be broken.
 */
final class Trial implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static final String ORGANIZATION = "octo-org";
  static final String REPOSITORY = ORGANIZATION + "/octo-repo";

  static final String[] LABELS = {"self-hosted", "linux", "modal"};

  /** Half a second of work on any of our runners. */
  static final JobSpec JOB = JobSpec.of(REPOSITORY, LABELS).lasting(500);

  static final Pace PACE = new Pace(300, 100, 300, 1_500, 20_000, 60_000, 0);

  private static final Map<String, String> QUICK =
      Map.ofEntries(
          Map.entry("runner.github.mints-per-minute", "60000"),
          Map.entry("runner.github.request-timeout", "5s"),
          Map.entry("runner.github.secondary-wait", "1s"),
          Map.entry("runner.github.hooks", "orgs/" + ORGANIZATION + "/hooks/1"),
          Map.entry("runner.modal.creates-per-second", "1000"),
          Map.entry("runner.modal.request-timeout", "8s"),
          Map.entry("runner.limits.max-runners", "200"),
          Map.entry("runner.limits.max-runners-per-repository", "200"),
          Map.entry("runner.retry.initial-delay", "100ms"),
          Map.entry("runner.retry.max-delay", "1s"),
          Map.entry("runner.breaker.open-for", "1s"),
          Map.entry("runner.reconcile.every", "1s"),
          Map.entry("runner.reconcile.deliveries-every", "3s"),
          Map.entry("runner.reconcile.runs-every", "5s"),
          Map.entry("runner.reconcile.job-checks", "5s"),
          Map.entry("runner.reconcile.orphan-grace", "2s"),
          Map.entry("runner.reconcile.registration-grace", "6s"),
          Map.entry("runner.runner.boot-deadline", "6s"),
          Map.entry("runner.runner.idle-limit", "8s"),
          Map.entry("runner.runner.surplus-hold", "2s"),
          Map.entry("runner.runner.exit-grace", "2s"),
          Map.entry("runner.runner.reap-grace", "1s"),
          Map.entry("runner.runner.jit-max-age", "5s"),
          Map.entry("runner.runner.blocked-after", "4s"));

  /** What a trial is made of, before it starts. */
  static final class Plan {
    private final Path folder;
    private final Map<String, String> settings = new HashMap<>(QUICK);
    private long seed = 1;
    private Faults faults = Faults.NONE;
    private Pace pace = PACE;
    private IntConsumer onAccepted = count -> {};
    private int replicas = 1;

    /** What {@code jit-max-age} allows when the launcher is asked, and the time of the asking. */
    private long oldestJit = 8_000;

    private Plan(Path folder) {
      this.folder = folder;
    }

    Plan set(String property, String value) {
      settings.put(property, value);
      return this;
    }

    Plan seed(long other) {
      seed = other;
      return this;
    }

    Plan faults(Faults other) {
      faults = other;
      return this;
    }

    Plan pace(Pace other) {
      pace = other;
      return this;
    }

    Plan jitAtMost(long ms) {
      oldestJit = ms;
      return this;
    }

    /** Told after each answer of 2xx how many deliveries have had one. */
    Plan onAccepted(IntConsumer other) {
      onAccepted = other;
      return this;
    }

    /** So many gateways on one PostgreSQL ledger, behind a load balancer. */
    Plan replicas(int count) {
      replicas = count;
      return this;
    }

    /** Starts the world and, in this JVM, the gateway. */
    Trial start() {
      return new Trial(this, false);
    }

    /** Starts the world and the gateway, the latter in a process that can be killed. */
    Trial startKillable() {
      return new Trial(this, true);
    }
  }

  final World world;
  private final WorldServer server;
  private final WorldDriver driver;
  private final Path folder;
  private final Map<String, String> settings;
  private final boolean killable;
  private final long oldestJit;
  private final Set<Long> jobs = new ConcurrentSkipListSet<>();
  private final List<GatewayProcess> replicas = new ArrayList<>();
  private final Balancer balancer;
  private ServedGateway gateway;

  private Trial(Plan plan, boolean killable) {
    this.folder = plan.folder;
    this.killable = killable;
    this.oldestJit = plan.oldestJit;
    world = new World(plan.seed, System::currentTimeMillis, plan.pace, plan.faults);
    world.repository(REPOSITORY, true);
    world.listen(
        happening -> {
          if (happening.jobId() != 0) {
            jobs.add(happening.jobId());
          }
        });
    try {
      server = new WorldServer(world);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> given = new HashMap<>(plan.settings);
    given.put("runner.github.api-url", server.githubUrl());
    given.put("runner.modal.launcher-url", server.launcherUrl());
    if (plan.replicas > 1) {
      given.put("runner.ledger.url", Postgres.newDatabase());
    }
    settings = ServedGateway.settings(folder, given);
    gateway = killable ? process(folder, settings) : RunningGateway.start(folder, settings);
    for (int i = 1; i < plan.replicas; i++) {
      process(folder.resolve("replica-" + i), ServedGateway.settings(folder, given));
    }
    balancer =
        plan.replicas > 1
            ? new Balancer(replicas.stream().map(ServedGateway::webhook).toList())
            : null;
    driver =
        new WorldDriver(
            world,
            balancer == null ? gateway.webhook() : balancer.webhook(),
            ServedGateway.SECRET,
            50,
            plan.onAccepted);
  }

  private GatewayProcess process(Path home, Map<String, String> given) {
    GatewayProcess started = GatewayProcess.in(home, given).start();
    replicas.add(started);
    return started;
  }

  /** One of several gateways. */
  GatewayProcess replica(int number) {
    return replicas.get(number);
  }

  /** How many webhooks one of several gateways has taken. */
  int taken(int number) {
    return balancer.taken(replica(number).webhook());
  }

  /** A quick world without faults, and a gateway with a ledger in this folder. */
  static Plan in(Path folder) {
    return new Plan(folder);
  }

  /** Kills the gateway, when it runs; the world goes on. */
  void kill() {
    process().kill();
  }

  /**
   * Kills the gateway if the ledger shows a point at this moment, and lets it go on otherwise: it
   * stands still while the ledger is looked at.
   */
  void killAt(Predicate<Trial> point) {
    if (isAlive()) {
      process().freeze();
      if (point.test(this)) {
        kill();
      } else {
        process().thaw();
      }
    }
  }

  boolean isAlive() {
    return process().isAlive();
  }

  private GatewayProcess process() {
    return (GatewayProcess) gateway;
  }

  /** Stops the gateway properly; the world goes on. */
  void stop() {
    if (killable) {
      process().stop();
    } else {
      gateway.close();
    }
  }

  /** Starts the gateway again, on the same ledger and ports. */
  void restart() {
    if (killable) {
      process().start();
    } else {
      gateway = RunningGateway.start(folder, settings);
    }
  }

  /** Fails when the world has stopped, so that nobody waits for what cannot happen. */
  void check() {
    driver.check();
  }

  /** Ids of all jobs that there have ever been, re-runs included. */
  Set<Long> jobs() {
    return new TreeSet<>(jobs);
  }

  Tally tally() {
    return world.tally();
  }

  long count(Fact fact) {
    return tally().get(fact);
  }

  JsonNode api(String path) {
    return gateway.api(path);
  }

  /** Why a job is not being served, as a code; empty when it is or has been. */
  String reason(long jobId) {
    return api("/api/jobs/" + jobId).at("/reason/code").asText();
  }

  /** The same as a sentence. */
  String explanation(long jobId) {
    return api("/api/jobs/" + jobId).at("/reason/message").asText();
  }

  String state(long jobId) {
    return gateway.jobState(jobId);
  }

  List<Map<String, Object>> rows(String sql) {
    return gateway.rows(sql);
  }

  /** How many rows a table has that fulfil a condition. */
  long rows(String table, String condition) {
    return ((Number)
            rows("SELECT count(*) AS n FROM %s WHERE %s".formatted(table, condition))
                .get(0)
                .get("n"))
        .longValue();
  }

  /**
   * Waits until nothing is left to do, and checks that nothing went wrong on the way.
   *
   * @param excused jobs that nobody can serve: they must say why at the admin API
   */
  void settle(Duration limit, Long... excused) {
    Set<Long> unserved = Set.of(excused);
    await("nothing is left to do")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(unrest(unserved)).as(this::diagnosis).isEmpty());
    assertThat(violations(unserved)).isEmpty();
  }

  /** Waits until each of these jobs is blocked and says so at the admin API. */
  void awaitReasons(Duration limit, Set<Long> blocked) {
    await("what nobody can serve says why")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> assertThat(blocked).allMatch(job -> reason(job).equals("blocked_upstream")));
  }

  /** What may help to understand why something is still to be done. */
  private String diagnosis() {
    StringBuilder text = new StringBuilder(tally().toString());
    rows("SELECT * FROM pool").forEach(row -> text.append("\npool ").append(row));
    jobs().stream()
        .filter(job -> !world.status(job).equals("completed"))
        .limit(3)
        .forEach(job -> text.append("\njob ").append(api("/api/jobs/" + job + "/explain")));
    return text.toString();
  }

  /** What is still to be done, in sentences. */
  private List<String> unrest(Set<Long> excused) {
    List<String> unrest = new ArrayList<>();
    for (long job : jobs()) {
      if (!excused.contains(job) && !world.status(job).equals("completed")) {
        unrest.add("job %d is %s at GitHub".formatted(job, world.status(job)));
      }
    }
    if (!driver.isQuiet()) {
      unrest.add("webhooks are under way");
    }
    world.sandboxes().forEach(name -> unrest.add("sandbox " + name + " runs"));
    registrations().forEach(name -> unrest.add("runner " + name + " is registered"));
    rows("SELECT guid FROM delivery WHERE state = 'NEW'")
        .forEach(row -> unrest.add("delivery is not applied: " + row));
    rows("SELECT job_id, state FROM job WHERE state IN ('WAITING', 'QUEUED', 'IN_PROGRESS')")
        .stream()
        .filter(row -> !excused.contains(((Number) row.get("job_id")).longValue()))
        .forEach(row -> unrest.add("job is not done: " + row));
    rows("""
            SELECT name, state, registration, sandbox FROM runner
             WHERE state NOT IN ('GONE', 'DEAD') OR registration = 'DELETE' OR sandbox = 'RUNNING'
            """)
        .forEach(row -> unrest.add("runner is not done: " + row));
    return unrest;
  }

  /** What has gone wrong, in sentences. */
  private List<String> violations(Set<Long> excused) {
    List<String> violations = new ArrayList<>();
    Tally tally = tally();
    for (Fact never :
        new Fact[] {Fact.JOBS_KILLED, Fact.SANDBOXES_DOUBLE, Fact.SANDBOXES_HURRIED}) {
      if (tally.get(never) > 0) {
        violations.add("%s is %d".formatted(never, tally.get(never)));
      }
    }
    if (tally.get(Fact.MAX_JIT_AGE_MS) > oldestJit) {
      violations.add("a JIT configuration was " + tally.get(Fact.MAX_JIT_AGE_MS) + " ms old");
    }
    Set<String> known = deliveries("DONE", "IGNORED");
    driver.accepted().stream()
        .filter(guid -> !known.contains(guid))
        .forEach(guid -> violations.add("delivery " + guid + " was accepted and has no effect"));
    rows("SELECT * FROM dead_letter").forEach(row -> violations.add("dead letter: " + row));
    excused.stream()
        .filter(job -> world.heard(job) && reason(job).isEmpty())
        .forEach(
            job ->
                violations.add(
                    "job %d does not say why it waits: %s"
                        .formatted(job, api("/api/jobs/" + job))));
    return violations;
  }

  /** How many deliveries of the log did not reach the gateway and were not read from there. */
  int unread() {
    Set<String> missed = world.undelivered();
    missed.removeAll(deliveries("DONE", "IGNORED", "QUARANTINED"));
    return missed.size();
  }

  /** GUIDs of the deliveries in the ledger that are in one of these states. */
  private Set<String> deliveries(String... states) {
    Set<String> guids = new TreeSet<>();
    rows("SELECT guid FROM delivery WHERE state IN ('%s')".formatted(String.join("', '", states)))
        .forEach(row -> guids.add((String) row.get("guid")));
    return guids;
  }

  /** Our runners at GitHub. */
  List<String> registrations() {
    return world.registrations().stream().filter(name -> name.startsWith("mgr-")).toList();
  }

  /** Registers a runner that nobody launches, as a crash leaves it. */
  void strayRegistration(String name) {
    Map<String, Object> request =
        Map.of("name", name, "runner_group_id", 1, "labels", LABELS, "work_folder", "_work");
    HttpRequest mint =
        HttpRequest.newBuilder(
                URI.create(
                    server.githubUrl()
                        + "/repos/"
                        + REPOSITORY
                        + "/actions/runners/generate-jitconfig"))
            .header("Authorization", "Bearer " + ServedGateway.TOKEN)
            .header("User-Agent", "test")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .POST(BodyPublishers.ofString(JSON.valueToTree(request).toString()))
            .build();
    assertThat(HTTP.sendAsync(mint, BodyHandlers.discarding()).join().statusCode()).isEqualTo(201);
  }

  /** Posts a delivery of the test's own making; answers the status. */
  int post(Delivery delivery) {
    return delivery.postTo(gateway.webhook()).status();
  }

  /** GUIDs of the deliveries that the gateway answered with 2xx. */
  Set<String> accepted() {
    return driver.accepted();
  }

  @Override
  public void close() {
    try (server;
        driver;
        balancer) {
      replicas.forEach(GatewayProcess::close);
      gateway.close();
    }
  }
}
