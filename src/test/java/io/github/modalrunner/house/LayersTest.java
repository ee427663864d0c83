package io.github.modalrunner.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.modalrunner.Gateway;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package may use which, and which of them may know Camel, HTTP or a database. */
class LayersTest {
  private static final String ROOT = "io.github.modalrunner";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Gateway.class.getProtectionDomain().getCodeSource().getLocation());

  /** What a package uses besides itself; what is not here is used by the start alone. */
  private static final Map<String, List<String>> USES =
      Map.ofEntries(
          Map.entry("settings", List.of("jobs", "github", "check", "costs")),
          Map.entry("jobs", List.of("settings")),
          Map.entry("webhook", List.of("settings", "jobs")),
          Map.entry("ledger", List.of("settings", "jobs")),
          Map.entry("upstream", List.of("settings")),
          Map.entry("github", List.of("settings", "upstream")),
          Map.entry("sandbox", List.of("settings", "upstream", "jobs")),
          Map.entry("reconcile", List.of("settings", "webhook")),
          Map.entry("costs", List.of("settings", "jobs")),
          Map.entry("labels", List.of("settings", "jobs", "costs")),
          Map.entry("admin", List.of("settings", "jobs", "github", "labels", "ledger", "sandbox")),
          Map.entry("server", List.of("settings", "ledger")),
          Map.entry("setup", List.of("settings", "github", "upstream")),
          Map.entry(
              "check", List.of("settings", "github", "jobs", "reconcile", "sandbox", "upstream")),
          Map.entry("demo", List.of("settings")));

  @TestFactory
  Stream<DynamicTest> aPackageUsesNoneButThoseBelowIt() {
    return USES.entrySet().stream()
        .map(
            uses ->
                DynamicTest.dynamicTest(
                    uses.getKey(),
                    () ->
                        noClasses()
                            .that()
                            .resideInAPackage(of(uses.getKey()))
                            .should()
                            .dependOnClassesThat(
                                resideInAnyPackage(ROOT + "..")
                                    .and(
                                        JavaClass.Predicates.resideOutsideOfPackages(
                                            allowed(uses))))
                            .allowEmptyShould(true)
                            .check(CLASSES)));
  }

  @Test
  void everyPackageHasItsPlace() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.concat(Stream.of(ROOT), USES.keySet().stream().map(LayersTest::of))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void whatDecidesKnowsNeitherCamelNorServersNorClients() {
    noClasses()
        .that()
        .resideInAnyPackage(
            of("settings"),
            of("jobs"),
            of("webhook"),
            of("github"),
            of("reconcile"),
            of("setup"),
            of("check"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.camel..",
            "io.vertx..",
            "org.apache.hc..",
            "java.net.http..",
            "java.sql..",
            "javax.sql..")
        .check(CLASSES);
  }

  @Test
  void theLedgerAndTheStartAloneKnowTheDatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, of("ledger"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "com.zaxxer..", "org.flywaydb..", "org.springframework..")
        .check(CLASSES);
  }

  @Test
  void theServersAndTheStartAloneKnowVertx() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, of("server"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..")
        .check(CLASSES);
  }

  @Test
  void classesAreFinal() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .doNotHaveModifier(ABSTRACT)
        .and()
        .areNotAnonymousClasses()
        .should()
        .haveModifier(FINAL)
        .check(CLASSES);
  }

  private static String of(String name) {
    return ROOT + "." + name + "..";
  }

  private static String[] allowed(Map.Entry<String, List<String>> uses) {
    return Stream.concat(Stream.of(uses.getKey()), uses.getValue().stream())
        .map(LayersTest::of)
        .toArray(String[]::new);
  }
}
