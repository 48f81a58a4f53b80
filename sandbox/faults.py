"""Things that go wrong on the wire, injected into a simulator's answers and independent of whose API it is.

A fault names an operation (`"submit"`, `"chat.postMessage"`, …) or `"*"`, and what happens to it. The
interesting pair is *before* and *after*: a request that was never carried out and one that was carried out
but never answered look the same to the client, and only one of them may be repeated.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from aiohttp import web

KINDS = frozenset(
    {
        "drop_before",
        "drop_after",
        "delay",
        "rate_limit",
        "status",
        "truncate",
        "nonsense",
        "error",
        "kill_before",
        "kill_after",
    }
)
NONSENSE = "<html><head><title>502 Bad Gateway</title></head><body><h1>It works?</h1></body></html>"

Work = Callable[[], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong; `count` and `skip` say for which of the matching requests."""

    match: str
    """Operation name, or `"*"` for all of them."""
    kind: str
    """One of `KINDS`."""
    count: int = 1
    """How many matching requests it hits; -1 until cleared."""
    skip: int = 0
    """How many matching requests pass first."""
    seconds: float = 0.0
    """For `delay`."""
    status: int = 500
    """For `status`."""
    retry_after: int | str | None = None
    """For `rate_limit` and `status`: the Retry-After header, in seconds or as its whole text."""
    error: str | None = None
    """For `error` (and the body of `rate_limit`): a code that the server turns into its own error shape."""
    body: str | None = None
    """For `rate_limit`, `status`, `nonsense`: the exact body."""
    pid: int | None = None
    """For `kill_*`: the process that gets SIGKILL."""

    @classmethod
    def from_json(cls, data: object) -> Fault:
        """A fault from its JSON object; ValueError names the field that is wrong."""
        if not isinstance(data, Mapping):
            raise ValueError(f"a fault is a JSON object, not {type(data).__name__}")
        known = {field.name: str(field.type) for field in fields(cls)}
        unknown = sorted(str(key) for key in data if key not in known)
        if unknown:
            raise ValueError(f"unknown fault field {unknown[0]!r}; known: {', '.join(known)}")
        for name in ("match", "kind"):
            if name not in data:
                raise ValueError(f"a fault needs {name!r}")
        for name, value in data.items():
            _check_type(name, value, known[name])
        fault = cls(**data)
        _check(fault)
        return fault

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)


class Faults:
    """The faults of one simulator, in the order in which they were added."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._faults: list[Fault] = []
        self._changed = changed
        """Hears that faults were added, used up or cleared."""

    def add(self, fault: Fault) -> None:
        """Arm a fault. ValueError if its kind is unknown or a needed field is missing."""
        _check(fault)
        self._faults.append(fault)
        self._changed()

    def clear(self) -> None:
        """Disarm everything."""
        self._faults.clear()
        self._changed()

    def active(self) -> list[Fault]:
        """What is still armed; `count` and `skip` are what is left of them."""
        return list(self._faults)

    def take(self, name: str, *, exactly: bool = False) -> Fault | None:
        """The first fault that hits this request, used up by one; those that still skip are counted down."""
        for index, fault in enumerate(self._faults):
            if fault.match != name and (exactly or fault.match != "*"):
                continue
            if fault.skip > 0:
                self._faults[index] = replace(fault, skip=fault.skip - 1)
                continue
            if fault.count == 1:
                del self._faults[index]
            elif fault.count > 1:
                self._faults[index] = replace(fault, count=fault.count - 1)
            if fault.count >= 1:
                self._changed()
            return fault
        return None

    def refusal(self, name: str) -> str | None:
        """The error code of the first fault that names exactly this, used up by one: for a part of an
        operation that has a name of its own, which ``"*"`` does not mean and which can only be refused."""
        fault = self.take(name, exactly=True)
        return (fault.error or "internal_error") if fault is not None else None

    async def run(
        self,
        name: str,
        request: web.Request,
        work: Work,
        *,
        error_response: Callable[[Fault], web.StreamResponse],
    ) -> web.StreamResponse:
        """Answer one request: `work` as it is, or as the first matching fault spoils it.

        `error_response` gives a fault's `error` code the simulated server's own shape.
        """
        fault = self.take(name)
        if fault is None:
            return await work()
        if fault.kind in ("drop_before", "drop_after", "kill_before", "kill_after"):
            return await _vanish(fault, request, work)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return await work()
        if fault.kind == "truncate":
            return await truncate(request, await work())
        return _instead(fault, error_response)


def faults_routes(faults: Faults, *, path: str = "/sandbox/faults") -> list[web.RouteDef]:
    """Control routes: GET lists what is armed, POST arms one fault or a list of them, DELETE disarms all."""

    def listed() -> web.Response:
        return web.json_response({"faults": [fault.to_json() for fault in faults.active()]})

    async def show(_request: web.Request) -> web.Response:
        return listed()

    async def arm(request: web.Request) -> web.Response:
        try:
            data = await request.json()
            armed = [Fault.from_json(item) for item in (data if isinstance(data, list) else [data])]
        except ValueError as wrong:  # json.JSONDecodeError is one too
            return web.json_response({"error": str(wrong)}, status=400)
        for fault in armed:
            faults.add(fault)
        return listed()

    async def disarm(_request: web.Request) -> web.Response:
        faults.clear()
        return listed()

    return [web.get(path, show), web.post(path, arm), web.delete(path, disarm)]


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer; the 499 returned never leaves, it only marks the request."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def truncate(request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
    """Promise the whole length, send half, close. An answer that was already streamed is only cut off."""
    transport = request.transport
    body = whole.body if isinstance(whole, web.Response) else None
    if not isinstance(body, bytes | bytearray):
        if transport is not None:
            transport.abort()
        return whole
    half = web.StreamResponse(status=whole.status)
    half.headers.update({k: v for k, v in whole.headers.items() if k.lower() != "content-length"})
    half.content_length = len(body)
    half.force_close()
    await half.prepare(request)
    await half.write(bytes(body[: len(body) // 2]))
    if transport is not None:
        transport.close()
    return half


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise ValueError(f"unknown fault kind {fault.kind!r}; known: {', '.join(sorted(KINDS))}")
    if fault.count == 0 or fault.count < -1:
        raise ValueError("'count' is a positive number, or -1 for until cleared")
    if fault.skip < 0 or fault.seconds < 0:
        raise ValueError("'skip' and 'seconds' are not negative")
    if fault.kind.startswith("kill_") and (fault.pid is None or fault.pid <= 1):
        raise ValueError(f"{fault.kind!r} needs the 'pid' of the process to kill")
    if fault.kind == "error" and not fault.error:
        raise ValueError("'error' needs an 'error' code")


def _check_type(name: str, value: object, annotation: str) -> None:
    """`annotation` is the field's source text, e.g. `int | None`."""
    words = annotation.split(" | ")
    if value is None and "None" in words:
        return
    allowed: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
    kinds = tuple(kind for word in words if word != "None" for kind in allowed[word])
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise ValueError(f"fault field {name!r} must be {annotation}, not {value!r}")


async def _vanish(fault: Fault, request: web.Request, work: Work) -> web.StreamResponse:
    """Close without an answer, before or after the work; `kill_*` ends the client's process first."""
    if fault.kind.endswith("_after"):
        await work()
    if fault.kind.startswith("kill_") and fault.pid is not None:
        os.kill(fault.pid, signal.SIGKILL)
    return hang_up(request)


def _instead(fault: Fault, error_response: Callable[[Fault], web.StreamResponse]) -> web.StreamResponse:
    """The kinds that answer something else and do no work."""
    if fault.kind == "error":
        return error_response(fault)
    if fault.kind == "nonsense":
        return web.Response(text=NONSENSE if fault.body is None else fault.body, content_type="text/html")
    response: web.StreamResponse
    if fault.kind == "rate_limit" and fault.body is None and fault.error:
        response = error_response(replace(fault, status=429))
    else:
        text = fault.body or ""
        kind = "application/json" if _is_json(text) else "text/plain"
        response = web.Response(text=text, content_type=kind)
    response.set_status(429 if fault.kind == "rate_limit" else fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
