package io.github.modalrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.modalrunner.admin.Journal;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.RetryAfter;
import io.github.modalrunner.webhook.Answers;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/** The lanes of {@code routes/route-configuration.camel.yaml}, alone. */
class RouteConfigurationTest extends CamelTestSupport {
  private static final Map<String, RuntimeException> FAILURES =
      Map.of(
          "busy briefly", new CallFailed.NotDone("busy", "busy", 1),
          "busy", new CallFailed.NotDone("busy", "busy", 60_000),
          "refused", new IllegalStateException(new ConnectException("refused")),
          "cut", new IllegalStateException(new IOException("cut")),
          "unknown", new CallFailed.OutcomeUnknown("unknown", "unknown"),
          "denied", new CallFailed.Denied("denied", "denied"),
          "ledger refused",
              new DataAccessResourceFailureException("lost", new ConnectException("refused")),
          "ledger cut", new DataAccessResourceFailureException("lost", new IOException("cut")),
          "poison", new DataIntegrityViolationException("poison"));

  private final AtomicInteger calls = new AtomicInteger();

  @Override
  protected void bindToRegistry(Registry registry) {
    RedeliveryPolicy transientPolicy = new RedeliveryPolicy();
    transientPolicy.setMaximumRedeliveries(2);
    transientPolicy.setRedeliveryDelay(1);
    registry.bind("transient", transientPolicy);
    registry.bind("retryAfter", new RetryAfter());
    registry.bind("journal", new Journal());
    registry.bind("answers", new Answers());
  }

  @Override
  protected RoutesBuilder createRouteBuilder() throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            PluginHelper.getResourceLoader(context)
                .resolveResource("file:routes/route-configuration.camel.yaml"));
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:work")
            .routeConfigurationId("errors-worker")
            .process(
                exchange -> {
                  calls.incrementAndGet();
                  throw FAILURES.get(exchange.getIn().getBody(String.class));
                });
        from("direct:tick")
            .routeConfigurationId("errors-background")
            .process(
                exchange -> {
                  throw FAILURES.get(exchange.getIn().getBody(String.class));
                });
        from("direct:runner-failed").to("mock:runner-failed");
        from("direct:dead-letter-park").to("mock:parked");
      }
    };
  }

  @ParameterizedTest(name = "{0}: outcome {1}, {2} calls")
  @CsvSource({
    "busy briefly, not-done, 3",
    "busy, not-done, 1",
    "refused, not-done, 3",
    "cut, unknown, 1",
    "unknown, unknown, 1",
    "denied, denied, 1"
  })
  void tellsFailuresOfAWorkerApartAndRetriesOnlyWhatWasNotDoneBriefly(
      String failure, String outcome, int tries) throws InterruptedException {
    // Given
    MockEndpoint failed = getMockEndpoint("mock:runner-failed");
    failed.expectedMessageCount(1);
    failed.expectedBodiesReceived(failure);
    MockEndpoint parked = getMockEndpoint("mock:parked");
    parked.expectedMessageCount(0);

    // When
    template.sendBody("direct:work", failure);

    // Then
    MockEndpoint.assertIsSatisfied(context);
    assertThat(failed.getExchanges().get(0).getVariable("outcome")).isEqualTo(outcome);
    assertThat(calls).hasValue(tries);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledger refused", "ledger cut"})
  void doesNotTakeALostLedgerForACallThatFailed(String failure) throws InterruptedException {
    // Given
    MockEndpoint failed = getMockEndpoint("mock:runner-failed");
    failed.expectedMessageCount(0);
    MockEndpoint parked = getMockEndpoint("mock:parked");
    parked.expectedMessageCount(0);

    // When
    template.sendBody("direct:work", failure);

    // Then: tried again, and left to its lease
    MockEndpoint.assertIsSatisfied(context);
    assertThat(calls).hasValue(3);
  }

  @Test
  void parksWhatCannotBeProcessedWithItsOriginal() throws InterruptedException {
    // Given
    MockEndpoint parked = getMockEndpoint("mock:parked");
    parked.expectedBodiesReceived("poison");

    // When
    template.sendBody("direct:work", "poison");

    // Then
    parked.assertIsSatisfied();
  }

  @Test
  void aTimerSurvivesAnOutage() {
    // When
    template.sendBody("direct:tick", "unknown");

    // Then: nothing was thrown at the timer
    assertThat(context.getStatus().isStarted()).isTrue();
  }

  @Test
  void aTimerDoesNotHideADefect() {
    // When, Then
    assertThatThrownBy(() -> template.sendBody("direct:tick", "nothing of this name"))
        .isInstanceOf(CamelExecutionException.class);
  }
}
