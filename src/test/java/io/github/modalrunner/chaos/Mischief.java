package io.github.modalrunner.chaos;

import io.github.modalrunner.demo.Answer;
import io.github.modalrunner.demo.Answer.Wire;
import io.github.modalrunner.demo.Faults;
import io.github.modalrunner.demo.World;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Everything goes wrong now and then, as a seed decides: the same seed finds the same fault at the
 * same call, whatever came before it.
 */
final class Mischief implements Faults {
  /** The second half of a fault that has been counted. */
  private static final String DONE = "now done: ";

  private final long seed;
  private final double share;
  private final Map<String, Integer> done = new ConcurrentHashMap<>();
  private volatile World world;

  /**
   * @param share of each kind of thing that goes wrong, from 0 to 1
   */
  Mischief(long seed, double share) {
    this.seed = seed;
    this.share = share;
  }

  /** The world that sandboxes come late in. */
  void in(World where) {
    world = where;
  }

  /** How often which fault was made. */
  Map<String, Integer> done() {
    return new TreeMap<>(done);
  }

  int count() {
    return done.entrySet().stream()
        .filter(fault -> !fault.getKey().contains(DONE))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  @Override
  public Answer around(Call call, Supplier<Answer> doing) {
    Random random = random(call);
    if (random.nextDouble() >= share) {
      return doing.get();
    }
    boolean launcher = call.kind().startsWith("launcher.");
    return switch (random.nextInt(7)) {
      case 0 -> {
        made(call, "refused");
        yield launcher ? Script.launcher(503, "unavailable") : Script.github(502, "Bad Gateway");
      }
      case 1 -> {
        made(call, "answer lost");
        yield doing.get().cut(Wire.NOTHING);
      }
      case 2 -> {
        made(call, "answer cut");
        yield doing.get().cut(Wire.HALF);
      }
      case 3 -> {
        made(call, "limited");
        Answer limit =
            launcher
                ? Script.launcher(429, "rate_limited")
                : Script.github(
                    random.nextBoolean() ? 403 : 429, "You have exceeded a secondary rate limit.");
        yield limit.with("Retry-After", "1");
      }
      case 4 -> {
        made(call, "slow");
        yield doing.get().late(random.nextInt(1_500));
      }
      case 5 -> {
        made(call, "lost before it was done");
        yield Answer.text(502, "<html>upstream went away</html>").cut(Wire.NOTHING);
      }
      default -> later(call, doing, random);
    };
  }

  /** Done after the caller was told that nothing is known: a sandbox that appears late. */
  private Answer later(Call call, Supplier<Answer> doing, Random random) {
    made(call, "done later");
    world.at(
        System.currentTimeMillis() + 200 + random.nextInt(1_500),
        time -> made(call, DONE + doing.get().status()));
    return Answer.text(502, "<html>upstream timed out</html>");
  }

  @Override
  public List<Long> copies(Call webhook) {
    Random random = random(webhook);
    if (random.nextDouble() >= share) {
      return List.of(0L);
    }
    return switch (random.nextInt(4)) {
      case 0 -> {
        made(webhook, "lost");
        yield List.of();
      }
      case 1 -> {
        made(webhook, "doubled");
        yield List.of(0L, (long) random.nextInt(2_000));
      }
      default -> {
        made(webhook, "late");
        yield List.of((long) random.nextInt(3_000));
      }
    };
  }

  @Override
  public Fate fate(Call launch) {
    Random random = random(launch);
    if (random.nextDouble() >= share) {
      return Fate.RUNS;
    }
    End[] ends = {End.AT_BOOT, End.IN_JOB, End.HANGS, End.NEVER, End.AFTER_JOB};
    End end = ends[random.nextInt(ends.length)];
    made(launch, end == End.AFTER_JOB ? "slow boot" : end.toString());
    return new Fate(end, 1, end == End.AFTER_JOB ? 2_000 : 0);
  }

  private void made(Call call, String fault) {
    done.merge(call.kind() + " " + fault, 1, Integer::sum);
  }

  private Random random(Call call) {
    Random random = new Random(seed * 1_000_003 + call.toString().hashCode());
    // Seeds that are close together begin alike
    random.nextLong();
    return random;
  }
}
