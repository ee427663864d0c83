package io.github.modalrunner.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.http.HttpMethods;
import org.junit.jupiter.api.Test;

class HttpTest {
  private final Map<String, Object> headers = new HashMap<>();

  @Test
  void addressesAQueryApartFromItsPath() {
    // When
    new Http().address(headers, "GET", "/v1/sandboxes?owner=mgr&cursor=a%3Fb");

    // Then
    assertThat(headers)
        .isEqualTo(
            Map.of(
                "CamelHttpMethod", HttpMethods.GET,
                "CamelHttpPath", "/v1/sandboxes",
                "CamelHttpQuery", "owner=mgr&cursor=a%3Fb"));
  }

  @Test
  void addressesAPathAlone() {
    // When
    new Http().address(headers, "PUT", "/v1/sandboxes/mgr-1-1");

    // Then
    assertThat(headers)
        .isEqualTo(
            Map.of("CamelHttpMethod", HttpMethods.PUT, "CamelHttpPath", "/v1/sandboxes/mgr-1-1"));
  }
}
