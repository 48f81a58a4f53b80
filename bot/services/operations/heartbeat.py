"""Several processes on one database tell each other that they live; what a dead one leased is due at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from bot.ports import Store, Transaction

log = structlog.get_logger(__name__)

BEAT_SECONDS = 5.0
"""How often a process says that it lives, and looks at the others."""

DEAD_SECONDS = 15.0
"""A process that has not said so for so long is dead."""


class Heartbeat(Protocol):
    """What the worker does every BEAT_SECONDS."""

    async def beat(self) -> int:
        """Say that this process lives, and give back what dead ones have leased. Returns how many tasks that
        is. Raises StoreUnavailable; safe to repeat."""
        ...


class AloneOnItsFile:
    """The heartbeat on SQLite, where a lock says who lives: one process serves a file."""

    async def beat(self) -> int:
        return 0


class AmongReplicas:
    """The heartbeat on a server. ``owner`` names this process in its leases; ``now`` is monotonic seconds.

    A process is dead when its row has not changed over DEAD_SECONDS of looks in a row. A gap in our own
    looks, as while the database was away, begins the count anew: then nobody could say that they live.
    """

    def __init__(self, *, store: Store, owner: str, now: Callable[[], float]) -> None:
        self._store = store
        self._owner = owner
        self._now = now
        self._seen: dict[str, tuple[datetime, float]] = {}
        self._looked_at = -BEAT_SECONDS

    async def beat(self) -> int:
        def unit(tx: Transaction) -> dict[str, datetime]:
            tx.workers.beat(self._owner)
            return {owner: at for owner, at in tx.workers.all().items() if owner != self._owner}

        others = await self._store.write(unit)
        dead = self._dead(others)
        if not dead:
            return 0
        freed = await self._store.write(lambda tx: sum(tx.workers.bury(*one) for one in dead.items()))
        log.warning("leases_of_dead_taken_over", processes=len(dead), tasks=freed)
        return freed

    def _dead(self, others: dict[str, datetime]) -> dict[str, datetime]:
        """Those of ``others`` that have said nothing for DEAD_SECONDS, with when they last did."""
        now = self._now()
        if now - self._looked_at > 2 * BEAT_SECONDS:
            self._seen.clear()
        self._looked_at = now
        self._seen = {
            owner: self._seen[owner] if owner in self._seen and self._seen[owner][0] == at else (at, now)
            for owner, at in others.items()
        }
        return {owner: at for owner, (at, since) in self._seen.items() if now - since >= DEAD_SECONDS}
