package io.github.modalrunner.github;

import io.github.modalrunner.settings.Settings;
import io.github.modalrunner.upstream.CallFailed;
import io.github.modalrunner.upstream.CallFailed.NotDone;
import io.github.modalrunner.upstream.Http.Answer;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How a call to GitHub is authorized: by the personal access token, or by a GitHub App: with the
 * token of its installation, fetched by one caller, kept in memory and renewed early, or with the
 * App's own JWT where the App itself is asked. Several Apps take turns, which multiplies the
 * limits.
 */
public final class Credentials {
  /** Renewed so long before it ends, so that no call meets its end. */
  private static final long EARLY = 10 * 60_000;

  /** Who fetches a token has so long before another caller tries. */
  private static final long FETCH_LEASE = 10_000;

  /** How long others wait for a token that is being fetched. */
  private static final long PATIENCE = 5_000;

  /** Where an App is installed may change. */
  private static final long INSTALLATION_KEPT = 3_600_000;

  private static final Pattern ACCOUNT = Pattern.compile("/(repos/[^/]+/[^/]+|orgs/[^/]+)/.*");

  private final String token;
  private final List<AppKey> apps;
  private final RateLimits limits;
  private final LongSupplier clock;
  private final AtomicInteger turn = new AtomicInteger();

  /** Installations that GitHub does not know any more; webhooks and rows may name them still. */
  private final Set<Long> gone = ConcurrentHashMap.newKeySet();

  private final ConcurrentMap<String, Kept<Long>> installations = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Kept<String>> tokens = new ConcurrentHashMap<>();
  private volatile long skew;

  /**
   * @param token a personal access token; empty when there are Apps
   * @param apps the Apps
   * @param limits what is left of each credential's limits
   * @param clock the time in epoch milliseconds
   */
  public Credentials(String token, List<AppKey> apps, RateLimits limits, LongSupplier clock) {
    this.token = token;
    this.apps = List.copyOf(apps);
    this.limits = limits;
    this.clock = clock;
  }

  /** The credentials that the settings describe. */
  public static Credentials of(Settings settings, RateLimits limits, LongSupplier clock) {
    List<String> ids = settings.list("runner.github.app-id");
    return new Credentials(
        settings.secret("runner.github.token"),
        ids.isEmpty()
            ? List.of()
            : AppKey.of(ids, settings.secret("runner.github.app-private-key")),
        limits,
        clock);
  }

  /**
   * The way one call is to be authorized, and what is still missing for it.
   *
   * @param name the credential, as it is called in metrics and messages; no secret
   * @param account {@code repos/O/R} or {@code orgs/O}; null where the call is about none
   * @param app the App; null for the personal access token
   * @param installation the App's installation; null while it is not known
   * @param header the value of {@code Authorization}; null while the token is missing
   */
  public record Grant(String name, String account, AppKey app, Long installation, String header) {
    /** Whether the installation has to be found. */
    public boolean isLost() {
      return header == null && installation == null;
    }

    /** Whether a token has to be fetched. */
    public boolean isBare() {
      return header == null;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Something that one caller asks GitHub for while others wait for it. Guarded by itself. */
  private final class Kept<T> {
    private final long early;
    private T value;
    private long until;
    private long fetchUntil;
    private CallFailed refusal;

    Kept(long early) {
      this.early = early;
    }

    /** The value; null asks this caller to fetch it. */
    @SuppressWarnings("WaitNotInLoop") // woken for nothing, the caller tries again later
    synchronized T take(String name) {
      long now = clock.getAsLong();
      if (until - early <= now && fetchUntil <= now) {
        fetchUntil = now + FETCH_LEASE;
        refusal = null;
        return null;
      }
      if (until <= now && refusal == null) {
        try {
          wait(PATIENCE);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (until <= clock.getAsLong()) {
        throw refusal != null
            ? refusal
            : new NotDone(
                "github_token_pending",
                "No token of the GitHub " + name + " could be had yet.",
                1000);
      }
      return value;
    }

    /** The value, if there is one, whoever fetches the next. */
    synchronized T peek() {
      return value;
    }

    synchronized void put(T fetched, long end) {
      value = fetched;
      until = end;
      fetchUntil = 0;
      notifyAll();
    }

    /** The fetch came to this, for whoever asks until the next one. */
    synchronized void refuse(CallFailed failed) {
      refusal = failed;
      notifyAll();
    }

    /** The value is no good; another one that came meanwhile is kept. */
    synchronized void drop(T refused) {
      if (refused != null && refused.equals(value)) {
        until = 0;
      }
    }
  }

  /**
   * Chooses a credential.
   *
   * @param target what was asked for, which names the account; a redirect from there does not
   * @param installation the installation that a webhook named; null when none did
   */
  public Grant choose(String target, Long installation) {
    if (apps.isEmpty()) {
      return new Grant("token", null, null, null, "Bearer " + token);
    }
    Matcher account = ACCOUNT.matcher(target);
    if (!account.matches()) {
      return itself(new Grant(null, null, apps.get(0), null, null));
    }
    AppKey app = inTurn(account.group(1));
    boolean isNamed = apps.size() == 1 && installation != null && !gone.contains(installation);
    return grant(app, account.group(1), isNamed ? installation : null);
  }

  /** The next App in turn that has calls left; when none has, the next one. */
  private AppKey inTurn(String account) {
    int start = Math.floorMod(turn.getAndIncrement(), apps.size());
    return IntStream.range(start, start + apps.size())
        .mapToObj(i -> apps.get(i % apps.size()))
        .filter(app -> !limits.isUsedUp(name(app, installation(app, account).peek())))
        .findFirst()
        .orElse(apps.get(start));
  }

  private static String name(AppKey app, Long installation) {
    return installation == null ? app.toString() : app + " installation " + installation;
  }

  private Grant grant(AppKey app, String account, Long named) {
    Long installation =
        named != null ? named : installation(app, account).take(app + " on " + account);
    return installation == null
        ? new Grant(app.toString(), account, app, null, null)
        : granted(app, account, installation);
  }

  private Grant granted(AppKey app, String account, long installation) {
    String name = name(app, installation);
    return new Grant(name, account, app, installation, token(name).take(name));
  }

  private Kept<Long> installation(AppKey app, String account) {
    return installations.computeIfAbsent(app + " " + account, first -> new Kept<>(0));
  }

  /** The header with the token of an installation. */
  private Kept<String> token(String name) {
    return tokens.computeIfAbsent(name, first -> new Kept<>(EARLY));
  }

  /** The grant by which an App itself asks, whatever it is granted otherwise. */
  public Grant itself(Grant grant) {
    AppKey app = grant.app();
    return new Grant(
        app.toString(),
        grant.account(),
        app,
        grant.installation(),
        "Bearer " + app.jwt(clock.getAsLong() + skew));
  }

  /** Where the installation of an App on an account is looked up. */
  public String installationPath(Grant grant) {
    return "/" + grant.account() + "/installation";
  }

  /** Where a token is fetched. */
  public String tokenPath(Grant grant) {
    return "/app/installations/" + grant.installation() + "/access_tokens";
  }

  /** The grant, once its installation is known. */
  public Grant found(Grant grant, long installation) {
    installation(grant.app(), grant.account())
        .put(installation, clock.getAsLong() + INSTALLATION_KEPT);
    return granted(grant.app(), grant.account(), installation);
  }

  /**
   * The grant, once its token was fetched.
   *
   * @param fetched {@code token} and {@code until}, its end in epoch milliseconds
   */
  public Grant granted(Grant grant, Map<String, Object> fetched) {
    String name = name(grant.app(), grant.installation());
    String header = "Bearer " + fetched.get("token");
    token(name).put(header, (Long) fetched.get("until"));
    return new Grant(name, grant.account(), grant.app(), grant.installation(), header);
  }

  /**
   * Remembers what the App was answered instead of what it asked for its account: whoever waits for
   * that is told the same.
   *
   * @param grant of the App itself
   */
  public void refused(Grant grant, CallFailed failed) {
    if (grant.account() != null) {
      Kept<?> asked =
          grant.installation() == null
              ? installation(grant.app(), grant.account())
              : token(name(grant.app(), grant.installation()));
      asked.refuse(failed);
    }
  }

  /**
   * Forgets an installation that GitHub does not know any more.
   *
   * @return whether it was taken for one until now: its account may have another
   */
  public boolean forgets(Grant grant) {
    installation(grant.app(), grant.account()).drop(grant.installation());
    return gone.add(grant.installation());
  }

  /** Whether a token has to be fetched first. */
  public boolean isBare(Grant grant) {
    return grant.isBare();
  }

  /**
   * Lets a call go out, unless GitHub has said that it would refuse it.
   *
   * @param method its HTTP method
   * @throws NotDone when the call has to wait for the limit's reset
   */
  public void admit(Grant grant, String method) {
    limits.admit(grant.name(), method);
  }

  /** Lets nothing that is authorized so go out for a while, in milliseconds. */
  public void pause(Grant grant, long wait) {
    limits.pause(grant.name(), wait);
  }

  /** Adds the header that authorizes a call; some may be made by anybody. */
  public void authorize(Map<String, Object> headers, Grant grant) {
    if (grant.header() != null) {
      headers.put("Authorization", grant.header());
    }
  }

  /**
   * Reads what every answer tells: what is left of the credential's limits, and GitHub's time.
   *
   * @param answer any answer of GitHub
   */
  public void observe(Answer answer, Grant grant) {
    limits.note(answer, grant.name());
    String date = answer.header("Date");
    if (!apps.isEmpty() && !date.isEmpty()) {
      try {
        long there =
            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant()
                .toEpochMilli();
        long apart = there - clock.getAsLong();
        // A second is lost in the header's form
        skew = Math.abs(apart) < 2000 ? 0 : apart;
      } catch (DateTimeException notADate) {
        skew = 0;
      }
    }
  }

  /**
   * Whether a call that was refused is worth one more try with fresh credentials: a token may have
   * been revoked, an installation renewed, a clock wrong.
   */
  public boolean renews(Answer answer, Grant grant, int tries) {
    if (answer.status() != 401 || grant.app() == null || tries > 0) {
      return false;
    }
    token(grant.name()).drop(grant.header());
    if (grant.account() != null) {
      installation(grant.app(), grant.account()).drop(grant.installation());
    }
    return true;
  }
}
