package io.github.modalrunner.server;

import java.net.SocketException;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;

/** A port cannot be listened on, so nothing starts; the message is for people. */
public final class PortUnavailable extends VetoCamelContextStartException {
  private static final long serialVersionUID = 1;

  PortUnavailable(
      String settings, String host, int port, SocketException why, CamelContext context) {
    super(
        "Port %d of %s cannot be used (%s): stop what listens there, or change %s.port or %s.host (%s_PORT, %s_HOST)."
            .formatted(
                port,
                host,
                why.getMessage(),
                settings,
                settings,
                variable(settings),
                variable(settings)),
        context,
        true);
  }

  private static String variable(String settings) {
    return settings.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
