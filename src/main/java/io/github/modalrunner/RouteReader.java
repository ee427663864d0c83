package io.github.modalrunner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContextAware;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Camel's reader of YAML routes. Camel reads each file twice, the first time for what has to stand
 * before any route: beans. A file without a word of them is read once here.
 */
final class RouteReader extends YamlRoutesBuilderLoader {
  /** Where Camel looks for a reader before it makes its own. */
  private static final String NAME = "routes-builder-loader-yaml";

  @Override
  public void preParseRoute(Resource resource) throws Exception {
    if (mayHoldBeans(resource)) {
      super.preParseRoute(resource);
    }
  }

  /** Its content comes from beans, or from a Pipe's annotations. */
  private static boolean mayHoldBeans(Resource resource) throws IOException {
    if (!resource.exists()) {
      return true;
    }
    try (InputStream in = resource.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.contains("beans") || text.contains("Pipe");
    }
  }

  /** Puts it in its place before any route is read. */
  static final class Installed extends MainListenerSupport {
    @Override
    public void beforeConfigure(BaseMainSupport main) {
      RouteReader reader = new RouteReader();
      CamelContextAware.trySetCamelContext(reader, main.getCamelContext());
      ServiceHelper.startService(reader);
      main.getCamelContext().getRegistry().bind(NAME, reader);
    }
  }
}
