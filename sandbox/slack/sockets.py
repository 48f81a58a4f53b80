"""Socket Mode: tickets, up to ten connections, envelopes and their acknowledgements.

Facts: docs apis/events-api/using-socket-mode; each payload goes to any one connection.
"""

from __future__ import annotations

import asyncio
import json
import random as random_module
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import Outcome, Parcel
from sandbox.slack.options import Options
from sandbox.slack.recorder import Recorder
from sandbox.slack.workspace import APP_ID, Json


@dataclass
class _Link:
    """One open connection; a ghost is counted but what it is sent never arrives (python-slack-sdk#1940)."""

    number: int
    socket: web.WebSocketResponse
    ghost: bool = False
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class Sockets:
    """All open connections of the app."""

    name = "socket"

    def __init__(self, *, options: Options, recorder: Recorder, random: random_module.Random) -> None:
        self._options = options
        self._recorder = recorder
        self._random = random
        self._tickets: set[str] = set()
        self._links: list[_Link] = []
        self._number = 0

    def ticket(self) -> str:
        """A new single-use ticket for a connection."""
        ticket = uuid.UUID(int=self._random.getrandbits(128)).hex
        self._tickets.add(ticket)
        return ticket

    def state(self) -> list[Json]:
        return [{"number": x.number, "ghost": x.ghost, "unacked": len(x.waiting)} for x in self._links]

    def haunt(self) -> int:
        """Turn every open connection into a ghost; returns how many."""
        for link in self._links:
            link.ghost = True
        return len(self._links)

    async def disconnect(self, reason: str, *, close: bool = True) -> int:
        """Tell every connection to go away (warning, refresh_requested, link_disabled); returns how many."""
        links = list(self._links)
        for link in links:
            await self._goodbye(link, reason, close=close and reason != "warning")
        return len(links)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """The web socket end point; an unknown or used ticket is refused."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="ticket not valid")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self._links) >= self._options.max_connections:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        self._number += 1
        link = _Link(self._number, socket)
        self._links.append(link)
        self._recorder.changed("socket_opened", connections=len(self._links))
        try:
            await self._serve(link)
        finally:
            self._forget(link)
        return socket

    async def send(self, parcel: Parcel) -> Outcome:
        """Put the parcel into an envelope for one connection and wait for its acknowledgement."""
        links = [link for link in self._links if not link.socket.closed]
        if not links:
            return Outcome(acked=False, ms=0.0, error="dispatch_failed", reason="connection_failed")
        link = self._random.choice(links)
        envelope_id = str(uuid.UUID(int=self._random.getrandbits(128)))
        waiter: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        link.waiting[envelope_id] = waiter
        started = time.monotonic()
        try:
            if not link.ghost:
                await link.socket.send_json(_envelope(parcel, envelope_id))
            # Not wait_for: before Python 3.12 it loses a cancellation that comes as the waiter ends.
            async with asyncio.timeout(self._options.ack_seconds):
                payload = await waiter
        except TimeoutError:
            return Outcome(acked=False, ms=_ms(started), error="operation_timeout", reason="timeout")
        except ConnectionError:
            return Outcome(
                acked=False, ms=_ms(started), error="operation_timeout", reason="connection_failed"
            )
        finally:
            link.waiting.pop(envelope_id, None)
        return Outcome(acked=True, ms=_ms(started), payload=payload)

    async def stop(self) -> None:
        for link in list(self._links):
            await link.socket.close()

    async def _serve(self, link: _Link) -> None:
        await link.socket.send_json(self._hello())
        clock = asyncio.create_task(self._refresh_later(link)) if self._options.link_seconds else None
        try:
            async for frame in link.socket:
                if frame.type is WSMsgType.TEXT and not link.ghost:
                    self._acknowledge(link, frame.data)
        finally:
            if clock is not None:
                clock.cancel()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._links),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": int(self._options.link_seconds) or 18_060,
            },
        }

    def _acknowledge(self, link: _Link, text: str) -> None:
        try:
            answer = json.loads(text)
            envelope_id = answer["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._recorder.violation("socket", "malformed_ack", text[:200])
            return
        waiter = link.waiting.get(envelope_id)
        if waiter is None or waiter.done():
            self._recorder.changed("late_ack", envelope_id=envelope_id)
            return
        waiter.set_result(answer.get("payload"))

    async def _refresh_later(self, link: _Link) -> None:
        await asyncio.sleep(max(0.0, self._options.link_seconds - 10))
        await self._goodbye(link, "warning", close=False)
        await asyncio.sleep(min(10.0, self._options.link_seconds))
        await self._goodbye(link, "refresh_requested", close=True)

    async def _goodbye(self, link: _Link, reason: str, *, close: bool) -> None:
        if link.socket.closed:
            return
        await link.socket.send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        )
        if close:
            await asyncio.sleep(0.05)
            await link.socket.close()

    def _forget(self, link: _Link) -> None:
        if link in self._links:
            self._links.remove(link)
        for waiter in link.waiting.values():
            if not waiter.done():
                waiter.set_exception(ConnectionResetError("socket closed"))
        self._recorder.changed("socket_closed", connections=len(self._links))


def _envelope(parcel: Parcel, envelope_id: str) -> Json:
    body: Json = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.wants_answer,
    }
    if parcel.kind == "events_api":
        body |= {"retry_attempt": parcel.retry_num, "retry_reason": parcel.retry_reason}
    return body


def _ms(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
