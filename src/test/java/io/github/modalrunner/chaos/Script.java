package io.github.modalrunner.chaos;

import io.github.modalrunner.demo.Answer;
import io.github.modalrunner.demo.Faults;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Faults by kind of call, for a test that wants one thing to go wrong and all else to go well. */
final class Script implements Faults {
  /** What becomes of a call; calling {@code doing} does it. */
  interface Reaction {
    Answer to(Call call, Supplier<Answer> doing);
  }

  private final Map<String, Reaction> reactions = new HashMap<>();
  private final Map<String, Function<Call, List<Long>>> webhooks = new HashMap<>();
  private Function<Call, Fate> fate = call -> Fate.RUNS;

  /** Calls of one kind, {@code github.…} or {@code launcher.…}, meet this. */
  Script on(String kind, Reaction reaction) {
    reactions.put(kind, reaction);
    return this;
  }

  /** Webhooks of one action are sent after so many milliseconds each; none: never. */
  Script webhooks(String action, Function<Call, List<Long>> copies) {
    webhooks.put("webhook." + action, copies);
    return this;
  }

  Script launches(Function<Call, Fate> other) {
    fate = other;
    return this;
  }

  /** An error of GitHub's, not done. */
  static Answer github(int status, String message) {
    return Answer.text(status, "{\"message\":\"" + message + "\"}");
  }

  /** An error of the launcher's, not done. */
  static Answer launcher(int status, String code) {
    return Answer.text(
        status,
        "{\"error\":{\"code\":\"%s\",\"message\":\"%s\",\"retryable\":true,\"outcome\":\"not_done\"}}"
            .formatted(code, code));
  }

  @Override
  public Answer around(Call call, Supplier<Answer> doing) {
    Reaction reaction = reactions.get(call.kind());
    return reaction == null ? doing.get() : reaction.to(call, doing);
  }

  @Override
  public List<Long> copies(Call webhook) {
    return webhooks.getOrDefault(webhook.kind(), call -> List.of(0L)).apply(webhook);
  }

  @Override
  public Fate fate(Call launch) {
    return fate.apply(launch);
  }
}
