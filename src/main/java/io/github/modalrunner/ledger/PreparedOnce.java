package io.github.modalrunner.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.apache.commons.dbcp2.DelegatingPreparedStatement;
import org.apache.commons.dbcp2.PStmtKey;
import org.apache.commons.dbcp2.PoolingConnection;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.GenericKeyedObjectPool;
import org.apache.commons.pool2.impl.GenericKeyedObjectPoolConfig;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Connections to SQLite that keep the statements that they prepared: SQLite takes ten times as long
 * to read one of the decisions as to carry it out, and its driver has it read each time.
 */
final class PreparedOnce extends DriverManagerDataSource {
  /** More than the gateway has that run by themselves; those not used for longest make room. */
  private static final int STATEMENTS = 100;

  /** So long, in seconds, the pool waits for a connection that is being opened when it closes. */
  private static final int LOGIN_TIMEOUT = 5;

  PreparedOnce(String url) {
    super(url);
  }

  @Override
  public int getLoginTimeout() {
    return LOGIN_TIMEOUT;
  }

  @Override
  protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
    PoolingConnection connection = new Keeping(super.getConnectionFromDriver(properties));
    GenericKeyedObjectPoolConfig<DelegatingPreparedStatement> config =
        new GenericKeyedObjectPoolConfig<>();
    config.setMaxTotal(STATEMENTS);
    config.setMaxTotalPerKey(-1);
    config.setMaxIdlePerKey(1);
    config.setBlockWhenExhausted(false);
    config.setJmxEnabled(false);
    connection.setStatementPool(new GenericKeyedObjectPool<>(connection, config));
    return connection;
  }

  private static final class Keeping extends PoolingConnection {
    Keeping(Connection connection) {
      super(connection);
    }

    @Override
    public void passivateObject(PStmtKey sql, PooledObject<DelegatingPreparedStatement> statement)
        throws SQLException {
      super.passivateObject(sql, statement);
      ResultSet unread = statement.getObject().getInnermostDelegate().getResultSet();
      if (unread != null) {
        // Its transaction would stay open
        unread.close();
      }
    }
  }
}
