package io.github.modalrunner.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Headers;

/** Requests to the launcher (contract/launcher.openapi.yaml). */
public final class Sandboxes {
  private final String owner;
  private final Map<String, Profile> profiles;
  private final Map<String, String> credentials;
  private final List<String> neededHosts;

  /**
   * @param owner identity of this installation; its sandboxes carry it as a tag
   * @param profiles what sandboxes get
   * @param neededHosts what every sandbox must reach, limited or not
   * @param credentials the headers that authenticate a call
   */
  public Sandboxes(
      String owner,
      Collection<Profile> profiles,
      List<String> neededHosts,
      Map<String, String> credentials) {
    this.owner = owner;
    this.neededHosts = List.copyOf(neededHosts);
    this.credentials = Map.copyOf(credentials);
    this.profiles = profiles.stream().collect(toMap(Profile::name, identity()));
  }

  /** The requests that the settings describe. */
  public static Sandboxes of(Settings settings) {
    String token = settings.secret("runner.modal.token");
    return new Sandboxes(
        settings.text("runner.instance"),
        settings.profiles(),
        ActionsHosts.of(settings.webUrl()),
        token.isEmpty()
            ? Map.of(
                "Modal-Key", settings.secret("runner.modal.key"),
                "Modal-Secret", settings.secret("runner.modal.secret"))
            : Map.of("Authorization", "Bearer " + token));
  }

  /** Adds the headers that authenticate a call. */
  public void sign(@Headers Map<String, Object> headers) {
    headers.putAll(credentials);
  }

  /** Where a sandbox is created. */
  public String path(Map<String, Object> runner) {
    return "/v1/sandboxes/" + runner.get("name");
  }

  /**
   * Where a sandbox is looked at and deleted; by its id too, once it is known, since names are free
   * again after it.
   */
  public String queryPath(Map<String, Object> runner) {
    Object id = runner.get("sandbox_id");
    return path(runner) + "?owner=" + owner + (id == null ? "" : "&sandbox_id=" + id);
  }

  /** Where the launcher tells about itself. */
  public String healthPath() {
    return "/v1/health";
  }

  /** Where the running sandboxes of this installation are listed. */
  public String listPath(String cursor) {
    return "/v1/sandboxes?owner="
        + owner
        + (cursor == null || cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, UTF_8));
  }

  /**
   * The body of {@code PUT /v1/sandboxes/{name}}.
   *
   * @param runner a runner row
   * @param minted its just-in-time configuration, {@code jit_config}: a secret until it is used
   */
  public Map<String, Object> request(Map<String, Object> runner, Map<String, Object> minted) {
    Profile profile = profiles.get((String) runner.get("profile"));
    if (profile == null) {
      throw new IllegalStateException(
          "The profile " + runner.get("profile") + " is not configured any more");
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("owner", owner);
    request.put("image", profile.image());
    request.put("cpu", profile.cpu());
    request.put("memory_mib", profile.memoryMib());
    putIfPresent(request, "gpu", profile.gpu());
    putIfPresent(request, "region", profile.region());
    request.put("timeout_seconds", profile.timeoutSeconds());
    if (profile.cache() != null) {
      request.put(
          "cache_volume",
          profile.cache().equals("true")
              ? volume((String) runner.get("repository"))
              : profile.cache());
    }
    if (!profile.outboundDomains().isEmpty() || !profile.outboundCidrs().isEmpty()) {
      request.put("network", network(profile));
    }
    request.put("docker", profile.docker());
    request.put("jit_config", minted.get("jit_config"));
    request.put(
        "tags",
        Map.of(
            "repository", tag((String) runner.get("repository")),
            "profile", profile.name(),
            "job", runner.get("minted_for").toString()));
    return request;
  }

  /** What the profile allows, and what no job can do without. */
  private Map<String, Object> network(Profile profile) {
    Map<String, Object> network = new LinkedHashMap<>();
    network.put(
        "outbound_domains",
        Stream.concat(profile.outboundDomains().stream(), neededHosts.stream())
            .distinct()
            .toList());
    if (!profile.outboundCidrs().isEmpty()) {
      network.put("outbound_cidrs", profile.outboundCidrs());
    }
    return network;
  }

  private static void putIfPresent(Map<String, Object> request, String key, Object value) {
    if (value != null) {
      request.put(key, value);
    }
  }

  /** A volume of its own for each repository, so that none can poison another's cache. */
  private String volume(String repository) {
    return cut(owner + "-" + tag(repository), 64);
  }

  private static String tag(String repository) {
    return cut(repository.replace('/', '.').replaceAll("[^A-Za-z0-9._-]", "-"), 63);
  }

  /** The end of a text that is too long becomes a digest: nobody can find another with the same. */
  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      String end = "-" + HexFormat.of().formatHex(digest, 0, 10);
      return text.substring(0, most - end.length()) + end;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
