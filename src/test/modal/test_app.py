"""The adapter: what `app.py` asks of Modal's SDK, driven through the contract against the fake in `fake_sdk`."""

import asyncio
import importlib
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import image
import service
from conftest import SOURCES, TOKEN
from samples import NAME, PATH, SECRET, ask, error_of, full, jit, put, small

FAKE = Path(__file__).parent / "fake_sdk"
SETTINGS = ("RUNNER_VERSION", "RUNNER_SHA256", "LAUNCHER_APP", "LAUNCHER_DOCKER_OPTION", "LAUNCHER_MIN_CONTAINERS",
            "MODAL_SANDBOX_V2", "MODAL_MAX_THROTTLE_WAIT", "MODAL_LOGLEVEL")


@pytest.fixture
def load(monkeypatch):
    """A function that loads `app.py` on the fake SDK with these environment variables. The real SDK, if any, is hidden."""
    real = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "modal"}
    for name in SETTINGS:
        monkeypatch.setenv(name, "")  # so that what app.py sets is undone
        monkeypatch.delenv(name)
    monkeypatch.syspath_prepend(str(FAKE))
    monkeypatch.setenv("LAUNCHER_TOKEN", TOKEN)
    for name in real:
        del sys.modules[name]

    def start(**env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop("app", None)
        importlib.import_module("modal").reset()
        return importlib.import_module("app")

    yield start
    for name in [name for name in sys.modules if name == "app" or name.partition(".")[0] == "modal"]:
        del sys.modules[name]
    sys.modules.update(real)


@pytest.fixture
def app(load):
    return load()


@pytest.fixture
def client(app):
    with TestClient(app.web, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def test_creates_with_everything_in_one_call(app, client):
    response = put(client, full())

    assert response.status_code == 201
    [(command, asked)] = app.modal.world.created
    assert command == ("/actions-runner/entrypoint.sh",)
    assert asked.pop("image").steps[0] == ("from_registry", (image.IMAGES["gpu"].base,), {})
    assert asked.pop("app").name == "modal-github-runner"
    assert asked == {
        "name": NAME,
        "tags": {"job": "30433642545", "pool": "modal-gpu", "owner": "mgr", "name": NAME},
        "env": {"RUNNER_USER": "runner", "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE": "1",
                "ACTIONS_RUNNER_INPUT_JITCONFIG": jit(), "RUNNER_DOCKER": "enable_docker"},
        "timeout": 3600,
        "cpu": 1.5,
        "memory": 4096,
        "gpu": "A100-80GB:2",
        "region": "us-east",
        "volumes": {"/cache": "volume cache-octo.hello"},
        "outbound_domain_allowlist": ["github.com", "*.actions.githubusercontent.com"],
        "outbound_cidr_allowlist": ["10.0.0.0/8"],
        "experimental_options": {"enable_docker": True},
    }
    assert app.modal.world.volumes == [("cache-octo.hello", True)]


def test_asks_for_nothing_that_was_not_requested(app, client):
    put(client, small())

    [(_, asked)] = app.modal.world.created
    assert asked["volumes"] == {}
    assert set(asked["env"]) == {"RUNNER_USER", "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE",
                                 "ACTIONS_RUNNER_INPUT_JITCONFIG"}
    for key in ("gpu", "region", "outbound_domain_allowlist", "outbound_cidr_allowlist", "experimental_options"):
        assert asked[key] is None


def test_serves_the_whole_life_of_a_sandbox(app, client):
    created = put(client).json()
    by_id = f"{PATH}?owner=mgr&sandbox_id={created['sandbox_id']}"

    assert put(client).json() == {**created, "created": False}
    assert put(client, small(tags={"job": "2"})).status_code == 409
    assert put(client, small(owner="other"), "/v1/sandboxes/other-1").status_code == 201
    assert [one["name"] for one in ask(client, "GET", "/v1/sandboxes?owner=mgr").json()["sandboxes"]] == [NAME]
    assert ask(client, "GET", f"{PATH}?owner=mgr").json()["state"] == "running"
    assert ask(client, "DELETE", f"{PATH}?owner=mgr").status_code == 204
    assert ask(client, "GET", f"{PATH}?owner=mgr").status_code == 404
    assert ask(client, "GET", by_id).json()["exit_code"] == 137
    assert ask(client, "DELETE", by_id).status_code == 204
    assert ask(client, "GET", f"{PATH}?owner=mgr&sandbox_id=sb-unknown").status_code == 404


def test_a_list_leaves_out_what_ended_while_it_was_made(app, client):
    put(client)
    put(client, path="/v1/sandboxes/mgr-2")
    app.modal.world.failures["modal.Sandbox#get_tags"] = app.modal.exception.NotFoundError("gone")

    assert ask(client, "GET", "/v1/sandboxes?owner=mgr").json() == {"sandboxes": [], "next": None}


def test_the_app_is_looked_up_once_and_again_after_it_was_lost(app, client):
    put(client)
    put(client, path="/v1/sandboxes/mgr-2")
    assert app.modal.world.apps == ["modal-github-runner"]

    app.modal.world.failures["modal.Sandbox.create"] = app.modal.exception.NotFoundError("App is stopped")
    assert error_of(put(client, path="/v1/sandboxes/mgr-3")) == (503, "modal_unavailable", True, "unknown")
    app.modal.world.failures.clear()

    assert put(client, path="/v1/sandboxes/mgr-3").status_code == 201
    assert app.modal.world.apps == ["modal-github-runner"] * 2


UNKNOWN = (503, "modal_unavailable", True, "unknown")
TRANSLATIONS = {
    "ImageBuildError": (424, "image_not_ready", True, "not_done"),
    "ResourceExhaustedError": (429, "rate_limited", True, "not_done"),
    "AuthError": (502, "modal_auth", False, "not_done"),
    "PermissionDeniedError": (502, "modal_auth", False, "not_done"),
    "VersionError": (502, "modal_auth", False, "not_done"),
    "UnimplementedError": (502, "modal_auth", False, "not_done"),
    "InvalidError": (422, "invalid_request", False, "not_done"),
    "ConflictError": UNKNOWN,
    "ConnectionError": UNKNOWN,
    "InternalError": UNKNOWN,
    "ServiceError": UNKNOWN,
    "TimeoutError": UNKNOWN,
    "Error": UNKNOWN,
}


@pytest.mark.parametrize("name", TRANSLATIONS)
@pytest.mark.parametrize(("call", "method", "path"), [
    ("modal.Sandbox.create", "PUT", PATH), ("modal.App.lookup", "PUT", PATH), ("modal.Sandbox.from_name", "GET", f"{PATH}?owner=mgr"),
    ("modal.Sandbox.from_id", "GET", f"{PATH}?owner=mgr&sandbox_id=sb-1"), ("modal.Sandbox.list", "GET", "/v1/sandboxes?owner=mgr"),
    ("modal.Sandbox.from_name", "DELETE", f"{PATH}?owner=mgr"),
])
def test_translates_the_sdks_exceptions_without_their_texts(app, client, caplog, name, call, method, path):
    caplog.set_level(logging.INFO)
    app.modal.world.failures[call] = getattr(app.modal.exception, name)(f"environment was {jit()} {SECRET}")

    response = ask(client, method, path, **({"json": small()} if method == "PUT" else {}))

    assert error_of(response) == TRANSLATIONS[name]
    assert SECRET not in response.text + caplog.text and jit() not in response.text + caplog.text
    assert f"cause={name}" in caplog.text


@pytest.mark.parametrize(("details", "seconds"), [(None, "5"), ([], "5"), ([0.2], "1"), ([0], "5"), ([3.2, 11.5], "12")])
def test_passes_on_how_long_modal_asks_to_wait(app, client, details, seconds):
    failure = app.modal.exception.ResourceExhaustedError("Sandbox creation rate limit exceeded")
    if details is not None:
        failure._grpc_details = [type("RPCRetryPolicy", (), {"retry_after_secs": one})() for one in details]
    app.modal.world.failures["modal.Sandbox.create"] = failure

    assert put(client).headers["retry-after"] == seconds


def test_what_the_sdk_raises_beyond_its_own_exceptions_is_unknown(app, client):
    app.modal.world.failures["modal.Sandbox.create"] = AttributeError("_grpc_status")

    assert error_of(put(client)) == (503, "internal", True, "unknown")


def test_an_image_that_is_still_building_is_not_ready_and_then_is(app, client):
    app.BUILD_WAIT_SECONDS = 0.05
    builds = []

    async def build():
        builds.append(1)
        while len(builds) < 2:
            await asyncio.sleep(0.01)

    app.modal.world.failures["modal.Image#build"] = build

    assert error_of(put(client)) == (424, "image_not_ready", True, "not_done")
    assert error_of(put(client)) == (424, "image_not_ready", True, "not_done")
    assert len(builds) == 1  # one build for all who wait
    builds.append(1)
    app.BUILD_WAIT_SECONDS = 5
    assert put(client).status_code == 201
    app.modal.world.failures["modal.Image#build"] = app.modal.exception.ImageBuildError("must not be built again")
    assert put(client, path="/v1/sandboxes/mgr-2").status_code == 201


def test_an_image_that_failed_is_built_again_for_the_next(app, client):
    app.modal.world.failures["modal.Image#build"] = app.modal.exception.ImageBuildError("curl: (22) 404")
    assert error_of(put(client)) == (424, "image_not_ready", True, "not_done")
    app.modal.world.failures.clear()

    assert put(client).status_code == 201


# ---- How it is started


def test_the_local_launcher_wants_the_token(app, monkeypatch):
    assert TestClient(app.web).get("/v1/sandboxes?owner=mgr").status_code == 401
    monkeypatch.delenv("LAUNCHER_TOKEN")
    with pytest.raises(service.ConfigurationError, match="LAUNCHER_TOKEN"):
        app.web  # noqa: B018 made at the asking


def test_the_deployed_launcher_leaves_callers_to_the_edge(app, monkeypatch):
    monkeypatch.delenv("LAUNCHER_TOKEN")

    assert TestClient(app.launcher()).get("/v1/sandboxes?owner=mgr").status_code == 200


def deployed(app):
    """What the decorators of the deployed function are given."""
    return {key: value for keywords in app.modal.world.functions for key, value in keywords.items()}


def test_deploys_behind_proxy_authentication_under_a_fixed_label(app):
    settings = deployed(app)

    assert settings["requires_proxy_auth"] is True
    assert settings["label"] == "modal-github-runner-launcher"
    assert (settings["min_containers"], settings["max_containers"], settings["timeout"]) == (0, 1, 300)
    assert settings["env"] == {
        "RUNNER_VERSION": image.RUNNER_VERSION, "RUNNER_SHA256": image.RUNNER_SHA256, "LAUNCHER_APP": "modal-github-runner",
        "LAUNCHER_DOCKER_OPTION": "enable_docker", "MODAL_SANDBOX_V2": "0", "MODAL_MAX_THROTTLE_WAIT": "30",
    }


def test_hands_the_settings_on_to_the_container(load):
    env = {"RUNNER_VERSION": "2.999.0", "RUNNER_SHA256": "ab" * 32, "LAUNCHER_APP": "mine", "LAUNCHER_DOCKER_OPTION": "vm_runtime",
           "MODAL_SANDBOX_V2": "1", "MODAL_MAX_THROTTLE_WAIT": "7"}

    settings = deployed(load(LAUNCHER_MIN_CONTAINERS="1", **env))

    assert settings["env"] == env
    assert settings["min_containers"] == 1


def test_the_container_gets_every_file_it_imports_or_copies(app):
    steps = deployed(app)["image"].steps

    assert ("add_local_python_source", ("image", "service"), {}) in steps
    assert ("add_local_file", (SOURCES / "entrypoint.sh", "/root/entrypoint.sh"), {}) in steps
    assert ("add_local_file", (service.CONTRACT, "/root/launcher.openapi.yaml"), {}) in steps
    assert [step for step in steps if step[0] == "pip_install"] == [("pip_install", ("starlette==1.3.1", "pyyaml==6.0.3"), {})]


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("RUNNER_VERSION", "2.999.0", "RUNNER_SHA256"), ("MODAL_MAX_THROTTLE_WAIT", "0.5", "0.5"),
])
def test_refuses_to_start_with_a_setting_that_would_fail_later(load, name, value, reason):
    with pytest.raises(ValueError, match=reason):
        load(**{name: value})


def test_health_tells_the_versions_and_images(client):
    assert ask(client, "GET", "/v1/health").json() == {
        "status": "ok", "modal_sdk": "1.5.4", "runner_version": image.RUNNER_VERSION, "images": sorted(image.IMAGES)}


def test_builds_all_images_ahead(app, monkeypatch, capsys):
    targets = []
    monkeypatch.setattr(app.modal.App, "lookup", lambda name, create_if_missing: name)
    monkeypatch.setattr(app.modal.Image, "build", lambda image, target: targets.append(target))

    app.build_images()

    assert targets == ["modal-github-runner"] * len(image.IMAGES)
    assert capsys.readouterr().out.count(": built with runner") == len(image.IMAGES)


def uvicorn_ends(env):
    """Exit code and output of a real `uvicorn app:web` that is expected to refuse."""
    run = subprocess.run([sys.executable, "-m", "uvicorn", "app:web", "--host", "127.0.0.1", "--port", "0"], cwd=SOURCES, text=True,
                         env={"PYTHONPATH": str(FAKE), "PATH": "/usr/bin:/bin", **env}, capture_output=True, timeout=60)
    return run.returncode, run.stdout + run.stderr


def test_uvicorn_does_not_start_without_the_token():
    pytest.importorskip("uvicorn", reason="uvicorn is not installed (Debian: python3-uvicorn)")

    code, output = uvicorn_ends({})

    assert code != 0
    assert "LAUNCHER_TOKEN is not set" in output
