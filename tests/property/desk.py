"""A store without threads, files or commits, for tests with very many small transactions.

Each unit runs under a savepoint, as the real writer runs it; ``clear`` undoes everything at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import StaticPool

from bot.ports import Transaction
from storage.connect import driver, sqlite_engine
from storage.migrate import migrate
from storage.transaction import SqlTransaction
from tests.support.databases import SetClock

T = TypeVar("T")


class Crash(Exception):
    """The process ends in the middle of a unit of work."""


class OneConnectionStore:
    """``bot.ports.Store`` over one connection; ``crash_at`` kills the next unit at that statement."""

    def __init__(self, path: Path) -> None:
        asyncio.run(migrate(f"sqlite:///{path}"))
        self.clock = SetClock()
        self.crash_at = 0
        self._engine = sqlite_engine(path, busy_seconds=5, pool=StaticPool)
        self._connection = self._engine.connect()
        self._raw = driver(self._connection)
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.execute("SAVEPOINT clean")

    def clear(self) -> None:
        self.clock.time = SetClock().time
        self._raw.execute("ROLLBACK TO clean")

    def close(self) -> None:
        self._raw.execute("ROLLBACK")
        self._connection.close()
        self._engine.dispose()

    def do(self, unit: Callable[[Transaction], T]) -> T:
        tx = SqlTransaction(self._connection, now=lambda _: self.clock.now(), writable=True)
        if self.crash_at:
            self._make_fragile(tx)
        self._raw.execute("SAVEPOINT unit")
        try:
            value = unit(tx)
            if tx.failure is not None:
                raise tx.failure
        except BaseException:
            self.undo()
            raise
        finally:
            self._raw.execute("RELEASE unit")
        return value

    def undo(self) -> None:
        self._raw.execute("ROLLBACK TO unit")

    async def write(self, unit: Callable[[Transaction], T]) -> T:
        return self.do(unit)

    async def read(self, unit: Callable[[Transaction], T]) -> T:
        return self.do(unit)

    def _make_fragile(self, tx: Any) -> None:
        left, execute = self.crash_at, tx.execute
        self.crash_at = 0

        def counted(*args: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash
            return execute(*args)

        tx.execute = counted


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The value of a coroutine that never really waits."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("it waits for something")
