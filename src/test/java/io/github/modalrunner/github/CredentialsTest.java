package io.github.modalrunner.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import io.github.modalrunner.fixtures.AppPem;
import io.github.modalrunner.github.Credentials.Grant;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.Http.Answer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  private static final String PATH = "/repos/octo-org/octo-repo/actions/runners";
  private static final List<AppKey> APPS = AppKey.of(List.of("1"), AppPem.create().pkcs1());
  private static final long HOUR = 3_600_000;

  private final AtomicLong now = new AtomicLong(1_795_000_000_000L);
  private final Credentials credentials =
      new Credentials("", APPS, new RateLimits(new SimpleMeterRegistry(), now::get), now::get);

  @Test
  void countsByGitHubsClockOnceItHasToldTheTime() throws Exception {
    // Given
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("date", "Fri, 13 Nov 2026 08:40:00 GMT");
    // When
    credentials.observe(new Answer(401, headers), credentials.choose(PATH, 7L));
    // Then
    String jwt = credentials.choose("/app/hook/deliveries", null).header().replace("Bearer ", "");
    assertThat(SignedJWT.parse(jwt).getJWTClaimsSet().getIssueTime().toInstant())
        .isEqualTo("2026-11-13T08:39:00Z");
  }

  @Test
  void renewsRefusedCredentialsOfAnAppOnceAndATokenNever() {
    // Given
    Grant app = credentials.choose("/app/hook/deliveries", null);
    Grant token =
        new Credentials(
                "t", List.of(), new RateLimits(new SimpleMeterRegistry(), now::get), now::get)
            .choose(PATH, null);
    Answer refused = new Answer(401, Map.of());
    // When / Then
    assertThat(credentials.renews(refused, app, 0)).isTrue();
    assertThat(credentials.renews(refused, app, 1)).isFalse();
    assertThat(credentials.renews(refused, token, 0)).isFalse();
    assertThat(credentials.renews(new Answer(403, Map.of()), app, 0)).isFalse();
  }

  @Test
  void letsOneCallerFetchAndTheOthersWaitForIt() {
    // Given
    Grant bare = credentials.choose(PATH, 7L);
    CompletableFuture<Grant> other =
        CompletableFuture.supplyAsync(() -> credentials.choose(PATH, 7L));
    // When
    credentials.granted(bare, Map.of("token", "t1", "until", now.get() + HOUR));
    // Then
    assertThat(bare.isBare()).isTrue();
    assertThat(other.join().header()).isEqualTo("Bearer t1");
  }

  @Test
  void letsOneCallerRenewEarlyWhileTheOthersUseTheOldToken() {
    // Given
    credentials.granted(
        credentials.choose(PATH, 7L), Map.of("token", "t1", "until", now.get() + HOUR));
    now.addAndGet(HOUR - 9 * 60_000);
    // When
    Grant first = credentials.choose(PATH, 7L);
    // Then
    assertThat(first.isBare()).isTrue();
    assertThat(credentials.choose(PATH, 7L).header()).isEqualTo("Bearer t1");
  }

  @Test
  void letsAnotherCallerTryWhenAFetchCameToNothing() {
    // Given
    credentials.choose(PATH, 7L);
    // When
    now.addAndGet(10_001);
    // Then
    assertThat(credentials.choose(PATH, 7L).isBare()).isTrue();
  }

  @Test
  void putsTheCallOffWhenNoTokenComes() {
    // Given
    credentials.choose(PATH, 7L);
    // When / Then
    assertThatThrownBy(() -> credentials.choose(PATH, 7L))
        .isInstanceOf(NotDone.class)
        .hasMessageContaining("App 1 installation 7");
  }

  @Test
  void aTokenThatEndsSoonIsUsedByWhoFetchedIt() {
    // Given
    Grant bare = credentials.choose(PATH, 7L);
    // When
    Grant granted = credentials.granted(bare, Map.of("token", "t1", "until", now.get() + 60_000));
    // Then
    assertThat(granted.header()).isEqualTo("Bearer t1");
  }

  @Test
  void aTokenThatIsRefusedIsRenewedByOneCaller() {
    // Given
    Grant old =
        credentials.granted(
            credentials.choose(PATH, 7L), Map.of("token", "t1", "until", now.get() + HOUR));
    Answer refused = new Answer(401, Map.of());
    credentials.renews(refused, old, 0);
    credentials.granted(
        credentials.choose(PATH, 7L), Map.of("token", "t2", "until", now.get() + HOUR));
    // When: another call is refused that went out with the old one
    boolean renews = credentials.renews(refused, old, 0);
    // Then
    assertThat(renews).isTrue();
    assertThat(credentials.choose(PATH, 7L).header()).isEqualTo("Bearer t2");
  }
}
