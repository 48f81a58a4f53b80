"""Tell the asker privately how an ask ended that has no thread to say it in."""

from bot.domain.job import Job
from bot.domain.problem import Failure, Problem
from bot.domain.source import Heard
from bot.domain.task import Task
from bot.errors import AskRefused
from bot.ports import Conversation, Mood, Store, Transaction
from bot.services.leases import Leased
from bot.services.stuck import is_stuck, step_id


class Tell:
    def __init__(self, *, store: Store, conversation: Conversation) -> None:
        self._store = store
        self._conversation = conversation

    async def run(self, task: Task) -> None:
        """Said at least once; saying it twice to one person harms nobody, so nothing is reconciled."""
        lease = Leased(self._store, task)
        if not task.job_id:
            await self._of_message(lease)
            return
        job, failure = await lease.write(lambda tx: _ended(tx, task))
        if job is not None and failure is not None:
            await self._conversation.tell(job, failure)
            if job.ask_ts is not None:
                await self._conversation.react(job.place, job.ask_ts, Mood.FAILED)
        await lease.write(lambda tx: _told(tx, task, job))

    async def _of_message(self, lease: Leased) -> None:
        """A message that could not even be understood: its step is parked."""
        heard, step = await lease.write(lambda tx: _heard(tx, lease.task))
        if heard is not None and step is not None:
            stuck = AskRefused(Problem.STUCK, reference=step)
            await self._conversation.refuse(heard.place, heard.user_id, stuck)
            await self._conversation.react(heard.place, heard.ts, Mood.FAILED)
        await lease.finish()


def _ended(tx: Transaction, task: Task) -> tuple[Job | None, Failure | None]:
    job = tx.jobs.get(task.job_id)
    if job is None:
        return None, None
    return job, Failure(Problem.STUCK) if is_stuck(tx, job) else job.failure


def _heard(tx: Transaction, task: Task) -> tuple[Heard | None, str | None]:
    """The message, and what its parked step is called; None when it goes on already."""
    steps = [step for step, _ in tx.tasks.parked("") if step.subject == task.subject]
    return tx.inbox.get(task.subject), step_id(steps[0]) if steps else None


def _told(tx: Transaction, task: Task, job: Job | None) -> None:
    tx.tasks.finish(task)
    current = tx.jobs.get(job.id) if job is not None else None
    if current is not None and not is_stuck(tx, current):
        tx.jobs.save(current.evolve(reply_url=None))
