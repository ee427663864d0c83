"""The two shell scripts, run for real: the entry script around a listener of ours, the bump script against an API of ours."""

import http.server
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

import image
from conftest import SOURCES
from samples import jit

LISTENER = """#!/bin/bash
{
  echo "arguments: $*"
  echo "user: $(id --user --name) $HOME ${USER:-} ${LOGNAME:-}"
  echo "folder: $PWD"
  echo "pid: $$"
  printf 'command line: '; tr '\\0' ' ' < /proc/$$/cmdline; echo
  echo "configuration: $ACTIONS_RUNNER_INPUT_JITCONFIG"
  echo "deprecated: ${ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE:-}"
} >> listener.log
trap 'echo terminated >> listener.log; exit 143' TERM
[[ -e wait ]] && { touch waiting; while :; do sleep 0.05; done; }
exit "$(cat exit_code)"
"""


@pytest.fixture
def home():
    """A runner's folder that anybody may write to, with a listener that tells how it was started."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    (folder / "bin").mkdir()
    (folder / "bin" / "Runner.Listener").write_text(LISTENER)
    (folder / "bin" / "Runner.Listener").chmod(0o755)
    (folder / "exit_code").write_text("0")
    shutil.copy(SOURCES / "entrypoint.sh", folder)
    yield folder
    shutil.rmtree(folder)


def environment(**changes):
    user = subprocess.check_output(["id", "--user", "--name"], text=True).strip()
    return {"PATH": os.environ["PATH"], "HOME": "/nowhere", "RUNNER_USER": user, **image.environment(image.ImageSpec("x", user=user)),
            "ACTIONS_RUNNER_INPUT_JITCONFIG": jit(), **changes}


def enter(home, **changes):
    """The ended entry script, and what the listener saw (nothing, if it was not started)."""
    run = subprocess.run([str(home / "entrypoint.sh")], env=environment(**changes), capture_output=True, text=True, timeout=30, cwd="/")
    log = home / "listener.log"
    return run, log.read_text() if log.exists() else ""


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 7, 42])
def test_starts_the_listener_once_and_ends_as_it_ends(home, code):
    (home / "exit_code").write_text(str(code))

    run, seen = enter(home)

    assert run.returncode == code
    assert seen.count("arguments: run\n") == 1
    assert f"folder: {home}\n" in seen


def test_hands_the_configuration_over_by_environment_only(home):
    run, seen = enter(home)

    assert f"configuration: {jit()}\n" in seen
    assert "deprecated: 1\n" in seen
    assert jit() not in next(line for line in seen.splitlines() if line.startswith("command line"))
    assert jit() not in run.stdout + run.stderr


def test_does_not_start_without_a_configuration(home):
    run, seen = enter(home, ACTIONS_RUNNER_INPUT_JITCONFIG="")

    assert run.returncode == 64
    assert "ACTIONS_RUNNER_INPUT_JITCONFIG is not set" in run.stderr
    assert seen == ""


def test_nothing_of_the_script_is_left_so_that_signals_reach_the_listener(home):
    (home / "wait").touch()
    process = subprocess.Popen([str(home / "entrypoint.sh")], env=environment())
    try:
        deadline = time.monotonic() + 20
        while not (home / "waiting").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        seen = (home / "listener.log").read_text()

        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=20) == 143
        assert f"pid: {process.pid}\n" in seen
    finally:
        process.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_the_images_user(home):
    run, seen = enter(home, RUNNER_USER="nobody")

    assert run.returncode == 0
    assert f"user: nobody {pwd.getpwnam('nobody').pw_dir} nobody nobody\n" in seen


def test_goes_on_without_docker_where_it_does_not_start(home):
    (home / "exit_code").write_text("3")

    run, seen = enter(home, RUNNER_DOCKER="vm_runtime", PATH=without("dockerd", home))

    assert run.returncode == 3
    assert "Docker did not start" in run.stderr


def without(command, home):
    """A PATH that has only what the scripts need: a `dockerd` that fails, and no waiting."""
    tools = home / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname", "env", "id", "cat", "tr", "touch", "cut", "getent", "setpriv"):
        (tools / tool).symlink_to(shutil.which(tool))
    for name, text in ((command, "exit 1"), ("sleep", "exit 0")):
        (tools / name).write_text(f"#!/bin/bash\n{text}\n")
        (tools / name).chmod(0o755)
    return str(tools)


# ---- bump-runner.sh

CHECKSUM = "0123456789abcdef" * 4


def release(version="2.999.1", noted=CHECKSUM, digest=f"sha256:{CHECKSUM}"):
    """A release as GitHub's API tells it, as far as the script reads it."""
    notes = (f"- actions-runner-linux-arm64 <!-- BEGIN SHA linux-arm64 -->{'f' * 64}<!-- END SHA linux-arm64 -->\n"
             f"- actions-runner-linux-x64 <!-- BEGIN SHA linux-x64 -->{noted}<!-- END SHA linux-x64 -->\n")
    assets = [{"name": f"actions-runner-linux-x64-{version}.tar.gz", **({"digest": digest} if digest else {})},
              {"name": "actions-runner-win-x64.zip", "digest": "sha256:" + "e" * 64}]
    return {"tag_name": f"v{version}", "published_at": "2026-11-01T10:00:00Z", "body": notes, "assets": assets}


@pytest.fixture
def github():
    """GitHub's API on a free port: `answers[path]` is served, everything else is 404; `seen` has the headers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.seen.append(dict(self.headers))
            answer = server.answers.get(self.path)
            body = json.dumps(answer).encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.answers = [], {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def bump(tmp_path, github):
    """A function that runs a copy of the script beside a copy of image.py; gives the run and the file's text."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    for file in ("bump-runner.sh", "image.py"):
        shutil.copy(SOURCES / file, tmp_path)

    def run(*arguments, **env):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run([str(tmp_path / "bump-runner.sh"), *arguments], capture_output=True, text=True, timeout=60, cwd="/",
                              env={"PATH": path, "HOME": str(tmp_path), "GITHUB_API_URL": github.url, **env})
        return done, (tmp_path / "image.py").read_text(encoding="utf-8")

    return run


LATEST = "/repos/actions/runner/releases/latest"
BEFORE = (SOURCES / "image.py").read_text(encoding="utf-8")


def test_pins_the_newest_release_with_its_checksum(bump, github):
    github.answers[LATEST] = release()

    run, text = bump()

    assert run.returncode == 0, run.stderr
    assert f"pinned {image.RUNNER_VERSION}, found 2.999.1 of 2026-11-01" in run.stdout
    assert text == BEFORE.replace(image.RUNNER_VERSION, "2.999.1").replace(image.RUNNER_SHA256, CHECKSUM)
    assert "nothing to do" in bump()[0].stdout


def test_pins_a_release_of_ones_choice(bump, github):
    github.answers["/repos/actions/runner/releases/tags/v2.400.0"] = release("2.400.0", digest=None)

    run, text = bump("2.400.0")

    assert run.returncode == 0, run.stderr
    assert 'RUNNER_VERSION = "2.400.0"\n' in text and CHECKSUM in text


def test_a_check_tells_and_changes_nothing(bump, github):
    github.answers[LATEST] = release()
    run, text = bump("--check")
    assert run.returncode == 1 and "found 2.999.1" in run.stdout and text == BEFORE

    github.answers[LATEST] = release(image.RUNNER_VERSION, image.RUNNER_SHA256, None)
    run, text = bump("--check")
    assert run.returncode == 0 and "nothing to do" in run.stdout and text == BEFORE


@pytest.mark.parametrize("answer", [
    None, {}, release(noted=""), release(noted="0" * 63), release(digest="sha256:" + "a" * 64), release(version="2.1"),
    release(version='2.1.1"\nimport os'), {**release(), "body": None},
])
def test_changes_nothing_when_the_release_is_not_as_expected(bump, github, answer):
    github.answers[LATEST] = answer

    run, text = bump()

    assert run.returncode == 2
    assert "bump-runner: " in run.stderr
    assert text == BEFORE


@pytest.mark.parametrize("argument", ["--help", "latest", "../x", "2.1.1;x"])
def test_refuses_other_arguments(bump, argument):
    run, text = bump(argument)

    assert run.returncode == 2 and "usage" in run.stderr and text == BEFORE


def test_uses_a_token_where_there_is_one(bump, github):
    github.answers[LATEST] = release()

    bump("--check", GITHUB_TOKEN="ghs_abc")
    bump("--check")

    assert [headers.get("Authorization") for headers in github.seen] == ["Bearer ghs_abc", None]
