package io.github.modalrunner.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.check.Finding;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupReportTest {
  private static final Settings.Problem SETTING =
      new Settings.Problem("runner.a.b", "RUNNER_A_B", "is missing: give it");
  private static final RouteFiles.Problem ROUTE =
      new RouteFiles.Problem(Path.of("routes/x.camel.yaml"), 3, "/0/route", "'b' is unknown here");

  @Test
  void saysHowManyThenEachThenWhereToRead() {
    assertThat(StartupReport.of(List.of(SETTING), List.of(ROUTE)))
        .isEqualTo(
            """
            2 problems found:

            runner.a.b (RUNNER_A_B)
              is missing: give it

            routes/x.camel.yaml:3 /0/route
              'b' is unknown here

            Every setting is explained in docs/configuration.md""");
  }

  @Test
  void countsOne() {
    assertThat(StartupReport.of(List.of(SETTING), List.of())).startsWith("1 problem found:\n");
  }

  @Test
  void saysThatAllIsWell() {
    assertThat(StartupReport.of(List.of(), List.of())).isEqualTo("No problems found.");
  }

  @Test
  void countsWhatIsWrongAndTellsApartWhatCouldNotBeLookedAt() {
    assertThat(
            StartupReport.of(
                List.of(),
                List.of(),
                List.of(
                    new Finding(false, "webhook", "Its settings."),
                    new Finding(true, "launcher", "It is asleep."))))
        .isEqualTo(
            """
            1 problem found:

            launcher
              It is asleep.

            Every setting is explained in docs/configuration.md

            Not looked at:

            webhook
              Its settings.""");
  }
}
