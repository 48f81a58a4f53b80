"""The real clock and the real randomness: the only places where either is read."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from datetime import UTC, datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Lower-case base 32 without letters that people mistake for digits or each other."""

_UNSET_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody can set. Where the system has one, it also counts the time that the computer sleeps."""


class SystemClock:
    """``bot.ports.Clock`` with the computer's own time, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def elapsed() -> float:
    """Seconds since some moment before the start: only differences of two readings mean something."""
    return time.clock_gettime(_UNSET_CLOCK)


def new_job_id() -> str:
    """An opaque id of ten characters (50 random bits), short enough to be typed."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(10))


def new_owner_id() -> str:
    """Who leases tasks: random per process start, never a host or pod name."""
    return secrets.token_hex(8)


def jitter() -> float:
    """Uniform in [0, 1): spreads retries, decides nothing."""
    return random.random()  # noqa: S311 - spreads retries; not a secret
