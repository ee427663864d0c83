package io.github.modalrunner.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.modalrunner.server.AdminDoor.Refusal;
import io.github.modalrunner.server.AdminDoor.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminDoorTest {
  private static final AdminDoor LOOPBACK = new AdminDoor("127.0.0.1", "");
  private static final AdminDoor OPEN = new AdminDoor("0.0.0.0", "s3cret");

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8081", "localhost:8081", "LOCALHOST", "[::1]:8081"})
  void letsTheOwnAddressIn(String host) {
    assertThat(LOOPBACK.refusal(get("/api/jobs", host, ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example:8081", "127.0.0.1.evil.example", "10.0.0.1:8081", ""})
  void refusesANameThatWasBentToThisAddress(String host) {
    assertThat(LOOPBACK.refusal(get("/api/jobs", host, "")))
        .map(Refusal::code)
        .contains("forbidden_host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s3cret", "Basic czNjcmV0", "Bearer ", "Bearer s3creT", "bearer s3cret"})
  void asksForTheTokenOnceThereIsOne(String authorization) {
    assertThat(OPEN.refusal(get("/api/status", "gateway.internal", authorization)))
        .map(Refusal::status)
        .contains(401);
  }

  @Test
  void letsTheTokenInByAnyName() {
    assertThat(OPEN.refusal(get("/api/status", "gateway.internal", "Bearer s3cret"))).isEmpty();
  }

  @Test
  void asksOnLoopbackTooOnceThereIsAToken() {
    assertThat(new AdminDoor("127.0.0.1", "t").refusal(get("/setup", "127.0.0.1:8081", "")))
        .map(Refusal::status)
        .contains(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/assets/status.js", "/assets/status.css", "/assets/icon.svg"})
  void letsTheStatusPageInWithoutToken(String path) {
    assertThat(OPEN.refusal(get(path, "gateway.internal", ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/assets/", "/assets/../api/jobs", "/assets/a/b.js", "//", "/index.html"})
  void letsNothingElseInByThatName(String path) {
    assertThat(OPEN.refusal(get(path, "gateway.internal", ""))).map(Refusal::status).contains(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/observe/health/live", "/observe/health/ready"})
  void letsProbesInWithoutToken(String path) {
    assertThat(OPEN.refusal(get(path, "10.1.2.3:8081", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, '', ",
    "application/json; charset=utf-8, http://127.0.0.1:8081, ",
    "APPLICATION/JSON, https://127.0.0.1:8081, ",
    "application/json, http://evil.example, forbidden_origin",
    "application/json, null, forbidden_origin",
    "application/json, http://127.0.0.1:9999, forbidden_origin",
    "text/plain, '', unsupported_media_type",
    "application/x-www-form-urlencoded, http://127.0.0.1:8081, unsupported_media_type",
    "'', '', unsupported_media_type"
  })
  void letsNoOtherWebsiteChangeAnything(String type, String origin, String code) {
    // Given
    Request request =
        new Request("POST", "/api/deliveries/x/replay", "127.0.0.1:8081", origin, type, "");
    // When / Then
    if (code == null) {
      assertThat(LOOPBACK.refusal(request)).isEmpty();
    } else {
      assertThat(LOOPBACK.refusal(request)).map(Refusal::code).contains(code);
    }
  }

  private static Request get(String path, String host, String authorization) {
    return new Request("GET", path, host, "", "", authorization);
  }
}
