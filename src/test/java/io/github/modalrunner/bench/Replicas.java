package io.github.modalrunner.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a second gateway on one PostgreSQL ledger adds, and what it costs. Each commit takes a while
 * without work for anybody, as in a database with replicas elsewhere: neither the database nor the
 * cores, which all of it shares here, are then the limit.
 */
final class Replicas implements Measure {
  private static final int WARM_UP = 8_000;
  private static final Duration TIME = Duration.ofSeconds(15);
  private static final int MOST = 20_000;

  /** Few, so that one gateway waits for commits and not for a core. */
  private static final int CONNECTIONS = 16;

  /** What PostgreSQL allows at most. */
  private static final int COMMIT_TAKES_MICROS = 100_000;

  /** What one or more gateways did. */
  private record Result(double perSecond, double cpu) {}

  @Override
  public List<Figure> run() {
    try (EmbeddedPostgres server = server()) {
      Result one = measure(server, 1);
      Result two = measure(server, 2);
      return List.of(
          new Figure("replicas", "one gateway on PostgreSQL, slow commits", one.perSecond, "/s"),
          new Figure("replicas", "two gateways", two.perSecond, "/s"),
          new Figure("replicas", "two against one", two.perSecond / one.perSecond, "×")
              .atLeast(1.6),
          new Figure("replicas", "CPU for each in all, one gateway", one.cpu, "ms"),
          new Figure("replicas", "CPU for each in all, two gateways", two.cpu, "ms"),
          new Figure("replicas", "CPU, two against one", two.cpu / one.cpu, "×").atMost(1.15));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As durable as PostgreSQL is by default; the library's own defaults are for tests. */
  private static EmbeddedPostgres server() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private static Result measure(EmbeddedPostgres server, int count) {
    String database = "gateways_" + count;
    execute(server, "CREATE DATABASE " + database);
    String url = server.getJdbcUrl("postgres", database);
    Deliveries ended = Deliveries.completed(GatewayProcess.SECRET);
    List<GatewayProcess> gateways = new ArrayList<>();
    List<Load> loads = new ArrayList<>();
    try (OtherSides others = OtherSides.quick()) {
      for (int i = 0; i < count; i++) {
        GatewayProcess gateway =
            GatewayProcess.start(
                others, Map.of("runner.ledger.url", url, "runner.instance", "mgr" + i));
        gateways.add(gateway);
        loads.add(new Load(ended, gateway.port(), CONNECTIONS));
        loads.get(i).closed(ended.next(WARM_UP));
      }
      awaitApplied(server, database);
      commitTakes(server, COMMIT_TAKES_MICROS);
      double before = cpu(gateways);
      List<CompletableFuture<Load.Outcome>> running =
          loads.stream()
              .map(load -> CompletableFuture.supplyAsync(() -> load.closed(ended.next(MOST), TIME)))
              .toList();
      List<Load.Outcome> outcomes = running.stream().map(CompletableFuture::join).toList();
      commitTakes(server, 0);
      awaitApplied(server, database);
      int sent = outcomes.stream().mapToInt(Load.Outcome::sent).sum();
      return new Result(
          outcomes.stream().mapToDouble(Load.Outcome::perSecond).sum(),
          (cpu(gateways) - before) / sent);
    } finally {
      loads.forEach(Load::close);
      gateways.forEach(GatewayProcess::close);
    }
  }

  private static double cpu(List<GatewayProcess> gateways) {
    return gateways.stream().mapToDouble(GatewayProcess::cpuWithoutCompiler).sum();
  }

  private static void commitTakes(EmbeddedPostgres server, int micros) {
    execute(server, "ALTER SYSTEM SET commit_siblings = 0");
    execute(server, "ALTER SYSTEM SET commit_delay = " + micros);
    execute(server, "SELECT pg_reload_conf()");
  }

  private static void awaitApplied(EmbeddedPostgres server, String database) {
    GatewayProcess.until(
        () -> {
          try (Connection connection = server.getDatabase("postgres", database).getConnection();
              Statement statement = connection.createStatement();
              ResultSet open =
                  statement.executeQuery("SELECT count(*) FROM delivery WHERE state = 'NEW'")) {
            return open.next() && open.getLong(1) == 0;
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void execute(EmbeddedPostgres server, String sql) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
