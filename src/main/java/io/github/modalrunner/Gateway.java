package io.github.modalrunner;

/** Starts the gateway. */
public final class Gateway {
  private Gateway() {}

  /** Runs one command. */
  public static void main(String[] args) {}
}
