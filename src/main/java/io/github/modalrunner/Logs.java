package io.github.modalrunner;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import net.logstash.logback.composite.AbstractFieldJsonProvider;
import net.logstash.logback.composite.GlobalCustomFieldsJsonProvider;
import net.logstash.logback.composite.loggingevent.KeyValuePairsJsonProvider;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggerNameJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventJsonProviders;
import net.logstash.logback.composite.loggingevent.LoggingEventThreadNameJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.ThrowableClassNameJsonProvider;
import net.logstash.logback.composite.loggingevent.ThrowableMessageJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import org.slf4j.Logger;

/**
 * The log, on standard output, in the form that {@code runner.log.format} names. Logback finds this
 * as a service. It is code, since an XML file costs a twentieth of the start; one that {@code
 * -Dlogback.configurationFile} names goes before it.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  /** The system property that names the form: {@code text}, one line an event, or {@code json}. */
  static final String FORMAT = "runner.log.format";

  /** The system property that names a configuration of somebody's own. */
  static final String GIVEN = "logback.configurationFile";

  private static final String TEXT =
      "%d{HH:mm:ss.SSS} %-5p %replace(%m {%kvp{NONE}}){' \\{\\}$', ''}%n%ex{short}";

  /** Field names of ECS (https://www.elastic.co/docs/reference/ecs). */
  private static final String ECS =
      """
      {"ecs.version": "8.17.0", "service.name": "modal-github-runner", "event.dataset": "modal-github-runner.log"}
      """;

  private static final Map<String, Level> LEVELS =
      Map.ofEntries(
          Map.entry(Logger.ROOT_LOGGER_NAME, Level.INFO),
          Map.entry("org.apache.camel", Level.WARN),
          Map.entry("org.apache.camel.main.MainSupport", Level.INFO),
          Map.entry("org.flywaydb", Level.WARN),
          Map.entry("com.zaxxer.hikari", Level.WARN),
          // What a sender is refused or breaks off is no error of ours, and nobody may fill the log
          // with it
          Map.entry("io.vertx.ext.web.RoutingContext", Level.OFF));

  @Override
  public ExecutionStatus configure(LoggerContext log) {
    if (System.getProperty(GIVEN) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Encoder<ILoggingEvent> encoder = encoder(System.getProperty(FORMAT), log);
    ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
    out.setContext(log);
    out.setName("out");
    out.setEncoder(encoder);
    out.start();
    LEVELS.forEach((name, level) -> log.getLogger(name).setLevel(level));
    log.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(out);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** What makes a line of an event. */
  static Encoder<ILoggingEvent> encoder(String format, LoggerContext log) {
    Encoder<ILoggingEvent> encoder = "json".equals(format) ? json(log) : text(log);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext log) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(log);
    encoder.setPattern(TEXT);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext log) {
    LoggingEventJsonProviders fields = new LoggingEventJsonProviders();
    LoggingEventFormattedTimestampJsonProvider at =
        named("@timestamp", new LoggingEventFormattedTimestampJsonProvider());
    at.setPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
    at.setTimeZone("UTC");
    fields.addTimestamp(at);
    GlobalCustomFieldsJsonProvider<ILoggingEvent> constants =
        new GlobalCustomFieldsJsonProvider<>();
    constants.setCustomFields(ECS);
    fields.addProvider(constants);
    fields.addLogLevel(named("log.level", new LogLevelJsonProvider()));
    fields.addMessage(new MessageJsonProvider());
    fields.addKeyValuePairs(new KeyValuePairsJsonProvider());
    fields.addLoggerName(named("log.logger", new LoggerNameJsonProvider()));
    fields.addThreadName(named("process.thread.name", new LoggingEventThreadNameJsonProvider()));
    ThrowableClassNameJsonProvider type = named("error.type", new ThrowableClassNameJsonProvider());
    type.setUseSimpleClassName(false);
    fields.addThrowableClassName(type);
    fields.addThrowableMessage(named("error.message", new ThrowableMessageJsonProvider()));
    LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
    encoder.setContext(log);
    encoder.setProviders(fields);
    return encoder;
  }

  private static <P extends AbstractFieldJsonProvider<ILoggingEvent>> P named(
      String name, P provider) {
    provider.setFieldName(name);
    return provider;
  }
}
