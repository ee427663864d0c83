package io.github.modalrunner.demo;

import java.util.ArrayList;
import java.util.List;

/** A job as GitHub sees it. Guarded by the world's lock, as everything in this package is. */
final class Job {
  final long id;
  final Run run;
  final JobSpec spec;
  final int attempt;
  final long createdAt;

  /** queued, waiting, in_progress or completed. */
  String status;

  String conclusion;
  long startedAt;
  long completedAt;
  Runner runner;

  /** Whether it deploys to an environment that asks for an approval. */
  boolean deploys;

  Job(long id, Run run, JobSpec spec, String status, long now) {
    this.id = id;
    this.run = run;
    this.spec = spec;
    this.status = status;
    this.attempt = run.attempt;
    this.createdAt = now;
    this.startedAt = now; // as GitHub does, long before it starts
    run.jobs.add(this);
  }

  boolean is(String other) {
    return status.equals(other);
  }

  /** A workflow run: the jobs of all its attempts. */
  static final class Run {
    final long id;
    final Repo repository;
    final long createdAt;
    final List<Job> jobs = new ArrayList<>();
    int attempt = 1;

    /** Set when the run is completed whatever its jobs say. */
    String abandoned;

    Run(long id, Repo repository, long now) {
      this.id = id;
      this.repository = repository;
      this.createdAt = now;
    }

    List<Job> latest() {
      return jobs.stream().filter(j -> j.attempt == attempt).toList();
    }

    /** As GitHub sums it up: a run with one running and ten queued jobs is in progress. */
    String status() {
      List<String> all = latest().stream().map(j -> j.status).toList();
      if (abandoned != null || all.stream().allMatch("completed"::equals)) {
        return "completed";
      }
      boolean begun = all.contains("in_progress") || all.contains("completed");
      return begun ? "in_progress" : all.contains("queued") ? "queued" : "waiting";
    }

    String conclusion() {
      if (!status().equals("completed")) {
        return null;
      }
      List<String> all = latest().stream().map(j -> j.conclusion).toList();
      return abandoned != null
          ? abandoned
          : all.contains("failure")
              ? "failure"
              : all.contains("cancelled") ? "cancelled" : "success";
    }
  }

  /** A repository; {@code json} is its form in webhooks. */
  record Repo(
      String fullName, long id, boolean isPrivate, com.fasterxml.jackson.databind.JsonNode json) {}
}
