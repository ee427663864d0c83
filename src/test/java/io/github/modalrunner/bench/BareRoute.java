package io.github.modalrunner.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.github.modalrunner.webhook.Signature;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * The least that a Camel application does for a durable acknowledgement: one route, the signature,
 * one INSERT, 202. Run as a process of its own with a port, a file for its database and the secret.
 */
public final class BareRoute extends RouteBuilder {
  private BareRoute() {}

  /** Serves until it is ended. */
  public static void main(String[] arguments) throws Exception {
    HikariDataSource database = new HikariDataSource();
    database.setJdbcUrl(
        "jdbc:sqlite:"
            + arguments[1]
            + "?journal_mode=WAL&synchronous=FULL&busy_timeout=10000&transaction_mode=IMMEDIATE");
    database.setMaximumPoolSize(1);
    create(database);
    Main main = new Main();
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", arguments[0]);
    main.bind("database", database);
    main.bind("signature", new Signature(arguments[2], null));
    main.configure().addRoutesBuilder(new BareRoute());
    main.run();
  }

  private static void create(HikariDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE delivery (guid varchar(64) PRIMARY KEY, body bytea)");
    }
  }

  @Override
  public void configure() {
    from("platform-http:/webhooks/github?httpMethodRestrict=POST")
        .convertBodyTo(byte[].class)
        .filter(method("signature", "isForged(${body}, ${header.X-Hub-Signature-256})"))
        .throwException(new IllegalArgumentException("unauthorized"))
        .end()
        .setHeader("guid", () -> UUID.randomUUID().toString())
        .to("sql:INSERT INTO delivery (guid, body) VALUES (:#guid, :#${body})?dataSource=#database")
        .removeHeaders("*")
        .setHeader("CamelHttpResponseCode", constant(202))
        .setBody(constant("{\"status\":\"accepted\"}"));
  }
}
