"""Requests that the tests start from, and how they are sent: each answer is held against the contract."""

import base64
import json

import contract

NAME = "mgr-30433642545-1"
PATH = f"/v1/sandboxes/{NAME}"
SECRET = "s3cret-registration-material"


def jit(content=None):
    """A JIT configuration as GitHub hands it out: base64 of a JSON object."""
    return base64.b64encode(json.dumps(content or {".runner": SECRET, ".credentials": "e30="}).encode()).decode()


def full():
    """A request with every field."""
    return {
        "owner": "mgr",
        "image": "gpu",
        "cpu": 1.5,
        "memory_mib": 4096,
        "gpu": "A100-80GB:2",
        "region": "us-east",
        "timeout_seconds": 3600,
        "cache_volume": "cache-octo.hello",
        "network": {"outbound_domains": ["github.com", "*.actions.githubusercontent.com"], "outbound_cidrs": ["10.0.0.0/8"]},
        "docker": True,
        "jit_config": jit(),
        "tags": {"job": "30433642545", "pool": "modal-gpu"},
    }


def small(**changes):
    """The smallest valid request, with `changes`."""
    return {"owner": "mgr", "image": "default", "cpu": 2, "memory_mib": 4096, "timeout_seconds": 21600,
            "jit_config": jit(), "tags": {}, **changes}


def ask(client, method, path, **options):
    """The answer, valid under the contract."""
    response = client.request(method, path, **options)
    body = response.json() if response.content else None
    contract.check_answer(method, path, response.status_code, response.headers, body)
    return response


def put(client, value=None, path=PATH):
    return ask(client, "PUT", path, json=value or small())


def error_of(response):
    """Status, code, retryable and outcome."""
    error = response.json()["error"]
    return response.status_code, error["code"], error["retryable"], error["outcome"]
