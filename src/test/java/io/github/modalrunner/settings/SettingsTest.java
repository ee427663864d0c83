package io.github.modalrunner.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  /** What must be given, with one more variable or with one changed (blank: taken away). */
  static Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("RUNNER_WEBHOOK_SECRET", "0123456789abcdef");
    environment.put("RUNNER_GITHUB_TOKEN", "github-token");
    environment.put("RUNNER_MODAL_LAUNCHER_URL", "https://w--launcher.modal.run");
    environment.put("RUNNER_MODAL_TOKEN", "launcher-token");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  static Settings read(String... more) {
    return Settings.read(environment(more), Map.of(), Map.of());
  }

  static Settings readFile(String... properties) {
    Map<String, String> file = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      file.put(properties[i], properties[i + 1]);
    }
    return Settings.read(environment(), Map.of(), file);
  }

  static List<String> wrong(Settings settings) {
    return settings.problems().stream().map(Problem::property).toList();
  }

  @Test
  void needsOnlyTheFourThatHaveNoDefault() {
    // When
    Settings settings = read();
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.text("runner.instance")).isEqualTo("mgr");
    assertThat(settings.secret("runner.github.token")).isEqualTo("github-token");
    assertThat(settings.secret("runner.webhook.previous-secret")).isEmpty();
    assertThat(settings.integer("runner.http.port")).isEqualTo(8080);
    assertThat(settings.decimal("runner.modal.creates-per-second")).isEqualTo(4.0);
    assertThat(settings.flag("runner.repositories.allow-public")).isFalse();
    assertThat(settings.millis("runner.ledger.retention")).isEqualTo(30L * 24 * 3600 * 1000);
    assertThat(settings.list("runner.labels.refuse"))
        .containsExactly("windows", "macos", "arm", "arm64");
    assertThat(settings.list("runner.github.hooks")).isEmpty();
    assertThat(settings.millisList("runner.reconcile.job-checks"))
        .containsExactly(45_000L, 90_000L, 180_000L, 300_000L);
  }

  @Test
  void reportsEverythingThatIsMissingAtOnceWithWhatToDo() {
    // When
    Settings settings = Settings.read(Map.of(), Map.of(), Map.of());
    // Then
    assertThat(wrong(settings))
        .containsExactlyInAnyOrder(
            "runner.webhook.secret",
            "runner.github.token",
            "runner.modal.launcher-url",
            "runner.modal.key");
    assertThat(settings.problems())
        .first()
        .satisfies(
            problem -> {
              assertThat(problem.variable()).isEqualTo("RUNNER_WEBHOOK_SECRET");
              assertThat(problem.message()).contains("openssl rand -hex 32", "GitHub");
            });
    assertThat(settings.problems())
        .filteredOn(problem -> problem.property().equals("runner.github.token"))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .contains("Administration: read and write", "Actions: read"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          runner.instance | Mgr
          runner.instance | abcdefghijabcdefghijabcdefghijabc
          runner.http.host | http://0.0.0.0
          runner.http.port | 65536
          runner.http.port | -1
          runner.http.port | +80
          runner.http.port | 99999999999999999999
          runner.webhook.secret | 0123456789abcde
          runner.webhook.read-timeout | 10
          runner.webhook.read-timeout | 1.5s
          runner.webhook.read-timeout | 1h
          runner.webhook.read-timeout | 10 s
          runner.webhook.read-timeout | ""
          runner.webhook.max-body-bytes | 30000000
          runner.github.api-url | http://api.github.com
          runner.github.api-url | http://127.evil.com
          runner.github.api-url | https://user:pass@api.github.com
          runner.github.api-url | https://api.github.com?x=y
          runner.github.api-url | api.github.com
          runner.github.api-version | latest
          runner.github.token | " blank-before"
          runner.github.scope | world
          runner.github.runner-group-id | 0
          runner.github.hooks | repos/o/r/hooks/x
          runner.github.hooks | orgs/o/r/hooks/1
          runner.repositories.allow | owner
          runner.repositories.allow | ""
          runner.repositories.allow-public | yes
          runner.modal.launcher-url | http://launcher:8787
          runner.modal.creates-per-second | NaN
          runner.modal.creates-per-second | 0
          runner.labels.refuse | two words
          runner.limits.max-runners | many
          runner.ledger.url | jdbc:h2:mem:x
          runner.ledger.url | jdbc:sqlite:
          runner.reconcile.job-checks | ""
          runner.reconcile.job-checks | 45s,soon
          runner.log.format | xml
          runner.profiles.default.labels | ""
          runner.profiles.default.image | ghcr.io/owner/image:1
          runner.profiles.default.cpu | 0.1
          runner.profiles.default.cpu | 64.1
          runner.profiles.default.memory-mib | 127
          runner.profiles.default.memory-mib | 344065
          runner.profiles.default.gpu | A100:9
          runner.profiles.default.region | US
          runner.profiles.default.timeout | 59s
          runner.profiles.default.timeout | 25h
          runner.profiles.default.cache | a/b
          runner.profiles.default.cache | false
          runner.profiles.default.docker | 1
          runner.profiles.default.outbound-domains | https://example.com
          runner.profiles.default.outbound-domains | localhost
          runner.profiles.default.outbound-domains | a..example.com
          runner.profiles.default.outbound-domains | -a.example.com
          runner.profiles.default.outbound-domains | *
          runner.profiles.default.outbound-cidrs | 10.0.0.0
          runner.profiles.default.outbound-cidrs | 10.0.0.256/8
          runner.profiles.default.outbound-cidrs | 10.0.0.0/33
          runner.profiles.default.outbound-cidrs | fd00::/129
          runner.profiles.default.outbound-cidrs | fd00:::/8
          runner.profiles.default.outbound-cidrs | :/8
          runner.ledger.user | {{env:USER
          runner.ledger.user | env:USER}}
          """)
  void refusesWhatIsNotAllowed(String property, String text) {
    // Given
    Map<String, String> environment = environment(Setting.variable(property), "");
    // When
    Settings settings = Settings.read(environment, Map.of(), Map.of(property, text));
    // Then
    assertThat(settings.problems()).hasSize(1);
    assertThat(settings.problems().get(0).property()).isEqualTo(property);
    assertThat(settings.problems().get(0).variable()).isEqualTo(Setting.variable(property));
    assertThat(settings.problems().get(0).message())
        .startsWith("must be ")
        .endsWith("it is set in application.properties");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runner.instance | abcdefghijabcdefghijabcdefghijab
          runner.http.host | ::
          runner.http.port | 0
          runner.http.port | 65535
          runner.webhook.read-timeout | 500ms
          runner.webhook.read-timeout | 10m
          runner.github.api-url | https://ghes.example.com/api/v3
          runner.github.api-url | http://127.0.0.1:8089
          runner.github.api-url | http://[::1]:8089
          runner.github.hooks | app, repos/o/r.x/hooks/1, orgs/o/hooks/22
          runner.repositories.allow | owner/*, other/re-po_1.x
          runner.modal.launcher-url | http://localhost:8787
          runner.modal.creates-per-second | 0.5
          runner.ledger.url | jdbc:postgresql://db.example.com:5432/runner?ssl=true
          runner.ledger.url | jdbc:sqlite:/var/lib/runner/ledger.db
          runner.profiles.default.gpu | A100-80GB:8
          runner.profiles.default.outbound-domains | example.com, *.example.org
          runner.profiles.default.outbound-cidrs | 10.0.0.0/8, 0.0.0.0/0, 255.255.255.255/32
          runner.profiles.default.outbound-cidrs | fd00::/8, ::/0, 2001:db8:0:0:0:0:0:1/128
          """)
  void acceptsWhatIsAllowed(String property, String text) {
    // When
    Settings settings = read(Setting.variable(property), text);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.placeholders()).containsEntry(property, text);
  }

  @Test
  void longestRunnerNameFitsModal() {
    // Given
    String instance = "a".repeat(32);
    // When
    Settings settings = read("RUNNER_INSTANCE", instance);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(instance + "-" + Long.MAX_VALUE + "-" + Integer.MAX_VALUE).hasSizeLessThan(64);
  }

  @Test
  void takesSlashesFromTheEndOfUrls() {
    // When
    Settings settings = read("RUNNER_MODAL_LAUNCHER_URL", "https://w--launcher.modal.run/");
    // Then
    assertThat(settings.text("runner.modal.launcher-url"))
        .isEqualTo("https://w--launcher.modal.run");
    assertThat(settings.placeholders())
        .containsEntry("runner.modal.launcher-url", "https://w--launcher.modal.run");
  }

  @Test
  void blankVariableIsNotGivenButBlankListInTheFileIsEmpty() {
    // When
    Settings blankVariable = read("RUNNER_LABELS_REFUSE", " ");
    Settings blankInFile = readFile("runner.labels.refuse", "");
    // Then
    assertThat(blankVariable.list("runner.labels.refuse")).hasSize(4);
    assertThat(blankInFile.problems()).isEmpty();
    assertThat(blankInFile.list("runner.labels.refuse")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "admin.example.com", "127.evil.com"})
  void openAdminPortNeedsToken(String host) {
    // When
    Settings open = read("RUNNER_ADMIN_HOST", host);
    Settings guarded = read("RUNNER_ADMIN_HOST", host, "RUNNER_ADMIN_TOKEN", "t");
    // Then
    assertThat(wrong(open)).containsExactly("runner.admin.token");
    assertThat(guarded.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.2", "::1"})
  void loopbackAdminPortNeedsNoToken(String host) {
    // When
    Settings settings = read("RUNNER_ADMIN_HOST", host);
    // Then
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void portsMustDifferUnlessTheyAreFreeOnes() {
    // When
    Settings same = read("RUNNER_HTTP_PORT", "9000", "RUNNER_ADMIN_PORT", "9000");
    Settings free = read("RUNNER_HTTP_PORT", "0", "RUNNER_ADMIN_PORT", "0");
    // Then
    assertThat(wrong(same)).containsExactly("runner.admin.port");
    assertThat(free.problems()).isEmpty();
  }

  @Test
  void wantsTokenOrAppButNotBoth() throws IOException {
    // Given
    String key = Files.writeString(folder.resolve("app.pem"), PEM).toString();
    String file = "RUNNER_GITHUB_APP_PRIVATE_KEY_FILE";
    // When
    Settings app = read("RUNNER_GITHUB_TOKEN", "", "RUNNER_GITHUB_APP_ID", "1", file, key);
    Settings both = read("RUNNER_GITHUB_APP_ID", "1", file, key);
    Settings keyless = read("RUNNER_GITHUB_TOKEN", "", "RUNNER_GITHUB_APP_ID", "1");
    Settings nameless = read("RUNNER_GITHUB_TOKEN", "", file, key);
    // Then
    assertThat(app.problems()).isEmpty();
    assertThat(app.secret("runner.github.app-private-key")).isEqualTo(PEM.strip());
    assertThat(wrong(both)).containsExactly("runner.github.token");
    assertThat(wrong(keyless)).containsExactly("runner.github.app-private-key");
    assertThat(wrong(nameless)).containsExactly("runner.github.app-id");
  }

  @Test
  void wantsBothHalvesOfTheLaunchersKeyOrItsToken() {
    // When
    Settings pair =
        read("RUNNER_MODAL_TOKEN", "", "RUNNER_MODAL_KEY", "k", "RUNNER_MODAL_SECRET", "s");
    Settings half = read("RUNNER_MODAL_SECRET", "s");
    Settings none = read("RUNNER_MODAL_TOKEN", "");
    // Then
    assertThat(pair.problems()).isEmpty();
    assertThat(wrong(half)).containsExactly("runner.modal.key");
    assertThat(wrong(none)).containsExactly("runner.modal.key");
  }

  @Test
  void firstDelayMustNotBeLongerThanTheLongest() {
    // When
    Settings settings =
        read("RUNNER_RETRY_INITIAL_DELAY", "10s", "RUNNER_RETRY_MAX_DELAY", "9999ms");
    // Then
    assertThat(wrong(settings)).containsExactly("runner.retry.initial-delay");
  }

  @Test
  void wrongSettingIsNotComplainedAboutTwice() {
    // When
    Settings settings =
        read(
            "RUNNER_RETRY_MAX_DELAY",
            "x",
            "RUNNER_ADMIN_PORT",
            "x",
            "RUNNER_GITHUB_TOKEN",
            "\u0007");
    // Then
    assertThat(wrong(settings)).doesNotHaveDuplicates();
  }

  @Test
  void readsSecretsFromFilesWithoutTheLastLineBreak() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("secret"), "fedcba9876543210\r\n");
    // When
    Settings settings =
        read("RUNNER_WEBHOOK_SECRET", "", "RUNNER_WEBHOOK_SECRET_FILE", file.toString());
    Settings byProperty =
        Settings.read(
            environment("RUNNER_WEBHOOK_SECRET", ""),
            Map.of(),
            Map.of("runner.webhook.secret-file", file.toString()));
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.secret("runner.webhook.secret")).isEqualTo("fedcba9876543210");
    assertThat(settings.placeholders()).containsEntry("runner.webhook.secret", "fedcba9876543210");
    assertThat(byProperty.secret("runner.webhook.secret")).isEqualTo("fedcba9876543210");
  }

  @Test
  void refusesSecretFilesThatAreMissingEmptyOrGivenBesideTheSecret() throws IOException {
    // Given
    String empty = Files.writeString(folder.resolve("empty"), "\n").toString();
    String missing = folder.resolve("missing").toString();
    String token = Files.writeString(folder.resolve("token"), "t").toString();
    // When
    Settings none = read("RUNNER_ADMIN_TOKEN_FILE", missing);
    Settings directory = read("RUNNER_ADMIN_TOKEN_FILE", folder.toString());
    Settings blank = read("RUNNER_ADMIN_TOKEN_FILE", empty);
    Settings twice = read("RUNNER_GITHUB_TOKEN_FILE", token);
    // Then
    assertThat(none.problems()).hasSize(1).first().satisfies(p -> says(p, "cannot be read"));
    assertThat(directory.problems()).hasSize(1).first().satisfies(p -> says(p, "cannot be read"));
    assertThat(blank.problems()).hasSize(1).first().satisfies(p -> says(p, "is empty"));
    assertThat(twice.problems()).hasSize(1).first().satisfies(p -> says(p, "twice"));
  }

  private static void says(Problem problem, String words) {
    assertThat(problem.message()).contains(words, problem.variable() + "_FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "runner.webhook.secert, runner.webhook.secret",
    "runner.webhook.maxBodyBytes, runner.webhook.max-body-bytes",
    "runner.webhok.secret-file, runner.webhook.secret-file",
    "runner.profiles.default.label, runner.profiles.default.labels"
  })
  void hintsAtThePropertyThatWasMeant(String typo, String meant) {
    // When
    Settings file = readFile(typo, "x");
    Settings system = Settings.read(environment(), Map.of(typo, "x"), Map.of());
    // Then
    assertThat(file.problems()).hasSize(1);
    assertThat(file.problems().get(0).property()).isEqualTo(typo);
    assertThat(file.problems().get(0).message()).endsWith("did you mean " + meant + "?");
    assertThat(system.problems()).isEqualTo(file.problems());
  }

  @Test
  void refusesPropertyThatResemblesNone() {
    // When
    Settings settings = readFile("runner.something.else", "x");
    // Then
    assertThat(wrong(settings)).containsExactly("runner.something.else");
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNER_WEBHOOK_SECERT, RUNNER_WEBHOOK_SECRET",
    "RUNNER_WEBHOK_SECRET, RUNNER_WEBHOOK_SECRET",
    "RUNNER_INSTANSE, RUNNER_INSTANCE",
    "RUNNER_PROFILES_DEFAULT_MEMORY_MB, RUNNER_PROFILES_DEFAULT_MEMORY_MIB"
  })
  void hintsAtTheVariableThatWasMeant(String typo, String meant) {
    // When
    Settings settings = read(typo, "x");
    // Then
    assertThat(settings.problems()).hasSize(1);
    assertThat(settings.problems().get(0).variable()).isEqualTo(typo);
    assertThat(settings.problems().get(0).message()).endsWith("did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RUNNER_VERSION",
        "RUNNER_SHA256",
        "RUNNER_OS",
        "RUNNER_ARCH",
        "RUNNER_NAME",
        "RUNNER_TEMP",
        "RUNNER_TOOL_CACHE",
        "RUNNER_DEBUG",
        "RUNNER_ENVIRONMENT",
        "RUNNER_WORKSPACE",
        "RUNNER_TRACKING_ID",
        "RUNNER_USER",
        "RUNNER_ALLOW_RUNASROOT"
      })
  void leavesVariablesOfOthersAlone(String variable) {
    // When
    Settings settings = read(variable, "x");
    // Then
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void predecessorsVariablesStandBehindTheNewNames() {
    // Given
    Map<String, String> old =
        Map.of(
            "WEBHOOK_SECRET", "an old secret of 25 chars",
            "GITHUB_TOKEN", "old-token",
            "ALLOWED_REPOS", "o/r",
            "RUNNER_GROUP_ID", "7",
            "RUNNER_MODAL_LAUNCHER_URL", "https://w--launcher.modal.run",
            "RUNNER_MODAL_TOKEN", "launcher-token");
    Map<String, String> file =
        Map.of("runner.repositories.allow", "*", "runner.github.runner-group-id", "2");
    // When
    Settings settings = Settings.read(old, Map.of(), file);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.secret("runner.webhook.secret")).isEqualTo("an old secret of 25 chars");
    assertThat(settings.secret("runner.github.token")).isEqualTo("old-token");
    assertThat(settings.list("runner.repositories.allow")).containsExactly("o/r");
    assertThat(settings.integer("runner.github.runner-group-id")).isEqualTo(2);
  }

  @Test
  void strayTokenOfTheShellDoesNotGetInTheWayOfAnApp() {
    // When
    Settings settings =
        read(
            "RUNNER_GITHUB_TOKEN", "",
            "GITHUB_TOKEN", "stray",
            "RUNNER_GITHUB_APP_ID", "1",
            "RUNNER_GITHUB_APP_PRIVATE_KEY", PEM);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.secret("runner.github.token")).isEmpty();
  }

  @Test
  void profilesComeFromFileAndEnvironmentTogether() {
    // Given
    Map<String, String> environment =
        environment(
            "RUNNER_PROFILES_GPU_LABELS", "modal, GPU",
            "RUNNER_PROFILES_GPU_MEMORY_MIB", "16384",
            "RUNNER_PROFILES_BIG_CPU", "0.5");
    Map<String, String> file =
        Map.of(
            "runner.profiles.gpu.gpu", "T4",
            "runner.profiles.gpu.memory-mib", "1024",
            "runner.profiles.big.labels", "big",
            "runner.profiles.big.timeout", "90m");
    // When
    Settings settings = Settings.read(environment, Map.of(), file);
    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.profiles())
        .extracting(Profile::name)
        .containsExactly("big", "default", "gpu");
    Profile big = settings.profiles().get(0);
    assertThat(big.cpu()).isEqualTo(0.5);
    assertThat(big.timeoutSeconds()).isEqualTo(5400);
    assertThat(big.gpu()).isNull();
    assertThat(big.image()).isEqualTo("default");
    assertThat(settings.profiles().get(1).labels()).containsExactly("modal");
    Profile gpu = settings.profiles().get(2);
    assertThat(gpu.labels()).containsExactly("gpu", "modal");
    assertThat(gpu.memoryMib()).isEqualTo(16384);
    assertThat(gpu.gpu()).isEqualTo("T4");
    assertThat(settings.placeholders()).containsEntry("runner.profiles.big.memory-mib", "4096");
  }

  @Test
  void refusesProfilesThatTieOrHaveNoLabels() {
    // When
    Settings settings =
        read("RUNNER_PROFILES_TWIN_LABELS", "MODAL,modal", "RUNNER_PROFILES_BARE_CPU", "1");
    // Then
    assertThat(wrong(settings))
        .containsExactly("runner.profiles.bare.labels", "runner.profiles.twin.labels");
    assertThat(settings.problems().get(1).message()).contains("profile default");
  }

  @Test
  void dockerNeedsAnImageThatHasIt() {
    // When
    Settings without = read("RUNNER_PROFILES_DEFAULT_DOCKER", "true");
    Settings with =
        read("RUNNER_PROFILES_DEFAULT_DOCKER", "true", "RUNNER_PROFILES_DEFAULT_IMAGE", "docker");
    // Then
    assertThat(without.problems())
        .extracting(Settings.Problem::property)
        .containsExactly("runner.profiles.default.image");
    assertThat(with.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"runner.profiles.GPU.labels", "runner.profiles.a-b.labels"})
  void refusesProfileNamesThatNoVariableCouldHave(String property) {
    // When
    Settings settings = readFile(property, "x");
    // Then
    assertThat(wrong(settings)).containsExactly(property);
  }

  @Test
  void everySettingIsPlaceholder() {
    // When
    Map<String, String> placeholders = read().placeholders();
    // Then
    assertThat(placeholders.keySet())
        .containsAll(Setting.TABLE.stream().map(Setting::property).toList())
        .contains("runner.profiles.default.gpu");
    assertThat(placeholders)
        .containsEntry("runner.http.port", "8080")
        .containsEntry("runner.github.token", "github-token")
        .containsEntry("runner.webhook.previous-secret", "");
  }

  @Test
  void gettersRefuseWhatIsNoSettingAndWhatIsWrong() {
    // Given
    Settings settings = read("RUNNER_HTTP_PORT", "x");
    // When, Then
    assertThatThrownBy(() -> settings.text("runner.nothing"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings.integer("runner.http.port"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void knowsTheVariableOfEverySetting() {
    // Given
    List<Setting> all = new ArrayList<>(Setting.TABLE);
    all.addAll(Setting.ofProfile("default"));
    // When, Then
    assertThat(all)
        .allSatisfy(
            setting -> {
              Problem problem = read(setting.variable(), "{{").problems().get(0);
              assertThat(problem.property()).isEqualTo(setting.property());
              assertThat(problem.message()).endsWith("set by " + setting.variable());
            });
  }

  static final String PEM = AppPem.create().pkcs1();

  @Test
  void pagesOfGitHubAreWhereTheSettingSaysElseAsTheApiTells() {
    assertThat(read().webUrl()).isEqualTo("https://github.com");
    assertThat(
            read(
                    "RUNNER_GITHUB_API_URL",
                    "http://127.0.0.1:9/api/v3",
                    "RUNNER_GITHUB_WEB_URL",
                    "http://127.0.0.1:9/")
                .webUrl())
        .isEqualTo("http://127.0.0.1:9");
  }

  @Test
  void budgetsNeedAPriceForEveryGpuAndAMonthOfRows() {
    // When
    Settings unpriced =
        read(
            "RUNNER_BUDGETS_DAILY", "*=10",
            "RUNNER_PROFILES_GPU_LABELS", "modal,gpu",
            "RUNNER_PROFILES_GPU_GPU", "GH200");
    Settings pruned = read("RUNNER_BUDGETS_MONTHLY", "acme/*=10.50");
    Settings twice = read("RUNNER_BUDGETS_DAILY", "*=10,*=20");
    Settings kept = read("RUNNER_BUDGETS_MONTHLY", "*=10", "RUNNER_LEDGER_RETENTION", "32d");
    // Then
    assertThat(wrong(unpriced)).containsExactly("runner.prices.gpu-second");
    assertThat(wrong(pruned)).containsExactly("runner.ledger.retention");
    assertThat(wrong(twice)).containsExactly("runner.budgets.daily");
    assertThat(kept.problems()).isEmpty();
    assertThat(kept.amounts("runner.budgets.monthly")).containsExactly(Map.entry("*", 10.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/secrets"})
  void keepsWhatSetupStoresOutOfTheProject(String below) {
    // Given
    String here = Path.of("").toAbsolutePath().toString();
    // When
    Settings inside = read("RUNNER_SETUP_FOLDER", here + "/x/.." + below);
    Settings outside = read("RUNNER_SETUP_FOLDER", here + "-secrets" + below);
    // Then
    assertThat(wrong(inside)).containsExactly("runner.setup.folder");
    assertThat(outside.problems()).isEmpty();
  }
}
