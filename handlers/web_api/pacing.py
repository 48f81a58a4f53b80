"""Keeps to Slack's rate limits: a call waits for its turn here instead of being refused there.

Facts: docs apis/web-api/rate-limits (Slack reference 4): each method has a tier, calls a minute in a
workspace; posts are one a second in a channel. One process paces itself here; where several share a
workspace they take their turns from the database (``shared_pacing``). A 429 closes the method for as long
as Slack says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.errors import TryLater

FACTOR = 1.0
"""Multiplies every rate; tests run Slack faster."""

SHARE = 0.8
"""The part of a tier that is used as a steady rate; the rest is for bursts. Together they never exceed the
tier."""

PATIENCE_SECONDS = 4.0
"""The longest wait in here, where it takes a worker's place and lease. A call that would wait longer is put
off (TryLater): its task waits as a row."""

TIERS = {"t2": 20.0, "t3": 50.0, "t4": 100.0, "t5": 600.0}

_METHODS = {
    "chat.delete": "t3",
    "chat.postEphemeral": "t4",
    "chat.postMessage": "t5",
    "chat.update": "t3",
    "conversations.history": "t3",
    "conversations.open": "t3",
    "conversations.replies": "t3",
    "files.completeUploadExternal": "t4",
    "files.getUploadURLExternal": "t4",
    "files.info": "t4",
    "reactions.add": "t3",
    "reactions.remove": "t2",
}
"""Methods that a burst of work calls. The others are called when people click, and do not wait."""

_POSTS = frozenset({"chat.postMessage"})
"""One a second in one channel, two at once."""


class Pace(Protocol):
    """Limits the rate of calls in one workspace."""

    async def turn(self, method: str, channel: str | None) -> None:
        """Wait until ``method`` may be called. Raises TryLater instead, with the wait, when that is longer
        than PATIENCE_SECONDS."""
        ...

    def refused(self, method: str, after: float | None) -> None:
        """Slack answered 429: ``method`` is not called in this workspace for ``after`` seconds (None: a
        second)."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """``rate`` calls a second and ``size`` at once. ``channel`` is empty for a limit of the whole
    workspace."""

    channel: str
    rate: float
    size: float


def limits_of(method: str, channel: str | None) -> list[Limit]:
    """The limits of a call; the wider one first."""
    found = []
    if (tier := _METHODS.get(method)) is not None:
        a_minute = TIERS[tier] * FACTOR
        spare = a_minute * (1 - SHARE) - 1
        found.append(Limit("", a_minute * SHARE / 60, max(1.0, spare)))
    if channel is not None and method in _POSTS:
        found.append(Limit(channel, FACTOR, 2.0))
    return found


@dataclass(slots=True)
class _TokenBucket:
    """A token bucket. Each call takes a token, and a ``level`` below zero counts the calls that wait
    already."""

    rate: float
    size: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take a token; the seconds until the call may be made."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        self.level -= 1.0
        return max(0.0, -self.level / self.rate)

    def give_back(self) -> None:
        """Undo ``take``: the call is not made."""
        self.level += 1.0


class Pacing:
    """The turns of one workspace. ``time`` is monotonic seconds, ``sleep`` waits for some of them."""

    def __init__(self, *, time: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._time = time
        self.sleep = sleep
        self._buckets: dict[tuple[str, str], _TokenBucket] = {}
        self._closed: dict[str, float] = {}
        self._deferred_until: dict[str, float] = {}

    @classmethod
    def of_this_loop(cls) -> Pacing:
        """In the time of the event loop that runs."""
        return cls(time=asyncio.get_running_loop().time, sleep=asyncio.sleep)

    async def turn(self, method: str, channel: str | None) -> None:
        wait = self.wait_for(method, channel)
        if wait > 0:
            await self.sleep(wait)

    def wait_for(self, method: str, channel: str | None) -> float:
        """Reserve a call; the seconds until it may be made. Raises TryLater when they are too many."""
        now = self._time()
        closed = self.closed_for(method)
        mine = [self._bucket(method, limit, now) for limit in limits_of(method, channel)]
        waits = [bucket.take(now) for bucket in mine]
        wait = max([closed, *waits])
        if wait <= PATIENCE_SECONDS:
            return wait
        for bucket in mine:
            bucket.give_back()
        raise TryLater(f"{method}: waits for its turn", after=self._defer(method, channel, mine, now, wait))

    def refused(self, method: str, after: float | None) -> None:
        until = self._time() + (1.0 if after is None else after)
        self._closed[method] = max(until, self._closed.get(method, 0.0))

    def closed_for(self, method: str) -> float:
        """Seconds until a method that Slack has refused may be called again."""
        return max(0.0, self._closed.get(method, 0.0) - self._time())

    def _defer(
        self, method: str, channel: str | None, mine: list[_TokenBucket], now: float, wait: float
    ) -> float:
        """When a call that was put off is to ask again, in seconds: one call after the last one that was put
        off, so that they do not come back together."""
        key = f"{method}/{channel or ''}"
        pace = max((1.0 / bucket.rate for bucket in mine), default=0.1)
        last = max(self._deferred_until.get(key, 0.0), now + wait - PATIENCE_SECONDS / 2)
        self._deferred_until[key] = last + pace
        return self._deferred_until[key] - now

    def _bucket(self, method: str, limit: Limit, now: float) -> _TokenBucket:
        bucket = self._buckets.get((method, limit.channel))
        if bucket is None:
            if len(self._buckets) > 10_000:
                self._buckets.clear()
            bucket = self._buckets[method, limit.channel] = _TokenBucket(
                limit.rate, limit.size, limit.size, now
            )
        return bucket
