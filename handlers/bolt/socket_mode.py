"""Runs the Socket Mode connection: logs when it is lost, waits for the end of an outage, and ends the process
when Slack answers but no connection works.

slack_sdk reconnects for ever without logging it, even with a revoked token, and keeps no references to
running listeners (Slack reference 5.1, E11). So the connection is watched here, replaced when nothing
arrives any more, and drained before it closes; ``preflight`` checks the token before the start.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.availability import Availability
from bot.domain.errors import BotError
from bot.errors import TryLater
from handlers.bolt.bolt_app import answered
from handlers.web_api.identity import TokenRefused
from handlers.web_api.preflight import open_connection

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 60.0
"""A connection on which neither a pong nor a message arrived for so long counts as dead."""

AWAY_SECONDS = 30.0
"""The longest pause between two requests for a connection while Slack does not answer."""

PING_SECONDS = 10.0
DRAIN_SECONDS = 5.0
"""How long running listeners may take when the process stops; Slack waits for 3 s."""

MANY_CONNECTIONS = 8
"""From so many connections on a warning is logged. Slack allows ten, and sends payloads also to half-open
ones, where they are lost (python-slack-sdk#1940)."""


class SocketLost(BotError):
    """Slack answers but no connection works, or Slack refuses the token: the process must end and be started
    again."""


class SocketMode:
    """Keeps one connection for the life of the process, in a supervised task."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        client: AsyncWebClient,
        app_token: str,
        silence_seconds: float = SILENCE_SECONDS,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._app = app
        self._client = client
        self._app_token = app_token
        self._silence = silence_seconds
        self._ping = ping_seconds
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()
        self._is_up = False
        self._was_up = False
        self._outage = Availability(
            gone="slack_connection_lost", back="slack_connection_back", level=logging.WARNING
        )
        self._heard_at = 0.0
        self._has_heard = False

    async def ready(self) -> str | None:
        """None while connected, else why not: a probe for ``/readyz``."""
        return None if self._is_up else "Socket Mode is not connected"

    async def run(self) -> None:
        """Keep a connection until ``stop``, waiting for the end of an outage however long it takes. Raises
        SocketLost when Slack refuses the token, or when two connections in a row received nothing for
        ``silence_seconds`` although Slack answers.

        Call ``preflight`` first: otherwise a bad token shows only after ``silence_seconds``.
        """
        mute = 0
        while not self._stopping.is_set():
            self._has_heard = False
            await self._connected()
            if self._stopping.is_set():
                return
            mute = 0 if self._has_heard or await self._was_away() else mute + 1
            if mute > 1:
                raise SocketLost(f"nothing heard from Slack for {self._silence:g} s")

    async def _connected(self) -> None:
        """Keep one connection, with its reconnects, until ``stop`` or until nothing arrived for too long."""
        socket = _Socket(app=self._app, client=self._client, app_token=self._app_token, ping=self._ping)
        socket.on_message_listeners.append(self._intake)
        self._heard_at = _now()
        connecting = asyncio.create_task(socket.open(), name="socket-connect")
        try:
            await self._watch(socket)
        finally:
            self._note(up=False)
            await socket.shut(connecting)

    async def _was_away(self) -> bool:
        """Ask Slack for a connection until it answers or ``stop`` is called. True if it could not be reached
        at first. Raises SocketLost when it refuses the token."""
        pause = 0.0
        while not self._stopping.is_set():
            try:
                await open_connection(self._client, self._app_token)
            except TokenRefused as refused:
                raise SocketLost(f"Slack refuses the app token ({refused.code})") from refused
            except TryLater:
                pause = min(AWAY_SECONDS, pause * 2 or 1.0)
                await _wait(self._stopping, pause)
            else:
                break
        return pause > 0

    def stop(self) -> None:
        """``run`` returns once the listeners in hand have ended. Safe to repeat."""
        self._stopping.set()
        self._news.set()

    async def _watch(self, socket: _Socket) -> None:
        pong: float | None = None
        step = min(1.0, self._silence / 10, self._ping)
        while not self._stopping.is_set():
            self._news.clear()
            latest = socket.last_ping_pong_time
            if pong is not None and latest is not None and latest != pong:
                self._heard_at = _now()  # from None to a value is only the SDK noting its own first ping
            pong = latest
            self._note(up=await socket.is_connected())
            if _now() - self._heard_at > self._silence:
                return
            await _wait(self._news, step)

    def _note(self, *, up: bool) -> None:
        """Log one line when the connection is lost and one when it is there (again)."""
        if up:
            if not self._was_up:
                log.info("slack_connected")
            self._was_up = True
            self._outage.worked()
        elif self._was_up and not self._stopping.is_set():
            self._outage.failed()
        self._is_up = up

    async def _intake(self, message: WSMessage) -> None:
        """Note that a message arrived: the connection works. A hello message also says how many connections
        there are; warn when there are many."""
        self._heard_at = _now()
        self._has_heard = True
        if not self._is_up:
            self._news.set()  # connected: ``_watch`` is to note that at once
        if '"hello"' not in message.data[:40]:
            return
        count = json.loads(message.data).get("num_connections", 0)
        if count >= MANY_CONNECTIONS:
            log.warning("many_slack_connections", count=count, at_most=10)


class _Socket(SocketModeClient):
    """slack_sdk's client, with strong references to the listeners that it has started."""

    def __init__(self, *, app: AsyncApp, client: AsyncWebClient, app_token: str, ping: float) -> None:
        super().__init__(app_token=app_token, web_client=client, ping_interval=ping, logger=_sdk_logger())
        self.proxy = client.proxy  # the constructor reads HTTPS_PROXY where it is given none
        self._app = app
        self._running: set[asyncio.Task[Any]] = set()
        self.socket_mode_request_listeners.append(self._answer)

    async def open(self) -> None:
        """Connect, however long it takes."""
        await self.connect()  # type: ignore[no-untyped-call]

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """As the SDK's, with a strong reference to the task: the loop keeps only weak ones."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await super().run_message_listeners(message, raw_message)

    async def shut(self, connecting: asyncio.Task[None]) -> None:
        """Wait up to DRAIN_SECONDS for running listeners, then end all tasks and close the connection."""
        deadline = _now() + DRAIN_SECONDS
        while self._running and (left := deadline - _now()) > 0:
            await asyncio.wait(self._running, timeout=left)
        parts = (connecting, self.message_processor, self.current_session_monitor, self.message_receiver)
        tasks = [task for task in (*parts, *self._running) if task is not None]
        self.closed = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self.close()  # type: ignore[no-untyped-call]
        finally:
            await self.aiohttp_client_session.close()

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        response = await answered(lambda: run_async_bolt_app(self._app, request))
        await send_async_response(client, request, response, time.time())


def _sdk_logger() -> logging.Logger:
    """The SDK logs every reconnect with a traceback; only its lines about failed listeners are kept."""
    logger = logging.getLogger("handlers.bolt.socket_mode.sdk")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(
            lambda record: record.getMessage().startswith(("Failed to run", "Failed to process"))
        )
    return logger


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _now() -> float:
    return asyncio.get_running_loop().time()
