"""The work queue and the processes that serve it, as the worker and the services see them.

The rules of ``bot.ports.store`` hold here too: all methods are synchronous and run inside one transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.jobs.task import Task, TaskKind


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
