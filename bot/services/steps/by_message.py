"""Finds the picture that a message of the bot shows."""

from __future__ import annotations

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET
from bot.domain.place import Place
from bot.ports import Store, Transaction
from bot.services.job_sets import lead_of

LOOKED_AT = 200
"""So many of the workspace's newest jobs are looked at: a message is told by its channel and time alone."""


class ByMessage:
    """Only reads. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def find(self, place: Place, ts: str) -> tuple[Job, int] | None:
        """The job whose message ``ts`` is, and the number of the picture that it shows (SHEET: of all). None
        for another message, and for one of an old job."""

        def unit(tx: Transaction) -> tuple[Job, int] | None:
            for job in tx.jobs.newest(team_id=place.team_id, limit=LOOKED_AT):
                if job.place.channel_id == place.channel_id and ts in {job.status_ts, job.result_ts}:
                    return lead_of(tx, job), SHEET
                for posting in tx.postings.of_job(job.id):
                    if posting.ts == ts and posting.place.channel_id == place.channel_id:
                        return job, posting.number
            return None

        return await self._store.read(unit)
