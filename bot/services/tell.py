"""Tell the asker privately how an ask ended that has no thread to say it in."""

from bot.domain.job import Job
from bot.domain.task import Task
from bot.ports import Conversation, Mood, Store, Transaction
from bot.services.leases import Leased


class Tell:
    def __init__(self, *, store: Store, conversation: Conversation) -> None:
        self._store = store
        self._conversation = conversation

    async def run(self, task: Task) -> None:
        """Said at least once; saying it twice to one person harms nobody, so nothing is reconciled."""
        lease = Leased(self._store, task)
        job = await lease.write(lambda tx: tx.jobs.get(task.job_id))
        if job is not None and job.failure is not None:
            await self._conversation.tell(job, job.failure)
            if job.ask_ts is not None:
                await self._conversation.react(job.place, job.ask_ts, Mood.FAILED)
        await lease.write(lambda tx: _told(tx, task, job))


def _told(tx: Transaction, task: Task, job: Job | None) -> None:
    tx.tasks.finish(task)
    current = tx.jobs.get(job.id) if job is not None else None
    if current is not None:
        tx.jobs.save(current.evolve(reply_url=None))
