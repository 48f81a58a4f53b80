"""The control API under /sandbox: for tests and people who drive the simulator from another process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Protocol

from aiohttp import web
from pydantic import ValidationError

from sandbox.faults import Faults, faults_routes
from sandbox.imarouter.gateway import Gateway
from sandbox.imarouter.journal import Journal
from sandbox.imarouter.options import Options

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Controlled(Protocol):
    """What the routes drive: the verbs of `SandboxImaRouter`."""

    gateway: Gateway
    faults: Faults
    journal: Journal

    @property
    def options(self) -> Options: ...
    def set_options(self, **values: Any) -> None: ...
    def next(self, *behaviours: str, count: int = 1) -> None: ...
    def advance(self, seconds: float) -> None: ...
    def tasks(self) -> list[dict[str, Any]]: ...
    def balance(self) -> dict[str, float]: ...
    def reset(self) -> None: ...


def control_routes(provider: Controlled) -> list[web.RouteDef]:
    """Every route under /sandbox."""
    control = _Control(provider)
    return [
        web.get("/sandbox", control.summary),
        web.get("/sandbox/options", control.options),
        web.post("/sandbox/options", _checked(control.set_options)),
        web.get("/sandbox/next", control.waiting),
        web.post("/sandbox/next", _checked(control.next)),
        web.delete("/sandbox/next", control.clear_next),
        web.get("/sandbox/tasks", control.tasks),
        web.get("/sandbox/requests", control.requests),
        web.delete("/sandbox/requests", control.clear_requests),
        web.get("/sandbox/balance", control.balance),
        web.post("/sandbox/advance", _checked(control.advance)),
        web.post("/sandbox/reset", control.reset),
        *faults_routes(provider.faults),
    ]


class _Control:
    def __init__(self, provider: Controlled) -> None:
        self._provider = provider

    async def summary(self, _request: web.Request) -> web.Response:
        """What is going on, in one look."""
        tasks = self._provider.tasks()
        count = {word: sum(task["status"] == word for task in tasks) for word in _PHASES}
        armed = [fault.to_json() for fault in self._provider.faults.active()]
        return web.json_response({"tasks": count, **self._provider.balance(), "faults": armed})

    async def options(self, _request: web.Request) -> web.Response:
        return web.json_response(self._provider.options.model_dump(mode="json"))

    async def set_options(self, request: web.Request) -> web.Response:
        self._provider.set_options(**await _object(request))
        return await self.options(request)

    async def waiting(self, _request: web.Request) -> web.Response:
        return web.json_response({"next": self._provider.gateway.next.waiting()})

    async def next(self, request: web.Request) -> web.Response:
        """`{"behaviour": "moderate"}` or `{"behaviours": [...]}`, with `count` 1 if not said."""
        body = await _object(request)
        given = body.get("behaviours", [body.get("behaviour")])
        count = body.get("count", 1)
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise ValueError("'behaviour' is a string, 'behaviours' a list of them")
        if not isinstance(count, int) or isinstance(count, bool):
            raise ValueError("'count' is a whole number")
        self._provider.next(*given, count=count)
        return await self.waiting(request)

    async def clear_next(self, request: web.Request) -> web.Response:
        self._provider.gateway.next.clear()
        return await self.waiting(request)

    async def tasks(self, _request: web.Request) -> web.Response:
        return web.json_response({"tasks": self._provider.tasks()})

    async def requests(self, request: web.Request) -> web.Response:
        """All requests, or those of `?operation=`; only so many of the newest with `?last=`."""
        operation = request.query.get("operation")
        journal = self._provider.journal
        entries = journal.of(operation) if operation else list(journal.entries)
        last = int(request.query.get("last", 0))
        return web.json_response({"requests": [asdict(entry) for entry in entries[-last:]]})

    async def clear_requests(self, request: web.Request) -> web.Response:
        self._provider.journal.entries.clear()
        return await self.requests(request)

    async def balance(self, _request: web.Request) -> web.Response:
        return web.json_response(self._provider.balance())

    async def advance(self, request: web.Request) -> web.Response:
        seconds = (await _object(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
            raise ValueError("'seconds' is a number, not negative")
        self._provider.advance(seconds)
        return web.json_response({"now": self._provider.gateway.now()})

    async def reset(self, request: web.Request) -> web.Response:
        self._provider.reset()
        return await self.summary(request)


_PHASES = ("queued", "running", "done", "failed")


def _checked(handler: Handler) -> Handler:
    """ValueError (and so pydantic's and JSON's) becomes a 400 with one sentence."""

    async def checked(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ValidationError as wrong:
            told = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in wrong.errors()]
            return web.json_response({"error": "; ".join(told)}, status=400)
        except ValueError as wrong:
            return web.json_response({"error": str(wrong)}, status=400)

    return checked


async def _object(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")
    return body
