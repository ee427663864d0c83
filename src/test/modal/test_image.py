"""The images as data: nothing unchecked is downloaded, everything is pinned, every package says why it is there."""

import io
import re
import tokenize

import pytest

import image
from conftest import SOURCES

TEXT = (SOURCES / "image.py").read_text(encoding="utf-8")
PIN = image.runner_pin({})
ALL = list(image.IMAGES.items())


def all_commands():
    return [(name, command) for name, spec in ALL for command in image.commands(spec, PIN)]


def test_the_promised_images_exist():
    assert {"default", "node", "python", "gpu"} <= set(image.IMAGES)


@pytest.mark.parametrize(("name", "spec"), ALL)
def test_names_and_bases_have_a_fixed_form(name, spec):
    assert re.fullmatch("[a-z0-9][a-z0-9-]{0,62}", name)
    repository, _, tag = spec.base.rpartition(":")
    assert repository and re.search(r"\d", tag) and tag != "latest"
    assert spec.user in ("runner", "root")


def test_every_download_is_checked_before_it_is_used():
    downloads = 0
    for name, command in all_commands():
        for download in re.finditer(r"(?:^|&& )curl [^&|;]*", command):
            downloads += 1
            target = re.search(r"--output (\S+)", download[0])[1]
            steps = [step.strip() for step in command[download.start():].removeprefix("&& ").split("&&")]
            assert "--fail" in steps[0].split() and "https://" in steps[0], f"{name}: {steps[0]}"
            assert re.fullmatch(rf"echo '[0-9a-f]{{64}}  {target}' > {target}\.sha256", steps[1]), f"{name}: {steps[1]}"
            assert steps[2] == f"sha256sum --check {target}.sha256", f"{name}: {steps[2]}"
    assert downloads >= len(ALL)


def test_no_command_hides_a_failure():
    for name, command in all_commands():
        for sign in ("|", ";", "wget", "--insecure", "-k ", "--allow-unauthenticated", "http://"):
            assert sign not in command, f"{name}: {sign!r} in {command}"


def test_the_runner_is_downloaded_once_pinned_and_unpacked_from_the_file():
    for _, spec in ALL:
        [install] = [command for command in image.commands(spec, PIN) if "actions/runner/releases" in command]

        assert f"/v{PIN.version}/actions-runner-linux-x64-{PIN.version}.tar.gz" in install
        assert f"{PIN.sha256}  " in install
        assert install.index("sha256sum --check") < install.index("tar --extract")


def test_every_package_has_its_reason():
    """A package is a string alone on its line, and a comment follows it."""
    packages = {package for _, spec in ALL for package in image.COMMON + spec.apt}
    tokens = list(tokenize.generate_tokens(io.StringIO(TEXT).readline))
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    explained = {}
    for token in tokens:
        if token.type == tokenize.STRING and token.line.strip().startswith(token.string + ",") and token.string.strip('"') in packages:
            explained[token.string.strip('"')] = comments.get(token.start[0], "")

    assert set(explained) == packages
    for package, comment in explained.items():
        assert len(comment) > 10, f"{package} has no reason"


def test_packages_are_named_once_and_installed_without_their_recommendations():
    for name, spec in ALL:
        assert len(set(image.COMMON + spec.apt)) == len(image.COMMON + spec.apt), name
        first = image.commands(spec, PIN)[0]
        assert "--no-install-recommends" in first
        assert all(f" {package} " in first for package in image.COMMON + spec.apt)


def test_what_changes_with_each_runner_release_comes_last():
    commands = image.commands(image.IMAGES["docker"], PIN)

    changed = [command for command in commands if PIN.version in command]

    assert changed == commands[-2:-1]


def test_the_environment_allows_root_only_where_the_user_is_root():
    assert "RUNNER_ALLOW_RUNASROOT" not in image.environment(image.IMAGES["default"])
    assert image.environment(image.ImageSpec(base="x:1", user="root"))["RUNNER_ALLOW_RUNASROOT"] == "1"
    assert all(spec.user == "runner" for _, spec in ALL)


def test_the_command_is_the_entry_script_without_arguments():
    assert image.COMMAND == ("/actions-runner/entrypoint.sh",)
    assert image.ENTRYPOINT.stat().st_mode & 0o111


# ---- The pin


def test_the_pin_is_a_version_and_a_checksum_that_the_script_can_change():
    assert re.findall(r'^RUNNER_VERSION = "(\d+\.\d+\.\d+)"$', TEXT, re.MULTILINE) == [image.RUNNER_VERSION]
    assert re.findall(r'^RUNNER_SHA256 = "([0-9a-f]{64})"', TEXT, re.MULTILINE) == [image.RUNNER_SHA256]


def test_without_settings_the_pin_holds():
    for env in ({}, {"RUNNER_VERSION": "", "RUNNER_SHA256": " "}, {"RUNNER_VERSION": image.RUNNER_VERSION}):
        assert image.runner_pin(env) == image.RunnerPin(image.RUNNER_VERSION, image.RUNNER_SHA256)


def test_another_version_needs_its_checksum():
    with pytest.raises(image.ImageError, match=r"RUNNER_SHA256.*releases/tag/v2\.999\.0.*bump-runner\.sh"):
        image.runner_pin({"RUNNER_VERSION": "2.999.0"})
    assert image.runner_pin({"RUNNER_VERSION": "2.999.0", "RUNNER_SHA256": "AB" * 32}) == image.RunnerPin("2.999.0", "ab" * 32)


@pytest.mark.parametrize("env", [
    {"RUNNER_VERSION": "v2.338.0"}, {"RUNNER_VERSION": "latest"}, {"RUNNER_VERSION": "2.338.0; true"}, {"RUNNER_SHA256": "abc"},
    {"RUNNER_SHA256": "g" * 64}, {"RUNNER_SHA256": "a" * 64 + "'"},
])
def test_refuses_a_pin_of_another_form(env):
    with pytest.raises(image.ImageError):
        image.runner_pin(env)
