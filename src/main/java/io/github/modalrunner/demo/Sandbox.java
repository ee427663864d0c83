package io.github.modalrunner.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** A sandbox at Modal. */
final class Sandbox {
  final String id;
  final String name;
  final String owner;
  final JsonNode tags;
  final long createdAt;
  final Faults.Fate fate;

  /** The registration that its JIT configuration is for; null if there never was one. */
  final Runner runner;

  boolean booted;
  boolean jobDone;

  /** Null while it runs. */
  Integer exitCode;

  Sandbox(String id, String name, JsonNode request, Runner runner, Faults.Fate fate, long now) {
    this.id = id;
    this.name = name;
    this.owner = request.path("owner").asText();
    this.tags = request.path("tags");
    this.runner = runner;
    this.fate = fate;
    this.createdAt = now;
  }

  boolean running() {
    return exitCode == null;
  }

  boolean never() {
    return fate.end() == Faults.End.NEVER;
  }
}
