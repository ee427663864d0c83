package io.github.modalrunner.sandbox;

import io.github.modalrunner.jobs.Profile;
import io.github.modalrunner.settings.Settings;
import java.util.Collection;
import java.util.List;

/**
 * Whether the launcher has the images that the profiles name. It is asked until it has all of them:
 * a profile may be ahead of the launcher's deployment.
 */
public final class Images {
  private final List<Profile> profiles;
  private volatile boolean settled;
  private volatile List<Profile> without = List.of();

  Images(Collection<Profile> profiles) {
    this.profiles = List.copyOf(profiles);
  }

  /** The images of the profiles that the settings describe. */
  public static Images of(Settings settings) {
    return new Images(settings.profiles());
  }

  /** Whether the launcher was heard, and has them all. */
  public boolean isSettled() {
    return settled;
  }

  /**
   * Compares with what the launcher has.
   *
   * @param known the launcher's images
   * @return what somebody should change; nothing when it was said the last time
   */
  public List<String> compare(List<String> known) {
    List<Profile> before = without;
    without = profiles.stream().filter(profile -> !known.contains(profile.image())).toList();
    settled = without.isEmpty();
    return without.equals(before)
        ? List.of()
        : without.stream().map(profile -> sentence(profile, known)).toList();
  }

  /** The images that profiles name and the launcher lacks. */
  public List<String> unknown() {
    return without.stream().map(Profile::image).distinct().toList();
  }

  private static String sentence(Profile profile, List<String> known) {
    return "The launcher has no image %s, which profile %s asks for, only %s: change runner.profiles.%s.image, or add the image to src/main/modal/image.py and deploy the launcher again. Jobs of this profile wait until then."
        .formatted(profile.image(), profile.name(), String.join(", ", known), profile.name());
  }
}
