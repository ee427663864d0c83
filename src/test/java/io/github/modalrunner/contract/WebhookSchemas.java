package io.github.modalrunner.contract;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.github.modalrunner.fixtures.Payloads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The two published descriptions of webhook bodies; both know {@code workflow_job} and ping. */
public enum WebhookSchemas {
  /** GitHub's own. */
  GITHUB("github-openapi", VersionFlag.V202012),
  /** The community's, stricter on the repository and on hooks. */
  OCTOKIT("octokit-webhooks", VersionFlag.V7);

  private static final JsonMapper JSON = new JsonMapper();

  private final String family;
  private final VersionFlag version;

  WebhookSchemas(String family, VersionFlag version) {
    this.family = family;
    this.version = version;
  }

  /** What of a webhook's body does not fit, a line each; empty when all fits. */
  public List<String> problems(String event, byte[] body) {
    byte[] text = Payloads.bytes("schemas/" + event + "." + family + ".schema.json");
    JsonSchema schema =
        JsonSchemaFactory.getInstance(version)
            .getSchema(new ByteArrayInputStream(text), Schemas.STRICT);
    try {
      return Schemas.problems(schema, JSON.readTree(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
