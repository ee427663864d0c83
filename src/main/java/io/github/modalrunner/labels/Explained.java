package io.github.modalrunner.labels;

import io.github.modalrunner.labels.WorkflowFile.RunsOn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A dry run for people: lines to print.
 *
 * @param lines what to print
 * @param served whether nothing stands in the way of a job that wants one of our runners
 */
public record Explained(List<String> lines, boolean served) {
  private static final String UNITS = "%s cores, %s MiB, %d minutes at most%s%s%s";

  /** The answer to labels as a command was given them. */
  public static Explained labels(DryRun dryRun, String repository, Collection<String> labels) {
    Map<String, Object> answer = dryRun.explain(repository, true, labels);
    return new Explained(lines(answer), answer.get("outcome").equals("admitted"));
  }

  /** The answer to each job of a workflow file; a job for somebody else's runners is in order. */
  public static Explained workflow(DryRun dryRun, String repository, List<RunsOn> jobs) {
    List<String> lines = new ArrayList<>();
    boolean served = true;
    for (RunsOn job : jobs) {
      String note = job.note() == null ? "" : ", " + job.note();
      if (job.labels() == null) {
        lines.add(job.job() + ": labels" + note.substring(1));
        continue;
      }
      lines.add("%s: [%s]%s".formatted(job.job(), String.join(", ", job.labels()), note));
      Map<String, Object> answer = dryRun.explain(repository, true, job.labels());
      lines(answer).forEach(line -> lines.add("  " + line));
      served &= !answer.get("outcome").equals("refused");
    }
    return new Explained(lines, served);
  }

  private static List<String> lines(Map<String, Object> answer) {
    List<String> lines = new ArrayList<>();
    if (answer.get("reason") instanceof Map<?, ?> reason) {
      lines.add(
          "%s (%s): %s"
              .formatted(answer.get("outcome"), reason.get("code"), reason.get("message")));
    } else {
      lines.add("served by profile " + answer.get("profile"));
    }
    if (answer.get("pool") != null) {
      lines.add("pool: " + answer.get("pool"));
    }
    if (answer.get("sandbox") instanceof Map<?, ?> sandbox) {
      lines.add(
          "sandbox: image %s, ".formatted(sandbox.get("image"))
              + UNITS.formatted(
                  sandbox.get("cpu"),
                  sandbox.get("memory_mib"),
                  ((Integer) sandbox.get("timeout_seconds")) / 60,
                  sandbox.get("gpu") == null ? "" : ", GPU " + sandbox.get("gpu"),
                  sandbox.get("region") == null ? "" : ", region " + sandbox.get("region"),
                  Boolean.TRUE.equals(sandbox.get("docker")) ? ", Docker" : ""));
    }
    if (answer.get("price") instanceof Map<?, ?> price) {
      lines.add(
          price.get("usd_per_minute") == null
              ? "price: not known, runner.prices.gpu-second has none for this GPU"
              : "price: about %s USD a minute (%s)"
                  .formatted(price.get("usd_per_minute"), price.get("source")));
    }
    if (answer.get("nearest") instanceof Map<?, ?> nearest) {
      lines.add(
          "nearest: profile %s%s%s"
              .formatted(
                  nearest.get("profile"),
                  change(", with the label ", nearest.get("add")),
                  change(", without ", nearest.get("remove"))));
    }
    ((List<?>) answer.get("warnings")).forEach(warning -> lines.add("warning: " + warning));
    ((List<?>) answer.get("assumed")).forEach(sentence -> lines.add("assumed: " + sentence));
    return lines;
  }

  private static String change(String words, Object labels) {
    List<?> several = (List<?>) labels;
    return several.isEmpty()
        ? ""
        : words + String.join(" and ", several.stream().map(Object::toString).toList());
  }
}
