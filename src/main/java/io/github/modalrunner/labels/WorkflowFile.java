package io.github.modalrunner.labels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Which labels the jobs of a workflow file ask for. Expressions of the job's own matrix are
 * resolved, for each of its combinations; whatever is known at run time only is not.
 */
public final class WorkflowFile {
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{\\s*(.*?)\\s*}}");
  private static final Pattern MATRIX = Pattern.compile("matrix((?:\\.[A-Za-z_][\\w-]*)+)");

  /**
   * The labels of one job, or why they are not known.
   *
   * @param job the job's key in the file
   * @param labels null when they are not known
   * @param note why not, or what goes with the labels; null for nothing
   */
  public record RunsOn(String job, List<String> labels, String note) {}

  private WorkflowFile() {}

  /**
   * The jobs of a workflow file, each set of labels of a job once, in the file's order.
   *
   * @param text the file's YAML
   * @throws IllegalArgumentException when it is no workflow; the message says why
   */
  public static List<RunsOn> read(String text) {
    Object document;
    try {
      document = new Load(LoadSettings.builder().build()).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("is not YAML: " + e.getMessage(), e);
    }
    if (!(document instanceof Map<?, ?> workflow)
        || !(workflow.get("jobs") instanceof Map<?, ?> jobs)) {
      throw new IllegalArgumentException("is no workflow: it has no jobs");
    }
    List<RunsOn> found = new ArrayList<>();
    jobs.forEach(
        (name, job) ->
            found.addAll(
                job(name.toString(), job instanceof Map<?, ?> fields ? fields : Map.of())));
    return found;
  }

  private static Set<RunsOn> job(String name, Map<?, ?> job) {
    if (job.get("uses") != null) {
      return Set.of(new RunsOn(name, null, "the workflow that it calls says: " + job.get("uses")));
    }
    Object strategy = job.get("strategy");
    Object matrix = strategy instanceof Map<?, ?> fields ? fields.get("matrix") : strategy;
    Set<RunsOn> found = new LinkedHashSet<>();
    for (Map<String, Object> combination : combinations(matrix)) {
      found.add(runsOn(name, job.get("runs-on"), combination));
    }
    return found;
  }

  private static RunsOn runsOn(String name, Object runsOn, Map<String, Object> matrix) {
    try {
      if (runsOn instanceof Map<?, ?> fields) {
        Object group = fields.get("group");
        String note = group == null ? null : "in the runner group " + resolved(group, matrix);
        return new RunsOn(name, labels(fields.get("labels"), matrix), note);
      }
      return new RunsOn(name, labels(runsOn, matrix), null);
    } catch (Unresolved e) {
      return new RunsOn(name, null, e.getMessage());
    }
  }

  private static List<String> labels(Object given, Map<String, Object> matrix) {
    Object value = resolved(given, matrix);
    return value == null
        ? List.of()
        : value instanceof List<?> several
            ? several.stream().map(label -> Objects.toString(resolved(label, matrix), "")).toList()
            : List.of(value.toString());
  }

  /** A value with its expressions replaced; one that is an expression as a whole keeps its type. */
  private static Object resolved(Object value, Map<String, Object> matrix) {
    if (!(value instanceof String text)) {
      return value;
    }
    Matcher expressions = EXPRESSION.matcher(text);
    if (expressions.matches()) {
      return lookup(expressions.group(1), matrix);
    }
    expressions.reset();
    return expressions.replaceAll(
        found -> Matcher.quoteReplacement(Objects.toString(lookup(found.group(1), matrix), "")));
  }

  private static Object lookup(String expression, Map<String, Object> matrix) {
    Matcher reference = MATRIX.matcher(expression);
    if (!reference.matches()) {
      throw new Unresolved("known at run time only: ${{ " + expression + " }}");
    }
    Object value = matrix;
    for (String key : reference.group(1).substring(1).split("\\.", -1)) {
      value = value instanceof Map<?, ?> fields ? fields.get(key) : null;
    }
    if (value == null || value instanceof Map) {
      throw new Unresolved("not given by the matrix of the file: ${{ " + expression + " }}");
    }
    return resolved(value, Map.of());
  }

  /** The combinations of a matrix, as GitHub makes them; one without values when there is none. */
  private static List<Map<String, Object>> combinations(Object matrix) {
    List<Map<String, Object>> combinations = new ArrayList<>(List.of(Map.of()));
    if (!(matrix instanceof Map<?, ?> axes)) {
      return combinations;
    }
    axes.forEach(
        (axis, values) -> {
          if (!Set.of("include", "exclude").contains(axis) && values instanceof List<?> several) {
            List<Map<String, Object>> longer =
                combinations.stream()
                    .flatMap(one -> several.stream().map(value -> with(one, axis, value)))
                    .toList();
            combinations.clear();
            combinations.addAll(longer);
          }
        });
    objects(axes.get("exclude"))
        .forEach(out -> combinations.removeIf(one -> one.entrySet().containsAll(out.entrySet())));
    List<Map<String, Object>> added = new ArrayList<>();
    for (Map<?, ?> include : objects(axes.get("include")).toList()) {
      boolean joined = false;
      for (int i = 0; i < combinations.size(); i++) {
        Map<String, Object> one = combinations.get(i);
        boolean agrees =
            include.entrySet().stream()
                .allMatch(
                    e -> !axes.containsKey(e.getKey()) || e.getValue().equals(one.get(e.getKey())));
        if (agrees && !one.isEmpty()) {
          Map<String, Object> more = new LinkedHashMap<>(one);
          include.forEach((key, value) -> more.put(key.toString(), value));
          combinations.set(i, more);
          joined = true;
        }
      }
      if (!joined) {
        Map<String, Object> alone = new LinkedHashMap<>();
        include.forEach((key, value) -> alone.put(key.toString(), value));
        added.add(alone);
      }
    }
    if (!added.isEmpty()) {
      combinations.removeIf(Map::isEmpty);
    }
    combinations.addAll(added);
    return combinations;
  }

  private static Map<String, Object> with(Map<String, Object> one, Object axis, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(one);
    more.put(axis.toString(), value);
    return more;
  }

  private static Stream<Map<?, ?>> objects(Object list) {
    return list instanceof List<?> several
        ? several.stream().filter(Map.class::isInstance).map(one -> (Map<?, ?>) one)
        : Stream.empty();
  }

  /** Labels that the file alone does not tell. */
  private static final class Unresolved extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unresolved(String message) {
      super(message, null, false, false);
    }
  }
}
