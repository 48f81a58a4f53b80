"""The database as the services see it: units of work over repositories.

Everything inside a unit of work (``Transaction`` and its repositories) is synchronous: a unit is a plain
function over a transaction, so that nothing can wait on the network while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.budget.ledger import Entry, Hold, HoldState, ScopePeriod
from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope
from bot.domain.budget.weekly_digest import Week
from bot.domain.jobs.job import Job, Picture, Submission
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.ports.budget_repositories import (
    AdminNotices,
    Alerts,
    BudgetLimits,
    PendingRequests,
    Queue,
    RateLimits,
)
from bot.ports.source_repositories import Inbox, PublishedSources, Sources

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
        limit: int | None = 100,
        status: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
    ) -> list[Job]:
        """Newest first; every one when ``limit`` is None."""
        ...

    def in_thread(self, place: Place) -> list[Job]:
        """Jobs whose thread this is (team, channel and thread_ts), oldest first."""
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

    def reschedule(
        self,
        task: Task,
        *,
        delay: float,
        attempts: int,
        error: str | None = None,
        is_fault: bool = False,
    ) -> None:
        """Give the lease back; due again after ``delay`` seconds. A fault is counted by itself, until
        ``attempts`` is 0 again: then the step got on. Raises StaleLease."""
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

    def hurry(self, team_id: str, error: str) -> int:
        """Make this workspace's waiting tasks due now that were put back with this error; how many."""
        ...

    def parked(self, job_id: str | None = None) -> list[tuple[Task, str]]:
        """Parked tasks with their errors."""
        ...

    def unpark(self, job_id: str, *, task_id: int | None = None) -> int:
        """Make a job's parked tasks (or only that one) due now with their attempts at 0; how many."""
        ...

    def next_due(self, kinds: Collection[TaskKind]) -> datetime | None:
        """When the soonest task of these kinds is due (leases included); None when nothing waits."""
        ...

    def release_leases_of_others(self, owner: str) -> int:
        """Make every task leased by anyone but ``owner`` due now. Only for a process that holds the
        database file's exclusive lock: then all other owners are dead."""
        ...


class Ledger(Protocol):
    def open_period(
        self, scope: Scope, period: Period, limit: Money | None, *, soft: bool = False
    ) -> ScopePeriod:
        """The scope's row in this period, made on first use (INSERT … ON CONFLICT DO NOTHING). A period of
        another window than the month starts with what was admitted in it already: the month's lines of the
        ledger are copied."""
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

    def week(self, team_id: str, since: datetime, until: datetime) -> Week:
        """What the workspace's ledger says was spent within these times, and what its jobs came to."""
        ...

    def spent_by_job(self, scope: Scope, period_key: str) -> dict[str, Money]:
        """What the ledger says that each job has cost of this row; every job that has a line in it."""
        ...

    def drifted(self) -> list[tuple[Scope, str]]:
        """The scopes and periods whose counters are not what their ledger lines add up to."""
        ...

    def entries(self) -> list[Entry]:
        """The whole ledger in the order written."""
        ...

    def entries_of(self, job_id: str) -> list[Entry]:
        """One job's lines of the ledger in the order written."""
        ...

    def spending(self, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
        """What jobs spent of this row over time, oldest first: sums by the quarter hour (its start), at
        which a day begins in every time zone."""
        ...


class KeyValues(Protocol):
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
    def ledger(self) -> Ledger: ...
    @property
    def limits(self) -> BudgetLimits: ...
    @property
    def pending_requests(self) -> PendingRequests: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def rate_limits(self) -> RateLimits: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def admin_notices(self) -> AdminNotices: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def published_sources(self) -> PublishedSources: ...
    @property
    def key_values(self) -> KeyValues: ...


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
