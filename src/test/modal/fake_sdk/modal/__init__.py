"""As much of Modal's SDK as the launcher calls, in memory, so that `app.py` itself can be imported and driven.

It agrees with us by construction, so it takes nothing on trust: every call is held against `modal-sdk.json`, and that list
is held against the real SDK where one is installed (`test_sdk.py`). `world` is what the tests look at and change.
"""

from __future__ import annotations

import functools
import itertools
import json
from pathlib import Path
from types import SimpleNamespace

from . import exception

KNOWN = json.loads((Path(__file__).parents[2] / "modal-sdk.json").read_text(encoding="utf-8"))
__version__ = KNOWN["version"]

world = SimpleNamespace()


def reset():
    world.ids = itertools.count(1)
    world.sandboxes = {}  # id → Sandbox
    world.created = []  # (command, keywords) of each create
    world.failures = {}  # name of a call, as in modal-sdk.json → what it comes to, see `suffer`
    world.functions = []  # keywords of @app.function, @asgi_app, @concurrent
    world.volumes = []
    world.apps = []


reset()


def known(call, bound=False):
    """Refuses arguments that `modal-sdk.json` does not list for `call`."""

    def wrap(function):
        @functools.wraps(function)
        def checked(*args, **keywords):
            allowed = KNOWN["calls"][call]
            assert len(args) - bound <= allowed["positional"], f"{call}: {len(args)} positional arguments"
            assert set(keywords) <= set(allowed["keywords"]), f"{call}: {set(keywords) - set(allowed['keywords'])}"
            return function(*args, **keywords)

        return checked

    return wrap


async def suffer(call):
    """Raises the exception set for this call, or awaits the coroutine function; what that returns is raised afterwards."""
    failure = world.failures.get(call)
    if callable(failure):
        return await failure()
    if failure:
        raise failure


class _Aio:
    """`f.aio` of the SDK, and nothing else: the blocking form in async code would block the server's loop."""

    def __init__(self, call, function, bound=False):
        self.call, self.function, self.bound = call, function, bound

    def __get__(self, instance, owner):
        subject = (instance,) if self.bound else ()

        async def aio(*args, **keywords):
            afterwards = await suffer(self.call)
            result = await known(self.call, self.bound)(self.function)(*subject, *args, **keywords)
            if afterwards:
                raise afterwards
            return result

        return SimpleNamespace(aio=aio)


def _method(call):
    return lambda function: _Aio(call, function, bound=True)


def _static(call):
    return lambda function: _Aio(call, function)


class App:
    @known("modal.App", bound=True)
    def __init__(self, name):
        self.name, self.app_id = name, f"ap-{name}"

    @_static("modal.App.lookup")
    async def lookup(name, create_if_missing=False):
        world.apps.append(name)
        return App(name)

    @known("modal.App#function", bound=True)
    def function(self, **keywords):
        return lambda function: world.functions.append(keywords) or function

    @known("modal.App#local_entrypoint", bound=True)
    def local_entrypoint(self):
        return lambda function: function


def _decorator(call):
    @known(call)
    def decorate(**keywords):
        return lambda function: world.functions.append(keywords) or function

    return decorate


asgi_app = _decorator("modal.asgi_app")
concurrent = _decorator("modal.concurrent")


class Image:
    """Remembers the steps it is made of."""

    def __init__(self, *steps):
        self.steps = steps

    def _step(call):
        @known(call, bound=True)
        def step(self, *args, **keywords):
            return Image(*self.steps, (call.partition("#")[2], args, keywords))

        return step

    add_local_file = _step("modal.Image#add_local_file")
    add_local_python_source = _step("modal.Image#add_local_python_source")
    entrypoint = _step("modal.Image#entrypoint")
    pip_install = _step("modal.Image#pip_install")
    run_commands = _step("modal.Image#run_commands")

    @staticmethod
    @known("modal.Image.debian_slim")
    def debian_slim(python_version):
        return Image(("debian_slim", (python_version,), {}))

    @staticmethod
    @known("modal.Image.from_registry")
    def from_registry(tag):
        return Image(("from_registry", (tag,), {}))

    @_method("modal.Image#build")
    async def build(self, app):
        assert isinstance(app, App)
        return self


class Volume:
    @staticmethod
    @known("modal.Volume.from_name")
    def from_name(name, create_if_missing=False):
        world.volumes.append((name, create_if_missing))
        return f"volume {name}"


class Sandbox:
    """No name, no tags and no time of creation on it, as in the SDK."""

    def __init__(self, name, tags):
        self.object_id = f"sb-{next(world.ids):022d}"
        self._name, self._tags, self._exit_code = name, tags, None
        world.sandboxes[self.object_id] = self

    @_static("modal.Sandbox.create")
    async def create(*command, name, tags, **keywords):
        if any(one._name == name and one._exit_code is None for one in world.sandboxes.values()):
            raise exception.AlreadyExistsError("Sandbox with this name already exists")
        world.created.append((command, {"name": name, "tags": tags, **keywords}))
        return Sandbox(name, tags)

    @_static("modal.Sandbox.from_name")
    async def from_name(app_name, name):
        for one in world.sandboxes.values():
            if one._name == name and one._exit_code is None:
                return one
        raise exception.NotFoundError("no such name")

    @_static("modal.Sandbox.from_id")
    async def from_id(sandbox_id):
        if sandbox_id not in world.sandboxes:
            raise exception.NotFoundError("no such id")
        return world.sandboxes[sandbox_id]

    class list:
        @staticmethod
        @known("modal.Sandbox.list")
        async def aio(app_id, tags):
            await suffer("modal.Sandbox.list")
            for one in [*world.sandboxes.values()]:
                if one._exit_code is None and tags.items() <= one._tags.items():
                    yield one

    @_method("modal.Sandbox#get_tags")
    async def get_tags(self):
        return dict(self._tags)

    @_method("modal.Sandbox#poll")
    async def poll(self):
        return self._exit_code

    @_method("modal.Sandbox#terminate")
    async def terminate(self):
        if self._exit_code is None:
            self._exit_code = 137
