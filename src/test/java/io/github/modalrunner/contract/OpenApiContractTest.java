package io.github.modalrunner.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.modalrunner.contract.OpenApiContract.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiContractTest {
  private static final String MINT = "/repos/octo-org/octo-repo/actions/runners/generate-jitconfig";
  private static final String JSON = "application/json";
  private static final OpenApiContract GITHUB = OpenApiContract.github();
  private static final OpenApiContract LAUNCHER = OpenApiContract.launcher();

  @Test
  void exactlySevenOfGitHubsExamplesBreakTheirOwnSchema() {
    // Given
    List<String> examples = new ArrayList<>();
    List<String> broken = new ArrayList<>();

    // When
    for (Operation operation : GITHUB.operations()) {
      for (Example example : examplesOf(operation)) {
        examples.add(example.name());
        if (!GITHUB.schemaProblems(example.schema(), example.value()).isEmpty()) {
          broken.add(example.name());
        }
      }
    }

    // Then
    assertThat(examples).hasSize(36);
    assertThat(broken)
        .containsExactlyInAnyOrder(
            "GET /repos/{owner}/{repo}/actions/jobs/{job_id} 200 default",
            "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs 200 default",
            "POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts"
                + " 202 default",
            "POST /orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}/attempts 202 default",
            "POST /app/hook/deliveries/{delivery_id}/attempts 202 default",
            "GET /app/installations 200 default",
            "GET /meta 200 default");
  }

  @Test
  void acceptsAMintAsGitHubDocumentsIt() {
    // When
    List<String> problems =
        mint("{'name':'mgr-1-1','runner_group_id':1,'labels':['modal'],'work_folder':'_work'}");

    // Then
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'runner_group_id':1,'labels':['modal']}                                   | 'name'
          {'name':'a','runner_group_id':'1','labels':['modal']}                      | /runner_group_id
          {'name':'a','runner_group_id':1,'labels':[]}                               | /labels
          {'name':'a','runner_group_id':1,'labels':['a'],'work_directory':'_work'}   | /work_directory: not a documented field
          {'name':                                                                   | not JSON
          """)
  void saysWhatIsWrongWithAMint(String body, String complaint) {
    // When
    List<String> problems = mint(body);

    // Then
    assertThat(problems).anySatisfy(p -> assertThat(p).contains(complaint));
  }

  @Test
  void holdsParametersAgainstTheirSchemas() {
    // When
    List<String> fitting = get("/repos/o/r/actions/runs", "status=queued&per_page=100");
    List<String> wrongType = get("/repos/o/r/actions/runs", "per_page=many");
    List<String> wrongValue = get("/repos/o/r/actions/runs", "status=sleeping");
    List<String> unknown = get("/repos/o/r/actions/runs", "pages=2");
    List<String> wrongPath = get("/repos/o/r/actions/jobs/first", "");

    // Then
    assertThat(fitting).isEmpty();
    assertThat(wrongType).singleElement().asString().contains("per_page").contains("integer");
    assertThat(wrongValue).singleElement().asString().contains("status");
    assertThat(unknown).containsExactly("query parameter pages is not known");
    assertThat(wrongPath).singleElement().asString().contains("job_id").contains("integer");
  }

  @Test
  void tellsAnUndocumentedStatusFromAWrongAnswer() {
    // When
    List<String> undocumented = answer(GITHUB, "DELETE", "/repos/o/r/actions/runners/1", 404, "");
    List<String> wrong = answer(GITHUB, "POST", MINT, 201, "{}");
    List<String> bodyTooMany = answer(GITHUB, "DELETE", "/repos/o/r/actions/runners/1", 204, "{}");

    // Then
    assertThat(undocumented)
        .containsExactly(
            "status 404 is not documented for"
                + " DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}");
    assertThat(wrong).anySatisfy(p -> assertThat(p).contains("encoded_jit_config"));
    assertThat(bodyTooMany).singleElement().asString().contains("no body");
    assertThat(GITHUB.documents("DELETE", "/repos/o/r/actions/runners/1", 422)).isTrue();
  }

  @Test
  void nullIsAllowedOnlyWhereTheDescriptionSaysSo() {
    // Given
    String sandbox = "{'name':'a','sandbox_id':'sb-1','state':'running','exit_code':%s,'tags':%s}";

    // When
    List<String> nullable =
        answer(LAUNCHER, "PUT", "/v1/sandboxes/a", 200, sandbox.formatted("null", "{}"));
    List<String> notNullable =
        answer(LAUNCHER, "PUT", "/v1/sandboxes/a", 200, sandbox.formatted("0", "null"));

    // Then
    assertThat(nullable).isEmpty();
    assertThat(notNullable).singleElement().asString().startsWith("/tags: null");
  }

  @Test
  void holdsTheLaunchersRequestsAgainstItsContract() {
    // Given
    String request =
        "{'owner':'mgr','image':'default','cpu':2,'memory_mib':4096,'timeout_seconds':21600,"
            + "'gpu':null,'network':null,'docker':false,'jit_config':'%s','tags':{'job':'1'}}";

    // When
    List<String> fitting = put("mgr-1-1", request.formatted("QUJDREVGR0hJSktM"));
    List<String> shortConfig = put("mgr-1-1", request.formatted("QUJD"));
    List<String> wrongName = put("MGR_1", request.formatted("QUJDREVGR0hJSktM"));

    // Then
    assertThat(fitting).isEmpty();
    assertThat(shortConfig).singleElement().asString().startsWith("/jit_config: ");
    assertThat(wrongName).singleElement().asString().startsWith("path parameter name");
    assertThat(LAUNCHER.documents("GET", "/v1/sandboxes/a", 503)).isTrue();
    assertThat(LAUNCHER.requestProblems("GET", "/v1/sandboxes", "", null, new byte[0]))
        .containsExactly("query parameter owner is missing");
  }

  private record Example(String name, JsonNode schema, JsonNode value) {}

  private List<Example> examplesOf(Operation operation) {
    List<Example> found = new ArrayList<>();
    examples(found, operation + " request", GITHUB.resolved(operation.node().path("requestBody")));
    for (Entry<String, JsonNode> answer : operation.node().path("responses").properties()) {
      examples(found, operation + " " + answer.getKey(), GITHUB.resolved(answer.getValue()));
    }
    return found;
  }

  private void examples(List<Example> found, String where, JsonNode message) {
    JsonNode json = message.at("/content/application~1json");
    for (Entry<String, JsonNode> example : json.path("examples").properties()) {
      JsonNode value = GITHUB.resolved(example.getValue()).path("value");
      found.add(new Example(where + " " + example.getKey(), json.path("schema"), value));
    }
  }

  private List<String> mint(String body) {
    return GITHUB.requestProblems("POST", MINT, "", JSON, bytes(body));
  }

  private List<String> put(String name, String body) {
    return LAUNCHER.requestProblems("PUT", "/v1/sandboxes/" + name, "", JSON, bytes(body));
  }

  private List<String> get(String path, String query) {
    return GITHUB.requestProblems("GET", path, query, null, new byte[0]);
  }

  private static List<String> answer(
      OpenApiContract contract, String method, String path, int status, String body) {
    return contract.answerProblems(method, path, status, JSON + "; charset=utf-8", bytes(body));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }
}
