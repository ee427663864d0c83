package io.github.modalrunner.demo;

/** Ends the process that the demo runs in. */
@FunctionalInterface
public interface DemoEnd {
  /**
   * Asks for the end and returns at once.
   *
   * @param code the exit code
   */
  void end(int code);
}
