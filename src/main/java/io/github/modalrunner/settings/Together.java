package io.github.modalrunner.settings;

import io.github.modalrunner.costs.Prices;
import io.github.modalrunner.github.AppKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The rules between settings. A setting that is wrong by itself is not complained about again. */
final class Together {
  private static final long LONGEST_MONTH = Duration.ofDays(32).toMillis();

  private final Settings settings;

  Together(Settings settings) {
    this.settings = settings;
  }

  void check() {
    adminPort();
    pair("runner.http.tls-certificate", "runner.http.tls-key");
    pair("runner.admin.tls-certificate", "runner.admin.tls-key");
    github();
    launcher();
    setup();
    if (!settings.wrong("runner.retry.initial-delay", "runner.retry.max-delay")
        && settings.millis("runner.retry.initial-delay")
            > settings.millis("runner.retry.max-delay")) {
      settings.problem(
          "runner.retry.initial-delay", "must not be longer than runner.retry.max-delay");
    }
    profiles();
    costs();
  }

  private void adminPort() {
    if (!settings.wrong("runner.admin.host")
        && !Kind.loopback(settings.text("runner.admin.host"))
        && !settings.given("runner.admin.token")) {
      settings.problem(
          "runner.admin.token",
          "is missing, and runner.admin.host lets other machines in: make one with `openssl rand -hex 32`, or set the"
              + " host to 127.0.0.1");
    }
    if (!settings.wrong("runner.http.port", "runner.admin.port")) {
      int port = settings.integer("runner.admin.port");
      if (port != 0 && port == settings.integer("runner.http.port")) {
        settings.problem("runner.admin.port", "must differ from runner.http.port");
      }
    }
  }

  private void github() {
    boolean token = settings.given("runner.github.token");
    boolean app =
        settings.given("runner.github.app-id") || settings.given("runner.github.app-private-key");
    if (token && app) {
      settings.problem(
          "runner.github.token", "is given beside an App's id or key: keep one of the two ways");
    } else if (!token && !app) {
      settings.problem(
          "runner.github.token",
          "is missing: give a token with Actions: read and Administration: read and write of the repositories (instead of the"
              + " latter Self-hosted runners: read and write where runners are an organization's), or a GitHub App by runner.github.app-id and runner.github.app-private-key");
    }
    if (app) {
      pair("runner.github.app-id", "runner.github.app-private-key");
      keys();
    }
    scope(app);
  }

  private void keys() {
    if (settings.given("runner.github.app-id")
        && settings.given("runner.github.app-private-key")
        && !settings.wrong("runner.github.app-id", "runner.github.app-private-key")) {
      try {
        AppKey.of(
            settings.list("runner.github.app-id"),
            settings.secret("runner.github.app-private-key"));
      } catch (IllegalArgumentException e) {
        settings.problem("runner.github.app-private-key", e.getMessage());
      }
    }
  }

  private void scope(boolean app) {
    if (settings.wrong("runner.github.scope")) {
      return;
    }
    String scope = settings.text("runner.github.scope");
    if (scope.equals("enterprise")) {
      if (!settings.given("runner.github.enterprise")) {
        settings.problem(
            "runner.github.enterprise", "is missing: runner.github.scope=enterprise needs it");
      }
      if (app) {
        settings.problem(
            "runner.github.scope",
            "must not be enterprise with a GitHub App, GitHub lets none register there: give a classic token with"
                + " manage_runners:enterprise as runner.github.token");
      }
    }
    if (settings.given("runner.github.runner-group") && !scope.equals("organization")) {
      settings.problem(
          "runner.github.runner-group",
          "works with runner.github.scope=organization only: give runner.github.runner-group-id instead");
    }
  }

  private void launcher() {
    pair("runner.modal.key", "runner.modal.secret");
    if (!settings.given("runner.modal.key")
        && !settings.given("runner.modal.secret")
        && !settings.given("runner.modal.token")) {
      settings.problem(
          "runner.modal.key",
          "is missing: give a proxy auth token of your Modal workspace as runner.modal.key and runner.modal.secret, or"
              + " the LAUNCHER_TOKEN of a local launcher as runner.modal.token");
    }
  }

  /** Where the project stands, sooner or later somebody commits what lies there. */
  private void setup() {
    String folder = settings.text("runner.setup.folder");
    if (!folder.isEmpty() && Path.of(folder).normalize().startsWith(Path.of("").toAbsolutePath())) {
      settings.problem(
          "runner.setup.folder",
          "must not be inside the folder that the gateway is started in: secrets are written there");
    }
  }

  private void pair(String one, String other) {
    if (settings.given(one) != settings.given(other)) {
      String given = settings.given(one) ? one : other;
      settings.problem(given.equals(one) ? other : one, "is missing: " + given + " needs it");
    }
  }

  private void profiles() {
    Map<Set<String>, String> names = new HashMap<>();
    for (String name : settings.profileNames()) {
      String property = "runner.profiles." + name + ".labels";
      Set<String> labels = Set.copyOf(settings.list(property));
      String other = labels.isEmpty() ? null : names.putIfAbsent(labels, name);
      if (other != null) {
        settings.problem(
            property,
            "must not be those of profile "
                + other
                + " too, no job could choose: give one of them one label more");
      }
      docker(name);
    }
  }

  private void costs() {
    for (String pairs :
        Set.of(
            "runner.prices.gpu-second",
            "runner.prices.region-factor",
            "runner.budgets.daily",
            "runner.budgets.monthly")) {
      if (!settings.wrong(pairs) && settings.amounts(pairs).size() < settings.list(pairs).size()) {
        settings.problem(pairs, "must not give two numbers for one name: keep one of them");
      }
    }
    if (settings.given("runner.budgets.monthly")
        && !settings.wrong("runner.ledger.retention")
        && settings.millis("runner.ledger.retention") < LONGEST_MONTH) {
      settings.problem(
          "runner.ledger.retention",
          "must be 32d or longer with runner.budgets.monthly: what is pruned is not counted");
    }
    if (settings.problems().isEmpty()
        && (settings.given("runner.budgets.daily") || settings.given("runner.budgets.monthly"))) {
      Prices prices = Prices.of(settings);
      settings.profiles().stream()
          .filter(profile -> prices.perSecond(profile).isEmpty())
          .forEach(
              profile ->
                  settings.problem(
                      "runner.prices.gpu-second",
                      "has no price for the GPU of profile "
                          + profile.name()
                          + ", so no budget would count it: add one"));
    }
  }

  private void docker(String name) {
    String docker = "runner.profiles." + name + ".docker";
    String image = "runner.profiles." + name + ".image";
    if (!settings.wrong(docker, image)
        && settings.flag(docker)
        && settings.text(image).equals("default")) {
      settings.problem(
          image,
          "must be one with Docker in it, since " + docker + " is true: docker, or your own");
    }
  }
}
