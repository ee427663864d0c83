#!/bin/bash
# What a sandbox runs: starts the Actions runner once, as RUNNER_USER, and ends as it ends.
#
# In: ACTIONS_RUNNER_INPUT_JITCONFIG  the just-in-time configuration; the listener reads it, masks it and unsets it
#     RUNNER_USER                     who runs the jobs (default: runner)
#     RUNNER_DOCKER                   Modal's option that allows Docker here, if any: enable_docker or vm_runtime
#
# The listener itself and not run.sh: that one starts it again and again after errors, answers 0 for most of its exit
# codes and does not pass signals on. With `exec` there is nothing left of this script: exit code and SIGTERM are the
# listener's own, and no parent keeps the configuration in its environment. Codes: 0 done, 1 terminated, 2 retryable,
# 3 and 4 updating, 5 session conflict, 7 version refused; here also 64: called without a configuration.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
user=${RUNNER_USER:-runner}

if [[ -z ${ACTIONS_RUNNER_INPUT_JITCONFIG:-} ]]; then
  echo "entrypoint: ACTIONS_RUNNER_INPUT_JITCONFIG is not set" >&2
  exit 64
fi

# Starts the daemon and waits until it listens. On gVisor (enable_docker) Docker cannot write its own netfilter rules:
# it is told not to, and one rule hides the containers behind the sandbox's address.
start_docker() {
  local flags=() device address
  if [[ $RUNNER_DOCKER == enable_docker ]]; then
    device=$(ip -4 route show default | awk '{print $5; exit}')
    address=$(ip -4 -oneline addr show dev "$device" | awk '{sub("/.*", "", $4); print $4; exit}')
    echo 1 > /proc/sys/net/ipv4/ip_forward
    for protocol in tcp udp; do
      iptables-legacy -t nat -A POSTROUTING -o "$device" -p "$protocol" -j SNAT --to-source "$address"
    done
    flags=(--iptables=false --ip6tables=false)
  fi
  env --unset=ACTIONS_RUNNER_INPUT_JITCONFIG dockerd "${flags[@]}" > /var/log/dockerd.log 2>&1 &
  for _ in {1..60}; do
    [[ -S /var/run/docker.sock ]] && return 0
    sleep 0.5
  done
  return 1
}

if [[ -n ${RUNNER_DOCKER:-} ]]; then
  # Go on without it: the job's own error at its first container is the one its author can read.
  start_docker || echo "entrypoint: Docker did not start, see /var/log/dockerd.log" >&2
fi

if [[ $EUID -eq 0 && $user != root ]]; then
  if [[ -d /cache ]]; then
    chown "$user" /cache || true # a volume is mounted as root's; a job without its cache is slower, not broken
  fi
  home=$(getent passwd "$user" | cut --delimiter=: --fields=6)
  exec setpriv --reuid="$user" --regid="$(id --group "$user")" --init-groups \
    env HOME="$home" USER="$user" LOGNAME="$user" bin/Runner.Listener run
fi
exec bin/Runner.Listener run
