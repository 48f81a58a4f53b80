"""The database as the services see it: units of work over repositories.

Everything inside a unit of work (``Transaction`` and its repositories) is synchronous: a unit is a plain
function over a transaction, so that nothing can wait on the network while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
    """Jobs. In a write, ``get`` and ``by_request_key`` lock the row until the transaction ends."""

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
        before: Job | None = None,
    ) -> list[Job]:
        """Jobs that match every filter given, newest first; all of them when ``limit`` is None. With
        ``before`` only those that come after it in that order: the next page."""
        ...

    def in_thread(self, place: Place) -> list[Job]:
        """Jobs whose thread this is (team, channel and thread_ts), oldest first."""
        ...

    def counted_in(self, scope: Scope, period_key: str) -> list[str]:
        """The ids of the jobs that have or had a hold in this row of the budget, oldest first."""
        ...

    def of_ids(self, ids: Sequence[str]) -> list[Job]:
        """These jobs, in this order, as far as they are there. For a page of some hundred."""
        ...


class Submissions(Protocol):
    """The paid calls of jobs."""

    def add(self, submission: Submission) -> None: ...

    def all(self) -> list[Submission]:
        """Every submission, for the audit."""
        ...

    def get(self, submission_id: str) -> Submission | None: ...

    def of_job(self, job_id: str) -> list[Submission]:
        """A job's submissions, in the order of their ordinals."""
        ...

    def save(self, submission: Submission) -> None: ...


class Pictures(Protocol):
    """The results of jobs."""

    def add(self, picture: Picture) -> None: ...

    def get(self, picture_id: str) -> Picture | None: ...

    def of_job(self, job_id: str) -> list[Picture]:
        """A job's pictures, in the order of their ordinals."""
        ...

    def save(self, picture: Picture) -> None: ...


class Tasks(Protocol):
    """The work queue. ``due_at`` NULL means finished or parked; a lease's end *is* its due time."""

    def add(
        self, kind: TaskKind, *, team_id: str, job_id: str, subject: str = "", delay: float = 0.0
    ) -> None:
        """Add a task that is due in ``delay`` seconds. Safe to repeat.

        (kind, job_id, subject) is unique. Adding a task that exists makes it due again (the earlier due time
        wins) and un-parks it; one that is leased becomes due again after its lease.
        """
        ...

    def claim(
        self,
        kind: TaskKind,
        *,
        owner: str,
        limit: int,
        lease_seconds: float,
        suspects: bool | None = None,
    ) -> list[Task]:
        """Up to ``limit`` due tasks, soonest due first, each with its fence and its starts raised and its due
        time moved to the end of the lease.

        ``suspects`` True takes only tasks whose last holder died with them, False only the others.

        Of the kinds that come before a job is sent (PREPARE, ANNOUNCE, SUBMIT) people are served in turn:
        one task of each person, then a second one of each. Two claims never return one task with the same
        fence. On PostgreSQL concurrent claims skip each other's rows.
        """
        ...

    def has_suspects(self, kinds: Collection[TaskKind]) -> bool:
        """Whether a due task of these kinds waits whose last holder died with it."""
        ...

    def keep(self, task: Task, *, lease_seconds: float) -> None:
        """Check that ``task`` is still leased under its fence, and extend the lease to ``lease_seconds`` from
        now. Raises StaleLease when it is not."""
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
        """Give the lease back: the task is due again after ``delay`` seconds, or sooner if it was woken for
        sooner meanwhile. Raises StaleLease.

        ``attempts`` and ``error`` are stored; 0 attempts mean that the step made progress. ``is_fault`` adds
        one to the task's faults, which are set to 0 when ``attempts`` is 0.
        """
        ...

    def finish(self, task: Task) -> None:
        """Give the lease back and end the task. It is due again only if it was added or woken while it was
        leased. Raises StaleLease."""
        ...

    def close(self, kind: TaskKind, job_id: str, subject: str) -> None:
        """Finish this task even if another process holds its lease. The fence is raised, so that every write
        of that process raises StaleLease. Safe to repeat; an unknown task is ignored."""
        ...

    def park(self, task: Task, error: str) -> None:
        """Take a task that keeps failing out of the queue. It stays visible in ``parked``, with ``error``.
        Raises StaleLease."""
        ...

    def wake(self, kind: TaskKind, job_id: str, *, delay: float = 0.0) -> None:
        """Make the unfinished tasks of this kind and job due in ``delay`` seconds, if they are due later
        than that and not leased at the moment; a leased one is marked to be due again when its lease ends
        normally. An unknown job is ignored. Safe to repeat."""
        ...

    def hurry(self, team_id: str, error: str) -> int:
        """Make those of this workspace's waiting tasks due now whose last error is ``error``; leased ones are
        left alone. Returns how many."""
        ...

    def parked(self, job_id: str | None = None) -> list[tuple[Task, str]]:
        """The parked tasks (of one job) with their errors, in the order in which they were parked."""
        ...

    def unpark(self, job_id: str, *, task_id: int | None = None) -> int:
        """Make a job's parked tasks (or only that one) due now, with attempts and faults at 0. Returns how
        many. Safe to repeat."""
        ...

    def next_due(self, kinds: Collection[TaskKind]) -> datetime | None:
        """When the soonest task of these kinds is due (leases included); None when nothing waits."""
        ...

    def release_leases_of_others(self, owner: str) -> int:
        """Make every task leased by anyone but ``owner`` due now. Only for a process that holds the
        database file's exclusive lock: then all other owners are dead."""
        ...


class Ledger(Protocol):
    """The append-only ledger, the counters that follow from it, and the holds."""

    def open_period(
        self, scope: Scope, period: Period, limit: Money | None, *, soft: bool = False
    ) -> ScopePeriod:
        """The scope's row in this period, created with ``limit`` on first use (INSERT … ON CONFLICT DO
        NOTHING); an existing row keeps its own limit. Safe to repeat.

        The first row of a day or a week starts with what was admitted in it already: the month's ledger
        entries of that time are copied.
        """
        ...

    def newest(self, scope: Scope, window: Window) -> ScopePeriod | None:
        """The scope's row of this window that starts last."""
        ...

    def set_limit(self, scope: Scope, period_key: str, limit: Money | None, *, soft: bool = False) -> None:
        """Change an open period's limit. Holds that were granted before stay. Safe to repeat. Raises
        LookupError when the period has not been opened."""
        ...

    def period(self, scope: Scope, period_key: str) -> ScopePeriod | None: ...

    def periods(self) -> list[ScopePeriod]:
        """Every row of every workspace, by scope and period."""
        ...

    def reserve(self, entry: Entry) -> bool:
        """Apply ``entry`` to its counters only if spent + held stays within limit + grants, by one
        conditional UPDATE, and write it to the ledger. False (and nothing written) when it does not fit."""
        ...

    def post(self, entry: Entry) -> None:
        """Write ``entry`` to the ledger and apply it to its counters, unconditionally.

        Not safe to repeat: a second entry of the same (job, kind, scope, period, part) raises ValueError, so
        the caller moves the hold first. Raises ValueError, too, when the period has not been opened.
        """
        ...

    def add_hold(self, hold: Hold) -> None: ...

    def hold(self, job_id: str) -> Hold | None:
        """A job's hold. In a write its row is locked until the transaction ends."""
        ...

    def move_hold(self, job_id: str, *, frm: frozenset[HoldState], to: Hold) -> bool:
        """Compare-and-set: write ``to`` if the stored state is in ``frm``. False when it is not."""
        ...

    def holds(self) -> list[Hold]: ...

    def week(self, team_id: str, since: datetime, until: datetime) -> Week:
        """What the workspace spent from ``since`` until before ``until`` by its ledger entries, how many of
        its jobs ended in that time, paid or failed, and what is held now."""
        ...

    def spent_by_job(self, scope: Scope, period_key: str, job_ids: Sequence[str]) -> dict[str, Money]:
        """What each of these jobs has spent of this row, by the ledger. Every one with an entry in the row is
        in it, also those that spent nothing."""
        ...

    def drifted(self) -> list[tuple[Scope, str]]:
        """The scopes and periods whose counters differ from the sums of their ledger entries."""
        ...

    def entries(self) -> list[Entry]:
        """The whole ledger, in the order in which it was written."""
        ...

    def entries_of(self, job_id: str) -> list[Entry]:
        """One job's ledger entries, in the order in which they were written."""
        ...

    def spending(self, scope: Scope, period_key: str) -> list[tuple[datetime, Money]]:
        """What jobs spent of this row over time, oldest first: (start, sum) of each quarter of an hour in
        which anything was spent. Days begin on a quarter of an hour in every time zone, so that these sums
        can be added up by day."""
        ...


class KeyValues(Protocol):
    """Small facts that outlive a process, such as the dialect that the provider was seen to speak."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...

    def remove(self, key: str) -> None: ...


class Workers(Protocol):
    """The processes that serve this database, by the names under which they lease tasks."""

    def beat(self, owner: str) -> None:
        """Record that this process lives now. Safe to repeat."""
        ...

    def all(self) -> dict[str, datetime]:
        """When each process last said that it lives."""
        ...

    def bury(self, owner: str, seen_at: datetime) -> int:
        """Forget a process that has said nothing since ``seen_at``, and make what it leased due now. Returns
        how many tasks; 0, and nothing changes, when it has said meanwhile that it lives. Safe to repeat."""
        ...


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
    @property
    def workers(self) -> Workers: ...


class Store(Protocol):
    """Runs units of work against the database."""

    async def write(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` in a transaction and return its value once it is durably committed. If ``unit``
        raises, nothing of it remains and the error is raised here; other units are not disturbed. ``unit``
        may be run again from the start, so it must have no effect but on the transaction.
        Raises StoreUnavailable."""
        ...

    async def read(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` on one consistent snapshot; it must not write. Raises StoreUnavailable."""
        ...
