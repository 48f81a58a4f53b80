"""Tell the asker privately what became of an ask where no status message can show it."""

from bot.domain.jobs.job import Job
from bot.domain.jobs.task import Task
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.ports import Conversation, MessageReaction, Store, Transaction
from bot.services.job_view import shown_view
from bot.services.lease import Leased
from bot.services.parked import is_stuck, is_unshown, stuck_ask
from bot.services.reactions import show_reaction
from bot.services.requests.seen_reaction import ended_pending_request, is_about_pending_request


class NotifyAsker:
    """Runs the tasks that tell an asker something privately."""

    def __init__(self, *, store: Store, conversation: Conversation) -> None:
        self._store = store
        self._conversation = conversation

    async def run(self, task: Task) -> None:
        """Tell the asker at least once. A repetition may tell them twice, which does no harm, so earlier
        tries are not searched for."""
        lease = Leased(self._store, task)
        if is_about_pending_request(task):
            await self._of_pending_request(lease)
            return
        if not task.job_id:
            await self._of_stuck_ask(lease)
            return
        job, failure = await lease.write(lambda tx: _ended(tx, task))
        if job is not None and failure is not None:
            await self._conversation.notify_asker(job, failure)
            if job.ask_ts is not None and failure.problem is not Problem.NOT_SHOWN:
                await self._react(job.place, job.ask_ts, MessageReaction.FAILED)
        await lease.write(lambda tx: _told(tx, task, job))

    async def _of_pending_request(self, lease: Leased) -> None:
        """Take the "seen" reaction off the message whose ask ended without a job; its asker knows already."""
        pending = await lease.write(lambda tx: ended_pending_request(tx, lease.task))
        if pending is not None and pending.ask.ask_ts is not None:
            await self._react(pending.ask.place, pending.ask.ask_ts, MessageReaction.NONE)
        await lease.finish()

    async def _of_stuck_ask(self, lease: Leased) -> None:
        """Tell the asker that a step was parked before their ask became a job."""
        ask = await lease.write(lambda tx: stuck_ask(tx, lease.task.subject))
        if ask is not None:
            await self._conversation.refuse(ask.place, ask.user_id, ask.refusal)
        if ask is not None and ask.failed_ts is not None:
            await self._react(ask.place, ask.failed_ts, MessageReaction.FAILED)
        await lease.finish()

    async def _react(self, place: Place, ts: str, reaction: MessageReaction) -> None:
        await show_reaction(self._store, self._conversation, place, ts, reaction)


def _ended(tx: Transaction, task: Task) -> tuple[Job | None, Failure | None]:
    job = tx.jobs.get(task.job_id)
    if job is None:
        return None, None
    view = shown_view(tx, job)
    if view.stuck:
        return view.job, Failure(Problem.STUCK)
    if view.job.failure is None and is_unshown(tx, job):
        return view.job, Failure(Problem.NOT_SHOWN)
    return view.job, view.job.failure


def _told(tx: Transaction, task: Task, job: Job | None) -> None:
    tx.tasks.finish(task)
    current = tx.jobs.get(job.id) if job is not None else None
    if current is not None and not is_stuck(tx, current) and not is_unshown(tx, current):
        tx.jobs.save(current.evolve(reply_url=None))
