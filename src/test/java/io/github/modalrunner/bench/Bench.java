package io.github.modalrunner.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command: {@code mvn -B -Pbench -DskipTests package exec:java}, all measures or those that
 * {@code -Dbench=ack,burst} names. Prints a table and writes {@code target/bench/bench.json}.
 */
public final class Bench {
  private Bench() {}

  /** Measures; takes about ten minutes for all. */
  public static void main(String[] args) {
    Map<String, Measure> measures = new LinkedHashMap<>();
    measures.put("ack", new Acks());
    measures.put("bare", new Bare());
    measures.put("peer", new Peer());
    measures.put("steady", new Steady());
    measures.put("burst", new Bursts());
    measures.put("mint", new Launches.Single());
    measures.put("launch", new Launches.Fleet());
    measures.put("start", new Starts());
    measures.put("ledger", new BigLedger());
    measures.put("replicas", new Replicas());
    String named = System.getProperty("bench", "");
    Set<String> chosen =
        named.isEmpty() ? measures.keySet() : new LinkedHashSet<>(List.of(named.split(",", -1)));
    if (!measures.keySet().containsAll(chosen)) {
      throw new IllegalArgumentException("-Dbench names one or more of " + measures.keySet());
    }
    List<Figure> figures = new ArrayList<>();
    for (String name : chosen) {
      List<Figure> found = measures.get(name).run();
      found.stream().map(Report::line).forEach(System.out::println);
      figures.addAll(found);
    }
    Report.write(Path.of("target/bench/bench.json"), figures);
  }
}
