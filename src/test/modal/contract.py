"""The contract's OpenAPI file as JSON Schemas, for tests on this side; the gateway's tests read the same file."""

import re
from functools import cache
from pathlib import Path

import jsonschema
import yaml

FILE = Path(__file__).parents[2] / "main" / "resources" / "contract" / "launcher.openapi.yaml"


@cache
def document():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def resolved(node):
    """`node` with every `$ref` replaced by what it points to."""
    if isinstance(node, list):
        return [resolved(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = document()
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        return resolved(target)
    return {key: resolved(value) for key, value in node.items()}


def schema(name):
    return resolved({"$ref": f"#/components/schemas/{name}"})


def json_schema(node):
    """OpenAPI 3.0's dialect as JSON Schema draft 4: `nullable` becomes a type."""
    if isinstance(node, list):
        return [json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: json_schema(value) for key, value in node.items() if key not in ("nullable", "example")}
    if node.get("nullable") is True:
        out["type"] = [node["type"], "null"]
    return out


def fits(value, node):
    """Whether `value` is valid under the OpenAPI schema `node`."""
    return jsonschema.Draft4Validator(json_schema(node)).is_valid(value)


def check(value, node):
    jsonschema.Draft4Validator(json_schema(node)).validate(value)


def answer(method, path, status):
    """The contract's description of this answer, None if it has none. `path` is a real one, perhaps with a query."""
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path.partition("?")[0]):
            responses = operations.get(method.lower(), {}).get("responses", {})
            return resolved(responses.get(str(status)) or responses.get("default"))
    return None


def check_answer(method, path, status, headers, body):
    """An answer of the launcher against the contract. What it lists nowhere (401, 404, 405) must be an Error at least."""
    described = answer(method, path, status) or resolved({"$ref": "#/components/responses/Error"})
    content = described.get("content")
    if content is None:
        assert body is None, f"{status} has no body"
        return
    assert headers["content-type"].partition(";")[0] == "application/json"
    check(body, content["application/json"]["schema"])
    if status >= 400:
        assert body["error"]["outcome"] in ("not_done", "unknown")
    if status == 429:
        assert int(headers["retry-after"]) >= 1
