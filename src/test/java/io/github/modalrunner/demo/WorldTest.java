package io.github.modalrunner.demo;

import static io.github.modalrunner.demo.Game.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.demo.Faults.Call;
import io.github.modalrunner.demo.Faults.End;
import io.github.modalrunner.demo.Faults.Fate;
import io.github.modalrunner.demo.Tally.Fact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the world outside does, rule by rule. */
class WorldTest {
  private static final JobSpec JOB = JobSpec.of(REPOSITORY, "self-hosted", "modal");
  private static final Pace PACE = new Pace(1_000, 500, 2_000, 60_000, 360_000, 86_400_000, 0);

  private static Game fated(End end, int exitCode) {
    return new Game(
        1,
        PACE,
        new Faults() {
          @Override
          public Fate fate(Call launch) {
            return new Fate(end, exitCode, 0);
          }
        });
  }

  @Test
  void aRunnerTakesAJobOnceItsSandboxHasBootedAndBothAreGoneAfterIt() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB);
    long runner = game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    String atOnce = game.pass(10).runnerAt(runner).path("status").asText();
    JsonNode busy = game.pass(1_500).runnerAt(runner);
    game.pass(4_000);

    // Then
    assertThat(atOnce).isEqualTo("offline");
    assertThat(busy.path("status").asText()).isEqualTo("online");
    assertThat(busy.path("busy").asBoolean()).isTrue();
    assertThat(busy.path("ephemeral").asBoolean()).isTrue();
    assertThat(game.heardOf(job)).containsExactly("queued", "in_progress", "completed");
    assertThat(game.job(job).path("runner_name").asText()).isEqualTo("mgr-1-1");
    assertThat(game.job(job).path("conclusion").asText()).isEqualTo("success");
    assertThat(game.world.registrations()).isEmpty();
    assertThat(game.world.sandboxes()).isEmpty();
    assertThat(game.count(Fact.JOBS_SERVED)).isEqualTo(1);
  }

  @Test
  void anyIdleRunnerMayGetAnyFittingJob() {
    // Given
    Set<String> pairings = new HashSet<>();

    // When
    for (long seed = 0; seed < 20; seed++) {
      Game game = new Game(seed, PACE, Faults.NONE);
      long first = game.world.submit(JOB);
      game.world.submit(JOB);
      game.runner("mgr-1-1", "self-hosted", "modal");
      game.runner("mgr-2-1", "self-hosted", "modal");
      pairings.add(game.pass(2_000).job(first).path("runner_name").asText());
    }

    // Then
    assertThat(pairings).containsExactlyInAnyOrder("mgr-1-1", "mgr-2-1");
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    // When
    List<World.Happening> one = story(7);
    List<World.Happening> again = story(7);

    // Then
    assertThat(one).hasSizeGreaterThan(40).isEqualTo(again);
  }

  private static List<World.Happening> story(long seed) {
    Game game = new Game(seed, PACE, Faults.NONE);
    List<World.Happening> story = new ArrayList<>();
    game.world.listen(story::add);
    game.world.submit(JOB, 8);
    for (int i = 0; i < 8; i++) {
      game.runner("mgr-" + i, "self-hosted", "modal");
    }
    for (int i = 0; i < 100; i++) {
      game.pass(100);
    }
    return story;
  }

  @Test
  void aRunnerNeedsAllLabelsOfAJobInWhateverCase() {
    // Given
    Game game = new Game();
    long gpu = game.world.submit(JobSpec.of(REPOSITORY, "modal", "gpu"));
    long shouted = game.world.submit(JobSpec.of(REPOSITORY, "MODAL"));
    game.runner("mgr-1-1", "Modal", "large");

    // When
    game.pass(2_000);

    // Then
    assertThat(game.world.status(gpu)).isEqualTo("queued");
    assertThat(game.world.status(shouted)).isEqualTo("in_progress");
  }

  @Test
  void aRunnerOfARepositoryServesNoOtherAndOneOfTheOrganizationServesAll() {
    // Given
    Game game = new Game();
    long other = game.world.submit(JobSpec.of("octo-org/other", "modal"));
    game.runner("mgr-1-1", "modal");
    game.pass(2_000);
    String before = game.world.status(other);

    // When
    JsonNode minted = Game.json(game.mintIn("orgs/octo-org", "mgr-2-1", "modal").body());
    game.launch("mgr-2-1", minted.path("encoded_jit_config").asText());
    game.pass(2_000);

    // Then
    assertThat(before).isEqualTo("queued");
    assertThat(game.world.status(other)).isEqualTo("in_progress");
  }

  @Test
  void aNameInUseIsRefusedAndAFreeOneIsTakenAgain() {
    // Given
    Game game = new Game();
    long first = Game.json(game.mint("mgr-1-1", "modal").body()).at("/runner/id").asLong();

    // When
    int conflict = game.mint("mgr-1-1", "modal").status();
    int deleted = game.deleteRunner(first).status();
    int again = game.mint("mgr-1-1", "modal").status();

    // Then
    assertThat(List.of(conflict, deleted, again)).containsExactly(409, 204, 201);
    assertThat(game.count(Fact.MINT_CONFLICTS)).isEqualTo(1);
  }

  @Test
  void aBusyRunnerIsNotDeletedAndAGoneOneIsNotFound() {
    // Given
    Game game = new Game();
    game.world.submit(JOB.lasting(10_000));
    long runner = game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(2_000);

    // When
    int busy = game.deleteRunner(runner).status();
    int gone = game.pass(12_000).deleteRunner(runner).status();

    // Then
    assertThat(List.of(busy, gone)).containsExactly(422, 404);
    assertThat(game.count(Fact.JOBS_SERVED)).isEqualTo(1);
  }

  @Test
  void aSandboxWhoseRegistrationWasDeletedEndsByItself() {
    // Given
    Game game = new Game();
    long idle = game.runner("mgr-1-1", "modal");
    game.pass(2_000);
    long booting = game.runner("mgr-2-1", "modal");

    // When
    game.deleteRunner(idle);
    game.deleteRunner(booting);
    List<String> atOnce = game.pass(100).world.sandboxes();
    game.pass(5_000);

    // Then
    assertThat(atOnce).containsExactly("mgr-1-1", "mgr-2-1");
    assertThat(game.world.sandboxes()).isEmpty();
  }

  @Test
  void gitHubRemovesARunnerThatIdlesTooLong() {
    // Given
    Game game = new Game();
    game.runner("mgr-1-1", "modal");

    // When
    game.pass(370_000);

    // Then
    assertThat(game.world.registrations()).isEmpty();
    assertThat(game.world.sandboxes()).isEmpty();
  }

  @Test
  void aJobCancelledBeforePickupCompletesWithoutARunner() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB);
    game.pass(10);

    // When
    game.world.cancel(job);
    game.pass(10);

    // Then
    assertThat(game.heardOf(job)).containsExactly("queued", "completed");
    assertThat(game.lastWebhook().at("/workflow_job/conclusion").asText()).isEqualTo("cancelled");
    assertThat(game.lastWebhook().at("/workflow_job/runner_id").asInt(-1)).isZero();
    assertThat(game.lastWebhook().at("/workflow_job/runner_name").asText("?")).isEmpty();
    assertThat(game.job(job).path("runner_id").isNull()).isTrue();
  }

  @Test
  void aJobCancelledWhileItRunsFreesItsRunnerAndSandbox() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB.lasting(60_000));
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(2_000);

    // When
    game.world.cancel(job);
    game.pass(1_000);

    // Then
    assertThat(game.heardOf(job)).containsExactly("queued", "in_progress", "completed");
    assertThat(game.world.registrations()).isEmpty();
    assertThat(game.world.sandboxes()).isEmpty();
  }

  @Test
  void aRerunIsANewJobInTheNextAttemptOfTheSameRun() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB.ending("failure"));
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(5_000);

    // When
    long again = game.world.rerun(job);
    game.pass(10);

    // Then
    assertThat(again).isNotEqualTo(job);
    assertThat(game.job(again).path("run_id")).isEqualTo(game.job(job).path("run_id"));
    assertThat(game.job(again).path("run_attempt").asInt()).isEqualTo(2);
    assertThat(game.heardOf(again)).containsExactly("queued");
    String jobs =
        "/repos/" + REPOSITORY + "/actions/runs/" + game.job(job).path("run_id") + "/jobs";
    assertThat(Game.json(game.github("GET", jobs).body()).path("total_count").asInt()).isEqualTo(1);
    assertThat(
            Game.json(game.github("GET", jobs, "filter=all", null).body())
                .path("total_count")
                .asInt())
        .isEqualTo(2);
  }

  @Test
  void aJobThatNeedsApprovalIsQueuedTwiceAndGivenToNobodyBefore() {
    // Given
    Game game = new Game();
    long job = game.world.submitWaiting(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(2_000);
    String before = game.world.status(job);
    JsonNode first = game.webhooks.get(0).payload();

    // When
    game.world.approve(job);
    game.pass(100);

    // Then
    assertThat(before).isEqualTo("waiting");
    assertThat(first.at("/workflow_job/status").asText()).isEqualTo("waiting");
    assertThat(first.has("deployment")).isTrue();
    assertThat(game.heardOf(job)).containsExactly("queued", "waiting", "queued", "in_progress");
  }

  @Test
  void aJobUnderACompletedRunStaysQueuedForEver() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    game.world.abandon(job, "startup_failure");
    game.pass(60_000);

    // Then
    long runId = game.job(job).path("run_id").asLong();
    JsonNode run =
        Game.json(game.github("GET", "/repos/" + REPOSITORY + "/actions/runs/" + runId).body());
    assertThat(game.world.status(job)).isEqualTo("queued");
    assertThat(run.path("status").asText()).isEqualTo("completed");
    assertThat(run.path("conclusion").asText()).isEqualTo("startup_failure");
  }

  @Test
  void aPinnedJobIsGivenToNobody() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB);

    // When
    game.world.pin(job);
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(60_000);

    // Then
    assertThat(game.world.status(job)).isEqualTo("queued");
    assertThat(game.world.sandboxes()).containsExactly("mgr-1-1");
  }

  @Test
  void aForeignRunnerTakesJobAfterJob() {
    // Given
    Game game = new Game();
    game.world.submit(JOB, 2);

    // When
    game.world.foreignRunner("repos/" + REPOSITORY, "theirs", "self-hosted", "modal");
    game.pass(1).pass(5_000);

    // Then
    assertThat(game.count(Fact.JOBS_SERVED_ELSEWHERE)).isEqualTo(2);
    assertThat(game.world.registrations()).containsExactly("theirs");
  }

  @Test
  void aJobThatNobodyTellsUsOfTakesOurRunner() {
    // Given
    Game game = new Game();
    long ours = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.world.pin(ours);

    // When
    game.world.submit(JobSpec.of(REPOSITORY, "self-hosted").unheard());
    game.pass(2_000);

    // Then
    assertThat(game.runnerAt(23).path("busy").asBoolean()).isTrue();
    assertThat(game.webhooks).extracting(Delivery::action).containsExactly("queued");
  }

  @Test
  void deletingASandboxThatRunsAJobKillsTheJob() {
    // Given
    Game game = new Game();
    long job = game.world.submit(JOB.lasting(10_000));
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(2_000);

    // When
    game.deleteSandbox("mgr-1-1");
    String justAfter = game.pass(10_000).world.status(job);
    game.pass(60_000);

    // Then
    assertThat(game.count(Fact.JOBS_KILLED)).isEqualTo(1);
    assertThat(justAfter).isEqualTo("in_progress");
    assertThat(game.job(job).path("conclusion").asText()).isEqualTo("failure");
    assertThat(game.count(Fact.JOBS_SERVED)).isZero();
    assertThat(game.world.registrations()).isEmpty();
  }

  @Test
  void deletingASandboxBeforeItHasLeftAfterItsJobIsNoticed() {
    // Given
    Game game = new Game();
    game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");
    while (game.count(Fact.JOBS_SERVED) == 0) {
      game.pass(50);
    }

    // When
    game.deleteSandbox("mgr-1-1");

    // Then
    assertThat(game.count(Fact.SANDBOXES_HURRIED)).isEqualTo(1);
    assertThat(game.count(Fact.JOBS_KILLED)).isZero();
  }

  @Test
  void aSandboxEndsAtItsHardTimeout() {
    // Given
    Game game = new Game();
    String jit =
        Game.json(game.mint("mgr-1-1", "modal").body()).path("encoded_jit_config").asText();
    String id =
        Game.json(game.launch("mgr-1-1", jit, "mgr", 60).body()).path("sandbox_id").asText();

    // When
    game.pass(60_000);

    // Then
    JsonNode after =
        Game.json(
            game.launcher("GET", "/v1/sandboxes/mgr-1-1", "owner=mgr&sandbox_id=" + id, null)
                .body());
    assertThat(after.path("state").asText()).isEqualTo("finished");
    assertThat(after.path("exit_code").asInt()).isEqualTo(124);
  }

  @Test
  void aGhostLosesItsJobAndRegistrationAndRunsOnUntilItIsStopped() {
    // Given
    Game game = fated(End.NEVER, 0);
    long job = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    game.pass(2_000);
    int registration = game.deleteRunner(23).status();
    game.pass(600_000);
    List<String> leaked = game.world.leaked();
    game.deleteSandbox("mgr-1-1");

    // Then
    assertThat(registration).isEqualTo(404);
    assertThat(game.world.status(job)).isEqualTo("queued");
    assertThat(leaked).containsExactly("mgr-1-1");
    assertThat(game.world.leaked()).isEmpty();
    assertThat(game.count(Fact.JOBS_KILLED)).isZero();
  }

  @Test
  void aRefusedRunnerVersionEndsWithItsExitCodeAndLeavesItsRegistration() {
    // Given
    Game game = fated(End.AT_BOOT, 7);

    // When
    game.runner("mgr-1-1", "modal");
    game.pass(2_000);

    // Then
    assertThat(game.world.sandboxes()).isEmpty();
    assertThat(game.world.registrations()).containsExactly("mgr-1-1");
    JsonNode finished =
        Game.json(
            game.launcher(
                    "GET",
                    "/v1/sandboxes/mgr-1-1",
                    "owner=mgr&sandbox_id=sb-0000000000000000000001",
                    null)
                .body());
    assertThat(finished.path("exit_code").asInt()).isEqualTo(7);
  }

  @Test
  void aSandboxThatDiesInItsJobFailsTheJobLater() {
    // Given
    Game game = fated(End.IN_JOB, 1);
    long job = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    String justAfter = game.pass(5_000).world.status(job);
    game.pass(60_000);

    // Then
    assertThat(justAfter).isEqualTo("in_progress");
    assertThat(game.job(job).path("conclusion").asText()).isEqualTo("failure");
    assertThat(game.count(Fact.JOBS_LOST)).isEqualTo(1);
    assertThat(game.count(Fact.JOBS_SERVED)).isZero();
  }

  @Test
  void aJobThatIsCancelledBeforeItsDeadRunnerIsNoticedEndsOnce() {
    // Given
    Game game = fated(End.IN_JOB, 1);
    long job = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");
    game.pass(5_000);

    // When
    game.world.cancel(job);
    game.pass(60_000);

    // Then
    assertThat(game.job(job).path("conclusion").asText()).isEqualTo("cancelled");
    assertThat(game.heardOf(job)).containsOnlyOnce("completed");
  }

  @Test
  void aSandboxThatHangsHasServedItsJob() {
    // Given
    Game game = fated(End.HANGS, 0);
    game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    game.pass(60_000);

    // Then
    assertThat(game.count(Fact.JOBS_SERVED)).isEqualTo(1);
    assertThat(game.world.leaked()).containsExactly("mgr-1-1");
  }

  @Test
  void aNameRunsOnceAndIsFreeAgainAfterwards() {
    // Given
    Game game = new Game();
    String jit =
        Game.json(game.mint("mgr-1-1", "modal").body()).path("encoded_jit_config").asText();

    // When
    int created = game.launch("mgr-1-1", jit).status();
    int repeated = game.launch("mgr-1-1", jit).status();
    int others = game.launch("mgr-1-1", jit, "other", 3_600).status();
    int stopped = game.deleteSandbox("mgr-1-1").status();
    int stoppedAgain = game.deleteSandbox("mgr-1-1").status();
    int again = game.launch("mgr-1-1", jit).status();

    // Then
    assertThat(List.of(created, repeated, others, stopped, stoppedAgain, again))
        .containsExactly(201, 200, 409, 204, 204, 201);
    assertThat(game.count(Fact.SANDBOXES_STARTED)).isEqualTo(2);
    assertThat(game.count(Fact.SANDBOXES_DOUBLE)).isEqualTo(1);
    assertThat(game.world.sandboxes()).containsExactly("mgr-1-1");
  }

  @Test
  void ownersDoNotSeeEachOthersSandboxes() {
    // Given
    Game game = new Game();
    game.runner("mgr-1-1", "modal");

    // When
    int got = game.launcher("GET", "/v1/sandboxes/mgr-1-1", "owner=other", null).status();
    int deleted = game.launcher("DELETE", "/v1/sandboxes/mgr-1-1", "owner=other", null).status();
    Answer listed = game.launcher("GET", "/v1/sandboxes", "owner=other", null);

    // Then
    assertThat(List.of(got, deleted)).containsExactly(404, 409);
    assertThat(Game.json(listed.body()).path("sandboxes")).isEmpty();
    assertThat(game.world.sandboxes()).containsExactly("mgr-1-1");
  }

  @Test
  void aListMayLagACreationButARepeatDoesNot() {
    // Given
    Game game = new Game(1, new Pace(1_000, 0, 0, 0, 9_999, 9_999, 3_000), Faults.NONE);
    String jit =
        Game.json(game.mint("mgr-1-1", "modal").body()).path("encoded_jit_config").asText();
    game.launch("mgr-1-1", jit);

    // When
    int early = game.launcher("GET", "/v1/sandboxes/mgr-1-1", "owner=mgr", null).status();
    int repeated = game.launch("mgr-1-1", jit).status();
    int later =
        game.pass(3_000).launcher("GET", "/v1/sandboxes/mgr-1-1", "owner=mgr", null).status();

    // Then
    assertThat(List.of(early, repeated, later)).containsExactly(404, 200, 200);
  }

  @Test
  void theAgeOfAJitConfigurationAtItsLaunchIsKept() {
    // Given
    Game game = new Game();
    String jit =
        Game.json(game.mint("mgr-1-1", "modal").body()).path("encoded_jit_config").asText();

    // When
    game.pass(45_000).launch("mgr-1-1", jit);

    // Then
    assertThat(game.count(Fact.MAX_JIT_AGE_MS)).isEqualTo(45_000);
  }

  @Test
  void aLostAnswerLeavesItsEffectAndARefusedCallNone() {
    // Given
    Game game =
        new Game(
            1,
            PACE,
            new Faults() {
              @Override
              public Answer around(Call call, Supplier<Answer> doing) {
                return switch (call.subject() + " " + call.nth()) {
                  case "lost 1" -> doing.get().cut(Answer.Wire.NOTHING);
                  case "refused 1" -> Answer.text(502, "bad gateway");
                  default -> doing.get();
                };
              }
            });

    // When
    Answer lost = game.mint("lost", "modal");
    int lostAgain = game.mint("lost", "modal").status();
    int refused = game.mint("refused", "modal").status();
    int refusedAgain = game.mint("refused", "modal").status();

    // Then
    assertThat(lost.wire()).isEqualTo(Answer.Wire.NOTHING);
    assertThat(List.of(lostAgain, refused, refusedAgain)).containsExactly(409, 502, 201);
  }

  @Test
  void webhooksAreLostDoubledAndDelayedAsTheFaultsSay() {
    // Given
    Game game =
        new Game(
            1,
            PACE,
            new Faults() {
              @Override
              public List<Long> copies(Call webhook) {
                return switch (webhook.kind()) {
                  case "webhook.queued" -> List.of();
                  case "webhook.in_progress" -> List.of(0L, 5_000L);
                  default -> List.of(0L);
                };
              }
            });
    long job = game.world.submit(JOB);
    game.runner("mgr-1-1", "self-hosted", "modal");

    // When
    for (int i = 0; i < 100; i++) {
      game.pass(100);
    }

    // Then
    assertThat(game.heardOf(job)).containsExactly("in_progress", "completed", "in_progress");
    assertThat(game.webhooks.get(2).guid()).isEqualTo(game.webhooks.get(0).guid());
  }

  @Test
  void asManyJobsAreServedAsThereAreRunners() {
    // Given
    Game game = new Game();
    game.world.submit(JOB, 200);

    // When
    for (int i = 0; i < 200; i++) {
      game.runner("mgr-" + i, "self-hosted", "modal");
    }
    game.pass(60_000);

    // Then
    assertThat(game.count(Fact.JOBS_SERVED)).isEqualTo(200);
    assertThat(game.world.unfinished()).isZero();
    assertThat(game.world.sandboxes()).isEmpty();
    assertThat(game.count(Fact.MAX_SANDBOXES_RUNNING)).isEqualTo(200);
  }
}
