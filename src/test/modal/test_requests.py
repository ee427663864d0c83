"""The request's form: the launcher's own checks against the contract's schema, and what the contract says in words."""

import base64
import copy
import json
import random
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

import contract
import service
from conftest import IMAGES
from samples import NAME, SECRET, full, jit, small


def parse(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return service.parse(NAME, body, IMAGES)


def refused(value):
    with pytest.raises(service.InvalidRequest) as caught:
        parse(value)
    return caught.value.message


def test_requests_are_checked_against_the_contracts_own_file():
    assert contract.FILE.samefile(service.CONTRACT)
    assert service.REQUEST == contract.document()["components"]["schemas"]["SandboxRequest"]


def test_the_contract_lies_beside_the_launcher_where_it_is_deployed(tmp_path):
    for file in (Path(service.__file__), service.CONTRACT):
        shutil.copy(file, tmp_path)

    found = subprocess.run(
        [sys.executable, "-c", "import service; print(service.CONTRACT, service.NAME['pattern'])"],
        cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()

    assert found == [str(tmp_path.resolve() / "launcher.openapi.yaml"), service.NAME["pattern"]]


def test_the_contracts_error_codes_are_the_launchers():
    classes = service.LauncherError.__subclasses__() + service.NotStarted.__subclasses__()

    assert {one.code for one in classes} == set(contract.schema("Error")["properties"]["error"]["properties"]["code"]["enum"])


def test_takes_every_field():
    spec = parse(full())

    assert (spec.name, spec.image, spec.cpu, spec.memory_mib, spec.timeout_seconds) == (NAME, "gpu", 1.5, 4096, 3600)
    assert (spec.gpu, spec.region, spec.cache_volume, spec.docker) == ("A100-80GB:2", "us-east", "cache-octo.hello", True)
    assert spec.outbound_domains == ["github.com", "*.actions.githubusercontent.com"]
    assert spec.outbound_cidrs == ["10.0.0.0/8"]
    assert spec.jit_config == jit()


def test_adds_owner_and_name_to_the_callers_tags():
    assert parse(full()).tags == {"job": "30433642545", "pool": "modal-gpu", "owner": "mgr", "name": NAME}


def test_what_is_left_out_or_null_is_not_asked_for():
    for value in (small(), small(gpu=None, region=None, cache_volume=None, network=None), small(network={})):
        spec = parse(value)

        assert (spec.gpu, spec.region, spec.cache_volume, spec.outbound_domains, spec.outbound_cidrs) == (None,) * 5
        assert spec.docker is False


def test_the_secret_is_not_in_the_specs_text():
    assert jit() not in repr(parse(small()))


@pytest.mark.parametrize(("field", "inside", "outside"), [
    ("cpu", [0.125, 64, 64.0], [0.1249, 64.001, 0, -1, 10**400, True, "2", None]),
    ("memory_mib", [128, 344064], [127, 344065, 1024.5, 4096.0, True, "4096", None]),
    ("timeout_seconds", [60, 86400], [59, 86401, 3600.0, None]),
    ("owner", ["a", "a" * 32, "0-"], ["", "a" * 33, "-a", "A", "a_b", "mgr\n", "ä", 1, None]),
    ("image", ["default"], ["", "unknown", "Default", "ghcr.io/x/y:z", "a" * 64, None]),
    ("gpu", ["T4", "t4", "H100!", "B200+", "A100-80GB:8", "x" * 24], ["", "T", "x" * 25, "T4:0", "T4:9", "T4:", "T4:1\n", 4]),
    ("region", ["us", "eu-west-1", "a" * 32], ["", "u", "US", "a" * 33, "us\n"]),
    ("cache_volume", ["v", "A.b_c-1", "v" * 64], ["", "v" * 65, "a/b", "..\n"]),
    ("docker", [True, False], [None, 0, 1, "true"]),
    ("tags", [{}, {str(n): "v" for n in range(8)}, {"k" * 63: "v" * 63}],
     [{str(n): "v" for n in range(9)}, {"k": ""}, {"k": "v" * 64}, {"k": "a/b"}, {"k": 1}, {"k": None}, {"k": "v\n"},
      {"": "v"}, {"k" * 64: "v"}, {"a b": "v"}, {"owner": "v"}, {"name": "v"}, [], None]),
    ("network", [{"outbound_cidrs": ["0.0.0.0/0", "2001:db8::/32"]}, {"outbound_domains": ["a.co"], "outbound_cidrs": []},
                 {"outbound_domains": ["x.example"] * 100}],
     [{"outbound_domains": ["x.example"] * 101}, {"outbound_domains": []}, {"outbound_domains": [], "outbound_cidrs": []},
      {"outbound_domains": None}, {"outbound_domains": [1]}, {"outbound_domains": ["http://a.co"]}, {"outbound_domains": ["*"]},
      {"outbound_domains": ["a." * 127 + "co"]}, {"outbound_domains": ["a.co\n"]}, {"outbound_cidrs": ["10.0.0.1"]},
      {"outbound_cidrs": ["10.0.0.0/33"]}, {"outbound_cidrs": [""]}, {"block": True}, []]),
])
def test_holds_the_bounds(field, inside, outside):
    for value in inside:
        parse(small(**{field: value}))
    for value in outside:
        assert field in refused(small(**{field: value}))


@pytest.mark.parametrize("field", service.REQUEST["required"])
def test_misses_what_is_required(field):
    value = small()
    del value[field]

    assert refused(value) == f"{field}: is required"


def test_names_every_problem_at_once():
    message = refused(small(cpu=0, memory_mib=0, owner=""))

    assert all(field in message for field in ("cpu", "memory_mib", "owner"))


@pytest.mark.parametrize("text", [
    "", "short", "not base64 at all!", "YWJj", "YWJjZGVmZ2hpamtsbW5v", "ä" * 16, "=" * 16,
    base64.b64encode(b"[1, 2, 3, 4, 5, 6]").decode(), base64.b64encode(b'"just a string"').decode(),
    base64.b64encode(b'{"a": 1, "a": 2}').decode(), base64.b64encode(b'{"number": NaN}').decode(),
    base64.b64encode(b"\xff\xfe" * 8).decode(), base64.b64encode(b"[" * 20_000).decode(),
    jit()[:-1], jit() + "\n", " " + jit(), jit({"k": "v" * 30_000}),
])
def test_refuses_a_jit_config_that_is_not_base64_of_an_object(text):
    assert "jit_config" in refused(small(jit_config=text))


def test_takes_a_jit_config_of_the_largest_size():
    filler = "x" * (24_576 - len(json.dumps({"k": ""})))

    largest = jit({"k": filler})

    assert len(largest) == 32_768
    parse(small(jit_config=largest))
    refused(small(jit_config=largest + "AAAA"))


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b'"text"', b"{", b"{}}", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'{"a": Infinity}',
    b'{"a": -Infinity}', b"[" * 20_000, b'{"a":' * 20_000, b'{"cpu": ' + b"9" * 5000 + b"}", b'{"a": 1, "a": 1}', b"{'a': 1}",
    b'{"tags": {"a": "b", "a": "b"}}', json.dumps(small()).encode() + b"\xff", json.dumps(small()).encode("utf-16"),
])
def test_refuses_what_is_not_a_strict_json_object(body):
    refused(body)


def test_a_number_beyond_floats_is_out_of_bounds():
    body = json.dumps(small()).replace('"cpu": 2', '"cpu": 1e999').encode()

    assert "cpu" in refused(body)


def test_repeats_nothing_of_the_request():
    marks = [f"mark{n}mark" for n in range(8)]
    value = small(owner=marks[0] + "!", image=marks[1], gpu=marks[2] + "?", region=marks[3].upper(), cache_volume=marks[4] + "/",
                  tags={marks[5] + "/": "v"}, network={"outbound_domains": [marks[6]]}, jit_config=SECRET)
    value[marks[7]] = 1

    message = refused(value) + refused(small(image=marks[1], tags={marks[5] + "/": "v"}, jit_config="A" * 16,
                                             network={"outbound_domains": [marks[6]]}))

    assert not any(mark in message.lower() for mark in [*marks, SECRET, "a" * 16])


def mutated(rng, value):
    """`value` with one random change somewhere."""
    value = copy.deepcopy(value)
    junk = [None, True, 0, -1, 1.5, 10**9, "", "x", "X" * 70, "\u0000", [], ["x"], {}, {"x": "y"}, "default", "1/2", 128, 60]
    target = value
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = rng.choice(keys) if keys else None
        if key is not None and isinstance(target[key], (dict, list)) and rng.random() < 0.5:
            target = target[key]
            continue
        change = rng.randrange(3)
        if change == 0 and key is not None:
            del target[key]
        elif change == 1 and isinstance(target, dict):
            target["".join(rng.choices(string.ascii_letters + "_./ ", k=rng.randrange(4)))] = rng.choice(junk)
        elif key is not None:
            target[key] = rng.choice(junk)
        return value


def test_agrees_with_the_contracts_schema_for_any_request():
    rng = random.Random(20261122)
    schema = contract.schema("SandboxRequest")
    verdicts = {True: 0, False: 0}
    for _ in range(3000):
        value = rng.choice((full, small))()
        for _ in range(rng.randrange(3)):
            value = mutated(rng, value)

        ours = not list(service.violations(service.REQUEST, value))

        assert ours == contract.fits(value, schema), value
        verdicts[ours] += 1
    assert min(verdicts.values()) > 300  # both sides were exercised


def test_any_bytes_are_either_taken_or_refused():
    rng = random.Random(7)
    valid = json.dumps(full()).encode()
    for _ in range(2000):
        body = bytearray(valid)
        for _ in range(rng.randrange(1, 4)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        try:
            parse(bytes(body))
        except service.InvalidRequest as refusal:
            assert SECRET not in refusal.message and jit() not in refusal.message
