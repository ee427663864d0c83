package io.github.modalrunner.bench;

/** CPU time of a gateway, of this process, and of everything else on the machine, over a while. */
final class Meter {
  private final GatewayProcess gateway;
  private final long begun = System.nanoTime();
  private final double cpu;
  private final double intake;
  private final double own;
  private final double all;

  /**
   * What was used since the start.
   *
   * @param cpu of the gateway, in milliseconds
   * @param intake of it, what took deliveries in
   * @param own of this process, in milliseconds
   * @param others cores that processes beside these two kept busy: above a tenth the figures are
   *     not worth much
   */
  record Reading(double cpu, double intake, double own, double others) {}

  private Meter(GatewayProcess gateway) {
    this.gateway = gateway;
    this.cpu = gateway.cpu();
    this.intake = gateway.intakeCpu();
    this.own = own();
    this.all = Machine.busy();
  }

  static Meter start(GatewayProcess gateway) {
    return new Meter(gateway);
  }

  Reading read() {
    double used = gateway.cpu() - cpu;
    double ownUsed = own() - own;
    double millis = (System.nanoTime() - begun) / 1e6;
    double others = Math.max(0, Machine.busy() - all - used - ownUsed) / millis;
    return new Reading(used, gateway.intakeCpu() - intake, ownUsed, others);
  }

  private static double own() {
    return Machine.cpu(ProcessHandle.current().pid());
  }
}
