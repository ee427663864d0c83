"""The runner images as data, and the one place that turns them into `modal.Image`s.

An image of your own is an entry in `IMAGES`; requests name it by its key. Importing this module needs no Modal.
What every image has: a base, packages from its distribution, a user `runner`, the Actions runner in /actions-runner,
checked against its SHA-256, and `entrypoint.sh`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import modal

# The pin; `bump-runner.sh` changes both lines together. GitHub gives no jobs to a runner that has been outdated for
# 30 days, and a just-in-time runner cannot update itself.
RUNNER_VERSION = "2.338.0"
RUNNER_SHA256 = "af4b794c1bc41d73d40535e3fe092a39f9679cd8d965954c2aca25a05ca41d32"  # linux-x64

RUNNER_HOME = "/actions-runner"
COMMAND = (f"{RUNNER_HOME}/entrypoint.sh",)  # what a sandbox runs: no shell, no arguments, nothing secret in `ps`
ENTRYPOINT = Path(__file__).with_name("entrypoint.sh")

# For every image. One package a line, each with its reason: a package nobody can explain is one to patch for nothing.
COMMON = (
    "ca-certificates",  # TLS to GitHub and to registries
    "curl",  # downloads the runner below; steps of many workflows
    "git",  # actions/checkout falls back to a tarball without history where it is missing
    "jq",  # shell steps that read GitHub's JSON
    "openssh-client",  # checkout with an `ssh-key`, submodules over ssh
    "sudo",  # steps written for hosted runners call `sudo apt-get install`
    "unzip",  # the setup-* actions unpack their tools with it
    "zip",  # shell steps that pack what they release
    "zstd",  # actions/cache compresses with it; without it restores from other runners miss
)


class ImageError(ValueError):
    """An image cannot be built like this; the text says what to set, and where to find it."""


@dataclass(frozen=True)
class ImageSpec:
    """One runner image.

    `base` is a linux/amd64 image of the Debian family with a fixed tag; `apt` comes on top of `COMMON`; `steps` are
    shell commands run as root after the packages; `user` runs the jobs, and `root` should be the exception.
    """

    base: str
    apt: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    user: str = "runner"


@dataclass(frozen=True)
class RunnerPin:
    """Which actions/runner goes into the images, and the SHA-256 (hex) of its linux-x64 archive."""

    version: str
    sha256: str

    @property
    def url(self) -> str:
        release = "https://github.com/actions/runner/releases/download"
        return f"{release}/v{self.version}/actions-runner-linux-x64-{self.version}.tar.gz"


IMAGES: Mapping[str, ImageSpec] = {
    # What a job gets that asks for nothing special.
    "default": ImageSpec(
        base="ubuntu:24.04",
        apt=(
            "build-essential",  # native modules of npm, pip and gem packages
            "python3",  # node-gyp and many scripts expect an interpreter
            "xz-utils",  # node's and many other archives are .tar.xz
        ),
    ),
    # Node without a download in each job.
    "node": ImageSpec(base="node:24-bookworm"),
    # Python without a download in each job.
    "python": ImageSpec(base="python:3.13-bookworm"),
    # CUDA and cuDNN libraries; the driver comes from Modal. Ask for a GPU in the profile as well.
    "gpu": ImageSpec(
        base="nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04",
        apt=(
            "build-essential",  # extensions that compile on the host side
            "python3",  # the base has no interpreter
            "python3-pip",  # installs the framework in the job
            "python3-venv",  # Ubuntu's pip refuses to install outside of a virtual environment
        ),
    ),
    # For profiles with docker=true: container actions, `container:` and `services:`. Experimental at Modal.
    "docker": ImageSpec(
        base="ubuntu:24.04",
        apt=(
            "docker.io",  # the daemon, which entrypoint.sh starts, and its client
            "docker-buildx",  # docker/build-push-action
            "docker-compose-v2",  # `docker compose` in steps
            "iproute2",  # entrypoint.sh asks for the address to hide containers behind
            "iptables",  # entrypoint.sh writes the one rule for it
        ),
        # The runner talks to the daemon without sudo, as on hosted runners.
        steps=("usermod --append --groups docker runner",),
    ),
}


def runner_pin(env: Mapping[str, str]) -> RunnerPin:
    """The runner chosen by RUNNER_VERSION and RUNNER_SHA256, else the pinned one. Raises ImageError."""
    version = env.get("RUNNER_VERSION", "").strip() or RUNNER_VERSION
    sha256 = env.get("RUNNER_SHA256", "").strip().lower() or (RUNNER_SHA256 if version == RUNNER_VERSION else "")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ImageError(f"RUNNER_VERSION is not of the form {RUNNER_VERSION}")
    if not sha256:
        raise ImageError(
            f"RUNNER_VERSION is {version}, but the checksum known here is that of {RUNNER_VERSION}. Set RUNNER_SHA256"
            f" to the linux-x64 value in https://github.com/actions/runner/releases/tag/v{version},"
            f" or pin the version with `bump-runner.sh {version}`"
        )
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ImageError("RUNNER_SHA256 is not a SHA-256: 64 hexadecimal digits")
    return RunnerPin(version, sha256)


def apt_install(packages: tuple[str, ...]) -> str:
    """One layer: lists, packages, lists away again."""
    return (
        "apt-get update"
        f" && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends {' '.join(packages)}"
        " && rm -rf /var/lib/apt/lists/*"
    )


def commands(spec: ImageSpec, pin: RunnerPin) -> list[str]:
    """The build as shell commands, one layer each, what changes most often last."""
    archive = f"{RUNNER_HOME}.tar.gz"
    return [
        apt_install(COMMON + spec.apt),
        # The uid of GitHub's own runner image. sudo without a password, as on hosted runners: the sandbox is the wall.
        "useradd --create-home --uid 1001 --shell /bin/bash runner"
        " && echo 'runner ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/runner"
        " && chmod 0440 /etc/sudoers.d/runner",
        *spec.steps,
        # To a file, then its checksum, then unpacked: a cut or exchanged download ends the build here. It belongs to
        # the user, since the runner writes its configuration, its logs and the job's files beside its programs.
        f"curl --fail --silent --show-error --location --retry 3 --output {archive} {pin.url}"
        f" && echo '{pin.sha256}  {archive}' > {archive}.sha256"
        f" && sha256sum --check {archive}.sha256"
        f" && mkdir {RUNNER_HOME}"
        f" && tar --extract --gzip --file {archive} --directory {RUNNER_HOME} --no-same-owner"
        f" && rm {archive} {archive}.sha256"
        f" && chown --recursive {spec.user}: {RUNNER_HOME}",
        # The runner's own script knows the names that .NET's libraries (ICU, Kerberos, OpenSSL) have in each release.
        f"{RUNNER_HOME}/bin/installdependencies.sh && rm -rf /var/lib/apt/lists/*",
    ]


def environment(spec: ImageSpec) -> dict[str, str]:
    """What a sandbox of this image has in its environment besides the JIT configuration."""
    env = {
        "RUNNER_USER": spec.user,  # entrypoint.sh becomes this user
        "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE": "1",  # exit 7 tells a refused version from other ends
    }
    if spec.user == "root":
        env["RUNNER_ALLOW_RUNASROOT"] = "1"  # the runner's scripts refuse root otherwise
    return env


def build(spec: ImageSpec, pin: RunnerPin) -> modal.Image:
    """The same layers each time, so that Modal finds them built already."""
    import modal

    entrypoint = COMMAND[0]
    return (
        modal.Image.from_registry(spec.base)
        .entrypoint([])  # the base's own (node, CUDA) would run around ours
        .run_commands(*commands(spec, pin))
        .add_local_file(ENTRYPOINT, entrypoint, copy=True)
        .run_commands(f"chmod 0755 {entrypoint}")
    )
