"""Take an ended job's published sources back."""

from __future__ import annotations

from bot.domain.jobs.task import Task
from bot.ports import Store, Studio
from bot.services.lease import Leased


class Clean:
    """Takes an ended job's published sources back; safe to repeat."""

    def __init__(self, *, store: Store, studio: Studio) -> None:
        self._store = store
        self._studio = studio

    async def run(self, task: Task) -> None:
        lease = Leased(self._store, task)
        sources = await lease.write(lambda tx: tx.sources.of_job(task.job_id))
        for source in sources:
            await self._studio.withdraw(source.id)
        await lease.finish()
