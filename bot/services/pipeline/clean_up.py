"""Take an ended job's published sources back."""

from __future__ import annotations

from bot.domain.jobs.task import Task
from bot.ports import EditSources, Store
from bot.services.lease import Leased


class CleanUp:
    """Runs the last step of an edit."""

    def __init__(self, *, store: Store, edit_sources: EditSources) -> None:
        self._store = store
        self._edit_sources = edit_sources

    async def run(self, task: Task) -> None:
        """Make the sources that were published for the job unfetchable. Safe to repeat."""
        lease = Leased(self._store, task)
        sources = await lease.write(lambda tx: tx.sources.of_job(task.job_id))
        for source in sources:
            await self._edit_sources.withdraw(source.id)
        await lease.finish()
