package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.github.modalrunner.contract.OpenApiContract;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.fixtures.Delivery;
import io.github.modalrunner.fixtures.Payloads;
import io.github.modalrunner.fixtures.Recorded;
import io.github.modalrunner.fixtures.Reply;
import io.github.modalrunner.fixtures.RunningGateway;
import io.github.modalrunner.fixtures.ScriptedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GitHub App instead of a token, against a GitHub that checks what the App proves. */
class GitHubAppTest {
  private static final String REPOSITORY = "octo-org/octo-repo";
  private static final String MINT = "/repos/{o}/{r}/actions/runners/generate-jitconfig";
  private static final String TOKEN = "/app/installations/{id}/access_tokens";
  private static final String INSTALLATION = "/repos/{o}/{r}/installation";
  private static final AppPem PEM = AppPem.create();

  private final Map<String, Integer> tokens = new ConcurrentHashMap<>();
  private final ScriptedServer github = ScriptedServer.start();
  private final ScriptedServer launcher = ScriptedServer.start();

  private RunningGateway gateway;

  @TempDir Path folder;

  @BeforeEach
  void script() {
    // What nobody scripts must not look like an outage
    Reply nothing = Reply.json(404, Map.of("message", "Not Found"));
    github.on("GET", "/repos/**").reply(nothing).on("DELETE", "/repos/**").reply(nothing);
    github.on("GET", INSTALLATION).reply(r -> proven(r, Reply.json(200, Map.of("id", 77))));
    github.on("POST", TOKEN).reply(r -> proven(r, token(r, Duration.ofHours(1))));
    github.on("POST", MINT).reply(this::minted);
    launcher
        .on("PUT", "/v1/sandboxes/{name}")
        .reply(
            r ->
                Reply.json(
                    201,
                    Map.of(
                        "name",
                        r.variable("/v1/sandboxes/{name}", "name"),
                        "sandbox_id",
                        "sb-1",
                        "state",
                        "running",
                        "created",
                        true,
                        "tags",
                        Map.of())));
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    github.close();
    launcher.close();
  }

  @Test
  void mintsWithTheTokenOfTheInstallationThatTheWebhookNames() {
    // Given
    start(Map.of());
    // When
    send(1, 4711L);
    // Then
    Recorded mint = github.await(1, "POST", MINT).get(0);
    assertThat(mint.header("Authorization")).startsWith("Bearer ghs_of-4711-");
  }

  @Test
  void looksTheInstallationUpByRepositoryAndKeepsTheToken() {
    // Given
    start(Map.of());
    // When
    for (long job = 1; job <= 8; job++) {
      send(job, null);
    }
    // Then
    github.await(8, "POST", MINT);
    assertThat(github.requests("GET", INSTALLATION)).hasSize(1);
    assertThat(github.requests("POST", TOKEN)).hasSize(1);
    assertThat(github.requests()).allSatisfy(GitHubAppTest::fitsTheContract);
  }

  @Test
  void renewsATokenThatIsNotAcceptedAnyMoreOnce() {
    // Given
    start(Map.of());
    AtomicInteger mints = new AtomicInteger();
    github
        .on("POST", MINT)
        .reply(
            r ->
                mints.getAndIncrement() == 0
                    ? Reply.json(401, Map.of("message", "Bad credentials"))
                    : minted(r));
    // When
    send(1, 4711L);
    // Then
    List<Recorded> seen = github.await(2, "POST", MINT);
    assertThat(seen)
        .extracting(r -> r.header("Authorization"))
        .containsExactly("Bearer ghs_of-4711-1", "Bearer ghs_of-4711-2");
    assertThat(seen.get(1).json().path("name")).isEqualTo(seen.get(0).json().path("name"));
  }

  @Test
  void renewsATokenTenMinutesBeforeItEnds() {
    // Given
    start(Map.of());
    github.on("POST", TOKEN).reply(r -> proven(r, token(r, Duration.ofMinutes(9))));
    // When
    send(1, 4711L);
    github.await(1, "POST", MINT);
    send(2, 4711L);
    // Then
    github.await(2, "POST", MINT);
    github.await(2, "POST", TOKEN.replace("{id}", "4711"));
  }

  @Test
  void saysWhereTheAppIsNotInstalled() {
    // Given
    start(Map.of());
    github
        .on("GET", INSTALLATION)
        .reply(r -> proven(r, Reply.json(404, Map.of("message", "Not Found"))));
    // When
    send(1, null);
    // Then
    await()
        .untilAsserted(
            () -> {
              assertThat(gateway.jobState(1)).isEqualTo("parked");
              assertThat(gateway.api("/api/jobs/1").at("/reason/code").asText())
                  .isEqualTo("github_app_not_installed");
            });
    assertThat(github.requests("POST", MINT)).isEmpty();
  }

  @Test
  void takesTurnsBetweenSeveralAppsAndLeavesOneThatIsUsedUp() {
    // Given
    AppPem other = AppPem.create();
    start(
        Map.of(
            "runner.github.app-id",
            "1, 2",
            "runner.github.app-private-key",
            PEM.pkcs1() + other.pkcs1()));
    github
        .on("GET", INSTALLATION)
        .reply(r -> Reply.json(200, Map.of("id", issuer(r).equals("1") ? 101 : 102)));
    github
        .on("POST", TOKEN)
        .reply(
            r ->
                Reply.json(
                    201,
                    Map.of(
                        "token",
                        "of-" + r.variable(TOKEN, "id"),
                        "expires_at",
                        Instant.now().plusSeconds(3600).toString())));
    github
        .on("POST", MINT)
        .reply(
            r ->
                r.header("Authorization").equals("Bearer of-101")
                    ? minted(r)
                        .header("X-RateLimit-Limit", "5000")
                        .header("X-RateLimit-Remaining", "0")
                        .header("X-RateLimit-Resource", "core")
                        .header(
                            "X-RateLimit-Reset",
                            Long.toString(Instant.now().plusSeconds(600).getEpochSecond()))
                    : minted(r));
    // When
    for (long job = 1; job <= 6; job++) {
      send(job, null);
      github.await((int) job, "POST", MINT);
    }
    // Then
    assertThat(github.requests("POST", MINT))
        .extracting(r -> r.header("Authorization"))
        .containsOnlyOnce("Bearer of-101")
        .contains("Bearer of-102");
  }

  @Test
  void showsWhatIsLeftOfAnInstallationsLimit() {
    // Given
    start(Map.of());
    github
        .on("POST", MINT)
        .reply(
            r ->
                minted(r)
                    .header("X-RateLimit-Limit", "5000")
                    .header("X-RateLimit-Remaining", "4321")
                    .header("X-RateLimit-Resource", "core")
                    .header("X-RateLimit-Reset", "4000000000"));
    // When
    send(1, 4711L);
    // Then
    String left =
        "runner_github_rate_remaining{credential=\"App 12345 installation 4711\",resource=\"core\"} 4321.0";
    await().until(() -> gateway.admin("/observe/metrics").body().contains(left));
    assertThat(gateway.admin("/observe/metrics").body()).doesNotContain("ghs_of-");
  }

  private void start(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("runner.github.token", "");
    settings.put("runner.github.app-id", "12345");
    settings.put("runner.github.app-private-key", PEM.pkcs1());
    settings.put("runner.github.api-url", github.uri().toString());
    settings.put("runner.modal.launcher-url", launcher.uri().toString());
    settings.put("runner.modal.creates-per-second", "50");
    settings.put("runner.github.mints-per-minute", "6000");
    settings.put("runner.repositories.allow-forks", "true");
    settings.putAll(more);
    gateway = RunningGateway.start(folder, settings);
  }

  private void send(long jobId, Long installation) {
    io.github.modalrunner.fixtures.Payload payload =
        Payloads.queued(jobId, "modal").repository(REPOSITORY).privateRepository(true);
    int status =
        Delivery.of(
                installation == null
                    ? payload.without("/installation")
                    : payload.installation(installation))
            .signedWith(RunningGateway.SECRET)
            .postTo(gateway.webhook())
            .status();
    assertThat(status).isEqualTo(202);
  }

  private Reply minted(Recorded request) {
    return Reply.json(
        201,
        Map.of(
            "encoded_jit_config",
            "eyJhIjoiYiJ9",
            "runner",
            Map.of(
                "id",
                5,
                "name",
                request.json().path("name").asText(),
                "os",
                "unknown",
                "status",
                "offline",
                "busy",
                false,
                "labels",
                List.of())));
  }

  /** Sweeps ask for tokens too, of the installation that is looked up. */
  private Reply token(Recorded request, Duration life) {
    String installation = request.variable(TOKEN, "id");
    return Reply.json(
        201,
        Map.of(
            "token",
            "ghs_of-%s-%d".formatted(installation, tokens.merge(installation, 1, Integer::sum)),
            "expires_at",
            Instant.now().plus(life).toString()));
  }

  /** The reply, if the App proves itself as GitHub wants it; else GitHub's 401. */
  private static Reply proven(Recorded request, Reply reply) {
    return proves(request, Instant.now()) ? reply : Reply.json(401, Map.of("message", "'exp' …"));
  }

  private static boolean proves(Recorded request, Instant here) {
    try {
      SignedJWT jwt = SignedJWT.parse(request.header("Authorization").replace("Bearer ", ""));
      Instant issued = jwt.getJWTClaimsSet().getIssueTime().toInstant();
      Instant expires = jwt.getJWTClaimsSet().getExpirationTime().toInstant();
      return jwt.verify(new RSASSAVerifier(PEM.publicKey()))
          && jwt.getJWTClaimsSet().getIssuer().equals("12345")
          && !issued.isAfter(here)
          && expires.isAfter(here)
          && Duration.between(here, expires).compareTo(Duration.ofMinutes(10)) <= 0;
    } catch (java.text.ParseException | com.nimbusds.jose.JOSEException e) {
      return false;
    }
  }

  private static String issuer(Recorded request) {
    try {
      return SignedJWT.parse(request.header("Authorization").replace("Bearer ", ""))
          .getJWTClaimsSet()
          .getIssuer();
    } catch (java.text.ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void fitsTheContract(Recorded request) {
    assertThat(OpenApiContract.github().requestProblems(request)).isEmpty();
  }
}
