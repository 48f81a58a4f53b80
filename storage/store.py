"""What both engines offer: a store that can be closed and asked whether it is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.ports import Store, Transaction

T = TypeVar("T")
Unit = Callable[[Transaction], T]


class SqlStore(Store, Protocol):
    """A ``Store`` that keeps the deadline of the request (``bot.deadline``): a unit that has not come to its
    COMMIT by then (on SQLite: has not begun) is dropped for good, and StoreUnavailable is raised. A unit that
    has is waited for to its end. A caller that got StoreUnavailable may ask again, so its first unit must not
    be carried out after that."""

    async def close(self) -> None:
        """Finish what was accepted, then let go of every connection. Safe to repeat. Later writes and
        reads raise StoreUnavailable."""
        ...

    async def is_ready(self) -> bool:
        """Whether the database answers, takes changes and has the current schema. Cheap; never raises."""
        ...
