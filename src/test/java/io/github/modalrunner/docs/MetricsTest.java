package io.github.modalrunner.docs;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.Upstreams;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md and what a gateway that has served a job tells Prometheus are the same. */
class MetricsTest {
  private static final Page DOCUMENT = Page.of("docs/metrics.md");
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\|(.*?)\\| .* \\| (?:process|ledger) \\|$");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Pattern VALUES = Pattern.compile("`([a-z_]+)`(?:: ((?:`\\w+`(?:, )?)+))?");

  /** What Prometheus' client adds to the name of a histogram or a summary. */
  private static final String PART = "_(bucket|count|sum)$";

  @TempDir static Path folder;

  private static Upstreams upstreams;
  private static RunningGateway gateway;

  @BeforeAll
  static void servesAJob() {
    upstreams = new Upstreams();
    upstreams
        .github()
        .on("POST", Upstreams.MINT)
        .reply(
            request ->
                upstreams
                    .minted(request)
                    .header("X-RateLimit-Limit", "5000")
                    .header("X-RateLimit-Remaining", "4999")
                    .header("X-RateLimit-Reset", "99999999999"));
    gateway = RunningGateway.start(folder, upstreams.settings(Map.of()));
    send(Delivery.of(Payloads.queued(1, "modal")));
    await().until(() -> upstreams.creates(1).size() == 1);
    send(Delivery.of(Payloads.inProgress(1, 1, upstreams.creates(1).get(0), "modal")));
    Delivery.of(Payloads.queued(2, "modal"))
        .signedWith("of somebody else")
        .postTo(gateway.webhook());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstreams.close();
  }

  @Test
  void everyMetricOfTheTableIsServedWithItsLabels() {
    // Given
    Map<String, Map<String, Set<String>>> documented = documented();

    // When
    Map<String, Map<String, Set<String>>> served = served();

    // Then
    assertThat(documented).isNotEmpty();
    documented.forEach(
        (metric, labels) -> {
          assertThat(served).containsKey(metric);
          assertThat(served.get(metric).keySet()).as(metric).isEqualTo(labels.keySet());
          labels.forEach(
              (label, values) -> {
                if (!values.isEmpty()) {
                  assertThat(served.get(metric).get(label)).as(metric).isEqualTo(values);
                }
              });
        });
  }

  @Test
  void everyMetricThatIsServedStandsInTheTable() {
    // When
    Set<String> served =
        served().keySet().stream()
            .filter(metric -> metric.matches("(runner|hikaricp)_.*"))
            .collect(toCollection(TreeSet::new));

    // Then
    assertThat(documented().keySet()).containsAll(served);
  }

  @Test
  void theTypesOfTheTableAreThoseOfPrometheus() {
    // When
    String text = gateway.admin("/observe/metrics").body();

    // Then
    ROW.matcher(DOCUMENT.text())
        .results()
        .forEach(
            row -> {
              String name = row.group(1).replaceFirst("_total$", "");
              assertThat(text)
                  .containsPattern("# TYPE " + name + "(_total)? " + row.group(2) + "\n");
            });
  }

  @Test
  void theHelpersOfAnAnswerHaveNoTimers() {
    assertThat(gateway.admin("/observe/metrics").body())
        .contains("camel_route_policy_seconds_count")
        .contains("routeId=\"webhook-receive\"")
        .doesNotContain("routeId=\"webhook-kind\"", "routeId=\"answer-json\"");
  }

  @Test
  void theJobIsCounted() {
    await()
        .untilAsserted(
            () -> {
              String text = gateway.admin("/observe/metrics").body();
              assertThat(text)
                  .contains("runner_webhooks_total{outcome=\"accepted\"} 2.0")
                  .contains("runner_webhooks_total{outcome=\"unauthorized\"} 1.0")
                  .contains("runner_mints_total{outcome=\"done\"} 1.0")
                  .contains("runner_creates_total{outcome=\"done\"} 1.0")
                  .contains("runner_jobs{state=\"in_progress\"} 1.0")
                  .contains("runner_runners{state=\"busy\"} 1.0")
                  .contains("runner_segment_seconds_count{segment=\"mint\"} 1")
                  .contains("runner_segment_seconds_count{segment=\"total\"} 1")
                  .contains("runner_breaker_state{breaker=\"github\",state=\"closed\"} 1.0");
            });
  }

  @Test
  void noLabelNamesWhatAUserNamed() {
    // When
    String ours =
        gateway
            .admin("/observe/metrics")
            .body()
            .lines()
            .filter(line -> line.matches("(runner|hikaricp)_.*"))
            .collect(Collectors.joining("\n"));

    // Then
    assertThat(ours).isNotEmpty().doesNotContain("octo", "/", "mgr-1");
  }

  @Test
  void whatIsOptionalDoesNotRun() {
    assertThat(gateway.admin("/observe/metrics").body())
        .contains("routeId=\"status-poll\"")
        .doesNotContain("notice-poll");
  }

  private static Map<String, Map<String, Set<String>>> documented() {
    Map<String, Map<String, Set<String>>> documented = new TreeMap<>();
    ROW.matcher(DOCUMENT.text())
        .results()
        .forEach(
            row -> {
              Map<String, Set<String>> labels =
                  row.group(3).contains("as above")
                      ? new TreeMap<>(documented.get(above(row.group(1))))
                      : new TreeMap<>();
              VALUES
                  .matcher(row.group(3).contains("as above") ? "" : row.group(3))
                  .results()
                  .forEach(
                      label ->
                          labels.put(
                              label.group(1),
                              Stream.of(String.valueOf(label.group(2)).split("[`, ]+", -1))
                                  .filter(not(String::isEmpty))
                                  .filter(not("null"::equals))
                                  .collect(toCollection(TreeSet::new))));
              documented.put(row.group(1), labels);
            });
    return documented;
  }

  private static String above(String metric) {
    return metric.equals("runner_creates_total")
        ? "runner_mints_total"
        : metric.replaceFirst("_max$", "");
  }

  /** The labels and their values of each metric that is served now. */
  private static Map<String, Map<String, Set<String>>> served() {
    Map<String, Map<String, Set<String>>> served = new TreeMap<>();
    SAMPLE
        .matcher(gateway.admin("/observe/metrics").body())
        .results()
        .forEach(
            sample -> {
              Map<String, Set<String>> labels =
                  served.computeIfAbsent(
                      sample.group(1).replaceFirst(PART, ""), name -> new TreeMap<>());
              LABEL
                  .matcher(String.valueOf(sample.group(2)))
                  .results()
                  .filter(label -> !label.group(1).equals("le"))
                  .forEach(
                      label ->
                          labels
                              .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                              .add(label.group(2)));
            });
    return served;
  }

  private static void send(Delivery delivery) {
    delivery.signedWith(RunningGateway.SECRET).postTo(gateway.webhook());
  }
}
