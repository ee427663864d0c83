package io.github.modalrunner.costs;

import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a second of a sandbox costs, in USD: an estimate from what its profile asks for. Modal bills
 * what is used when that is more.
 */
public final class Prices {
  private static final double MIB_PER_GIB = 1024;
  private static final String ANY_OTHER = "*";

  private final double cpuCoreSecond;
  private final double memoryGibSecond;
  private final Map<String, Double> gpuSecond;
  private final Map<String, Double> regionFactors;
  private final String source;
  private final List<Profile> profiles;

  /**
   * @param cpuCoreSecond a physical core for a second
   * @param memoryGibSecond a GiB for a second
   * @param gpuSecond a GPU for a second, by kind
   * @param regionFactors what all that is multiplied by in a region; {@code *} for any other
   * @param source where the prices are from, and when
   * @param profiles what sandboxes get
   */
  Prices(
      double cpuCoreSecond,
      double memoryGibSecond,
      Map<String, Double> gpuSecond,
      Map<String, Double> regionFactors,
      String source,
      Collection<Profile> profiles) {
    this.cpuCoreSecond = cpuCoreSecond;
    this.memoryGibSecond = memoryGibSecond;
    this.gpuSecond = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    this.gpuSecond.putAll(gpuSecond);
    this.regionFactors = Map.copyOf(regionFactors);
    this.source = source;
    this.profiles = List.copyOf(profiles);
  }

  /** The prices that the settings give. */
  public static Prices of(Settings settings) {
    return new Prices(
        settings.decimal("runner.prices.cpu-core-second"),
        settings.decimal("runner.prices.memory-gib-second"),
        settings.amounts("runner.prices.gpu-second"),
        settings.amounts("runner.prices.region-factor"),
        settings.text("runner.prices.source"),
        settings.profiles());
  }

  /** USD a second for a sandbox of a profile; empty when its GPU has no price. */
  public OptionalDouble perSecond(Profile profile) {
    double machine =
        profile.cpu() * cpuCoreSecond + profile.memoryMib() / MIB_PER_GIB * memoryGibSecond;
    OptionalDouble gpus = gpus(profile.gpu());
    return gpus.isEmpty()
        ? gpus
        : OptionalDouble.of((machine + gpus.getAsDouble()) * factor(profile.region()));
  }

  /** Where the prices are from, and when. */
  public String source() {
    return source;
  }

  /** The image and the price of each profile, as rows; the price is null when it is not known. */
  public List<Map<String, Object>> profiles() {
    return profiles.stream()
        .map(
            profile -> {
              Map<String, Object> row = new HashMap<>();
              row.put("name", profile.name());
              row.put("image", profile.image());
              OptionalDouble price = perSecond(profile);
              row.put("price", price.isPresent() ? price.getAsDouble() : null);
              return row;
            })
        .toList();
  }

  private OptionalDouble gpus(String gpu) {
    if (gpu == null) {
      return OptionalDouble.of(0);
    }
    String[] kindAndCount = gpu.split(":", 2);
    // H100! is an H100 and no better one, B200+ is billed as a B200
    Double price =
        gpuSecond.getOrDefault(
            kindAndCount[0], gpuSecond.get(kindAndCount[0].replaceFirst("[!+]$", "")));
    int count = kindAndCount.length == 1 ? 1 : Integer.parseInt(kindAndCount[1]);
    return price == null ? OptionalDouble.empty() : OptionalDouble.of(price * count);
  }

  private double factor(String region) {
    return region == null
        ? 1
        : regionFactors.getOrDefault(
            region.toLowerCase(Locale.ROOT), regionFactors.getOrDefault(ANY_OTHER, 1.0));
  }
}
