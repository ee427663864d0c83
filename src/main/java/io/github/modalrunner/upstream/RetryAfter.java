package io.github.modalrunner.upstream;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes a redelivery wait as long as the other side asked for, instead of the policy's delay. */
public final class RetryAfter implements Processor {
  @Override
  public void process(Exchange exchange) {
    CallFailed failed = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, CallFailed.class);
    if (failed != null && failed.getRetryAfter() > 0) {
      exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, failed.getRetryAfter());
    }
  }
}
