/**
 * Stand-ins for GitHub and the launcher: one model of the outside world, used by the demo and by
 * the chaos suite. Never part of a real installation.
 */
package io.github.modalrunner.demo;
