"""The adapter's calls against `modal-sdk.json`, the list of what it may use, and that list against the real SDK."""

import ast
import importlib.metadata
import inspect
import json
from pathlib import Path

import pytest

from conftest import SOURCES

LISTED = json.loads((Path(__file__).parent / "modal-sdk.json").read_text(encoding="utf-8"))
METHODS = {call.partition("#")[2]: call for call in LISTED["calls"] if "#" in call}


def trees():
    return [(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in (SOURCES / "app.py", SOURCES / "image.py")]


def dotted(node):
    """`a.b.c` of a chain of attributes, None where it starts with something else than a name."""
    if isinstance(node, ast.Name):
        return node.id
    base = dotted(node.value) if isinstance(node, ast.Attribute) else None
    return f"{base}.{node.attr}" if base else None


def sdk_calls():
    """Each call of the SDK: where, its name in the list or None, the call. `.aio` on anything is the SDK's."""
    for file, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            aio = node.func.attr == "aio"
            target = node.func.value if aio else node.func
            name = dotted(target) or ""
            if name.startswith("modal."):
                call = name if name in LISTED["calls"] else None
            elif aio or target.attr in METHODS and not name.startswith(("image.", "service.", "self.")):
                call = METHODS.get(target.attr)
            else:
                continue
            yield f"{file}:{node.lineno}", call, node


def test_every_call_of_the_sdk_is_listed_with_its_arguments():
    seen = set()
    for where, call, node in sdk_calls():
        assert call, f"{where}: {ast.unparse(node.func)} is not in modal-sdk.json"
        allowed = LISTED["calls"][call]
        assert len(node.args) <= allowed["positional"], f"{where}: {call} with {len(node.args)} positional arguments"
        for keyword in node.keywords:
            assert keyword.arg in allowed["keywords"], f"{where}: {call}({keyword.arg}=…) is not in modal-sdk.json"
        seen.add(call)
    assert seen == set(LISTED["calls"])  # nothing is listed that is not used


def test_every_exception_of_the_sdk_is_listed():
    used = {name.partition(".")[2] for file, tree in trees() for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and (name := dotted(node) or "").startswith("sdk.")}

    assert used == set(LISTED["exceptions"])


def test_nothing_else_of_the_sdk_is_used():
    known = {*LISTED["calls"], "modal.__version__", "modal.App", "modal.Image", "modal.Sandbox", "modal.Volume"}
    used = {name.removesuffix(".aio") for file, tree in trees() for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and (name := dotted(node) or "").startswith("modal.")}

    assert used <= known


def test_only_the_async_form_is_used_where_a_server_runs():
    """The blocking form would stop uvicorn's loop for the length of a call."""
    for where, call, node in sdk_calls():
        remote = call in {"modal.App.lookup", "modal.Image#build"} or call.startswith("modal.Sandbox")
        if remote and node.func.attr != "aio":
            tree = dict(trees())[where.partition(":")[0]]
            [entry] = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.lineno <= node.lineno <= one.end_lineno]
            assert entry.name == "build_images", f"{where}: blocks"


def test_the_adapter_stays_small():
    [adapter] = [node for _, tree in trees() for node in ast.walk(tree)
                 if isinstance(node, ast.ClassDef) and node.name == "ModalSandboxes"]

    assert adapter.end_lineno - adapter.lineno < 105


def test_the_real_sdk_takes_what_is_listed():
    modal = pytest.importorskip("modal", reason=f"the SDK is not installed: `pip install modal=={LISTED['version']}` to prove the list")
    assert importlib.metadata.version("modal") == LISTED["version"]
    for call, arguments in LISTED["calls"].items():
        target = modal
        for part in call.replace("#", ".").split(".")[1:]:
            target = getattr(target, part)
        subject = [None] if "#" in call else []
        positional = min(arguments["positional"], 3)
        inspect.signature(target).bind(*subject, *[None] * positional, **dict.fromkeys(arguments["keywords"]))
    for name in LISTED["exceptions"]:
        assert issubclass(getattr(modal.exception, name), modal.exception.Error)
    assert issubclass(modal.exception.ConflictError, modal.exception.InvalidError)
