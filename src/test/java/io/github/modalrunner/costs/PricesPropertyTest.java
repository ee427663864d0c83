package io.github.modalrunner.costs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.jobs.Profile;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** What holds for the price of every sandbox. */
class PricesPropertyTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-12);
  private static final Prices PRICES =
      new Prices(
          0.00003942,
          0.00000667,
          Map.of("T4", 0.000164, "H100", 0.001097, "A100-80GB", 0.000694),
          Map.of("us", 1.5, "*", 1.75),
          "a table",
          List.of());

  @Property
  void neverIsNegative(
      @ForAll @DoubleRange(min = 0.25, max = 64) double cpu,
      @ForAll @IntRange(min = 128, max = 344064) int memory) {
    assertThat(price(cpu, memory, null, null)).isPositive();
    assertThat(price(cpu, memory, "H100:8", "eu")).isPositive();
  }

  @Property
  void isTheSumOfItsParts(
      @ForAll @DoubleRange(min = 0, max = 32) double oneCpu,
      @ForAll @DoubleRange(min = 0, max = 32) double otherCpu,
      @ForAll @IntRange(min = 0, max = 172032) int oneMemory,
      @ForAll @IntRange(min = 0, max = 172032) int otherMemory,
      @ForAll @IntRange(min = 1, max = 7) int gpus) {
    // When
    double parts =
        price(oneCpu, oneMemory, "T4:" + gpus, null) + price(otherCpu, otherMemory, "T4", null);

    // Then
    assertThat(price(oneCpu + otherCpu, oneMemory + otherMemory, "T4:" + (gpus + 1), null))
        .isEqualTo(parts, EXACT);
  }

  @Property
  void isMultipliedByTheFactorOfItsRegion(
      @ForAll @DoubleRange(min = 0.25, max = 64) double cpu,
      @ForAll @IntRange(min = 128, max = 344064) int memory) {
    // When
    double anywhere = price(cpu, memory, "A100-80GB", null);

    // Then
    assertThat(price(cpu, memory, "A100-80GB", "us")).isEqualTo(1.5 * anywhere, EXACT);
    assertThat(price(cpu, memory, "A100-80GB", "us-east")).isEqualTo(1.75 * anywhere, EXACT);
  }

  @Property
  void isThatOfTheKindHoweverItIsSpelt(@ForAll @IntRange(min = 1, max = 8) int gpus) {
    // When
    double price = price(1, 1024, "H100:" + gpus, null);

    // Then
    assertThat(price(1, 1024, "h100:" + gpus, null)).isEqualTo(price, EXACT);
    assertThat(price(1, 1024, "H100!:" + gpus, null)).isEqualTo(price, EXACT);
    assertThat(PRICES.perSecond(profile(1, 1024, "B300:" + gpus, null))).isEmpty();
  }

  private static double price(double cpu, int memory, String gpu, String region) {
    return PRICES.perSecond(profile(cpu, memory, gpu, region)).orElseThrow();
  }

  private static Profile profile(double cpu, int memory, String gpu, String region) {
    return new Profile(
        "any",
        new TreeSet<>(),
        "default",
        cpu,
        memory,
        gpu,
        region,
        60,
        null,
        false,
        List.of(),
        List.of());
  }
}
