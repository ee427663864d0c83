package io.github.modalrunner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The lines of the log; the real process's are read by {@link SecrecyTest}. */
class LogsTest {
  private final LoggerContext log = new LoggerContext();

  @Test
  void aLineForPeopleHasItsKeysAtTheEnd() {
    // Given
    LoggingEvent event = event("runner minted", null);
    event.setKeyValuePairs(
        List.of(new KeyValuePair("jobId", 1), new KeyValuePair("runner", "mgr-1-1")));

    // Then
    assertThat(line("text", event)).endsWith("INFO  runner minted {jobId=1 runner=mgr-1-1}\n");
  }

  @Test
  void aLineForPeopleWithoutKeysHasNoBraces() {
    assertThat(line("text", event("started", null))).endsWith("INFO  started\n");
  }

  @Test
  void anObjectSaysWhatWasThrownWithoutItsStack() throws IOException {
    // When
    String line = line("json", event("put off", new IllegalStateException("no room")));

    // Then
    JsonNode object = new JsonMapper().readTree(line);
    assertThat(object.path("error.type").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(object.path("error.message").asText()).isEqualTo("no room");
    assertThat(object.path("@timestamp").asText()).isEqualTo("1970-01-01T00:00:00.000Z");
    assertThat(object.path("ecs.version").asText()).isEqualTo("8.17.0");
    assertThat(line).doesNotContain("LogsTest");
  }

  @Test
  void aConfigurationThatIsNamedGoesBeforeIt() {
    // Given
    System.setProperty(Logs.GIVEN, "somebody's.xml");
    try {
      // When
      ExecutionStatus status = new Logs().configure(log);

      // Then
      assertThat(status).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
      assertThat(log.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders()).isExhausted();
    } finally {
      System.clearProperty(Logs.GIVEN);
    }
  }

  private String line(String format, LoggingEvent event) {
    return new String(Logs.encoder(format, log).encode(event), UTF_8);
  }

  private LoggingEvent event(String message, Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent("x", log.getLogger("gateway"), Level.INFO, message, thrown, null);
    event.setTimeStamp(0);
    return event;
  }
}
