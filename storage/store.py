"""What both engines offer: a store that can also be closed and asked whether it is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.ports import Store, Transaction

T = TypeVar("T")
Unit = Callable[[Transaction], T]


class SqlStore(Store, Protocol):
    async def close(self) -> None:
        """Finish what was accepted, then let go of every connection. Safe to repeat. Later writes and
        reads raise StoreUnavailable."""
        ...

    async def is_ready(self) -> bool:
        """Whether the database answers and has the current schema. Cheap; never raises."""
        ...
