"""The one writer of a SQLite file: a thread that puts all waiting units into one durable commit.

A commit costs one disk flush however many units are in it, and SQLite allows one writer. So the units that
arrive while a commit is under way share the next one. Each unit runs under its own savepoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool
from sqlalchemy.exc import StatementError

from bot.errors import StoreUnavailable
from bot.ports import Clock
from storage.connect import driver, make_file, sqlite_engine
from storage.engines.availability import DatabaseAvailability
from storage.errors import DRIVER_ERRORS, HeldUp, translate
from storage.store import T, Unit
from storage.transaction import SqlTransaction

GROUP = 256
"""At most so many units share a commit, so that the first of them does not wait for too many others."""

HEALED = "database_healed"
"""The row that is written to see whether writing works again; its time says when it last did."""

WAITED_TOO_LONG = "held up"
"""The reason that is noted when a unit waited in vain and no error tells why."""

HEAL_SECONDS = 1.0
"""How long after a failure the file is tried again while no unit waits."""


@dataclass(eq=False, slots=True)
class _Item:
    unit: Unit[Any]
    future: asyncio.Future[Any]
    queued_after: int
    """How many groups had ended when it was queued."""
    is_taken: bool = False
    """Whether the writer has begun it or its caller has given it up; whichever came first."""
    value: Any = None
    error: BaseException | None = None


class Writer:
    """Runs units from any event loop in one thread, which starts with the first unit."""

    def __init__(self, path: Path, *, clock: Clock, busy_seconds: float) -> None:
        self._path = path
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._availability = DatabaseAvailability()
        self._groups_ended = 0
        self._taking = Lock()

    @property
    def unavailable_reason(self) -> str | None:
        """Why nothing could be written at the last attempt; None while writing works."""
        return self._availability.reason

    async def run(self, unit: Unit[T], *, patience: float | None = None) -> T:
        """Run ``unit`` in the next group and return its value. A cancelled caller's unit is dropped or
        committed as a whole. One that has not begun within ``patience`` seconds is dropped, and HeldUp, a
        StoreUnavailable, is raised."""
        if self._closed:
            raise StoreUnavailable("the database is closed")
        if self._thread is None:
            # A daemon: a forgotten close() must not keep the process from ending. What is in the queue
            # then was never confirmed to anyone.
            self._thread = Thread(target=self._work, name="sqlite-writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        item = _Item(unit, loop.create_future(), self._groups_ended)
        self._queue.put(item)
        wait = self._availability.patience(patience)
        giving_up = None if wait is None else loop.call_later(wait, self._give_up, item)
        try:
            value: T = await item.future
        finally:
            if giving_up is not None:
                giving_up.cancel()
        return value

    def _give_up(self, item: _Item) -> None:
        """Drop ``item``, whose patience has ended, unless the writer has begun it: then its caller waits for
        the end."""
        with self._taking:
            if item.is_taken or item.future.done():
                return
            item.is_taken = True
            # When no group has ended since, it is not a long queue that delays the unit. Noted before the
            # future is set, so that the writer finds it when it next looks at ``unavailable_reason``.
            if item.queued_after == self._groups_ended:
                self._availability.failed(WAITED_TOO_LONG, writing=True)
        item.future.set_exception(HeldUp(f"the database cannot be written ({WAITED_TOO_LONG})"))

    def _take(self, item: _Item) -> bool:
        """Claim ``item`` for the writer; False if its caller has given it up."""
        with self._taking:
            was_taken, item.is_taken = item.is_taken, True
            return not was_taken

    async def close(self) -> None:
        """Commit what was accepted and end the thread. Safe to repeat; later calls of ``run`` raise
        StoreUnavailable."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        last = False
        while not last:
            group, last = self._next_group()
            group = [item for item in group if not item.future.done()]
            if group:
                self._commit(group)
                _deliver(group)
            elif self.unavailable_reason and not last:
                self._commit([], heal=True)
            self._groups_ended += 1
        self._disconnect()

    def _next_group(self) -> tuple[list[_Item], bool]:
        """The units that wait, and whether the writer ends after them. Waits for the first one; while the
        file cannot be written, only for HEAL_SECONDS."""
        group: list[_Item] = []
        try:
            item = self._queue.get(timeout=HEAL_SECONDS if self.unavailable_reason else None)
        except Empty:
            return group, False
        while item is not None:
            group.append(item)
            if len(group) == GROUP:
                return group, False
            try:
                item = self._queue.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: list[_Item], *, heal: bool = False) -> None:
        """Run ``group`` in one transaction. If that fails as a whole, nothing is kept, and every unit without
        an error of its own gets StoreUnavailable.

        ``heal``: also write a row of our own, to find out whether writing works again.
        """
        try:
            connection = self._connect()
            raw = driver(connection)
            changes = raw.total_changes
            raw.execute("BEGIN IMMEDIATE")
            for item in filter(self._take, group):
                self._run_one(item, connection, raw)
            if heal:
                self._transaction(connection).key_values.put(HEALED, "yes")
            raw.execute("COMMIT")
            self._note(group, wrote=raw.total_changes > changes)
        except Exception as error:  # noqa: BLE001 - the thread must not end; the callers get it
            self._disconnect()
            reason = getattr(error, "sqlite_errorname", type(error).__name__)
            self._availability.failed(reason, writing=True)
            for item in group:
                if item.error is None:
                    item.error = StoreUnavailable(f"the database cannot be written ({reason})")
                    item.error.__cause__ = error

    def _note(self, group: list[_Item], *, wrote: bool) -> None:
        """Note whether the file can be written. A full disk refuses a unit but still commits the empty group:
        only a change that was written proves that it works."""
        refused = next((item.error for item in group if isinstance(item.error, StoreUnavailable)), None)
        if refused is not None:
            self._availability.failed(str(refused), writing=True)
        elif wrote:
            self._availability.worked(wrote=True)

    def _transaction(self, connection: Connection) -> SqlTransaction:
        return SqlTransaction(connection, now=lambda _: self._clock.now(), writable=True)

    def _run_one(self, item: _Item, connection: Connection, raw: sqlite3.Connection) -> None:
        tx = self._transaction(connection)
        raw.execute("SAVEPOINT unit")
        try:
            item.value = item.unit(tx)
            if tx.failure is not None:
                raise tx.failure
        except StopIteration as error:  # a future cannot hold it
            item.error = RuntimeError("a unit raised StopIteration")
            item.error.__cause__ = error
        except StatementError as error:
            item.error = translate(error)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the unit's caller
            item.error = error
        if item.error is not None:
            # When the disk is full SQLite may have rolled back everything: then this raises, for the group.
            raw.execute("ROLLBACK TO unit")
        raw.execute("RELEASE unit")

    def _connect(self) -> Connection:
        if self._connection is None:
            make_file(self._path)
            self._engine = sqlite_engine(self._path, busy_seconds=self._busy_seconds, pool=StaticPool)
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        """Close the connection, and with it any open transaction; the next group opens another."""
        connection, engine = self._connection, self._engine
        self._connection = self._engine = None
        with contextlib.suppress(*DRIVER_ERRORS, sqlite3.Error):
            if connection is not None:
                connection.close()
        if engine is not None:
            engine.dispose()


def _deliver(group: list[_Item]) -> None:
    """Give every caller its result, with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[_Item]] = defaultdict(list)
    for item in group:
        loops[item.future.get_loop()].append(item)
    for loop, items in loops.items():
        try:
            loop.call_soon_threadsafe(_settle, items)
        except RuntimeError:  # that loop is closed: nobody waits there any more
            continue


def _settle(items: list[_Item]) -> None:
    for item in items:
        if item.future.done():
            continue
        if item.error is None:
            item.future.set_result(item.value)
        else:
            item.future.set_exception(item.error)
