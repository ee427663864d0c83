package io.github.modalrunner.admin;

import io.github.modalrunner.settings.Settings;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Traces of what is done for a job, from its webhook to its sandbox, sent to a collector. A trace
 * goes on across the ledger: its context is stored with the delivery.
 */
public final class Traces extends MainListenerSupport {
  /**
   * Timers and hints belong to no job, a statement is a matter of the ledger's metrics, and who
   * looks at the admin port is none of it.
   */
  private static final String NOT_TRACED =
      "timer*,seda*,sql*,direct:answer*,direct:status*,direct:warm-up*,platform-http:/++(?!webhooks).*";

  private final String endpoint;
  private final String instance;

  /** The collector that the settings name. */
  public Traces(Settings settings) {
    this.endpoint = settings.text("runner.traces.endpoint") + "/v1/traces";
    this.instance = settings.text("runner.instance");
  }

  @Override
  public void beforeConfigure(BaseMainSupport main) {
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setResource(
                        Resource.getDefault().toBuilder()
                            .put("service.name", "modal-github-runner")
                            .put("service.namespace", instance)
                            .build())
                    .addSpanProcessor(
                        BatchSpanProcessor.builder(
                                OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build())
                            .build())
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    CamelContext context = main.getCamelContext();
    context.getRegistry().bind("tracer", sdk.getTracer("camel"));
    context.getRegistry().bind("tracePropagators", sdk.getPropagators());
    try {
      context.addService(
          new ServiceSupport() {
            @Override
            protected void doStop() {
              sdk.close();
            }
          },
          true,
          true);
    } catch (Exception e) {
      throw new IllegalStateException("Camel did not take the traces", e);
    }
    OpenTelemetryTracer tracer = new OpenTelemetryTracer();
    tracer.setExcludePatterns(NOT_TRACED);
    tracer.setCamelContext(context);
    tracer.init(context);
  }
}
