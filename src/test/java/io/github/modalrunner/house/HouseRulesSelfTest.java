package io.github.modalrunner.house;

import static io.github.modalrunner.house.GoodHouse.BEANS;
import static io.github.modalrunner.house.GoodHouse.BUILT_IN;
import static io.github.modalrunner.house.GoodHouse.CLAIM;
import static io.github.modalrunner.house.GoodHouse.DEAD_LETTER;
import static io.github.modalrunner.house.GoodHouse.EDGE;
import static io.github.modalrunner.house.GoodHouse.GITHUB;
import static io.github.modalrunner.house.GoodHouse.INSERT;
import static io.github.modalrunner.house.GoodHouse.LANES;
import static io.github.modalrunner.house.GoodHouse.SETTINGS;
import static io.github.modalrunner.house.GoodHouse.WEBHOOK;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the house can fail, and says where. */
class HouseRulesSelfTest {
  /**
   * A house with one fault.
   *
   * @param rule the name of the rule that must complain
   * @param says part of its complaint
   */
  record Fault(String rule, String says, UnaryOperator<GoodHouse> spoil) {
    @Override
    public String toString() {
      return rule + ": " + says;
    }
  }

  @TempDir Path folder;

  @Test
  void noRuleComplainsAboutAGoodHouse() {
    // Given
    House house = new GoodHouse().builtIn(folder);

    // When
    List<String> verdicts =
        Rules.all().stream().map(rule -> rule.verdict(house)).filter(v -> !v.isEmpty()).toList();

    // Then
    assertThat(verdicts).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void theRuleComplainsAboutItsFault(Fault fault) {
    // Given
    House house = fault.spoil().apply(new GoodHouse()).builtIn(folder);
    Rule rule =
        Rules.all().stream().filter(r -> r.name().equals(fault.rule())).findFirst().orElseThrow();

    // When
    String verdict = rule.verdict(house);

    // Then
    assertThat(verdict).contains(fault.says()).contains("Instead: " + rule.instead());
  }

  @Test
  void everyRuleHasAFault() {
    // When
    Set<String> shown = faults().map(Fault::rule).collect(Collectors.toSet());

    // Then
    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(Rules.all().stream().map(Rule::name).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${body}",
        "${null}",
        "plain text, is it?",
        "Bearer ${variable.token}",
        "${header.X-GitHub-Event} == 'ping'",
        "${header.Content-Type} !regex '(?i)application/json\\s*(;.*)?'",
        "${variable.jobs[0].id} > 5",
        "${variable.header:jit.CamelHttpResponseCode} == 409",
        "${variable.a} == ${variable.b}",
        "${body} contains 'a || b'"
      })
  void oneReferenceOrOneComparisonIsSimple(String expression) {
    // When, Then
    assertThat(Languages.tooMuch(expression)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${header.a} == null || ${header.b} == null",
        "${header.a} == null || true",
        "${header.a} == 1 && ${header.b} == 2",
        "${variable.owner}/${variable.repo}",
        "${bean:edge?method=signed} == false",
        "${date:now:yyyy}",
        "${body.size()} > 1",
        "${iif(${body} > 1,'a','b')}",
        "${header.a} == 1 ? 'x' : 'y'",
        "${body} ~> ${trim}"
      })
  void moreThanThatIsNot(String expression) {
    // When, Then
    assertThat(Languages.tooMuch(expression)).isPresent();
  }

  static Stream<Fault> faults() {
    return Stream.of(forms(), routes(), flow(), sql(), settings(), source()).flatMap(List::stream);
  }

  private static List<Fault> forms() {
    return List.of(
        fault(
            "A route file is YAML",
            "10-webhook.camel.yaml: ",
            h -> h.with(WEBHOOK, "id: webhook-in", "id: [webhook-in")),
        fault(
            "A route file is YAML",
            "duplicate key uri",
            h -> h.with(WEBHOOK, "uri: timer", "uri: timer\n      uri: timer")),
        fault(
            "A route file fits Camel's own schema",
            "patern",
            h -> h.with(GITHUB, "pattern:", "patern:")),
        fault(
            "A route file is one document without anchors",
            "document in line",
            h -> h.with(BEANS, "- beans:", "---\n- beans: []\n---\n- beans:")),
        fault(
            "A route file is one document without anchors",
            "anchor claim",
            h -> h.with(WEBHOOK, "timerName: claim", "timerName: &claim claim")),
        fault(
            "A route file has no comments",
            "comment in line 3",
            h -> h.with(GITHUB, "    description", "    # said here\n    description")),
        fault(
            "A route file has one kind of top-level entry",
            "[route, beans]",
            h -> h.with(BEANS, "- beans:", "- route:\n    id: a-b\n- beans:")),
        fault(
            "Top-level entries are routes, route configurations and beans",
            "onException",
            h -> h.with(LANES, "- routeConfiguration:\n    id: errors-worker", "- onException:")),
        fault(
            "Words that an editor damages or that hide an error are not used",
            "doTry",
            h -> h.with(DEAD_LETTER, "- log:", "- doTry:")),
        fault(
            "Endpoints are written in split form",
            "uri is {{runner.github.api-url}}/repos",
            h -> h.with(GITHUB, "api-url}}\"", "api-url}}/repos\"")),
        fault(
            "Endpoints are written in split form",
            "uri is timer:claim",
            h -> h.with(WEBHOOK, "uri: timer", "uri: timer:claim")),
        fault(
            "Endpoints are written in split form",
            "uri is timer?delay=1",
            h -> h.with(WEBHOOK, "uri: timer", "uri: timer?delay=1")),
        fault(
            "Steps are written in long form",
            "removeHeaders is *",
            h ->
                h.with(
                    GITHUB,
                    "removeHeaders:\n            id: clear-headers\n            pattern: \"*\"",
                    "removeHeaders: \"*\"")),
        fault(
            "Expressions are written in long form",
            "handled has a bare constant",
            h ->
                h.with(
                    LANES, "constant:\n              expression: \"true\"", "constant: \"true\"")),
        fault(
            "Expressions are written in long form",
            "setHeader has a bare simple",
            h ->
                h.with(
                    GITHUB,
                    "expression:\n              simple:\n                expression: Bearer",
                    "simple:\n              expression: Bearer")),
        fault(
            "Steps and options are in camelCase",
            "has set-header",
            h -> h.with(GITHUB, "- setHeader:", "- set-header:")),
        fault(
            "Keys of parameters and properties are in camelCase",
            "has http-method",
            h -> h.with(GITHUB, "httpMethod:", "http-method:")),
        fault(
            "Keys of parameters and properties are in camelCase",
            "has policy with keys below",
            h -> h.with(BEANS, "maxBodyBytes:", "policy:\n          maxBodyBytes:")),
        fault(
            "No text is empty",
            "parameters holds an empty text",
            h -> h.with(WEBHOOK, "timerName: claim", "timerName: \"\"")),
        fault(
            "No text is empty",
            "expression holds an empty text",
            h -> h.with(WEBHOOK, "expression: pong", "expression: \"\"")),
        fault(
            "The text of an expression is text",
            "expression is the value 202",
            h -> h.with(WEBHOOK, "expression: pong", "expression: 202")),
        fault(
            "Numbers that an editor would write differently are quoted",
            "1.10 in line",
            h -> h.with(WEBHOOK, "timerName: claim", "timerName: 1.10")));
  }

  private static List<Fault> routes() {
    return List.of(
        fault(
            "A route's id is <subject>-<verb>",
            "the id is 'mint'",
            h -> h.with(GITHUB, "id: github-mint\n", "id: mint\n")),
        fault(
            "A route that consumes direct is named after it",
            "consumes direct mint-github",
            h -> h.with(GITHUB, "name: github-mint", "name: mint-github")),
        fault(
            "A route's from has an id",
            "from has no id",
            h -> h.with(GITHUB, "      id: github-mint-in\n", "")),
        fault(
            "Route configurations have an id",
            "no id",
            h -> h.with(LANES, "    id: errors-worker\n", "    description: no name\n")),
        fault(
            "Steps that call out, check, choose or split have an id",
            "to without id",
            h -> h.with(GITHUB, "            id: post-jitconfig\n", "")),
        fault(
            "Steps that call out, check, choose or split have an id",
            "when without id",
            h -> h.with(WEBHOOK, "- id: event-ping\n", "- description: a ping\n")),
        fault(
            "Ids say the intent",
            "to-4f2a",
            h -> h.with(GITHUB, "id: post-jitconfig", "id: to-4f2a")),
        fault(
            "No id stands twice",
            "same id",
            h -> h.with(GITHUB, "id: post-jitconfig", "id: store-delivery")),
        fault(
            "A route's description gives In and Out, a helper's also Throws",
            "route github-mint: the description has no 'Throws'",
            h -> h.with(GITHUB, " Throws CallFailed.", "")),
        fault(
            "A route's description gives In and Out, a helper's also Throws",
            "route webhook-claim: the description has no 'In:'",
            h -> h.with(WEBHOOK, "In: nothing. Out: rows.", "In the beginning. Out: rows.")),
        fault(
            "A route has at most 12 steps",
            "13 steps",
            h -> h.with(DEAD_LETTER, "steps:\n", "steps:\n" + "        - stop: {}\n".repeat(12))),
        fault(
            "Steps nest at most 3 deep",
            "stop is 4 deep",
            h -> h.with(DEAD_LETTER, "steps:\n", NESTED)),
        fault(
            "Only constant, simple, jsonpath and method are spoken",
            "speaks groovy",
            h -> h.with(WEBHOOK, "constant:\n", "groovy:\n")),
        fault(
            "Simple says one reference or one comparison",
            "has several references",
            h -> h.with(GITHUB, "Bearer ${variable.token}", "${variable.a}/${variable.b}")),
        fault(
            "No decision reads an exception's message",
            "${exception.message} contains 'signature'",
            h ->
                h.with(
                    GITHUB,
                    "Bearer ${variable.token}",
                    "${exception.message} contains 'signature'")),
        fault(
            "JSON is built by Jackson",
            "{\"id\": ${body}}",
            h -> h.with(GITHUB, "Bearer ${variable.token}", "'{\"id\": ${body}}'")),
        fault(
            "Variables are named in lowerCamel",
            "the variable heard-at",
            h -> h.with(WEBHOOK, "name: heardAt", "name: heard-at")),
        fault(
            "Headers are cleared before each call out",
            "to post-jitconfig: goes out",
            h -> h.with(GITHUB, "pattern: \"*\"", "pattern: \"X-*\"")),
        fault(
            "No host stands in a route",
            "50-github.camel.yaml",
            h -> h.with(GITHUB, "httpMethod: POST", "proxyHost: http://proxy.example")),
        fault(
            "No error is caught by java.lang.Exception or Throwable",
            "route errors-edge, onException refuse-unauthorized: "
                .replace("route", "routeConfiguration"),
            h ->
                h.with(LANES, "io.github.modalrunner.webhook.Unauthorized", "java.lang.Exception")),
        fault(
            "Every route names a lane or is a helper",
            "neither lane nor helper",
            h -> h.with(WEBHOOK, "    routeConfigurationId: errors-worker\n", "")),
        fault(
            "Every route names a lane or is a helper",
            "there is no route configuration errors-job",
            h -> h.with(WEBHOOK, "errors-worker", "errors-job")),
        fault(
            "Every route names a lane or is a helper",
            "has an error handler of its own",
            h ->
                h.with(
                    GITHUB,
                    "    errorHandler:",
                    "    routeConfigurationId: errors-worker\n    errorHandler:")),
        fault(
            "A helper has at most one side effect",
            "2 side effects",
            h -> h.with(GITHUB, "      steps:\n", "      steps:\n" + STORE)),
        fault(
            "A helper has at most one side effect",
            "route dead-letter-park: 2 side effects",
            h -> h.with(DEAD_LETTER, "      steps:\n", "      steps:\n" + STORE + MINT)));
  }

  private static List<Fault> flow() {
    return List.of(
        fault(
            "Direct targets are literal",
            "calls direct 'github-${variable.what}'",
            h -> h.with(WEBHOOK, "name: github-mint", "name: github-${variable.what}")),
        fault(
            "Direct targets exist",
            "calls direct github-mnit",
            h -> h.with(WEBHOOK, "name: github-mint", "name: github-mnit")),
        fault(
            "Direct targets exist",
            "calls direct dead-letter-store",
            h -> h.with(LANES, "direct:dead-letter-park", "direct:dead-letter-store")),
        fault(
            "Seda targets exist",
            "hints at seda runner-hnit",
            h ->
                h.with(
                    WEBHOOK,
                    "to:\n            id: hint-runner\n            uri: seda\n            parameters:\n              name: runner-hint",
                    "to:\n            id: hint-runner\n            uri: seda\n            parameters:\n              name: runner-hnit")),
        fault(
            "Routes that consume direct are called",
            "route web-store: nobody calls it",
            h -> h.with("routes/20-web.camel.yaml", route("web-store", "- stop: {}"))),
        fault(
            "Directs flow forward or down to a helper",
            "90-admin.camel.yaml, route admin-replay, to call-back: calls webhook-store of routes/10-web.camel.yaml",
            h ->
                h.with("routes/10-web.camel.yaml", route("webhook-store", "- stop: {}"))
                    .with(
                        "routes/90-admin.camel.yaml",
                        route("admin-replay", CALL.formatted("webhook-store")))),
        fault(
            "Directs flow forward or down to a helper",
            "calls github-mint of routes/50-github.camel.yaml",
            h ->
                h.with(
                    "routes/demo/10-world.camel.yaml",
                    route("world-play", CALL.formatted("github-mint")))),
        fault(
            "Directs never go round in a circle",
            "a-b → c-d → a-b",
            h ->
                h.with("routes/60-a.camel.yaml", route("a-b", CALL.formatted("c-d")))
                    .with("routes/61-c.camel.yaml", route("c-d", CALL.formatted("a-b")))),
        fault(
            "Route files with routes begin with their number in the flow",
            "routes/web.camel.yaml",
            h -> h.with("routes/web.camel.yaml", route("web-store", "- stop: {}"))),
        fault(
            "No number stands twice in a folder",
            "10-web.camel.yaml and routes/10-webhook.camel.yaml",
            h -> h.with("routes/10-web.camel.yaml", route("web-store", "- stop: {}"))));
  }

  private static List<Fault> sql() {
    return List.of(
        fault(
            "SQL in routes stands in a file",
            "the query is select 1",
            h -> h.with(WEBHOOK, "classpath:sql/delivery-insert.sql", "select 1")),
        fault(
            "Statements that routes name exist",
            "delivery-isnert.sql is []",
            h -> h.with(WEBHOOK, "delivery-insert.sql", "delivery-isnert.sql")),
        fault(
            "Statements that routes name exist",
            "is [src/main/resources/sql/sqlite/delivery-claim.sql]",
            h -> h.with("src/main/resources/sql/postgresql/job-claim.sql", "-- x\nSELECT 1")),
        fault(
            "Every statement is used",
            "sql/job-upsert.sql",
            h -> h.with("src/main/resources/sql/job-upsert.sql", "-- x\nSELECT 1")),
        fault(
            "A statement begins with a comment",
            "begins with UPDATE",
            h ->
                h.with(
                    CLAIM, "-- Claims what is due; a claim that is lost ends by its lease.\n", "")),
        fault(
            "SQL keywords are in upper case",
            "has values",
            h -> h.with(INSERT, "VALUES", "values")),
        fault(
            "A file has exactly one statement",
            "has 2 statements",
            h -> h.with(CLAIM, "RETURNING guid;", "RETURNING guid;\nSELECT 1;")));
  }

  private static List<Fault> settings() {
    return List.of(
        fault(
            "A setting that a route names stands in application.properties",
            "{{runner.github.api-uri}}",
            h -> h.with(GITHUB, "runner.github.api-url", "runner.github.api-uri")),
        fault(
            "Every placeholder resolves",
            "routes/10-webhook.camel.yaml: {{ledger.motor}}",
            h -> h.with(WEBHOOK, "ledger.engine", "ledger.motor")),
        fault(
            "Every placeholder resolves",
            "application.properties: {{runner.webhook.most}}",
            h ->
                h.with(SETTINGS, "={{runner.webhook.max-body-bytes}}", "={{runner.webhook.most}}")),
        fault(
            "One layer retries a call, and it is not the HTTP client",
            "camel.component.https.automatic-retries-disabled is null",
            h -> h.with(BUILT_IN, "camel.component.https.automatic-retries-disabled = true\n", "")),
        fault(
            "A misspelt setting of Camel stops the start",
            "fail-fast is false",
            h -> h.with(BUILT_IN, "fail-fast = true", "fail-fast = false")),
        fault(
            "Every setting is used",
            "runner.modal.key",
            h -> h.with(SETTINGS, "# bytes", "runner.modal.key=x\n# bytes")),
        fault(
            "Settings are named runner.<area>.<kebab>",
            "runner.webhook.maxBody",
            h -> h.with(SETTINGS, "# bytes", "runner.webhook.maxBody=x\n# bytes")));
  }

  private static List<Fault> source() {
    String tests = "src/test/java/io/github/modalrunner/webhook/EdgeTest.java";
    return List.of(
        fault(
            "Packages are named by area",
            "modalrunner/util/Text.java",
            h -> h.with("src/main/java/io/github/modalrunner/util/Text.java", "class Text {}")),
        fault(
            "Tests wait for a condition, they do not sleep",
            "EdgeTest.java, line 2: sleep(",
            h -> h.with(tests, "class EdgeTest {\n  void a() { Thread.sleep(5); }\n}")),
        fault(
            "Only the start, the demo and the report of settings write to the console",
            "Edge.java, line 10: System.out",
            h -> h.with(EDGE, "open();", "System.out.println(1);")),
        fault(
            "No class catches Exception or Throwable, unless to throw on at once",
            "catch (IOException | Exception e)",
            h -> h.with(EDGE, "IllegalStateException e", "Exception e")),
        fault(
            "No text holds a path of one machine",
            "README.md, line 2: /wo" + "rk/",
            h -> h.with("README.md", "# x\nsee /wo" + "rk/main")),
        fault(
            "No text holds a note to oneself",
            "README.md, line 1: TO" + "DO",
            h -> h.with("README.md", "TO" + "DO: write")));
  }

  private static final String STORE =
      """
              - to:
                  id: store-again
                  uri: sql
                  parameters:
                    query: classpath:sql/delivery-insert.sql
      """;

  private static final String MINT =
      """
              - to:
                  id: mint-again
                  uri: direct
                  parameters:
                    name: github-mint
      """;

  private static final String CALL =
      """
      - to:
                  id: call-back
                  uri: direct
                  parameters:
                    name: %s
      """;

  private static final String NESTED =
      """
      steps:
              - step:
                  steps:
                    - step:
                        steps:
                          - step:
                              steps:
                                - stop: {}
      """;

  private static String route(String name, String steps) {
    return """
        - route:
            id: %s
            description: "In: nothing. Out: nothing."
            routeConfigurationId: errors-worker
            from:
              id: %s-in
              uri: direct
              parameters:
                name: %s
              steps:
                %s
        """
        .formatted(name, name, name, steps);
  }

  private static Fault fault(String rule, String says, UnaryOperator<GoodHouse> spoil) {
    return new Fault(rule, says, spoil);
  }
}
