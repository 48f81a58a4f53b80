"""Everything that happened, for tests to assert on and for a page to follow: calls, violations, changes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.slack.workspace import Json


@dataclass
class CallRecord:
    """One Web API request; ``status`` stays None when nobody was answered (a dropped connection)."""

    number: int
    method: str
    args: Json
    at: float
    http_method: str
    content_type: str
    carried_out: bool = False
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Violation:
    """Something Slack may let pass but its reference forbids: the app should not do it."""

    method: str
    rule: str
    detail: str
    at: float


@dataclass
class DeliveryRecord:
    """One try to hand a payload to the app."""

    kind: str
    what: str
    attempt: int
    at: float
    via: str
    acked: bool | None = None
    ms: float | None = None
    error: str | None = None
    event_id: str | None = None
    extra: Json = field(default_factory=dict)


class Recorder:
    """An append-only diary with live listeners."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.calls: list[CallRecord] = []
        self.violations: list[Violation] = []
        self.deliveries: list[DeliveryRecord] = []
        self.rate_limited = 0
        self._numbers = itertools.count(1)
        self._listeners: set[asyncio.Queue[Json]] = set()

    def reset(self) -> None:
        """Forget everything; whoever listens goes on listening."""
        for kept in (self.calls, self.violations, self.deliveries):
            kept.clear()
        self.rate_limited = 0

    def call(self, method: str, *, http_method: str, content_type: str) -> CallRecord:
        """Open the record of a request; the caller fills in what became of it."""
        record = CallRecord(next(self._numbers), method, {}, self.clock(), http_method, content_type)
        self.calls.append(record)
        return record

    def violation(self, method: str, rule: str, detail: str) -> None:
        self.violations.append(Violation(method, rule, detail, self.clock()))
        self.changed("violation", method=method, rule=rule, detail=detail)

    def changed(self, what: str, **about: Any) -> None:
        """Tell every listener that something changed."""
        for queue in self._listeners:
            queue.put_nowait({"what": what, "at": self.clock(), **about})

    def listen(self) -> asyncio.Queue[Json]:
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def unlisten(self, queue: asyncio.Queue[Json]) -> None:
        self._listeners.discard(queue)

    def as_json(self, what: str) -> list[Json]:
        """``calls``, ``violations`` or ``deliveries`` as JSON objects."""
        records: list[Any] = getattr(self, what)
        return [asdict(record) for record in records]
