"""A process whose time runs faster: an hour of outage, backoffs included, in a few real seconds.

At ``SIGUSR1`` the process reads from a file how many times as fast as in life the event loop's clock and the
bot's ``Clock`` run from then on; neither ever goes back. What waits for real work (an answer, a lease, a
probe) is made longer by the highest speed, so that only the bot's own waiting is shortened.
"""

from __future__ import annotations

import asyncio
import dataclasses
import selectors
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import httpx


class Time:
    """Seconds that pass ``speed`` times as fast as real ones."""

    def __init__(self) -> None:
        self.speed = 1.0
        self._real = self._shown = time.monotonic()

    def now(self) -> float:
        return self._shown + (time.monotonic() - self._real) * self.speed

    def ahead(self) -> float:
        """By how much more than real time has passed."""
        return self.now() - time.monotonic()

    def run_at(self, speed: float) -> None:
        self._shown, self._real, self.speed = self.now(), time.monotonic(), speed


class _Selector(selectors.DefaultSelector):
    passing: Time

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout > 0:
            timeout /= self.passing.speed
        return super().select(timeout)


def hurry(most: float, told: Path) -> None:
    """From now on event loops and the bot's clock obey; ``told`` holds the speed, ``most`` is its highest."""
    passing = Time()

    class Loop(asyncio.SelectorEventLoop):
        def __init__(self) -> None:
            selector = _Selector()
            selector.passing = passing
            super().__init__(selector)

        def time(self) -> float:
            return passing.now()

    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            return Loop()

    asyncio.set_event_loop_policy(Policy())
    signal.signal(signal.SIGUSR1, lambda *_: passing.run_at(float(told.read_text())))

    from app.clock import SystemClock

    SystemClock.now = lambda _self: datetime.now(UTC) + timedelta(seconds=passing.ahead())  # type: ignore[method-assign]
    _keep_real_waits(most)


def _keep_real_waits(speed: float) -> None:
    from app.composition import decoder
    from bot import step_runner, worker
    from bot.imarouter import client
    from bot.services import lease as leases
    from bot.services.budget import periods as windows
    from bot.services.operations import heartbeat
    from handlers.bolt import bolt_app
    from handlers.bolt import socket_mode as socket
    from handlers.conversation import downloads
    from handlers.web_api import client as slack_api
    from handlers.web_api import uploads as upload
    from storage.engines import sqlite
    from web import health

    for module, name in (
        (leases, "LEASE_SECONDS"),
        (leases, "QUEUED_LEASE_SECONDS"),
        (heartbeat, "BEAT_SECONDS"),
        (heartbeat, "DEAD_SECONDS"),
        (worker, "BEAT_SECONDS"),
        (decoder, "WALL_SECONDS"),
        (sqlite, "READY_SECONDS"),
        (upload, "UPLOAD_SECONDS"),
        (bolt_app, "ANSWER_SECONDS"),
    ):
        setattr(module, name, getattr(module, name) * speed)
    limits = step_runner.DEADLINE_SECONDS
    step_runner.DEADLINE_SECONDS = {kind: seconds * speed for kind, seconds in limits.items()}
    for module, name in (
        (slack_api, "TIMEOUT"),
        (upload, "_TIMEOUT"),
        (upload, "_ANSWER_TIMEOUT"),
        (downloads, "_TIMEOUT"),
    ):
        setattr(module, name, _longer(getattr(module, name), speed))
    plain = client.Timeouts()
    longer = dataclasses.replace(
        plain, **{f.name: getattr(plain, f.name) * speed for f in dataclasses.fields(plain)}
    )
    client.Timeouts = lambda: longer  # type: ignore[assignment,misc]
    health.Health.__init__.__kwdefaults__["patience"] *= speed
    windows.TOLERANCE = timedelta(days=1)  # ahead of everybody else's clock on purpose
    # Not their whole real length: what the socket does in an outage is part of what the hour is about.
    waits = socket.SocketMode.__init__.__kwdefaults__
    waits["ping_seconds"] *= min(50.0, speed)
    waits["silence_seconds"] *= min(20.0, speed)


def _longer(timeout: Any, speed: float) -> Any:
    if isinstance(timeout, aiohttp.ClientTimeout):
        return aiohttp.ClientTimeout(total=timeout.total * speed, connect=timeout.connect * speed)
    assert isinstance(timeout, httpx.Timeout)
    return httpx.Timeout(**{name: seconds and seconds * speed for name, seconds in timeout.as_dict().items()})
