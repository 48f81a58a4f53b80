"""One connection inside a database transaction: the one place where statements run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, Select, bindparam, func, select

from storage.errors import DRIVER_ERRORS, translate
from storage.schema.revision import is_current
from storage.schema.tables import jobs

Values = Mapping[str, Any]

_of = jobs.alias()
_LOCK_JOB = (
    select(jobs.c.id)
    .where(
        jobs.c.id
        == select(func.coalesce(_of.c.set_id, _of.c.id))
        .where(_of.c.id == bindparam("job_id"))
        .scalar_subquery()
    )
    .with_for_update(key_share=True)
)
"""Locks the first of a set for all of it: one lock, so that no two units wait for each other's jobs."""


class Session:
    """Runs statements, locks jobs and remembers the first failure of one unit of work."""

    def __init__(
        self, connection: Connection, *, now: Callable[[Connection], datetime], writable: bool
    ) -> None:
        self._connection = connection
        self._read_clock = now
        self.writable = writable
        self._locked_jobs: set[str] = set()
        self.wrote = False
        """Whether a statement that changes rows has run, even if it found none: a read-only database refuses
        both."""
        self.is_postgres = connection.dialect.name == "postgresql"
        self.failure: Exception | None = None
        """The first error. A unit that catches it can run nothing more and is not committed: PostgreSQL has
        dropped the statements before it by then, SQLite has kept them."""

    @cached_property
    def now(self) -> datetime:
        """The time of this unit, read once."""
        return self._read_clock(self._connection)

    def has_current_schema(self) -> bool:
        return is_current(self._connection)

    def execute(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[Any]:
        """Run one statement. Raises Violation (a ValueError) or StoreUnavailable."""
        if statement.is_dml and not self.writable:
            raise RuntimeError("a read must not write")
        if self.failure is not None:
            raise self.failure
        try:
            result = self._connection.execute(statement, values)
        except DRIVER_ERRORS as error:
            self.failure = translate(error)
            # Not ``from error``: PostgreSQL's detail repeats the whole row, prompt and reply link included.
            raise self.failure from None
        self.wrote |= statement.is_dml
        return result

    def pages(self, statement: Select[Any], size: int) -> Iterator[Sequence[Row[Any]]]:
        """The rows, ``size`` at a time, through a cursor of the database: each page is fetched when it is
        asked for, and whatever else the process has to do gets its turn meanwhile. Other statements may run
        between pages. Raises as ``execute``."""
        return self.execute(statement.execution_options(yield_per=size)).partitions()

    def select(self, statement: Select[Any], values: Values | None = None) -> CursorResult[Any]:
        """Read rows that this unit may go on to change: in a write they are locked until it ends, so that
        reading, deciding and saving loses nobody else's change. (On SQLite there is only one writer
        anyway.)"""
        if self.writable:
            statement = statement.with_for_update(key_share=True)
        return self.execute(statement, values)

    def lock_job(self, job_id: str) -> bool:
        """In a write on PostgreSQL, lock a job, and with it all its rows and its set, until this unit ends.
        True if the lock is new. Safe to repeat.

        Every unit takes this lock before it touches a job's tasks, submissions or pictures: one order, so
        there are no deadlocks.
        """
        if not (self.is_postgres and self.writable) or job_id in self._locked_jobs:
            return False
        self.execute(_LOCK_JOB, {"job_id": job_id})
        self._locked_jobs.add(job_id)
        return True

    def first_of_job(self, statement: Select[Any], values: Values, *, job: str) -> Row[Any] | None:
        """The one row that ``statement`` finds, locked through the job that its column ``job`` names."""
        row = self.execute(statement, values).first()
        if row is not None and self.lock_job(getattr(row, job)):
            row = self.execute(statement, values).first()  # as the lock's last holder left it
        return row

    def fail(self, error: Exception) -> Exception:
        """Make sure that this unit is never committed, whatever it catches; for ``raise tx.fail(…)``."""
        self.failure = self.failure or error
        return error
