package io.github.modalrunner.settings;

import static io.github.modalrunner.settings.Kind.decimal;
import static io.github.modalrunner.settings.Kind.domain;
import static io.github.modalrunner.settings.Kind.duration;
import static io.github.modalrunner.settings.Kind.flag;
import static io.github.modalrunner.settings.Kind.host;
import static io.github.modalrunner.settings.Kind.integer;
import static io.github.modalrunner.settings.Kind.label;
import static io.github.modalrunner.settings.Kind.list;
import static io.github.modalrunner.settings.Kind.network;
import static io.github.modalrunner.settings.Kind.oneOf;
import static io.github.modalrunner.settings.Kind.pemFile;
import static io.github.modalrunner.settings.Kind.privateKey;
import static io.github.modalrunner.settings.Kind.secret;
import static io.github.modalrunner.settings.Kind.text;
import static io.github.modalrunner.settings.Kind.url;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One setting of the gateway.
 *
 * @param property its name in {@code application.properties}
 * @param fallback the default, empty for none
 * @param missing what to do when it is not given; empty: it may be left out
 * @param formerly a variable of the predecessor that still gives it, or empty
 */
record Setting(String property, String fallback, Kind kind, String missing, String formerly) {
  private static final String NAME = "[A-Za-z0-9._-]+";
  private static final String GLOB = "\\*|[\\w.*-]+/[\\w.*-]+";
  private static final String AMOUNT = "\\d{1,9}(\\.\\d{1,9})?";

  /** Every setting, profiles apart, in the order of the documentation. */
  static final List<Setting> TABLE =
      List.of(
          // a runner's name, <instance>-<job id>-<number>, may take 63: 32, 19 digits, 10 and two
          // dashes
          of(
              "runner.instance",
              "mgr",
              text("1 to 32 of a-z, 0-9 and -", "[a-z0-9][a-z0-9-]{0,31}")),
          of("runner.http.host", "0.0.0.0", host()),
          of("runner.http.port", "8080", integer(0, 65535)),
          of("runner.http.tls-certificate", "", pemFile("certificate")),
          of("runner.http.tls-key", "", pemFile("private key")),
          of("runner.admin.host", "127.0.0.1", host()),
          of("runner.admin.port", "8081", integer(0, 65535)),
          of("runner.admin.tls-certificate", "", pemFile("certificate")),
          of("runner.admin.tls-key", "", pemFile("private key")),
          of("runner.admin.token", "", secret(1)),
          of("runner.webhook.secret", "", secret(16))
              .required(
                  "make one with `openssl rand -hex 32`, give it as RUNNER_WEBHOOK_SECRET (or in a file whose path is"
                      + " RUNNER_WEBHOOK_SECRET_FILE), and enter the same text at GitHub: Settings, Webhooks, Secret")
              .formerly("WEBHOOK_SECRET"),
          of("runner.webhook.previous-secret", "", secret(1)),
          of("runner.webhook.read-timeout", "10s", duration("100ms", "10m")),
          of("runner.webhook.max-body-bytes", "1048576", integer(1024, 26214400)),
          of("runner.webhook.forged-per-minute", "60000", integer(0, 1000000)),
          of("runner.github.api-url", "https://api.github.com", url()),
          of("runner.github.web-url", "", url()),
          of(
              "runner.github.api-version",
              "2022-11-28",
              text("a date such as 2022-11-28", "\\d{4}-\\d{2}-\\d{2}")),
          of("runner.github.token", "", secret(1)).formerly("GITHUB_TOKEN"),
          of(
              "runner.github.app-id",
              "",
              list(0, 10, "ids or client ids of Apps", text("an App", NAME))),
          of("runner.github.app-private-key", "", privateKey()),
          of(
              "runner.github.scope",
              "repository",
              oneOf("repository", "organization", "enterprise")),
          of("runner.github.enterprise", "", text("the slug of an enterprise", NAME)),
          of("runner.github.runner-group-id", "1", integer(1, 999999999))
              .formerly("RUNNER_GROUP_ID"),
          of(
              "runner.github.runner-group",
              "",
              text("the name of a runner group", "[^\\p{Cntrl}]{1,100}")),
          of(
              "runner.github.hooks",
              "",
              list(
                  0,
                  100,
                  "hooks (app, repos/O/R/hooks/ID, orgs/O/hooks/ID)",
                  text("a hook", "app|(repos/" + NAME + "/|orgs/)" + NAME + "/hooks/\\d+"))),
          of("runner.github.mints-per-minute", "150", integer(1, 10000000)),
          of("runner.github.max-concurrent", "50", integer(1, 1000)),
          of("runner.github.request-timeout", "30s", duration("100ms", "10m")),
          of("runner.github.secondary-wait", "60s", duration("0s", "1h")),
          of(
                  "runner.repositories.allow",
                  "*",
                  list(1, 1000, "globs such as owner/* or owner/name", text("a glob", GLOB)))
              .formerly("ALLOWED_REPOS"),
          of("runner.repositories.allow-public", "false", flag()),
          of("runner.repositories.allow-forks", "false", flag()),
          of("runner.modal.launcher-url", "", url())
              .required(
                  "enter the address that `modal deploy src/main/modal/app.py` prints, or that of a local launcher"),
          of("runner.modal.key", "", secret(1)),
          of("runner.modal.secret", "", secret(1)),
          of("runner.modal.token", "", secret(1)),
          of("runner.modal.creates-per-second", "4", decimal("0.01", "1000000")),
          of("runner.modal.request-timeout", "160s", duration("100ms", "10m")),
          of("runner.labels.refuse", "windows,macos,arm,arm64", list(0, 100, "labels", label())),
          of("runner.objective.start-within", "5m", duration("1s", "1d")),
          of("runner.limits.max-runners", "100", integer(0, 100000)),
          of("runner.limits.max-runners-per-repository", "50", integer(0, 100000)),
          of("runner.prices.cpu-core-second", "0.00003942", decimal("0", "1")),
          of("runner.prices.memory-gib-second", "0.00000667", decimal("0", "1")),
          of(
              "runner.prices.gpu-second",
              "T4=0.000164,L4=0.000222,A10=0.000306,A10G=0.000306,L40S=0.000542,A100=0.000583,"
                  + "A100-40GB=0.000583,A100-80GB=0.000694,RTX-PRO-6000=0.000842,H100=0.001097,"
                  + "H200=0.001261,B200=0.001736",
              list(
                  0,
                  100,
                  "GPUs with a price such as T4=0.000164",
                  text("a price", "[A-Za-z0-9+!-]{2,24}=" + AMOUNT))),
          of(
              "runner.prices.region-factor",
              "us=1.5,eu=1.5,uk=1.5,ap=1.5,ca=1.5,*=1.75",
              list(
                  0,
                  100,
                  "regions with a factor such as us=1.5 (* for any other)",
                  text("a factor", "([a-z0-9-]{2,32}|\\*)=" + AMOUNT))),
          of(
              "runner.prices.source",
              "modal.com/pricing and modal.com/docs/guide/region-selection, October 2026",
              text("one line of 1 to 200 characters", "[^\\p{Cntrl}]{1,200}")),
          of("runner.budgets.daily", "", budgets()),
          of("runner.budgets.monthly", "", budgets()),
          of("runner.budgets.warn-percent", "80", integer(1, 100)),
          of(
              "runner.ledger.url",
              "jdbc:sqlite:data/ledger.db",
              text(
                  "jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE",
                  "jdbc:(sqlite|postgresql):\\S.*")),
          of("runner.ledger.user", "", text("one line of 1 to 128 characters", ".{1,128}")),
          of("runner.ledger.password", "", secret(1)),
          of("runner.ledger.connections", "16", integer(2, 500)),
          of("runner.ledger.retention", "30d", duration("1s", "3650d")),
          of("runner.ledger.body-retention", "3d", duration("1s", "3650d")),
          of("runner.retry.initial-delay", "1s", duration("10ms", "1h")),
          of("runner.retry.max-delay", "5m", duration("10ms", "1d")),
          of("runner.breaker.open-for", "60s", duration("10ms", "1h")),
          of("runner.reconcile.every", "30s", duration("100ms", "1d")),
          of("runner.reconcile.deliveries-every", "60s", duration("100ms", "1d")),
          of("runner.reconcile.runs-every", "5m", duration("100ms", "1d")),
          of(
              "runner.reconcile.job-checks",
              "45s,90s,3m,5m",
              list(1, 20, "durations from 100ms to 1d", duration("100ms", "1d"))),
          of("runner.reconcile.orphan-grace", "2m", duration("0s", "7d")),
          of("runner.reconcile.registration-grace", "10m", duration("0s", "7d")),
          of("runner.runner.boot-deadline", "90s", duration("100ms", "1d")),
          of("runner.runner.idle-limit", "6m", duration("100ms", "1d")),
          of("runner.runner.surplus-hold", "90s", duration("0s", "1d")),
          of("runner.runner.exit-grace", "2m", duration("0s", "1d")),
          of("runner.runner.reap-grace", "15s", duration("0s", "1d")),
          of("runner.runner.jit-max-age", "2m", duration("100ms", "1h")),
          of("runner.runner.blocked-after", "2m", duration("0s", "1d")),
          of("runner.warm-up.deliveries", "200", integer(0, 100000)),
          of("runner.setup.folder", "", text("an absolute path", "/[^\\p{Cntrl}']{1,1000}")),
          of("runner.log.format", "text", oneOf("text", "json")),
          of("runner.traces.endpoint", "", url()),
          of("runner.demo.jobs", "0", integer(0, 1000000)));

  /** The settings of one profile, within the bounds of the launcher's {@code SandboxRequest}. */
  static List<Setting> ofProfile(String name) {
    String profile = "runner.profiles." + name + ".";
    return List.of(
        of(
                profile + "labels",
                name.equals("default") ? "modal" : "",
                list(1, 100, "labels", label()))
            .required("say which labels a job must have to belong to this profile"),
        of(
            profile + "image",
            "default",
            text("a name (a-z, 0-9, -) out of src/main/modal/image.py", "[a-z0-9][a-z0-9-]{0,62}")),
        of(profile + "cpu", "2", decimal("0.125", "64")),
        of(profile + "memory-mib", "4096", integer(128, 344064)),
        of(
            profile + "gpu",
            "",
            text("a GPU such as T4 or A100-80GB:2", "[A-Za-z0-9+!-]{2,24}(:[1-8])?")),
        of(profile + "region", "", text("a region such as us-east", "[a-z0-9-]{2,32}")),
        of(profile + "timeout", "6h", duration("1m", "1d")),
        of(
            profile + "cache",
            "",
            text(
                "true or a name of letters, digits, ., _ and -", "(?!false$)[A-Za-z0-9._-]{1,64}")),
        of(profile + "docker", "false", flag()),
        // the launcher takes 100, what GitHub Actions needs among them
        of(profile + "outbound-domains", "", list(0, 80, "domains", domain())),
        of(profile + "outbound-cidrs", "", list(0, 100, "networks such as 10.0.0.0/8", network())));
  }

  private static Kind budgets() {
    return list(
        0, 1000, "globs with USD such as owner/*=50", text("a budget", "(" + GLOB + ")=" + AMOUNT));
  }

  private static Setting of(String property, String fallback, Kind kind) {
    return new Setting(property, fallback, kind, "", "");
  }

  private Setting required(String remedy) {
    return new Setting(property, fallback, kind, remedy, formerly);
  }

  private Setting formerly(String variable) {
    return new Setting(property, fallback, kind, missing, variable);
  }

  /** The names that give it: a secret may come from a file too. */
  Stream<String> properties() {
    return kind.secret() ? Stream.of(property, property + "-file") : Stream.of(property);
  }

  String variable() {
    return variable(property);
  }

  /** {@code runner.a.b-c} is RUNNER_A_B_C in the environment, as Camel maps it too. */
  static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The way back, as far as one can see it: which underscore is a dot in an area is not said. */
  static String property(String variable) {
    return variable
        .toLowerCase(Locale.ROOT)
        .replace('_', '-')
        .replaceFirst("^runner-profiles-([a-z0-9]+)-", "runner.profiles.$1.")
        .replaceFirst("^runner-([a-z0-9]+)-", "runner.$1.")
        .replaceFirst("^runner-", "runner.");
  }
}
