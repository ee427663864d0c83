"""The launcher's contract over HTTP: who may ask, what a request must look like, what each outcome is called.

Knows nothing of Modal. Sandboxes come from a `SandboxApi` (`app.py` has Modal's), images are only names here.
The contract is the file `launcher.openapi.yaml`, the gateway's too: requests are checked against the schemas in it.

Never logged and never answered with: the JIT configuration, anything else of a request, and the text of a foreign exception
(Modal's may repeat what was sent). A log line has names, identifiers and classes of errors.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import json
import logging
import re
import time
import weakref
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import yaml
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger("launcher")

MAX_BODY_BYTES = 256 * 1024  # the largest request the schema allows is below 200 KiB
MAX_DROPPED_BYTES = 1024 * 1024  # beyond it nobody is read on for the sake of an answer
CREATE_SECONDS = 140.0  # from the request's start; Modal's edge gives up on a request after 150 s
READ_SECONDS = 60.0  # every other call
RESERVED_TAGS = frozenset({"owner", "name"})  # written by the launcher, never by the caller


# ---- Errors -------------------------------------------------------------------------------------------------------


class ConfigurationError(RuntimeError):
    """The launcher must not start like this; the text says what to set."""


class NameTaken(Exception):
    """Raised by `SandboxApi.create`: a running sandbox of the app holds this name."""


class LauncherError(Exception):
    """An answer other than success. `message` is for people and is written by us, never taken from the request."""

    status: ClassVar[int]
    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    outcome: ClassVar[str] = "not_done"  # "unknown": the sandbox may exist, ask by name before anything else

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.headers: dict[str, str] = {}

    def response(self) -> Response:
        return error(self.status, self.code, self.message, self.retryable, self.outcome, self.headers)


class Unauthorized(LauncherError):
    status, code = 401, "unauthorized"


class NotFound(LauncherError):
    status, code = 404, "not_found"


class NameConflict(LauncherError):
    status, code = 409, "name_conflict"


class TooLarge(LauncherError):
    status, code = 413, "too_large"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.headers["Connection"] = "close"  # the rest of the body is not read


class InvalidRequest(LauncherError):
    status, code = 422, "invalid_request"


class ImageNotReady(LauncherError):
    status, code, retryable = 424, "image_not_ready", True


class RateLimited(LauncherError):
    status, code, retryable = 429, "rate_limited", True

    def __init__(self, message: str, retry_after: int = 5) -> None:
        """`retry_after`: whole seconds, at least 1."""
        super().__init__(message)
        self.headers["Retry-After"] = str(max(1, retry_after))


class ModalRefused(LauncherError):
    """Credentials, permissions or the SDK's version: the operator has to act, a repeat does not help."""

    status, code = 502, "modal_auth"


class ModalUnavailable(LauncherError):
    status, code, retryable, outcome = 503, "modal_unavailable", True, "unknown"


class NotStarted(LauncherError):
    """Our own failure before Modal was asked for anything."""

    status, code, retryable = 503, "internal", True


class OutcomeUnknown(NotStarted):
    """Our own failure after Modal may have been asked."""

    outcome = "unknown"


def error(status: int, code: str, message: str, retryable: bool, outcome: str, headers: Mapping[str, str]) -> Response:
    """The contract's Error."""
    body = {"code": code, "message": message, "retryable": retryable, "outcome": outcome}
    return JSONResponse({"error": body}, status_code=status, headers=dict(headers))


# ---- What a sandbox API must do -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SandboxSpec:
    """A checked request. `tags` are complete: the caller's, `owner` and `name`."""

    name: str
    image: str
    cpu: float  # physical cores
    memory_mib: int
    timeout_seconds: int
    tags: Mapping[str, str]
    jit_config: str = field(repr=False)  # secret until used
    gpu: str | None = None
    region: str | None = None
    cache_volume: str | None = None
    outbound_domains: list[str] | None = None  # None: not restricted; a list: nothing else
    outbound_cidrs: list[str] | None = None
    docker: bool = False


@dataclass(frozen=True)
class Sandbox:
    """A sandbox as it was last seen. `exit_code` is None while it runs."""

    sandbox_id: str
    tags: Mapping[str, str]
    exit_code: int | None = None

    @property
    def owner(self) -> str | None:
        return self.tags.get("owner")

    @property
    def name(self) -> str | None:
        return self.tags.get("name")

    def json(self, **more: Any) -> dict[str, Any]:
        """The contract's Sandbox."""
        state = "running" if self.exit_code is None else "finished"
        return {"name": self.name or "", "sandbox_id": self.sandbox_id, "state": state,
                "exit_code": self.exit_code, "tags": dict(self.tags), **more}


@dataclass(frozen=True)
class Page:
    """One page of a list; `next` goes back as the cursor, None after the last page."""

    sandboxes: list[Sandbox]
    next: str | None = None


class SandboxApi(Protocol):
    """Five verbs. Each raises a `LauncherError` (mostly `RateLimited`, `ModalRefused`, `ModalUnavailable`)."""

    async def create(self, spec: SandboxSpec) -> str:
        """Start it, named and tagged in one call; the id. Raises NameTaken, ImageNotReady, InvalidRequest."""

    async def find(self, name: str) -> Sandbox | None:
        """The running sandbox of that name, whoever owns it."""

    async def get(self, sandbox_id: str) -> Sandbox | None:
        """The sandbox of that id, also after it has finished."""

    async def list(self, owner: str, cursor: str | None) -> Page:
        """Running sandboxes of that owner."""

    async def terminate(self, sandbox_id: str) -> None:
        """Ask for its end; nothing happens if it has ended."""


# ---- The request's form ---------------------------------------------------------------------------------------------

HERE = Path(__file__).resolve().parent
DEPLOYED = HERE / "launcher.openapi.yaml"  # where app.py puts it; in the project it lies with the gateway's resources
CONTRACT = DEPLOYED if DEPLOYED.exists() else HERE.parent / "resources" / "contract" / "launcher.openapi.yaml"
SCHEMAS = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]
NAME, OWNER, REQUEST = SCHEMAS["Name"], SCHEMAS["Owner"], SCHEMAS["SandboxRequest"]
TAG = REQUEST["properties"]["tags"]["additionalProperties"]
SANDBOX_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,128}$"}  # the contract names no form; today's is sb- and 22
DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def violations(schema: Mapping[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """What is wrong with `value`, one sentence each, for the part of JSON Schema that the contract uses.

    A sentence names fields of the schema and positions, never a key or a value of the request.
    """
    where = at or "the body"
    if "$ref" in schema:  # within the contract, to a schema by its name
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if value is None and schema.get("nullable"):
        return
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{where}: not of type {kind}"
        return
    if kind == "string":
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{where}: {schema['minLength']} to {schema['maxLength']} characters are allowed"
        # fullmatch, since `$` also fits before a closing line break
        if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
            yield f"{where}: does not match {schema['pattern']}"
    elif kind in ("integer", "number"):
        if "minimum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
            yield f"{where}: {schema['minimum']} to {schema['maximum']} is allowed"
    elif kind == "array":
        if len(value) > schema["maxItems"]:
            yield f"{where}: at most {schema['maxItems']} items"
            return
        for index, item in enumerate(value):
            yield from violations(schema["items"], item, f"{at}[{index}]")
    elif kind == "object":
        known = schema.get("properties", {})
        more = schema.get("additionalProperties", True)
        for key in schema.get("required", ()):
            if key not in value:
                yield f"{key}: is required"
        if len(value) > schema.get("maxProperties", len(value)):
            yield f"{where}: at most {schema['maxProperties']} entries"
            return
        for key, item in value.items():
            if key in known:
                yield from violations(known[key], item, f"{at}.{key}" if at else key)
            elif more is False:
                yield f"{where}: has a field that the contract does not know"
            elif more is not True:
                yield from violations(more, item, f"{where}, one of its values")


def beyond_schema(value: Mapping[str, Any], images: Collection[str]) -> Iterator[str]:
    """What the contract says in words, or what Modal would refuse later, for a `value` that fits `REQUEST`."""
    if value["image"] not in images:
        yield f"image: not registered here, only {', '.join(sorted(images))}"
    if RESERVED_TAGS & value["tags"].keys():
        yield f"tags: {' and '.join(sorted(RESERVED_TAGS))} are set by the launcher"
    if not all(re.fullmatch(TAG["pattern"], key) for key in value["tags"]):
        yield f"tags: a name does not match {TAG['pattern']}"
    network = value.get("network") or {}
    if network and not any(network.values()):
        yield "network: allows nothing, and a runner must reach GitHub; leave it out to allow everything"
    for index, domain in enumerate(network.get("outbound_domains", ())):
        if len(domain) > 253 or not DOMAIN.fullmatch(domain):
            yield f"network.outbound_domains[{index}]: neither a host name nor *. and a host name"
    for index, cidr in enumerate(network.get("outbound_cidrs", ())):
        if not is_cidr(cidr):
            yield f"network.outbound_cidrs[{index}]: not of the form address/bits"
    if not is_jit_config(value["jit_config"]):
        yield "jit_config: not base64 of a JSON object"


def is_cidr(text: str) -> bool:
    try:
        return "/" in text and ipaddress.ip_network(text, strict=False) is not None
    except ValueError:
        return False


def is_jit_config(text: str) -> bool:
    """Whether it is what GitHub hands out: base64 of a JSON object. Its content is the runner's business."""
    try:
        return isinstance(strict_json(base64.b64decode(text, validate=True)), dict)
    except ValueError:
        return False


def strict_json(data: bytes) -> Any:
    """JSON in UTF-8 without what `json.loads` lets through: NaN, Infinity, duplicate keys. Raises ValueError."""

    def refuse(_constant: str) -> None:
        raise ValueError("not a JSON number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key comes twice")
        return found

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=once)
    except RecursionError:
        raise ValueError("nested too deep") from None


def parse(name: str, body: bytes, images: Collection[str]) -> SandboxSpec:
    """The request for the sandbox `name`. Raises InvalidRequest with every problem found."""
    try:
        value = strict_json(body)
    except ValueError:
        raise InvalidRequest("the body is not strict JSON in UTF-8") from None
    problems = list(violations(REQUEST, value)) or list(beyond_schema(value, images))
    if problems:
        raise InvalidRequest("; ".join(dict.fromkeys(problems[:10])))
    network = value.get("network") or {}
    return SandboxSpec(
        name=name,
        image=value["image"],
        cpu=value["cpu"],
        memory_mib=value["memory_mib"],
        timeout_seconds=value["timeout_seconds"],
        tags={**value["tags"], "owner": value["owner"], "name": name},
        jit_config=value["jit_config"],
        gpu=value.get("gpu"),
        region=value.get("region"),
        cache_volume=value.get("cache_volume"),
        outbound_domains=network.get("outbound_domains"),
        outbound_cidrs=network.get("outbound_cidrs"),
        docker=value.get("docker", False),
    )


def fitting(schema: Mapping[str, Any], value: str, what: str) -> str:
    """`value` itself if it fits. Raises InvalidRequest."""
    for problem in violations(schema, value, what):
        raise InvalidRequest(problem)
    return value


def query(request: Request, key: str, schema: Mapping[str, Any]) -> str | None:
    """One query parameter, None if absent. An empty or repeated one is refused: on a DELETE it would mean a guess."""
    values = request.query_params.getlist(key)
    if len(values) > 1:
        raise InvalidRequest(f"{key}: given more than once")
    return fitting(schema, values[0], key) if values else None


def owner_of(request: Request) -> str:
    owner = query(request, "owner", OWNER)
    if owner is None:
        raise InvalidRequest("owner: is required")
    return owner


async def body_of(request: Request) -> bytes:
    """The body, counted while it arrives: a chunked request declares no length.

    One that is too large is read on for a while and dropped: a caller that still sends when the connection closes
    finds it reset and may never see the answer.
    """
    too_large = f"the body is larger than {MAX_BODY_BYTES} bytes"
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 9 or int(declared) > MAX_DROPPED_BYTES):
        raise TooLarge(too_large)
    body, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MAX_DROPPED_BYTES:
            raise TooLarge(too_large)
        if length <= MAX_BODY_BYTES:
            body += chunk
    if length > MAX_BODY_BYTES:
        raise TooLarge(too_large)
    return bytes(body)


# ---- The paths ------------------------------------------------------------------------------------------------------


class Launcher:
    """The handlers; each gives an answer or raises a `LauncherError`."""

    def __init__(self, api: SandboxApi, images: Collection[str]) -> None:
        self.api = api
        self.images = images
        # Whether Modal keeps names unique under concurrent creates is undocumented; within one launcher this does.
        self.locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def put(self, request: Request) -> Response:
        name = fitting(NAME, request.path_params["name"], "name")
        spec = parse(name, await body_of(request), self.images)
        lock = self.locks.setdefault(name, asyncio.Lock())
        async with lock:
            request.state.asked_modal = True
            for _ in range(2):  # the second time: whoever held the name has ended in between
                try:
                    sandbox = Sandbox(await self.api.create(spec), spec.tags)
                    return self.answer(request, sandbox, 201, created=True)
                except NameTaken:
                    found = await self.api.find(name)
                if found is None:
                    continue
                if found.tags != spec.tags:
                    raise NameConflict("a sandbox of this name runs with another owner or other tags")
                return self.answer(request, found, 200, created=False)
        raise ModalUnavailable("the name was taken and free again, twice; ask by name")

    async def get(self, request: Request) -> Response:
        name, owner, sandbox_id = self.target(request)
        found = await (self.api.get(sandbox_id) if sandbox_id else self.api.find(name))
        if found is None or (found.owner, found.name) != (owner, name):
            raise NotFound("no such sandbox of this owner")
        return self.answer(request, found, 200)

    async def delete(self, request: Request) -> Response:
        name, owner, sandbox_id = self.target(request)
        found = await (self.api.get(sandbox_id) if sandbox_id else self.api.find(name))
        if found is not None:
            # Never end what this installation did not start: a name alone proves nothing.
            if (found.owner, found.name) != (owner, name):
                raise NameConflict("this sandbox belongs to another owner or has another name")
            if found.exit_code is None:
                await self.api.terminate(found.sandbox_id)
                request.state.sandbox_id = found.sandbox_id
        return Response(status_code=204)

    async def list(self, request: Request) -> Response:
        page = await self.api.list(owner_of(request), request.query_params.get("cursor") or None)
        return JSONResponse({"sandboxes": [found.json() for found in page.sandboxes], "next": page.next})

    async def sandbox(self, request: Request) -> Response:
        return await {"PUT": self.put, "DELETE": self.delete}.get(request.method, self.get)(request)

    def target(self, request: Request) -> tuple[str, str, str | None]:
        name = fitting(NAME, request.path_params["name"], "name")
        return name, owner_of(request), query(request, "sandbox_id", SANDBOX_ID)

    def answer(self, request: Request, sandbox: Sandbox, status: int, **more: Any) -> Response:
        request.state.sandbox_id = sandbox.sandbox_id
        return JSONResponse(sandbox.json(**more), status_code=status)


async def bounded(work: Awaitable[Response], seconds: float) -> Response:
    """The result of `work`, or TimeoutError after `seconds`, even if `work` does not let itself be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            raise TimeoutError
        if task.cancelled():  # from within; as CancelledError it would end the request without an answer
            raise RuntimeError("cancelled from within")
        return task.result()
    finally:
        if not task.done():  # its result interests nobody any more, but must be fetched to be silent
            task.add_done_callback(lambda late: late.cancelled() or late.exception())
            task.cancel()


def guarded(handler: Callable[[Request], Awaitable[Response]], seconds: Mapping[str, float]) -> Callable[..., Any]:
    """`handler` with its deadline (by method), every failure turned into the contract's Error, and one log line."""

    async def endpoint(request: Request) -> Response:
        started = time.monotonic()
        code, cause = "-", "-"
        try:
            response = await bounded(handler(request), seconds.get(request.method, seconds["GET"]))
        except Exception as failure:  # the last line: its text may hold the secret, so only its class goes on
            answer = failure if isinstance(failure, LauncherError) else unforeseen(request, failure)
            origin = failure.__cause__ or failure
            code, cause, response = answer.code, type(origin).__name__, answer.response()
        name = request.path_params.get("name", "")
        log.info(
            "request answered method=%s status=%d code=%s cause=%s runner=%s sandboxId=%s millis=%d",
            request.method, response.status_code, code, cause, name if re.fullmatch(NAME["pattern"], name) else "-",
            getattr(request.state, "sandbox_id", "-"), (time.monotonic() - started) * 1000,
        )
        return response

    return endpoint


def unforeseen(request: Request, failure: Exception) -> LauncherError:
    """The answer for what has no answer of its own: a deadline, a lost caller, an error nobody thought of."""
    late = isinstance(failure, TimeoutError)
    if request.method == "PUT" and not getattr(request.state, "asked_modal", False):
        return NotStarted("the request did not arrive in time" if late else "the launcher failed before it asked Modal")
    if late:
        return ModalUnavailable("Modal did not answer in time")
    return OutcomeUnknown("the launcher failed while it asked Modal")


class BearerOnly:
    """Lets only callers with the token pass; /v1/health is free. Bytes are compared, in constant time."""

    def __init__(self, app: Any, token: str) -> None:
        self.app = app
        self.expected = token.encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] == "/v1/health" or self.fits(scope["headers"]):
            await self.app(scope, receive, send)
        else:
            log.warning("caller refused: no or wrong bearer token")
            refusal = Unauthorized("Authorization: Bearer with the token in LAUNCHER_TOKEN is required")
            refusal.headers["WWW-Authenticate"] = "Bearer"
            await refusal.response()(scope, receive, send)

    def fits(self, headers: list[tuple[bytes, bytes]]) -> bool:
        given = [value for key, value in headers if key == b"authorization"]
        scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token, self.expected)


async def no_such_path(_request: Request, failure: HTTPException) -> Response:
    """404 and 405 of the router, in the contract's form."""
    if failure.status_code == 404:
        return NotFound("no such path").response()
    allowed = (failure.headers or {}).get("Allow", "").split(", ")  # Starlette keeps them in a set
    headers = {"Allow": ", ".join(sorted(allowed))}
    return error(failure.status_code, "invalid_request", "this path does not know the method", False, "not_done", headers)


def build(
    api: SandboxApi,
    images: Collection[str],
    *,
    token: str | None = None,
    edge: bool = False,
    modal_sdk: str = "none",
    runner_version: str = "none",
    create_seconds: float = CREATE_SECONDS,
    read_seconds: float = READ_SECONDS,
) -> Starlette:
    """The ASGI application.

    `edge` says that Modal's proxy authentication stands before it and no token arrives. Otherwise `token` is required
    from every caller, and without one this raises ConfigurationError: an open launcher would start sandboxes for anybody.
    """
    token = (token or "").strip()
    if not edge and not token:
        raise ConfigurationError("LAUNCHER_TOKEN is not set: put the output of `openssl rand -hex 32` there"
                                 " and the same into the gateway's runner.modal.token")
    launcher = Launcher(api, images)
    seconds = {"PUT": create_seconds, "GET": read_seconds}

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "modal_sdk": modal_sdk, "runner_version": runner_version,
                             "images": sorted(images)})

    application = Starlette(
        routes=[
            Route("/v1/health", health, methods=["GET"]),
            Route("/v1/sandboxes", guarded(launcher.list, seconds), methods=["GET"]),
            Route("/v1/sandboxes/{name}", guarded(launcher.sandbox, seconds), methods=["PUT", "GET", "DELETE"]),
        ],
        middleware=[] if edge else [Middleware(BearerOnly, token=token)],
        exception_handlers={HTTPException: no_such_path},
    )
    application.router.redirect_slashes = False  # a redirect would repeat the caller's Host header
    return application
