package io.github.modalrunner.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A small project that keeps every rule: what the self-test spoils, one place at a time. */
final class GoodHouse {
  static final String SETTINGS = "application.properties";
  static final String BUILT_IN = "src/main/resources/camel.properties";
  static final String LANES = "routes/route-configuration.camel.yaml";
  static final String BEANS = "routes/beans.camel.yaml";
  static final String WEBHOOK = "routes/10-webhook.camel.yaml";
  static final String GITHUB = "routes/50-github.camel.yaml";
  static final String DEAD_LETTER = "routes/80-dead-letter.camel.yaml";
  static final String INSERT = "src/main/resources/sql/delivery-insert.sql";
  static final String CLAIM = "src/main/resources/sql/sqlite/delivery-claim.sql";
  static final String EDGE = "src/main/java/io/github/modalrunner/webhook/Edge.java";

  private final Map<String, String> files = new TreeMap<>();

  GoodHouse() {
    files.put(
        SETTINGS,
        """
        # bytes
        runner.webhook.max-body-bytes=1048576
        runner.github.api-url=https://api.github.com
        runner.profiles.default.labels=modal
        # runner.webhook.secret: set RUNNER_WEBHOOK_SECRET
        camel.server.max-body-size={{runner.webhook.max-body-bytes}}
        """);
    files.put(
        BUILT_IN,
        """
        camel.component.http.automatic-retries-disabled = true
        camel.component.http.follow-redirects = false
        camel.component.https.automatic-retries-disabled = true
        camel.component.https.follow-redirects = false
        camel.main.auto-configuration-fail-fast = true
        """);
    files.put(
        LANES,
        """
        - routeConfiguration:
            id: errors-edge
            onException:
              - onException:
                  id: refuse-unauthorized
                  exception:
                    - io.github.modalrunner.webhook.Unauthorized
                  handled:
                    constant:
                      expression: "true"
                  steps:
                    - setHeader:
                        id: status-unauthorized
                        name: CamelHttpResponseCode
                        expression:
                          constant:
                            expression: "401"
        - routeConfiguration:
            id: errors-worker
            errorHandler:
              id: worker-handler
              deadLetterChannel:
                id: worker-dead-letter
                deadLetterUri: direct:dead-letter-park
        """);
    files.put(
        BEANS,
        """
        - beans:
            - name: edge
              type: io.github.modalrunner.webhook.Edge
              properties:
                maxBodyBytes: "{{runner.webhook.max-body-bytes}}"
                secret: "{{runner.webhook.secret}}"
        """);
    files.put(
        WEBHOOK,
        """
        - route:
            id: webhook-receive
            description: "Stores a delivery. In: body and headers of GitHub. Out: 202. Throws Unauthorized."
            routeConfigurationId: errors-edge
            from:
              id: webhook-in
              uri: platform-http
              parameters:
                path: /webhooks/github
                httpMethodRestrict: POST
              steps:
                - filter:
                    id: signature-filter
                    expression:
                      method:
                        ref: edge
                        method: isForged
                    steps:
                      - throwException:
                          id: refuse-forged
                          exceptionType: io.github.modalrunner.webhook.Unauthorized
                          message: no valid signature
                - choice:
                    id: which-event
                    when:
                      - id: event-ping
                        expression:
                          simple:
                            expression: ${header.X-GitHub-Event} == 'ping'
                        steps:
                          - setBody:
                              id: answer-pong
                              expression:
                                constant:
                                  expression: pong
                    otherwise:
                      id: event-other
                      steps:
                        - to:
                            id: store-delivery
                            uri: sql
                            parameters:
                              query: classpath:sql/delivery-insert.sql
                - to:
                    id: call-mint
                    uri: direct
                    parameters:
                      name: github-mint
        - route:
            id: webhook-claim
            description: "Claims deliveries. In: nothing. Out: rows."
            routeConfigurationId: errors-worker
            from:
              id: webhook-tick
              uri: timer
              parameters:
                timerName: claim
              steps:
                - to:
                    id: claim-deliveries
                    uri: sql
                    parameters:
                      query: classpath:sql/{{ledger.engine}}/delivery-claim.sql
                - to:
                    id: hint-runner
                    uri: seda
                    parameters:
                      name: runner-hint
        - route:
            id: webhook-hear
            description: "Hears a hint. In: nothing. Out: nothing."
            routeConfigurationId: errors-worker
            from:
              id: webhook-hint
              uri: seda
              parameters:
                name: runner-hint
              steps:
                - setVariable:
                    id: heard
                    name: heardAt
                    expression:
                      simple:
                        expression: "{{runner.profiles.default.labels}}"
        """);
    files.put(
        GITHUB,
        """
        - route:
            id: github-mint
            description: "Helper. In: variable job. Out: variable jit. Throws CallFailed."
            errorHandler:
              id: github-mint-errors
              noErrorHandler:
                id: github-mint-none
            from:
              id: github-mint-in
              uri: direct
              parameters:
                name: github-mint
              steps:
                - removeHeaders:
                    id: clear-headers
                    pattern: "*"
                - setHeader:
                    id: authorization
                    name: Authorization
                    expression:
                      simple:
                        expression: Bearer ${variable.token}
                - to:
                    id: post-jitconfig
                    uri: "{{runner.github.api-url}}"
                    parameters:
                      httpMethod: POST
        """);
    files.put(
        DEAD_LETTER,
        """
        - route:
            id: dead-letter-park
            description: "Helper. In: the failed exchange. Out: nothing. Throws nothing."
            errorHandler:
              id: park-errors
              noErrorHandler:
                id: park-none
            from:
              id: park-in
              uri: direct
              parameters:
                name: dead-letter-park
              steps:
                - log:
                    id: say-parked
                    message: "parked deliveryId=${header.X-GitHub-Delivery} jobId=${variable.jobId}"
        """);
    files.put(
        INSERT,
        """
        -- Stores a delivery; the GUID is its key, so a repeat stores nothing.
        INSERT INTO delivery (guid, state) VALUES (:#guid, 'select; me') ON CONFLICT (guid) DO NOTHING
        """);
    files.put(
        CLAIM,
        """
        -- Claims what is due; a claim that is lost ends by its lease.
        UPDATE delivery SET lease_until = :#${variable.until} WHERE state = 'NEW' RETURNING guid;
        """);
    files.put(
        EDGE,
        """
        package io.github.modalrunner.webhook;

        final class Edge {
          static final String ENGINE = "ledger.engine";
          static final String PROFILES = "runner.profiles.";

          /** Never System.out here. */
          void read() {
            try {
              open();
            } catch (IOException | IllegalStateException e) {
              log.warn("no System.out, no catch (Exception e), no Thread.sleep(1)", e);
            } catch (Exception e) {
              throw new IllegalStateException("the API throws anything", e);
            }
          }
        }
        """);
  }

  /** Spoils a file: the text must stand there. */
  GoodHouse with(String file, String text, String instead) {
    if (!files.getOrDefault(file, "").contains(text)) {
      throw new IllegalArgumentException(file + " has no: " + text);
    }
    return with(file, files.get(file).replace(text, instead));
  }

  /** Adds a file, or replaces it. */
  GoodHouse with(String file, String text) {
    files.put(file, text);
    return this;
  }

  GoodHouse without(String file) {
    files.remove(file);
    return this;
  }

  House builtIn(Path folder) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return House.at(folder);
  }
}
