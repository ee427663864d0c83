"""The launcher as it is, `app.py` and all, on the SDK in `fake_sdk`: what the gateway is tested against. Never deployed.

    cd src/test/modal && LAUNCHER_TOKEN=… python3 -m uvicorn stub_app:web --port 0

`--port 0` takes a free port; uvicorn prints it. Environment, besides LAUNCHER_TOKEN (required, as in production):
STUB_FAULTS               JSON, the faults to begin with, as for PUT /stub/faults
STUB_CREATE_SECONDS       the deadline of a create, in place of the launcher's own
STUB_BUILD_SECONDS        how long a create waits for its image, in place of the launcher's own
STUB_MODAL_KEY, STUB_MODAL_SECRET   both set: as deployed, behind proxy authentication with these and without a token

Control, without authentication:
GET    /stub/sandboxes              all that ever were: the contract's Sandbox, and `asked`, what the SDK was given for it
GET    /stub/requests               what came in, in order: ["PUT mgr-1-1", "GET ", …], the name empty for a list
PUT    /stub/faults                 {"PUT mgr-1-": ["sdk:AuthError", "cut"], …}: the next requests that begin so get these
POST   /stub/sandboxes/{id}/finish?exit_code=7    the sandbox ends by itself
DELETE /stub                        back to the beginning

A fault is one of
`pass`                 nothing
`cut`                  the connection is closed without an answer, and nothing is done
`cut-after`            the request is served and the connection closed without an answer
`cut-within`           the same, in the middle of the answer's body
`slow:SECONDS`         served after a pause
`edge-401`, …          a file of golden/launcher/edge: an answer of Modal's edge, and nothing is done
`after:edge-303`, …    the same, but the request is served
`sdk:AuthError`, …     the SDK raises this (an attribute of modal.exception, or a built-in) in the call that counts
`late:AuthError`, …    it raises it after Modal has done what was asked
`hang`                 the SDK never comes back
`build:hang`, `build:ImageBuildError`, …    the same while the image is built, which happens once for each image
"""

from __future__ import annotations

import asyncio
import builtins
import contextvars
import json
import os
import sys
from collections import deque
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "fake_sdk"), str(HERE.parents[1] / "main" / "modal")]

import app  # noqa: E402
import modal  # noqa: E402
from modal import exception as sdk  # noqa: E402

EDGE = HERE.parent / "resources" / "golden" / "launcher" / "edge"
COUNTED = ("modal.Sandbox.create", "modal.Sandbox.from_name", "modal.Sandbox.from_id", "modal.Sandbox.list")
FOREIGN_TEXT = "text of a foreign exception"  # must reach nobody

fault_of_request: contextvars.ContextVar[str] = contextvars.ContextVar("fault", default="")


async def suffer(fault: str) -> Exception | None:
    """`hang`, or the name of an exception; that of a `late:` one is returned, to be raised afterwards."""
    if fault == "hang":
        await asyncio.Event().wait()
    name = fault.rpartition(":")[2]
    failure = (getattr(sdk, name, None) or getattr(builtins, name))(FOREIGN_TEXT)
    if fault.startswith("late:"):
        return failure
    raise failure


async def in_a_call() -> Exception | None:
    fault = fault_of_request.get()
    return await suffer(fault) if fault == "hang" or fault.startswith(("sdk:", "late:")) else None


async def in_a_build() -> None:
    if fault_of_request.get().startswith("build:"):
        await suffer(fault_of_request.get().removeprefix("build:"))


class Stub:
    """An ASGI application: /stub is control, everything else goes through its fault to the launcher."""

    def __init__(self, env) -> None:
        self.env = env
        self.proxy_auth = (env.get("STUB_MODAL_KEY", ""), env.get("STUB_MODAL_SECRET", ""))
        self.control = Starlette(routes=[
            Route("/stub", self.reset, methods=["DELETE"]),
            Route("/stub/requests", self.seen, methods=["GET"]),
            Route("/stub/faults", self.set_faults, methods=["PUT"]),
            Route("/stub/sandboxes", self.sandboxes, methods=["GET"]),
            Route("/stub/sandboxes/{id}/finish", self.finish, methods=["POST"]),
        ])
        app.BUILD_WAIT_SECONDS = float(env.get("STUB_BUILD_SECONDS") or app.BUILD_WAIT_SECONDS)
        self.begin()

    def begin(self) -> None:
        modal.reset()
        modal.world.failures.update(dict.fromkeys(COUNTED, in_a_call))
        modal.world.failures["modal.Image#build"] = in_a_build
        self.requests: list[str] = []
        self.faults: dict[str, deque[str]] = {}
        self.add_faults(json.loads(self.env.get("STUB_FAULTS") or "{}"))
        create_seconds = float(self.env.get("STUB_CREATE_SECONDS") or app.service.CREATE_SECONDS)
        self.launcher = app.asgi(token=self.env.get("LAUNCHER_TOKEN"), edge=all(self.proxy_auth), create_seconds=create_seconds)

    def add_faults(self, faults) -> None:
        self.faults.update({beginning: deque(queue) for beginning, queue in faults.items()})

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.launcher(scope, receive, send)
        elif scope["path"].startswith("/stub"):
            await self.control(scope, receive, send)
        elif all(self.proxy_auth) and self.proxy_auth != proxy_auth(scope):
            await edge("edge-401")(scope, receive, send)
        else:
            await self.around(self.fault(scope), scope, receive, send)

    def fault(self, scope) -> str:
        """Notes the request and takes the next fault that is meant for it."""
        request = f"{scope['method']} {scope['path'].removeprefix('/v1/sandboxes').removeprefix('/')}"
        self.requests.append(request)
        queue = next((queue for beginning, queue in self.faults.items() if queue and request.startswith(beginning)), None)
        return queue.popleft() if queue else "pass"

    async def around(self, fault: str, scope, receive, send) -> None:
        """The launcher, or not, with this fault around or within it."""
        async def nowhere(_message) -> None:
            pass

        async def half(message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True}
            await send(message)

        fault_of_request.set(fault)
        if fault.startswith("slow:"):
            await asyncio.sleep(float(fault.removeprefix("slow:")))
        if fault in ("cut-after", "cut-within") or fault.startswith("after:"):
            await self.launcher(scope, receive, half if fault == "cut-within" else nowhere)
        if fault.startswith("cut"):
            receive.__self__.transport.close()  # uvicorn's: ASGI itself cannot hang up
            await asyncio.sleep(0)  # until uvicorn has noticed, or it would answer 500
        elif "edge-" in fault:
            await edge(fault.removeprefix("after:"))(scope, receive, send)
        else:
            await self.launcher(scope, receive, send)

    async def reset(self, _request: Request) -> Response:
        self.begin()
        return Response(status_code=204)

    async def seen(self, _request: Request) -> Response:
        return JSONResponse(self.requests)

    async def set_faults(self, request: Request) -> Response:
        self.add_faults(await request.json())
        return Response(status_code=204)

    async def sandboxes(self, _request: Request) -> Response:
        told = []
        for one, (command, asked) in zip(modal.world.sandboxes.values(), modal.world.created, strict=True):
            sandbox = app.service.Sandbox(one.object_id, one._tags, one._exit_code)
            simple = {key: value for key, value in asked.items() if key not in ("app", "image")}
            base = asked["image"].steps[0][1][0]
            told.append(sandbox.json(asked={"command": list(command), "base": base, **simple}))
        return JSONResponse(told)

    async def finish(self, request: Request) -> Response:
        modal.world.sandboxes[request.path_params["id"]]._exit_code = int(request.query_params.get("exit_code", "0"))
        return Response(status_code=204)


def proxy_auth(scope) -> tuple[str, str]:
    headers = dict(scope["headers"])
    return headers.get(b"modal-key", b"").decode("latin-1"), headers.get(b"modal-secret", b"").decode("latin-1")


def edge(name: str) -> Response:
    """A recorded answer of Modal's edge."""
    answer = json.loads((EDGE / f"{name.removeprefix('edge-')}.json").read_text(encoding="utf-8"))["response"]
    return Response(answer["body"] or "", status_code=answer["status"], headers=answer["headers"])


web = Stub(os.environ)
