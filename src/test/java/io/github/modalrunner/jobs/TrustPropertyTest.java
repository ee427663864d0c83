package io.github.modalrunner.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.WithNull;

/** What holds for every repository and every run. */
class TrustPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OURS = "https://github.com";

  @Property
  void onlyARunThatIsKnownToBeTheRepositorysOwnIsNoFork(
      @ForAll @WithNull @LongRange(min = 1, max = 3) Long base,
      @ForAll @WithNull @LongRange(min = 1, max = 3) Long head) {
    // Given
    ObjectNode run = JSON.createObjectNode();
    if (base != null) {
      run.putObject("repository").put("id", base);
    }
    if (head != null) {
      run.putObject("head_repository").put("id", head);
    }

    // When
    Map<String, Object> judged =
        new Trust(false, OURS).judge(Map.of("run_id", 1), Map.of("document", run));

    // Then
    assertThat(judged)
        .containsEntry("run_id", 1)
        .containsEntry("fork", base == null ? null : base.equals(head) ? 0 : 1);
  }

  @Property
  void whoseCodeItMayBeIsAskedUnlessNobodyCanHaveForkedIt(
      @ForAll boolean allowed,
      @ForAll @WithNull Boolean forking,
      @ForAll boolean isPrivate,
      @ForAll boolean asked) {
    // Given
    ObjectNode repository = JSON.createObjectNode().put("private", isPrivate);
    if (forking != null) {
      repository.put("allow_forking", forking);
    }

    // When
    Optional<String> doubt = new Trust(allowed, OURS).doubt(repository, asked);

    // Then: what a payload does not say is doubted, and only a private webhook's job may go on
    // unread
    assertThat(doubt.isPresent()).isEqualTo(!allowed && !Boolean.FALSE.equals(forking));
    assertThat(doubt.equals(Optional.of("CHECKING")))
        .isEqualTo(doubt.isPresent() && isPrivate && !asked);
  }

  @Property
  void aHostThatOnlyBeginsLikeOursIsAStranger(
      @ForAll @AlphaChars @StringLength(min = 1, max = 20) String more) {
    // Given
    Trust trust = new Trust(false, OURS);

    // When, Then
    assertThat(trust.stranger(at(OURS + "." + more + "/acme/r"))).isPresent();
    assertThat(trust.stranger(at(OURS + more + "/acme/r"))).isPresent();
    assertThat(trust.stranger(at("http://github.com/" + more))).isPresent();
    assertThat(trust.stranger(at(OURS + "/" + more + "/r"))).isEmpty();
  }

  private static ObjectNode at(String url) {
    return JSON.createObjectNode().put("html_url", url);
  }
}
