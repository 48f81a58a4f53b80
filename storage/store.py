"""What both engines offer: a store that can be closed, asked whether it is ready, and used in a hurry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.ports import Store, Transaction

T = TypeVar("T")
Unit = Callable[[Transaction], T]


class SqlStore(Store, Protocol):
    """``patience``, in seconds, is for whoever waits in person: a unit that has not come to its COMMIT by
    then (on SQLite: has not begun) is dropped for good, and StoreUnavailable is raised. One that has is
    waited for to its end. None: as long as the engine waits."""

    async def write(self, unit: Unit[T], *, patience: float | None = None) -> T: ...

    async def read(self, unit: Unit[T], *, patience: float | None = None) -> T: ...

    async def close(self) -> None:
        """Finish what was accepted, then let go of every connection. Safe to repeat. Later writes and
        reads raise StoreUnavailable."""
        ...

    async def is_ready(self) -> bool:
        """Whether the database answers, takes changes and has the current schema. Cheap; never raises."""
        ...


class Desk:
    """A store as people are served over it: the same one, with no more than ``patience`` seconds for a unit.

    Whoever was told that the database cannot be used may ask again: what they asked before must not be done
    after that.
    """

    def __init__(self, store: SqlStore, *, patience: float) -> None:
        self._store = store
        self._patience = patience

    async def write(self, unit: Unit[T]) -> T:
        return await self._store.write(unit, patience=self._patience)

    async def read(self, unit: Unit[T]) -> T:
        return await self._store.read(unit, patience=self._patience)
