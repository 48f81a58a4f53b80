"""The database as the services see it: units of work over repositories.

Everything inside a unit of work (``Transaction`` and its repositories) is synchronous: a unit is a plain
function over a transaction, so that nothing can wait on the network while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.budget_repositories import (
    AdminNotices,
    Alerts,
    Books,
    BudgetLimits,
    Ledger,
    PendingRequests,
    Queue,
    RateLimits,
)
from bot.ports.job_repositories import Jobs, Pictures, Postings, Previews, Submissions
from bot.ports.source_repositories import Inbox, PublishedSources, Sources
from bot.ports.work_repositories import Tasks, Workers

T = TypeVar("T")


class KeyValues(Protocol):
    """Small facts that outlive a process, such as the dialect that the provider was seen to speak."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...

    def remove(self, key: str) -> None: ...


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
    def previews(self) -> Previews: ...
    @property
    def postings(self) -> Postings: ...
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
    def books(self, size: int) -> Books:
        """All money, in pages of ``size`` rows."""
        ...


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
