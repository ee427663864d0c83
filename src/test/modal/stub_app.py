"""The launcher's real service on sandboxes in memory, for tests of the gateway. Never deployed.

    cd src/test/modal && LAUNCHER_TOKEN=… python3 -m uvicorn stub_app:web --port 0

`--port 0` takes a free port; uvicorn prints it. Environment, besides LAUNCHER_TOKEN (required, as in production):
STUB_FAULTS               JSON, the faults to begin with: {"create": ["rate_limited", "late:unforeseen"], "http": ["cut"]}
STUB_PAGE_SIZE            sandboxes in a page of the list (100)
STUB_CREATE_SECONDS       the deadline of a create, in place of the launcher's own
STUB_MODAL_KEY, STUB_MODAL_SECRET   both set: as deployed, behind proxy authentication with these and without a token

Control, without authentication:
GET    /stub/sandboxes              all that ever were: contract's Sandbox, and what was asked of it, without the secret
GET    /stub/calls                  calls of the sandbox API in order: [["create", "mgr-1-1"], …]
PUT    /stub/faults                 a body as STUB_FAULTS: replaces the queues it names
POST   /stub/sandboxes/{id}/finish?exit_code=7    the sandbox ends by itself
DELETE /stub                        back to the beginning

Each call takes one fault from its verb's queue. Verbs are those of `memory.py` (create, find, get, list, terminate) with its
faults, and `http` for what happens around the service, in the order of requests:
`pass`                 nothing
`cut`                  the connection is closed without an answer, and nothing is done
`cut-after`            the request is served and the connection closed without an answer
`cut-within`           the same, in the middle of the answer's body
`slow:SECONDS`         served after a pause
`edge-401`, …          a file of golden/launcher/edge: an answer of Modal's edge, and nothing is done
`after:edge-303`, …    the same, but the request is served
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import deque
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "modal"))

import service  # noqa: E402
from memory import MemorySandboxes  # noqa: E402

EDGE = Path(__file__).parents[1] / "resources" / "golden" / "launcher" / "edge"
ASKED = ("image", "cpu", "memory_mib", "timeout_seconds", "gpu", "region", "cache_volume", "outbound_domains", "outbound_cidrs",
         "docker")
IMAGES = ("default", "docker", "gpu", "node", "python")


class Stub:
    """An ASGI application: /stub is control, everything else goes through the HTTP faults to the service."""

    def __init__(self, env) -> None:
        self.env = env
        self.proxy_auth = (env.get("STUB_MODAL_KEY", ""), env.get("STUB_MODAL_SECRET", ""))
        self.control = Starlette(routes=[
            Route("/stub", self.reset, methods=["DELETE"]),
            Route("/stub/calls", self.calls, methods=["GET"]),
            Route("/stub/faults", self.faults, methods=["PUT"]),
            Route("/stub/sandboxes", self.sandboxes, methods=["GET"]),
            Route("/stub/sandboxes/{id}/finish", self.finish, methods=["POST"]),
        ])
        self.begin()

    def begin(self) -> None:
        self.api = MemorySandboxes(int(self.env.get("STUB_PAGE_SIZE") or "100"))
        self.http: deque[str] = deque()
        self.set_faults(json.loads(self.env.get("STUB_FAULTS") or "{}"))
        self.service = service.build(
            self.api, IMAGES, token=self.env.get("LAUNCHER_TOKEN"), edge=all(self.proxy_auth), modal_sdk="stub", runner_version="2.338.0",
            create_seconds=float(self.env.get("STUB_CREATE_SECONDS") or service.CREATE_SECONDS))

    def set_faults(self, faults) -> None:
        for verb, queue in faults.items():
            if verb == "http":
                self.http = deque(queue)
            else:
                self.api.faults[verb] = deque(queue)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.service(scope, receive, send)
        elif scope["path"].startswith("/stub"):
            await self.control(scope, receive, send)
        elif all(self.proxy_auth) and self.proxy_auth != proxy_auth(scope):
            await edge("edge-401")(scope, receive, send)
        else:
            await self.around(self.http.popleft() if self.http else "pass", scope, receive, send)

    async def around(self, fault: str, scope, receive, send) -> None:
        """The service, or not, with this fault around it."""
        async def nowhere(_message) -> None:
            pass

        async def half(message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True}
            await send(message)

        if fault.startswith("slow:"):
            await asyncio.sleep(float(fault.removeprefix("slow:")))
        if fault in ("cut-after", "cut-within") or fault.startswith("after:"):
            await self.service(scope, receive, half if fault == "cut-within" else nowhere)
        if fault.startswith("cut"):
            receive.__self__.transport.close()  # uvicorn's: ASGI itself cannot hang up
            await asyncio.sleep(0)  # until uvicorn has noticed, or it would answer 500
        elif "edge-" in fault:
            await edge(fault.removeprefix("after:"))(scope, receive, send)
        else:
            await self.service(scope, receive, send)

    async def reset(self, _request: Request) -> Response:
        self.begin()
        return Response(status_code=204)

    async def calls(self, _request: Request) -> Response:
        return JSONResponse(self.api.calls)

    async def faults(self, request: Request) -> Response:
        self.set_faults(await request.json())
        return Response(status_code=204)

    async def sandboxes(self, _request: Request) -> Response:
        return JSONResponse([one.json(**{key: getattr(self.api.specs[one.sandbox_id], key) for key in ASKED})
                             for one in self.api.sandboxes.values()])

    async def finish(self, request: Request) -> Response:
        self.api.finish(request.path_params["id"], int(request.query_params.get("exit_code", "0")))
        return Response(status_code=204)


def proxy_auth(scope) -> tuple[str, str]:
    headers = dict(scope["headers"])
    return headers.get(b"modal-key", b"").decode("latin-1"), headers.get(b"modal-secret", b"").decode("latin-1")


def edge(name: str) -> Response:
    """A recorded answer of Modal's edge."""
    answer = json.loads((EDGE / f"{name.removeprefix('edge-')}.json").read_text(encoding="utf-8"))["response"]
    return Response(answer["body"] or "", status_code=answer["status"], headers=answer["headers"])


web = Stub(os.environ)
