package io.github.modalrunner.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.modalrunner.contract.OpenApiContract;
import io.github.modalrunner.fixtures.RunningGateway;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API, as its description says, on a ledger that is written by hand. */
class AdminApiTest {
  private static final OpenApiContract API = OpenApiContract.admin();
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Offset<Double> MILLIONTH = Offset.offset(0.000_001);

  /** 2026-11-20T10:00:00Z. */
  private static final long T = 1_795_168_800_000L;

  private static final long DAY = 86_400_000;

  @TempDir static Path folder;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.start(
            folder,
            Map.of(
                "runner.limits.max-runners", "0",
                "runner.reconcile.every", "1d",
                // The rows are of a fixed day
                "runner.ledger.retention", "3650d",
                "runner.profiles.a100.labels", "modal,gpu:a100",
                "runner.profiles.a100.gpu", "A100-80GB",
                "runner.profiles.a100.cpu", "8"));
    List<String> jobs = new ArrayList<>();
    List<String> runners = new ArrayList<>();
    List<String> deliveries = new ArrayList<>();
    List<String> letters = new ArrayList<>();
    List<String> pools = new ArrayList<>();
    for (int i = 1; i <= 23; i++) {
      // Times repeat, so that an order by time alone would lose rows between pages
      long at = T + i / 5 * 1000L;
      String repository = i % 2 == 0 ? "acme/even" : "acme/odd";
      jobs.add(job(1000 + i, "COMPLETED", repository, at));
      runners.add(runner("mgr-%d-1".formatted(1000 + i), repository, 1000 + i, 1000L + i, at));
      deliveries.add(
          "('guid-%02d', 'workflow_job', 'completed', '%s', 'webhook', %d, %d, '%s', 'success')"
              .formatted(i, i % 3 == 0 ? "DEAD" : "DONE", at, 1000 + i, repository));
      letters.add(
          "('delivery-%02d', 'delivery', 'guid-%02d', %d, 'poison', 5, %d, %s)"
              .formatted(i, i, 1000 + i, at, i % 2 == 0 ? at : null));
      pools.add(
          "('acme/p%02d group 1 [modal]', 1, %d, %d, 'github_forbidden', 'A permission is missing.')"
              .formatted(i, at, at + DAY * 3650));
    }
    // A job whose runner another took
    jobs.add(job(2001, "QUEUED", "acme/stolen", T));
    jobs.add(job(2002, "IN_PROGRESS", "acme/thief", T));
    runners.add(runner("mgr-2001-1", "acme/stolen", 2001, 2002L, T));
    insert(
        "job (job_id, run_id, run_attempt, job_rank, event_at, state, repository, name, workflow, labels, profile, pool, queued_at, first_seen_at, updated_at, check_at)",
        jobs);
    insert(
        "runner (name, pool, repository, labels, profile, minted_for, seq, state, registration, sandbox, job_id, price, created_at, minted_at, launched_at, busy_at, exited_at, ended_at, deadline_at, next_attempt_at)",
        runners);
    insert(
        "delivery (guid, event, action, state, source, received_at, job_id, repository, conclusion)",
        deliveries);
    insert(
        "dead_letter (id, kind, subject, job_id, cause, attempts, parked_at, replayed_at)",
        letters);
    insert("pool (pool, attempts, since, retry_at, reason_code, reason_message)", pools);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "jobs, jobs, job_id, SELECT job_id FROM job",
    "runners, runners, name, SELECT name FROM runner",
    "pools, pools, pool, SELECT pool FROM pool UNION SELECT pool FROM job WHERE state = 'QUEUED'",
    "deliveries, deliveries, guid, SELECT guid FROM delivery",
    "dead-letters, dead_letters, id, SELECT id FROM dead_letter"
  })
  void thePagesOfAListAreTheListOnce(String path, String list, String key, String all) {
    // When
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = gateway.api("/api/" + path + "?limit=3" + cursor);
      assertThat(page.path(list).size()).isBetween(1, 3);
      page.path(list).forEach(row -> seen.add(row.path(key).asText()));
      cursor = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asText();
    } while (!cursor.isEmpty());

    // Then
    List<String> known =
        gateway.rows(all).stream().map(row -> row.values().iterator().next().toString()).toList();
    assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known);
    assertThat(known).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/jobs?state=parked, jobs, 1",
    "/api/jobs?repository=acme/even, jobs, 11",
    "/api/jobs?repository=acme/even&state=queued, jobs, 0",
    "/api/runners?state=busy, runners, 1",
    "/api/runners?repository=acme/odd, runners, 12",
    "/api/deliveries?state=dead, deliveries, 7",
    "/api/deliveries?repository=acme/odd, deliveries, 12",
    "/api/pools?state=waiting, pools, 23",
    "/api/pools?state=short&repository=acme/stolen, pools, 1",
    "/api/pools?repository=acme/odd, pools, 0",
    "/api/dead-letters?state=replayed, dead_letters, 11",
    "/api/dead-letters?repository=acme/odd&state=parked, dead_letters, 12"
  })
  void filtersHold(String path, String list, int rows) {
    assertThat(gateway.api(path).path(list)).hasSize(rows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/jobs?limit=0",
        "/api/jobs?limit=501",
        "/api/jobs?limit=many",
        "/api/jobs?state=lost",
        "/api/jobs?repository=acme",
        "/api/jobs?cursor=5",
        "/api/jobs?cursor=%21",
        "/api/jobs?cursor=cnVubmVyczo1Og", // of the list of runners
        "/api/runners?state=parked",
        "/api/pools?state=queued",
        "/api/deliveries?state=parked",
        "/api/dead-letters?state=new",
        "/api/costs?by=branch",
        "/api/costs?since=yesterday"
      })
  void aWrongParameterIsAnsweredWithASentence(String path) throws Exception {
    // When
    HttpResponse<String> answer = gateway.admin(path);

    // Then
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(problems("GET", path, answer)).isEmpty();
    assertThat(JSON.readTree(answer.body()).at("/error/message").asText()).endsWith(".");
  }

  @Test
  void everyPathThatIsServedIsDescribedAndNoOther() throws IOException {
    // Given
    Pattern consumed =
        Pattern.compile("path: \"(/(?:api|observe)/.*)\"\\s+httpMethodRestrict: (\\w+)");

    // When: these are the files that the gateway runs
    List<String> served = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        consumed
            .matcher(Files.readString(file))
            .results()
            .forEach(found -> served.add(found.group(2) + " " + found.group(1)));
      }
    }

    // Then
    assertThat(served).containsExactlyInAnyOrderElementsOf(API.operationNames());
  }

  @Test
  void theDescriptionIsServed() {
    // When
    JsonNode served = gateway.api("/api/openapi.json");

    // Then
    assertThat(served.path("openapi").asText()).isEqualTo("3.0.3");
    assertThat(served.path("paths")).hasSizeGreaterThan(10);
    assertThat(served.at("/paths/~1api~1jobs/get/responses").has("200")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/jobs",
        "/api/jobs/1001",
        "/api/jobs/2001/explain",
        "/api/jobs/2002/explain",
        "/api/jobs/5",
        "/api/jobs/none/explain",
        "/api/runners",
        "/api/pools",
        "/api/deliveries",
        "/api/deliveries/guid-01",
        "/api/deliveries/guid-99",
        "/api/dead-letters",
        "/api/costs",
        "/api/costs?by=workflow&since=2026-11-01",
        "/api/costs?by=profile&since=2026-11-01T00:00:00Z",
        "/api/costs?by=day&since=2026-11-01",
        "/api/status",
        "/api/openapi.json",
        "/observe/health/live",
        "/observe/health/ready"
      })
  void whatIsAnsweredIsWhatIsDescribed(String path) {
    assertThat(problems("GET", path, gateway.admin(path))).isEmpty();
  }

  @Test
  void whatIsUnknownIsAnsweredInTheSameForm() throws Exception {
    // When
    HttpResponse<String> path = gateway.admin("/api/nothing");
    HttpResponse<String> method = post("/api/jobs", "{}");

    // Then
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(path.body()).at("/error/code").asText()).isEqualTo("not_found");
    assertThat(method.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(method.body()).at("/error/code").asText()).isEqualTo("not_found");
  }

  @Test
  void explainSaysWhoTookWhoseRunnerAndWhatComesNext() {
    // When
    JsonNode stolen = gateway.api("/api/jobs/2001/explain");
    JsonNode thief = gateway.api("/api/jobs/2002/explain");
    JsonNode done = gateway.api("/api/jobs/1001/explain");

    // Then
    assertThat(stolen.path("timeline").findValuesAsText("detail"))
        .contains(
            "GitHub gave the runner mgr-2001-1, which was started for this job, to job 2002 (job 2002 of acme/thief), which asks for no more than its labels.");
    assertThat(stolen.at("/next/message").asText()).startsWith("It gets a runner as soon as");
    assertThat(stolen.at("/next/at").asText()).isNotEmpty();
    assertThat(stolen.at("/reason/code").asText()).isEqualTo("limit_reached");
    assertThat(thief.path("timeline").findValuesAsText("detail"))
        .contains("GitHub gave this job the runner mgr-2001-1, which was started for job 2001.");
    assertThat(thief.at("/next/message").asText()).startsWith("Its end is told by GitHub");
    assertThat(done.path("timeline").findValuesAsText("detail"))
        .contains(
            "The runner mgr-1001-1 took this job.",
            "GitHub says that the job has ended: success (delivery guid-01).");
    assertThat(done.path("next").isNull()).isTrue();
  }

  @Test
  void whatARunnerCostIsItsTimeAtItsPrice() {
    // When
    JsonNode job = gateway.api("/api/jobs/1001");

    // Then: 100 s at a tenth of a cent
    assertThat(job.path("cost_usd").asDouble()).isEqualTo(0.1, MILLIONTH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"repository", "workflow", "profile", "day"})
  void costsAddUpToTheSameHoweverTheyAreGrouped(String by) {
    // When
    JsonNode costs = gateway.api("/api/costs?since=2026-11-01&by=" + by);

    // Then: one runner is still at work, the others ran for 100 s each
    double sum = 0;
    int runners = 0;
    for (JsonNode row : costs.path("costs")) {
      sum += row.path("usd").asDouble();
      runners += row.path("runners").asInt();
      assertThat(row.path(by).asText()).isNotEmpty();
    }
    assertThat(costs.path("total_usd").asDouble()).isEqualTo(sum, Offset.offset(0.0001));
    assertThat(runners).isEqualTo(24);
    assertThat(sum).isGreaterThan(2.3);
  }

  @Test
  void labelsAreExplainedByTheAdmissionOfDeliveries() throws Exception {
    // Given
    String body =
        "{\"repository\": \"o/r\", \"labels\": [\"self-hosted\", \"modal\", \"GPU:A100\"]}";

    // When
    HttpResponse<String> answer = post("/api/labels/explain", body);

    // Then
    JsonNode explained = JSON.readTree(answer.body());
    assertThat(problems("POST", "/api/labels/explain", answer)).isEmpty();
    assertThat(explained.path("outcome").asText()).isEqualTo("admitted");
    assertThat(explained.path("profile").asText()).isEqualTo("a100");
    assertThat(explained.path("pool").asText())
        .isEqualTo("o/r group 1 [gpu:a100,modal,self-hosted]");
    assertThat(explained.at("/sandbox/gpu").asText()).isEqualTo("A100-80GB");
    assertThat(explained.at("/price/usd_per_minute").asDouble())
        .isEqualTo(60 * (0.000694 + 8 * 0.00003942 + 4 * 0.00000667), MILLIONTH);
    assertThat(explained.path("warnings")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"labels\": \"modal\"}",
        "{\"labels\": [5]}",
        "{\"labels\": [], \"repository\": \"o\"}",
        "{\"labels\": [], \"private\": \"no\"}"
      })
  void labelsThatCannotBeReadAre400(String body) throws Exception {
    // When
    HttpResponse<String> answer = post("/api/labels/explain", body);

    // Then
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(problems("POST", "/api/labels/explain", answer)).isEmpty();
  }

  private static List<String> problems(String method, String path, HttpResponse<String> answer) {
    return API.answerProblems(
        method,
        path.replaceFirst("\\?.*", ""),
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse(null),
        answer.body().getBytes(UTF_8));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(gateway.admin().resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void insert(String columns, List<String> rows) {
    gateway.change("INSERT INTO " + columns + " VALUES " + String.join(", ", rows));
  }

  private static String job(long id, String state, String repository, long at) {
    return "(%d, 1, 1, 1, %d, '%s', '%s', 'job %d', 'build', '[\"modal\"]', 'default', '%s group 1 [modal]', %d, %d, %d, %d)"
        .formatted(id, at, state, repository, id, repository, at, at, at, at + DAY * 3650);
  }

  /** One that ran for 100 s, or runs still when its job is another's. */
  private static String runner(String name, String repository, long mintedFor, Long job, long at) {
    boolean ended = mintedFor == job;
    return "('%s', '%s group 1 [modal]', '%s', '[\"modal\"]', 'default', %d, 1, '%s', 'GONE', '%s', %d, 0.001, %d, %d, %d, %d, %s, %s, %d, %d)"
        .formatted(
            name,
            repository,
            repository,
            mintedFor,
            ended ? "GONE" : "BUSY",
            ended ? "GONE" : "RUNNING",
            job,
            at,
            at,
            at,
            at + 1000,
            ended ? at + 100_000 : null,
            ended ? at + 130_000 : null,
            at + DAY * 3650,
            at + DAY * 3650);
  }
}
