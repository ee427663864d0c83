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


# What brings something from outside by itself, without a checksum that this project knows; apt's packages are signed.
FETCHERS = ("wget", "git", "pip", "pip3", "pipx", "uv", "npm", "npx", "yarn", "gem", "cargo", "go", "conda", "aria2c", "ADD",
            "add-apt-repository", "apt-key", "snap", "docker", "scp", "rsync", "nc")
HIDING = ("|", ";", "`", "$(", "--insecure", " -k ", "--allow-unauthenticated", "--no-check", "http://", "ftp://", "<(", "|| true")


def unchecked(command):
    """What is wrong with the downloads of a command, one text each."""
    problems = [f"{sign!r} may hide a failure" for sign in HIDING if sign in command]
    steps = [step.strip() for step in command.split("&&")]
    for number, step in enumerate(steps):
        words = [word for word in step.split() if "=" not in word or word.startswith("-")]
        if words and words[0] in FETCHERS or step.startswith(("python3 -m pip", "python -m pip")):
            problems.append(f"{words[0]} brings what nothing checks")
        if words and words[0] == "curl":
            target = re.search(r"--output (\S+)", step)
            if not target or "--fail" not in words or "https://" not in step:
                problems.append("curl without --fail, --output or https")
            elif not (re.fullmatch(rf"echo '[0-9a-f]{{64}}  {target[1]}' > {target[1]}\.sha256", (steps + ["", ""])[number + 1])
                      and (steps + ["", ""])[number + 2] == f"sha256sum --check {target[1]}.sha256"):
                problems.append(f"{target[1]} is used before its checksum")
        elif "https://" in step:
            problems.append("an address in something else than curl")
    return problems


def test_every_download_is_checked_before_it_is_used():
    assert {name: unchecked(command) for name, command in all_commands() if unchecked(command)} == {}
    assert sum("curl --fail" in command for _, command in all_commands()) == len(ALL)


SUM = "a" * 64
CHECKED = f"curl --fail --output /x https://a.example/x && echo '{SUM}  /x' > /x.sha256 && sha256sum --check /x.sha256 && tar --file /x"


def test_a_checked_download_is_taken():
    assert unchecked(CHECKED) == []


@pytest.mark.parametrize("command", [
    CHECKED.replace("--fail ", ""), CHECKED.replace("https", "http"), CHECKED.replace(SUM, "a" * 63), CHECKED.replace("--check /x", "--check /y"),
    CHECKED.replace(" && sha256sum --check /x.sha256", ""), CHECKED + " || true", "curl --fail https://a.example/x | sh",
    "curl --fail --output /x https://a.example/x && tar --file /x", "apt-get update && wget https://a.example/x", "pip install x",
    "python3 -m pip install x", "npm install --global x", "git clone https://a.example/x", "FOO=1 npx x", "sh -c 'curl https://a.example'",
    "bash <(curl https://a.example/x)", "apt-get install --allow-unauthenticated x",
])
def test_an_unchecked_download_is_found(command):
    assert unchecked(command)


def test_the_runner_scripts_bring_nothing_from_outside():
    """What the images copy in: their own entry script fetches nothing when a sandbox starts."""
    assert not re.search(r"https?://|\b(curl|wget|apt-get|pip)\b", image.ENTRYPOINT.read_text(encoding="utf-8"))


def test_what_the_launcher_itself_runs_on_is_pinned():
    installs = re.findall(r'pip_install\((.*)\)', (SOURCES / "app.py").read_text(encoding="utf-8"))
    assert installs == ['"starlette==1.3.1", "pyyaml==6.0.3"']


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
