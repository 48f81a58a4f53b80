"""Hands payloads to the app, over a web socket or as signed requests, with Slack's patience and retries.

Facts: docs apis/events-api (3 s, three retries), apis/events-api/using-socket-mode; commands and interactive
payloads are not retried (python-slack-sdk#1940).
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sandbox.faults import Faults
from sandbox.slack.options import Options
from sandbox.slack.recorder import DeliveryRecord, Recorder
from sandbox.slack.workspace import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Outcome:
    """What came back: acknowledged or not, when, with which payload; ``error`` as a person sees it."""

    acked: bool
    ms: float
    payload: Any = None
    error: str | None = None
    reason: str | None = None
    """Why it failed, as the retry headers say it (http_timeout, http_error, connection_failed, ...)."""
    final: bool = False
    """The app asked for no more retries."""


@dataclass(frozen=True)
class Parcel:
    """One payload and how it travels."""

    kind: Kind
    payload: Json
    wants_answer: bool = False
    retry_num: int = 0
    retry_reason: str = ""


class Transport(Protocol):
    name: str

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand over once and wait for the acknowledgement; never raises for what the app does."""
        ...


class Delivery:
    """Chooses the transport, waits, retries events, and writes down every attempt."""

    def __init__(
        self, *, options: Options, recorder: Recorder, faults: Faults, sockets: Transport, http: Transport
    ) -> None:
        self._options = options
        self._recorder = recorder
        self._faults = faults
        self._sockets = sockets
        self._http = http
        self._tasks: set[asyncio.Task[None]] = set()
        self._untried: set[asyncio.Future[None]] = set()

    async def once(self, parcel: Parcel) -> Outcome:
        """One attempt."""
        transport = self._http if self._options.request_url else self._sockets
        record = DeliveryRecord(
            kind=parcel.kind,
            what=_what(parcel.payload),
            attempt=parcel.retry_num,
            at=self._recorder.clock(),
            via=transport.name,
            event_id=parcel.payload.get("event_id"),
            extra={"retry_reason": parcel.retry_reason} if parcel.retry_reason else {},
        )
        self._recorder.deliveries.append(record)
        started = time.monotonic()
        outcome = await self._spoilt(parcel, transport)
        record.acked, record.error = outcome.acked, outcome.reason or outcome.error
        record.ms = round((time.monotonic() - started) * 1000, 1)
        self._recorder.changed("delivery", kind=parcel.kind, subject=record.what, acked=outcome.acked)
        return outcome

    async def _spoilt(self, parcel: Parcel, transport: Transport) -> Outcome:
        """Send, or as a fault named after the parcel's kind has it: lost, unheard, the app killed."""
        named = any(fault.match == parcel.kind for fault in self._faults.active())
        fault = self._faults.take(parcel.kind) if named else None
        if fault is None:
            return await transport.send(parcel)
        lost = Outcome(acked=False, ms=0.0, error="operation_timeout", reason="http_timeout")
        outcome = lost
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return await transport.send(parcel)
        if fault.kind.endswith("_after"):
            outcome = await transport.send(parcel)
        if fault.kind.startswith("kill_") and fault.pid is not None:
            os.kill(fault.pid, signal.SIGKILL)
        return lost if outcome.acked else outcome

    def event(self, payload: Json, *, delay: float = 0.0, retry_num: int = 0, retry_reason: str = "") -> None:
        """Deliver an event in the background; a start above zero pretends that earlier tries were lost."""
        tried: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._untried.add(tried)
        tried.add_done_callback(self._untried.discard)
        task = asyncio.create_task(self._event(payload, delay, retry_num, retry_reason, tried))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until every event so far has been tried once; retries may still be to come."""
        while self._untried:
            await asyncio.wait(self._untried)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _event(
        self, payload: Json, delay: float, retry_num: int, retry_reason: str, tried: asyncio.Future[None]
    ) -> None:
        await asyncio.sleep(delay)
        waits = self._options.retry_delays
        for attempt in range(retry_num, len(waits) + 1):
            if attempt > retry_num:
                await asyncio.sleep(waits[attempt - 1] / self._options.speed)
            parcel = Parcel("events_api", payload, retry_num=attempt, retry_reason=retry_reason)
            try:
                outcome = await self.once(parcel)
            finally:
                if not tried.done():
                    tried.set_result(None)
            if outcome.acked or outcome.final:
                return
            retry_reason = outcome.reason or "unknown_error"


def _what(payload: Json) -> str:
    if "event" in payload:
        subtype = payload["event"].get("subtype")
        return str(payload["event"]["type"]) + (f".{subtype}" if subtype else "")
    return str(payload.get("type") or payload.get("command") or "unknown")
