/**
 * How fast the gateway is, measured as users run it: a process of its own with its real routes and
 * a ledger on disk, loaded from here over loopback. {@code docs/performance.md} says how to run it
 * and what came out.
 */
package io.github.modalrunner.bench;
