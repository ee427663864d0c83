package io.github.modalrunner.setup;

import static io.github.modalrunner.setup.SetupRefused.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a new App, readable by their owner alone. One that is there is never written over:
 * the key in it may be the only one.
 *
 * @param folder outside the project
 */
record AppFiles(Path folder) {
  private static final String KEY = "app-private-key.pem";
  private static final String SECRET = "webhook-secret";
  private static final String SETTINGS = "github-app.env";

  private static final FileAttribute<Set<PosixFilePermission>> FILE = only("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER = only("rwx------");

  /**
   * Makes sure that no App is stored here yet.
   *
   * @throws SetupRefused when one is
   */
  void demandNone() {
    Stream.of(KEY, SECRET, SETTINGS)
        .map(folder::resolve)
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
        .findFirst()
        .ifPresent(
            file -> {
              throw exists(file);
            });
  }

  /**
   * Makes sure that a new App can be stored, before GitHub gives out its key, which it does once.
   *
   * @throws SetupRefused when it cannot
   */
  void prepare() {
    demandNone();
    try {
      Files.createDirectories(folder, FOLDER);
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(null);
    }
  }

  /**
   * Stores an App.
   *
   * @param app a new one
   * @param hooks {@code runner.github.hooks} as they are
   * @return the settings that use it, as lines of a file of variables
   * @throws SetupRefused when it cannot, or a file is there already
   */
  List<String> store(NewApp app, List<String> hooks) {
    List<String> lines = new ArrayList<>();
    lines.add("RUNNER_GITHUB_APP_ID=" + app.id());
    lines.add(line("RUNNER_GITHUB_APP_PRIVATE_KEY_FILE", KEY));
    if (!app.webhookSecret().isEmpty()) {
      lines.add(line("RUNNER_WEBHOOK_SECRET_FILE", SECRET));
    }
    lines.add(
        "RUNNER_GITHUB_HOOKS="
            + String.join(
                ",", Stream.concat(hooks.stream(), Stream.of("app")).distinct().toList()));
    try {
      write(KEY, app.pem());
      if (!app.webhookSecret().isEmpty()) {
        write(SECRET, app.webhookSecret() + "\n");
      }
      write(SETTINGS, String.join("\n", lines) + "\n");
    } catch (FileAlreadyExistsException e) {
      throw exists(Path.of(e.getFile()));
    } catch (IOException e) {
      throw unwritable(e);
    }
    return List.copyOf(lines);
  }

  private void write(String name, String text) throws IOException {
    try (WritableByteChannel channel =
        Files.newByteChannel(folder.resolve(name), Set.of(CREATE_NEW, WRITE), FILE)) {
      ByteBuffer bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** Quoted where a shell or systemd would take the path apart. */
  private String line(String variable, String name) {
    String path = folder.resolve(name).toString();
    return variable + "=" + (path.matches("[\\w./@:+-]+") ? path : "'" + path + "'");
  }

  private static SetupRefused exists(Path file) {
    return refused(
        409,
        "setup_files_exist",
        "%s is there already and is not written over: use the App that it belongs to, move it away, or choose another runner.setup.folder."
            .formatted(file));
  }

  private SetupRefused unwritable(IOException cause) {
    return refused(
        500,
        "setup_not_stored",
        "The files cannot be written to %s%s: choose a runner.setup.folder that can. If GitHub has made the App already, generate a private key on its page there."
            .formatted(folder, cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")"));
  }

  private static FileAttribute<Set<PosixFilePermission>> only(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
