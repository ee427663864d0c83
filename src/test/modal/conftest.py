"""Where the launcher lies. Its modules are found as `modal deploy` and `uvicorn` find them: by their folder."""

import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

SOURCES = Path(__file__).parents[2] / "main" / "modal"
sys.path.insert(0, str(SOURCES))

import service  # noqa: E402
from memory import MemorySandboxes  # noqa: E402

TOKEN = "correct-horse-battery-staple"
IMAGES = ("default", "gpu", "node")


@pytest.fixture
def api():
    return MemorySandboxes()


@pytest.fixture
def launcher(api):
    """A function that gives a client of the launcher; keywords go to `service.build`."""

    def start(sandboxes=api, token=TOKEN, **options):
        web = service.build(sandboxes, IMAGES, token=token, modal_sdk="1.5.4", runner_version="2.338.0", **options)
        return TestClient(web, headers={"Authorization": f"Bearer {token}"} if token else {})

    return start


@pytest.fixture
def client(launcher):
    return launcher()
