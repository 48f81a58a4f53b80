"""The database as the services see it: units of work over repositories.

Everything inside a unit of work (``Transaction`` and its repositories) is synchronous: a unit is a plain
function over a transaction, so that nothing can wait on the network while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.budget import Entry, Hold, HoldState, Scope, ScopePeriod
from bot.domain.job import Job, Picture, Place, Submission
from bot.domain.money import Money
from bot.domain.periods import Period, Window
from bot.domain.source import Heard, Source
from bot.domain.task import Task, TaskKind
from bot.ports.budget_storage import Alerts, BudgetLimits, Drafts, Rates

T = TypeVar("T")


class Jobs(Protocol):
    def add(self, job: Job) -> None:
        """Insert. The caller has looked the request key up in the same transaction."""
        ...

    def get(self, job_id: str) -> Job | None: ...

    def by_request_key(self, key: str) -> Job | None: ...

    def save(self, job: Job) -> None:
        """Write every mutable column and set ``updated_at`` to the transaction's time."""
        ...

    def newest(
        self,
        *,
        limit: int = 100,
        status: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
    ) -> list[Job]:
        """Newest first."""
        ...

    def in_thread(self, place: Place) -> list[Job]:
        """Jobs whose thread this is (team, channel and thread_ts), oldest first."""
        ...

    def count_running(self, team_id: str, user_id: str | None = None) -> int:
        """Jobs whose status is submitting or running, of the workspace or of one person in it."""
        ...


class Submissions(Protocol):
    def add(self, submission: Submission) -> None: ...

    def all(self) -> list[Submission]:
        """Every submission, for the audit."""
        ...

    def get(self, submission_id: str) -> Submission | None: ...

    def of_job(self, job_id: str) -> list[Submission]:
        """By ordinal."""
        ...

    def save(self, submission: Submission) -> None: ...


class Pictures(Protocol):
    def add(self, picture: Picture) -> None: ...

    def get(self, picture_id: str) -> Picture | None: ...

    def of_job(self, job_id: str) -> list[Picture]:
        """By ordinal."""
        ...

    def save(self, picture: Picture) -> None: ...


class Tasks(Protocol):
    """The work queue. ``due_at`` NULL means finished or parked; a lease's end *is* its due time."""

    def add(
        self, kind: TaskKind, *, team_id: str, job_id: str, subject: str = "", delay: float = 0.0
    ) -> None:
        """A new task, due in ``delay`` seconds. (kind, job_id, subject) is unique: adding one that exists
        makes it due again (earlier due times win) and un-parks it."""
        ...

    def claim(self, kind: TaskKind, *, owner: str, limit: int, lease_seconds: float) -> list[Task]:
        """Up to ``limit`` due tasks, soonest due first, each with its fence raised and its due time moved
        to the end of the lease. Two claims never return one task with the same fence. On PostgreSQL
        concurrent claims skip each other's rows."""
        ...

    def keep(self, task: Task, *, lease_seconds: float) -> None:
        """Prove that ``task`` is still leased by us and extend the lease. Raises StaleLease otherwise."""
        ...

    def reschedule(self, task: Task, *, delay: float, attempts: int, error: str | None = None) -> None:
        """Give the lease back; due again after ``delay`` seconds. Raises StaleLease."""
        ...

    def finish(self, task: Task) -> None:
        """Done for good. Raises StaleLease."""
        ...

    def close(self, kind: TaskKind, job_id: str, subject: str) -> None:
        """Finish this task whoever holds its lease (the fence is raised, so that a holder notices)."""
        ...

    def park(self, task: Task, error: str) -> None:
        """Take a poisoned task out of the queue, visibly, keeping ``error``. Raises StaleLease."""
        ...

    def wake(self, kind: TaskKind, job_id: str, *, delay: float = 0.0) -> None:
        """Make the unfinished tasks of this kind and job due in ``delay`` seconds, if they are due later
        than that and not leased at the moment; a leased one is marked to be due again when its lease ends
        normally. Unknown job: nothing."""
        ...

    def parked(self, job_id: str | None = None) -> list[tuple[Task, str]]:
        """Parked tasks with their errors."""
        ...

    def unpark(self, job_id: str) -> int:
        """Make a job's parked tasks due now with their attempts at 0; how many."""
        ...

    def next_due(self, kinds: Collection[TaskKind]) -> datetime | None:
        """When the soonest task of these kinds is due (leases included); None when nothing waits."""
        ...

    def release_leases_of_others(self, owner: str) -> int:
        """Make every task leased by anyone but ``owner`` due now. Only for a process that holds the
        database file's exclusive lock: then all other owners are dead."""
        ...


class Budget(Protocol):
    def open_period(
        self, scope: Scope, period: Period, limit: Money | None, *, soft: bool = False
    ) -> ScopePeriod:
        """The scope's row in this period, made on first use (INSERT … ON CONFLICT DO NOTHING). A new day or
        week starts with what was admitted in it already: the month's lines of the ledger are copied."""
        ...

    def newest(self, scope: Scope, window: Window) -> ScopePeriod | None:
        """The scope's row with the latest start in this window."""
        ...

    def set_limit(self, scope: Scope, period_key: str, limit: Money | None, *, soft: bool = False) -> None:
        """Change an open period's limit; holds already granted stay granted."""
        ...

    def period(self, scope: Scope, period_key: str) -> ScopePeriod | None: ...

    def periods(self) -> list[ScopePeriod]:
        """All rows, by scope and period."""
        ...

    def reserve(self, entry: Entry) -> bool:
        """Apply ``entry`` to its counters only if spent + held stays within limit + grants, by one
        conditional UPDATE, and write it to the ledger. False (and nothing written) when it does not fit."""
        ...

    def post(self, entry: Entry) -> None:
        """Write ``entry`` to the ledger and apply it to its counters, unconditionally. A repeated
        (job, kind, scope, period) raises IntegrityError-like ValueError: the caller claims the hold first."""
        ...

    def add_hold(self, hold: Hold) -> None: ...

    def hold(self, job_id: str) -> Hold | None: ...

    def move_hold(self, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
        """Compare-and-set: write ``to`` if the stored state is in ``frm``. False when it is not."""
        ...

    def holds(self) -> list[Hold]: ...

    def entries(self) -> list[Entry]:
        """The whole ledger in the order written."""
        ...

    def entries_of(self, job_id: str) -> list[Entry]:
        """One job's lines of the ledger in the order written."""
        ...


class Sources(Protocol):
    def add(self, source: Source) -> None: ...

    def of_job(self, job_id: str) -> list[Source]:
        """By ordinal."""
        ...

    def save(self, source: Source) -> None: ...


class Inbox(Protocol):
    """Messages that may be asks, one row each, however often and in whatever order they were delivered."""

    def hear(self, heard: Heard) -> Heard:
        """Merge a delivery into its row, made on first use; what is known now."""
        ...

    def get(self, key: str) -> Heard | None: ...


class Shelf(Protocol):
    """Published bytes, readable by every replica."""

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        """Keep until ``expires_at``. Safe to repeat: the last one counts. Drops what has expired."""
        ...

    def get(self, source_id: str) -> tuple[bytes, str] | None:
        """(data, mimetype), or None when it is unknown, removed or expired."""
        ...

    def remove(self, source_id: str) -> None:
        """Safe to repeat."""
        ...


class Memos(Protocol):
    """Small facts that outlive a process, such as the dialect that the provider was seen to speak."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Transaction(Protocol):
    """One unit of work. ``now`` is the database's time (the host's on SQLite), the same throughout."""

    @property
    def now(self) -> datetime: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def pictures(self) -> Pictures: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def budget(self) -> Budget: ...
    @property
    def limits(self) -> BudgetLimits: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def rates(self) -> Rates: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def memos(self) -> Memos: ...


class Store(Protocol):
    async def write(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` in a transaction and return its value once it is durably committed. If ``unit``
        raises, nothing of it remains and the error is raised here; other units are not disturbed. ``unit``
        may be run again from the start, so it must have no effect but on the transaction.
        Raises StoreUnavailable."""
        ...

    async def read(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` on one consistent snapshot; it must not write. Raises StoreUnavailable."""
        ...
