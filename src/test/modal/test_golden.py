"""The golden request and answer files, one set for both sides: each fits the contract, and the launcher answers just so.

A file: `request` (method, path, headers, body as JSON; or `body_bytes`, that many blanks), `response` (status, headers, body),
and `given`, what there is before: `sandboxes` (name, owner, tags, exit_code) and `faults` as in `memory.py`.
`edge/` has answers of Modal's edge, which are not the contract's.
"""

import asyncio
import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import contract
import service
from conftest import IMAGES
from memory import MemorySandboxes

FOLDER = Path(__file__).parents[1] / "resources" / "golden" / "launcher"
GOLDEN = sorted(FOLDER.glob("*.json"))
EDGE = sorted((FOLDER / "edge").glob("*.json"))


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def name_of(file):
    return file.stem


def prepared(given):
    """Sandboxes in memory, as the file says."""
    api = MemorySandboxes()
    for one in given.get("sandboxes", []):
        tags = {**one["tags"], "owner": one["owner"], "name": one["name"]}
        spec = service.SandboxSpec(one["name"], "default", 2, 4096, 3600, tags, "e30=")
        sandbox_id = asyncio.run(api.create(spec))
        if one["exit_code"] is not None:
            api.finish(sandbox_id, one["exit_code"])
    for verb, faults in given.get("faults", {}).items():
        api.faults[verb].extend(faults)
    return api


@pytest.mark.parametrize("file", GOLDEN, ids=name_of)
def test_the_launcher_answers_so(file):
    golden = read(file)
    request, expected = golden["request"], golden["response"]
    client = TestClient(service.build(prepared(golden["given"]), IMAGES, token="golden-token", modal_sdk="1.5.4", runner_version="2.338.0"))
    content = b" " * request["body_bytes"] if "body_bytes" in request else json.dumps(request["body"]).encode() if request["body"] else None

    response = client.request(request["method"], request["path"], headers=request["headers"], content=content)

    assert response.status_code == expected["status"]
    assert (response.json() if response.content else None) == expected["body"]
    assert {key: value for key, value in response.headers.items() if key != "content-length"} == expected["headers"]


@pytest.mark.parametrize("file", GOLDEN, ids=name_of)
def test_request_and_answer_fit_the_contract(file):
    golden = read(file)
    request, response = golden["request"], golden["response"]

    contract.check_answer(request["method"], request["path"], response["status"], response["headers"], response["body"])
    if request.get("body") is not None:
        assert contract.fits(request["body"], contract.schema("SandboxRequest")) == (response["status"] != 422)


def test_every_answer_of_the_contract_has_a_file():
    listed = {(method.upper(), path, int(status))
              for path, operations in contract.document()["paths"].items()
              for method, operation in operations.items() if method != "parameters"
              for status in operation["responses"] if status != "default"}
    recorded = set()
    for file in GOLDEN:
        golden = read(file)
        path = re.sub(r"(?<=/sandboxes/)[^/]+", "{name}", golden["request"]["path"].partition("?")[0])
        recorded.add((golden["request"]["method"], path, golden["response"]["status"]))

    assert listed <= recorded


@pytest.mark.parametrize("file", EDGE, ids=name_of)
def test_the_edges_answers_are_told_apart_from_the_contracts(file):
    response = read(file)["response"]

    assert not response["headers"].get("content-type", "").startswith("application/json")
    assert response["body"] is None or not response["body"].startswith("{")
