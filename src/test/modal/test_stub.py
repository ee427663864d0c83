"""The stub that the gateway is tested against: the real launcher under a real uvicorn, with faults on request."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

import contract
import service
from samples import NAME, PATH, SECRET, error_of, full, jit, small

pytest.importorskip("uvicorn", reason="uvicorn is not installed (Debian: python3-uvicorn)")

TOKEN = "stub-token"


@contextlib.contextmanager
def running(**env):
    """A client of the stub in a process of its own, on a free port."""
    command = [sys.executable, "-m", "uvicorn", "stub_app:web", "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(command, cwd=Path(__file__).parent, env={"PATH": "/usr/bin:/bin", **env}, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = []
    try:
        for line in process.stdout:
            output.append(line)
            if address := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise AssertionError("".join(output))
        threading.Thread(target=lambda: output.extend(process.stdout), daemon=True).start()
        with httpx.Client(base_url=address[0], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20) as client:
            client.output = output
            yield client
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def stub():
    with running(LAUNCHER_TOKEN=TOKEN, STUB_CREATE_SECONDS="0.5", STUB_BUILD_SECONDS="0.1") as client:
        yield client


@pytest.fixture
def client(stub):
    stub.delete("/stub")
    return stub


def put(client, path=PATH):
    return client.put(path, json=small())


def test_serves_the_contract_and_tells_what_happened(client):
    created = client.put(PATH, json=full())
    contract.check_answer("PUT", PATH, created.status_code, created.headers, created.json())
    sandbox_id = created.json()["sandbox_id"]

    assert (created.status_code, client.put(PATH, json=full()).status_code) == (201, 200)
    [told] = client.get("/stub/sandboxes").json()
    asked = told["asked"]
    assert (told["sandbox_id"], asked["gpu"], asked["outbound_cidr_allowlist"]) == (sandbox_id, "A100-80GB:2", ["10.0.0.0/8"])
    assert client.get("/stub/requests").json() == [f"PUT {NAME}"] * 2
    assert client.post(f"/stub/sandboxes/{sandbox_id}/finish?exit_code=7").status_code == 204
    assert client.get(f"{PATH}?owner=mgr&sandbox_id={sandbox_id}").json()["exit_code"] == 7
    assert client.get("/v1/sandboxes", headers={"Authorization": "Bearer no"}, params={"owner": "mgr"}).status_code == 401


def test_faults_come_in_their_order_once_each(client):
    client.put("/stub/faults", json={f"PUT {NAME}": ["sdk:ResourceExhaustedError", "late:ConnectionError", "hang", "sdk:KeyError"]})

    assert client.get("/v1/sandboxes?owner=mgr").status_code == put(client, "/v1/sandboxes/mgr-2").status_code - 1 == 200
    assert error_of(put(client))[1] == "rate_limited"
    assert error_of(put(client))[1:] == ("modal_unavailable", True, "unknown")
    assert error_of(put(client)) == (503, "modal_unavailable", True, "unknown")
    assert error_of(put(client)) == (503, "internal", True, "unknown")
    assert put(client).status_code == 200


def test_an_image_fails_to_build_or_takes_long(client):
    client.put("/stub/faults", json={"PUT": ["build:ImageBuildError", "build:hang"]})

    assert [error_of(put(client))[1] for _ in range(2)] == ["image_not_ready"] * 2
    assert put(client).status_code == 424  # the one build is still going on


@pytest.mark.parametrize(("fault", "left"), [("cut", 0), ("cut-after", 1), ("cut-within", 1)])
def test_cuts_the_connection_before_after_and_within_the_answer(client, fault, left):
    client.put("/stub/faults", json={"PUT": [fault]})

    with pytest.raises(httpx.TransportError):
        put(client)

    assert len(client.get("/stub/sandboxes").json()) == left


def test_answers_slowly(client):
    client.put("/stub/faults", json={"PUT": ["pass", "slow:0.5"]})
    put(client)
    started = time.monotonic()

    assert put(client).status_code == 200
    assert time.monotonic() - started >= 0.5


@pytest.mark.parametrize(("fault", "status", "left"), [
    ("edge-401", 401, 0), ("edge-303", 303, 0), ("after:edge-303", 303, 1), ("after:edge-502", 502, 1), ("edge-408", 408, 0),
])
def test_answers_as_modals_edge(client, fault, status, left):
    client.put("/stub/faults", json={"PUT": [fault]})

    answer = put(client)

    assert answer.status_code == status
    assert "json" not in answer.headers.get("content-type", "")
    assert len(client.get("/stub/sandboxes").json()) == left


def test_refuses_a_chunked_body_beyond_the_limit_and_closes(client):
    answer = client.put(PATH, content=(b" " * 65536 for _ in range(32)))

    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert put(client).status_code == 201


@pytest.mark.parametrize("size", [service.MAX_BODY_BYTES + 1, service.MAX_DROPPED_BYTES])
def test_whoever_still_sends_what_is_too_large_gets_the_answer(client, size):
    """As a caller that reads only after it has sent everything; a connection that was reset would have nothing to read."""
    head = f"PUT {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
        connection.sendall(head.encode() + b" " * (size // 2))
        connection.sendall(b" " * (size - size // 2))

        assert connection.recv(64).startswith(b"HTTP/1.1 413")


def test_logs_neither_the_secret_nor_the_token(client):
    put(client)
    client.put(PATH, content=json.dumps(small())[:-2])

    text = "".join(client.output)

    assert f"PUT {PATH}" in text
    for secret in (jit(), SECRET, TOKEN):
        assert secret not in text


def test_begins_with_faults_from_the_environment():
    with running(LAUNCHER_TOKEN=TOKEN, STUB_FAULTS='{"PUT": ["sdk:AuthError"]}') as client:
        assert error_of(put(client))[1] == "modal_auth"
        assert put(client).status_code == 201


def test_stands_behind_proxy_authentication():
    with running(STUB_MODAL_KEY="wk-1", STUB_MODAL_SECRET="ws-1") as client:
        refused = put(client)
        served = client.put(PATH, json=small(), headers={"Modal-Key": "wk-1", "Modal-Secret": "ws-1", "Authorization": ""})

    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/plain")
    assert served.status_code == 201


def test_does_not_start_without_the_token():
    with pytest.raises(AssertionError, match="LAUNCHER_TOKEN is not set"):
        with running():
            pass
