"""Take an ask: price it, hold its money and record it, all in one local transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.budget import ScopePeriod
from bot.domain.job import Delivery, Job, Place, Status
from bot.domain.money import Money
from bot.domain.pricing import PriceTable
from bot.domain.request import PictureRequest
from bot.domain.task import TaskKind
from bot.ports import Store, Transaction
from bot.services.budgets import Budgets, tightest


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asked for and where. ``request_key`` is the same for every delivery of one ask."""

    request_key: str
    place: Place
    user_id: str
    request: PictureRequest
    notes: tuple[str, ...] = ()
    reply_url: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job, whether this call made it, and the two budgets with the least left."""

    job: Job
    is_new: bool
    standings: tuple[ScopePeriod, ...]


class Submit:
    """Safe to repeat: the same ``request_key`` is the same job and is held once."""

    def __init__(
        self,
        *,
        store: Store,
        prices: PriceTable,
        budgets: Budgets,
        new_id: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._prices = prices
        self._budgets = budgets
        self._new_id = new_id
        self._wake = wake

    async def __call__(self, ask: Ask) -> Accepted:
        """Raises AskRefused (no price), BudgetExceeded and StoreUnavailable; then nothing is recorded."""
        estimate = self._prices.estimate(ask.request)
        accepted = await self._store.write(lambda tx: self._admit(tx, ask, estimate))
        self._wake()
        return accepted

    def _admit(self, tx: Transaction, ask: Ask, estimate: Money) -> Accepted:
        existing = tx.jobs.by_request_key(ask.request_key)
        if existing is None:
            job = self._job(tx, ask, estimate)
            tx.jobs.add(job)
            self._budgets.reserve(tx, job)
            tx.tasks.add(TaskKind.ANNOUNCE, team_id=job.place.team_id, job_id=job.id)
        else:
            job = existing
        rows = self._budgets.standings(tx, job.place, job.user_id)
        return Accepted(job, existing is None, tightest(rows))

    def _job(self, tx: Transaction, ask: Ask, estimate: Money) -> Job:
        return Job(
            id=self._new_id(),
            request_key=ask.request_key,
            place=ask.place,
            user_id=ask.user_id,
            request=ask.request,
            status=Status.QUEUED,
            delivery=Delivery.NONE,
            estimate=estimate,
            price_version=self._prices.version,
            created_at=tx.now,
            updated_at=tx.now,
            parent_id=ask.parent_id,
            reply_url=ask.reply_url,
            notes=ask.notes,
        )
