package io.github.modalrunner.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.github.modalrunner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manifests of src/main/kubernetes, read as strictly as a server would: an unknown field or a
 * wrong type fails. What kustomize makes of them is shown where {@code kubectl} is installed.
 */
class KubernetesTest {
  private static final Path FOLDER = Path.of("src/main/kubernetes");
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "Deployment", Deployment.class,
          "Service", Service.class,
          "ConfigMap", ConfigMap.class,
          "PersistentVolumeClaim", PersistentVolumeClaim.class,
          "Ingress", Ingress.class,
          "NetworkPolicy", NetworkPolicy.class,
          "PodDisruptionBudget", PodDisruptionBudget.class);

  private static final YAMLMapper YAML = new YAMLMapper();

  /** The model keeps what it does not know for later; here nothing may be unknown. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  @TempDir Path folder;

  @Test
  void everyManifestOfTheBaseIsOneThatKubernetesTakes() throws IOException {
    // When
    List<HasMetadata> base = read(YAML.readTree(kustomization("base")));

    // Then
    assertThat(base)
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder(
            "Deployment",
            "Service",
            "Service",
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "PersistentVolumeClaim");
  }

  @Test
  void aMisspeltFieldWouldBeSeen() throws IOException {
    // Given
    String wrong =
        Files.readString(FOLDER.resolve("base/deployment.yaml"))
            .replace("readOnlyRootFilesystem", "readOnlyRootFileSystem");

    // When
    JsonNode manifest = YAML.readTree(wrong);

    // Then
    assertThat(problem(manifest)).contains("readOnlyRootFileSystem");
  }

  @Test
  void everySecretComesFromAFileAndTheSettingsAreComplete() throws IOException {
    // Given
    Map<String, String> variables = new HashMap<>();
    literals("base").forEach(variables::put);
    for (var variable : gateway().getEnv()) {
      Path file = folder.resolve(Path.of(variable.getValue()).getFileName());
      Files.writeString(file, "a text of some length");
      variables.put(variable.getName(), file.toString());
    }

    // When
    Settings settings = Settings.read(variables, Map.of(), Map.of());

    // Then
    assertThat(settings.problems()).isEmpty();
    assertThat(gateway().getEnv()).allMatch(variable -> variable.getName().endsWith("_FILE"));
    assertThat(literals("base").keySet()).noneMatch(name -> name.matches(".*(SECRET|TOKEN|KEY).*"));
  }

  @Test
  void theLedgerOfTheReplicasIsPostgresql() throws IOException {
    // When
    Map<String, String> literals = literals("replicas");

    // Then
    assertThat(literals.get("RUNNER_LEDGER_URL")).startsWith("jdbc:postgresql:");
  }

  @Test
  void theContainerMayDoNothingButServe() throws IOException {
    // When
    Container container = gateway();
    var pod = deployment().getSpec().getTemplate().getSpec();

    // Then
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(probe -> probe.getHttpGet().getPath()))
        .containsExactly("/observe/health/live", "/observe/health/live", "/observe/health/ready");
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "replicas"})
  void whatKustomizeMakesOfThemIsWhatKubernetesTakes(String variant) throws Exception {
    // Given
    if (Commands.missing("kubectl")
        || !Commands.run("kubectl", "version", "--client").contains("Kustomize Version: v5")) {
      return; // the manifests themselves are read above
    }

    // When
    String made = Commands.run("kubectl", "kustomize", FOLDER.resolve(variant).toString());
    List<HasMetadata> objects = new ArrayList<>();
    for (String document : made.split("(?m)^---$", -1)) {
      objects.add(object(YAML.readTree(document)));
    }

    // Then
    Deployment deployment =
        objects.stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .findAny()
            .orElseThrow();
    boolean one = variant.equals("base");
    assertThat(deployment.getSpec().getReplicas() == 1).isEqualTo(one);
    assertThat(deployment.getSpec().getStrategy().getType())
        .isEqualTo(one ? "Recreate" : "RollingUpdate");
    assertThat(objects.stream().anyMatch(PersistentVolumeClaim.class::isInstance)).isEqualTo(one);
    assertThat(
            deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                .anyMatch(variable -> variable.getName().equals("RUNNER_LEDGER_PASSWORD_FILE")))
        .isEqualTo(!one);
  }

  private static Path kustomizationFile(String variant) {
    return FOLDER.resolve(variant).resolve("kustomization.yaml");
  }

  private static String kustomization(String variant) throws IOException {
    return Files.readString(kustomizationFile(variant));
  }

  /** The objects of the files that a kustomization names. */
  private static List<HasMetadata> read(JsonNode kustomization) throws IOException {
    List<HasMetadata> objects = new ArrayList<>();
    for (JsonNode resource : kustomization.path("resources")) {
      String text = Files.readString(FOLDER.resolve("base").resolve(resource.asText()));
      for (String document : text.split("(?m)^---$", -1)) {
        objects.add(object(YAML.readTree(document)));
      }
    }
    return objects;
  }

  private static HasMetadata object(JsonNode manifest) throws JsonProcessingException {
    Class<? extends HasMetadata> kind = KINDS.get(manifest.path("kind").asText());
    assertThat(kind).as(manifest.toString()).isNotNull();
    HasMetadata object = STRICT.treeToValue(manifest, kind);
    assertThat(manifest.path("apiVersion").asText()).isEqualTo(HasMetadata.getApiVersion(kind));
    return object;
  }

  private static String problem(JsonNode manifest) {
    try {
      return object(manifest).getKind();
    } catch (JsonProcessingException e) {
      return e.getOriginalMessage();
    }
  }

  private static Deployment deployment() throws IOException {
    return (Deployment)
        object(YAML.readTree(Files.readString(FOLDER.resolve("base/deployment.yaml"))));
  }

  private static Container gateway() throws IOException {
    return deployment().getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  private static Map<String, String> literals(String variant) throws IOException {
    Map<String, String> literals = new HashMap<>();
    YAML.readTree(kustomization(variant))
        .at("/configMapGenerator/0/literals")
        .forEach(
            literal -> {
              String[] parts = literal.asText().split("=", 2);
              literals.put(parts[0], parts[1]);
            });
    return literals;
  }
}
