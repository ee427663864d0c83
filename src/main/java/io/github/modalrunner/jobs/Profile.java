package io.github.modalrunner.jobs;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * What the sandboxes of a kind of job get; its values go into the launcher's {@code SandboxRequest}
 * as they are. The bounds of that contract are held where profiles come from, in the settings.
 *
 * @param labels a job belongs here when all of these are among its own; canonical
 * @param cpu physical cores
 * @param gpu kind and count as Modal names them ({@code A100-80GB:1}), or null
 * @param region or null: anywhere
 * @param timeoutSeconds hard life time, enforced by Modal
 * @param cache volume mounted at {@code /cache}, {@code true} for one of each repository, or null
 * @param docker whether containers can be started inside
 * @param outboundDomains the only domains that may be reached; empty: no limit
 * @param outboundCidrs the only networks that may be reached; empty: no limit
 */
public record Profile(
    String name,
    SortedSet<String> labels,
    String image,
    double cpu,
    int memoryMib,
    String gpu,
    String region,
    int timeoutSeconds,
    String cache,
    boolean docker,
    List<String> outboundDomains,
    List<String> outboundCidrs) {

  public Profile {
    labels = Collections.unmodifiableSortedSet(Labels.canonical(labels));
    outboundDomains = List.copyOf(outboundDomains);
    outboundCidrs = List.copyOf(outboundCidrs);
  }
}
