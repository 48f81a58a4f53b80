"""How many jobs are before a waiting one: what its message says of the line."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.fair_queue import InFlight, Waiting
from bot.domain.jobs.job import Status
from bot.ports import JobView, Store
from bot.services.lease import QUEUED_LEASE_SECONDS


class PlaceInLine:
    """Reads the fair queue under the caps ``in_flight``. It holds no place, so it locks nothing."""

    def __init__(self, store: Store, in_flight: InFlight) -> None:
        self._store = store
        self._caps = in_flight

    async def __call__(self, view: JobView) -> JobView:
        """The view with the number of jobs that begin before its own, of a set before the first of it. Raises
        StoreUnavailable."""
        job = view.job
        if job.status is not Status.QUEUED:
            return view
        first = min(view.members or (job,), key=lambda one: (one.created_at, one.id))
        mine = Waiting(first.id, job.user_id, job.place.channel_id, first.created_at)
        line = await self._store.read(
            lambda tx: tx.queue.line(job.place.team_id, lease_seconds=QUEUED_LEASE_SECONDS)
        )
        return replace(view, ahead=line.before(mine, self._caps))
