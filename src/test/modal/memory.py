"""Sandboxes in memory: what Modal is understood to do, without Modal. Names are unique among running sandboxes only."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict, deque
from dataclasses import replace

import service

FAULTS = {
    "image_not_ready": lambda: service.ImageNotReady("the image is being built"),
    "rate_limited": lambda: service.RateLimited("Modal's rate or resource limit is reached", retry_after=7),
    "modal_auth": lambda: service.ModalRefused("Modal refused the launcher's credentials or their permissions"),
    "modal_unavailable": lambda: service.ModalUnavailable("Modal failed or cannot be reached; ask by name"),
    "invalid_request": lambda: service.InvalidRequest("Modal refused a value: cpu, memory, gpu, region, network or volume"),
    "unforeseen": lambda: KeyError("text of a foreign exception"),
    "cancelled": lambda: asyncio.CancelledError("text of a foreign exception"),
}


class MemorySandboxes:
    """A `service.SandboxApi`. `faults[verb]` is a queue: each call of the verb takes one from it.

    A fault is a key of FAULTS, `hang` (no answer ever), `slow:SECONDS`, and for create `late:FAULT`: the sandbox
    is created and the fault comes all the same. `page_size` makes lists page.
    """

    def __init__(self, page_size: int = 100) -> None:
        self.sandboxes: dict[str, service.Sandbox] = {}
        self.specs: dict[str, service.SandboxSpec] = {}
        self.faults: defaultdict[str, deque[str]] = defaultdict(deque)
        self.calls: list[tuple[str, str]] = []
        self.page_size = page_size
        self.ids = itertools.count(1)

    async def fault(self, verb: str, argument: str) -> str:
        """Suffers the next fault of the verb; what is left of a `late:` one, else nothing."""
        self.calls.append((verb, argument))
        fault = self.faults[verb].popleft() if self.faults[verb] else ""
        if fault == "hang":
            await asyncio.Event().wait()
        elif fault.startswith("slow:"):
            await asyncio.sleep(float(fault.removeprefix("slow:")))
        elif fault.startswith("late:"):
            return fault.removeprefix("late:")
        elif fault:
            raise FAULTS[fault]()
        return ""

    async def create(self, spec: service.SandboxSpec) -> str:
        late = await self.fault("create", spec.name)
        if self.running(spec.name):
            raise service.NameTaken
        sandbox_id = f"sb-{next(self.ids):022d}"
        self.sandboxes[sandbox_id] = service.Sandbox(sandbox_id, dict(spec.tags))
        self.specs[sandbox_id] = spec
        if late == "hang":
            await asyncio.Event().wait()
        if late:
            raise FAULTS[late]()
        return sandbox_id

    async def find(self, name: str) -> service.Sandbox | None:
        await self.fault("find", name)
        return self.running(name)

    async def get(self, sandbox_id: str) -> service.Sandbox | None:
        await self.fault("get", sandbox_id)
        return self.sandboxes.get(sandbox_id)

    async def list(self, owner: str, cursor: str | None) -> service.Page:
        await self.fault("list", owner)
        own = [found for found in self.sandboxes.values() if found.exit_code is None and found.owner == owner]
        start = int(cursor) if cursor and cursor.isdecimal() else 0
        end = start + self.page_size
        return service.Page(own[start:end], str(end) if end < len(own) else None)

    async def terminate(self, sandbox_id: str) -> None:
        await self.fault("terminate", sandbox_id)
        self.finish(sandbox_id, 137)

    def running(self, name: str) -> service.Sandbox | None:
        return next((one for one in self.sandboxes.values() if one.name == name and one.exit_code is None), None)

    def finish(self, sandbox_id: str, exit_code: int) -> None:
        found = self.sandboxes[sandbox_id]
        if found.exit_code is None:
            self.sandboxes[sandbox_id] = replace(found, exit_code=exit_code)
