package io.github.modalrunner.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The demo's plot: queues jobs, says what happens, and knows when it is over. */
public final class DemoScript {
  private static final long GAP_MS = 700;
  private static final int AT_A_TIME = 12;
  private static final int AT_A_TIME_ENDLESS = 3;
  private static final long PATIENCE_MS = 120_000;
  private static final List<JobSpec> JOBS =
      List.of(
          JobSpec.of("octo-org/api", "self-hosted", "modal").named("build").lasting(3_000),
          JobSpec.of("octo-org/web", "self-hosted", "linux", "modal").named("test").lasting(4_000),
          JobSpec.of("octo-org/docs", "modal").named("publish").lasting(2_000));

  private final World world;
  private final int jobs;
  private final PrintStream out;
  private final String statusPage;
  private long begun;
  private int submitted;
  private long served;
  private long progressAt;
  private boolean over;

  /**
   * @param jobs how many to queue before it ends; 0 goes on for ever
   * @param statusPage address to show at the start
   */
  public DemoScript(World world, int jobs, String statusPage) {
    this(world, jobs, statusPage, System.out);
  }

  DemoScript(World world, int jobs, String statusPage, PrintStream out) {
    this.world = world;
    this.jobs = jobs;
    this.out = out;
    this.statusPage = statusPage;
  }

  private void print(World.Happening h) {
    String who = h.jobId() == 0 ? "" : "job " + h.jobId() + " ";
    double seconds = (h.at() - begun) / 1_000.0;
    out.println(String.format(Locale.ROOT, "%7.1f s  %s%s", seconds, who, h.what()));
  }

  /** Moves the world to now, queueing a job when it is time; gives the webhooks to deliver. */
  public List<Delivery> next() {
    long now = world.now();
    if (begun == 0) {
      out.println("Demo: the real routes, with stand-ins for GitHub and Modal.");
      out.println("Status page: " + statusPage);
      world.listen(this::print);
      begun = now;
      progressAt = now;
      JOBS.forEach(j -> world.repository(j.repository(), true));
    }
    boolean more = jobs == 0 || submitted < jobs;
    long room = (jobs == 0 ? AT_A_TIME_ENDLESS : AT_A_TIME) - world.unfinished();
    if (more && room > 0 && now - begun >= submitted * GAP_MS) {
      world.submit(JOBS.get(submitted++ % JOBS.size()));
    }
    return world.tick(now);
  }

  /**
   * The exit code, once, when it is over: 0 if all jobs were served and nothing is left, 1 if none
   * was served for two minutes. Null until then and after.
   */
  public Integer exitCode() {
    long before = served;
    served = world.tally().get(Tally.Fact.JOBS_SERVED);
    progressAt = served > before ? world.now() : progressAt;
    long waiting = world.unfinished();
    int left = world.sandboxes().size();
    boolean done = submitted == jobs && waiting == 0 && left == 0 && world.silent();
    boolean stuck = world.now() - progressAt > PATIENCE_MS;
    if (over || jobs == 0 || !(done || stuck)) {
      return null;
    }
    over = true;
    boolean good = done && served == jobs;
    if (!good) {
      out.println("Not every job was served; the lines above and the log say how far each came.");
    }
    out.println(served + " jobs served, " + waiting + " waiting, " + left + " sandboxes left");
    return good ? 0 : 1;
  }
}
