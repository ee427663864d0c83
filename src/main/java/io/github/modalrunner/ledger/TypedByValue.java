package io.github.modalrunner.ledger;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import javax.sql.DataSource;

/**
 * A PostgreSQL data source whose statements know by themselves how many parameters they have.
 * camel-sql asks each statement for that before it sets the values; PostgreSQL would have to be
 * asked, a round trip each time, and cannot say it of {@code ? + ?}, whose types it only learns
 * with the values.
 */
final class TypedByValue {
  private TypedByValue() {}

  static DataSource of(DataSource postgresql) {
    return wrap(
        DataSource.class,
        postgresql,
        (result, arguments) -> result instanceof Connection c ? connection(c) : result);
  }

  private static Connection connection(Connection connection) {
    return wrap(
        Connection.class,
        connection,
        (result, arguments) ->
            result instanceof PreparedStatement statement
                ? statement(statement, (String) arguments[0])
                : result);
  }

  private static PreparedStatement statement(PreparedStatement statement, String sql) {
    int parameters = (int) sql.chars().filter(c -> c == '?').count();
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) ->
            method.getName().equals("getParameterMetaData")
                ? counted(statement, parameters)
                : invoke(statement, method, arguments));
  }

  /** Asks the statement for everything but the number. */
  private static ParameterMetaData counted(PreparedStatement statement, int parameters) {
    return proxy(
        ParameterMetaData.class,
        (proxy, method, arguments) ->
            method.getName().equals("getParameterCount")
                ? parameters
                : invoke(statement.getParameterMetaData(), method, arguments));
  }

  /** What becomes of the result of a call. */
  private interface Mapping {
    Object map(Object result, Object[] arguments);
  }

  private static <T> T wrap(Class<T> type, T target, Mapping mapping) {
    return proxy(
        type,
        (proxy, method, arguments) -> mapping.map(invoke(target, method, arguments), arguments));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            TypedByValue.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
