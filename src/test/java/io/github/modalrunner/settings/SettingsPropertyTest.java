package io.github.modalrunner.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class SettingsPropertyTest {
  private static final Map<String, Long> UNITS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  @Property
  void everyDurationIsItsAmountTimesItsUnit(
      @ForAll @IntRange(max = 999_999) int amount, @ForAll("units") String unit) {
    assertThat(Kind.duration("0ms", "999999999d").parse(amount + unit))
        .isEqualTo(amount * UNITS.get(unit));
  }

  @Property
  void durationsAreAllowedExactlyWithinTheirBounds(@ForAll @LongRange(max = 20_000) long millis) {
    boolean within = millis >= 5_000 && millis <= 15_000;
    assertThat(Kind.duration("5s", "15s").parse(millis + "ms")).isEqualTo(within ? millis : null);
  }

  @Property
  void firstSourceThatHasItWins(
      @ForAll boolean variable,
      @ForAll boolean system,
      @ForAll boolean shown,
      @ForAll boolean chosen,
      @ForAll boolean old) {
    // Given
    Map<String, String> environment = SettingsTest.environment();
    Map<String, String> systemProperties = new HashMap<>();
    Map<String, String> file = new HashMap<>();
    String property = "runner.github.runner-group-id";
    put(old, environment, "RUNNER_GROUP_ID", "5");
    put(shown, file, property, "1");
    put(chosen, file, property, "4");
    put(system, systemProperties, property, "3");
    put(variable, environment, "RUNNER_GITHUB_RUNNER_GROUP_ID", "2");
    // When
    Settings settings = Settings.read(environment, systemProperties, file);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.integer(property))
        .isEqualTo(variable ? 2 : system ? 3 : chosen ? 4 : old ? 5 : 1);
  }

  @Property
  void noValueAppearsInWhatIsReported(
      @ForAll("settings") Setting setting,
      @ForAll @Chars({'x', '7', '{', ' ', '\n', '-'}) @StringLength(max = 9) String around,
      @ForAll @IntRange(max = 3) int where) {
    // Given
    String value = around + "/MarKer" + around;
    Map<String, String> environment = SettingsTest.environment(setting.variable(), "");
    Map<String, String> systemProperties = new HashMap<>();
    Map<String, String> file = new HashMap<>();
    put(where == 0, environment, setting.variable(), value);
    put(where == 1, environment, setting.variable() + "_FILE", value);
    put(where == 2, systemProperties, setting.property(), value);
    put(where == 3, file, setting.property(), value);
    // When
    Settings settings = Settings.read(environment, systemProperties, file);
    // Then
    assertThat(StartupReport.of(settings.problems(), List.of()) + (Object) settings)
        .doesNotContain("MarKer");
  }

  @Provide
  Arbitrary<String> units() {
    return Arbitraries.of(UNITS.keySet());
  }

  @Provide
  Arbitrary<Setting> settings() {
    return Arbitraries.of(Setting.TABLE);
  }

  private static void put(boolean given, Map<String, String> source, String name, String value) {
    if (given) {
      source.put(name, value);
    }
  }
}
