"""Keep the status message up to date while the job runs, and show the result in it at the end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.jobs.job import Delivery, Job, Picture, Status
from bot.domain.jobs.shown import RETRACTED
from bot.domain.jobs.task import Task
from bot.errors import CannotPost
from bot.ports import Conversation, JobView, MessageReaction, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.delivery.deliver import all_delivered
from bot.services.job_sets import is_under_way, lead_of, share_delivery
from bot.services.job_view import shown_view, whole_of
from bot.services.lease import Leased
from bot.services.pipeline.announce import REPORT_SECONDS
from bot.services.pipeline.place_in_line import PlaceInLine
from bot.services.reactions import show_reaction
from bot.services.requests.cancel import call_off_all
from bot.services.tell_asker import tell_asker

SET_REPORT_SECONDS = 15.0
"""That of a set, which tells how many of its pictures are ready (loop reference 7)."""


class UpdateStatus:
    """The only writer of a job's status message after it was posted, so an old state never overwrites a
    newer one."""

    def __init__(
        self, *, store: Store, conversation: Conversation, accounts: Accounts, place_in_line: PlaceInLine
    ) -> None:
        self._place_in_line = place_in_line
        self._store = store
        self._accounts = accounts
        self._conversation = conversation

    async def run(self, task: Task) -> None:
        """Edit the message only if its text changed, at most every ten seconds; the end is shown at once.

        Comes again by itself until the job has ended or is stuck. Safe to repeat.
        """
        lease = Leased(self._store, task)
        view = await lease.write(lambda tx: self._begin(tx, task))
        if view is None:
            return
        try:
            shown = await self._show(view)
        except CannotPost:
            shown = None
            if await lease.write(lambda tx: self._called_off(tx, task)):
                return
        if view.job.ask_ts is not None and _is_final(view):
            place, ts = view.job.place, view.job.ask_ts
            await show_reaction(self._store, self._conversation, place, ts, _final_reaction(view))
        await lease.write(lambda tx: self._shown(tx, task, view, shown))

    async def _show(self, view: JobView) -> str | None:
        """Edit the message, or delete it where nothing is left to show in it."""
        if view.job.shown == RETRACTED:
            return RETRACTED
        if await self._is_needless(view):
            await self._conversation.retract(view.job)
            return RETRACTED
        return await self._conversation.update_status(await self._place_in_line(view))

    async def _is_needless(self, view: JobView) -> bool:
        """Whether the result stands in a message of its own, or there is none. A message in whose thread
        people have written stays."""
        if view.ended_in_vain:
            return not view.is_root or not await self._conversation.has_replies(view.job)
        return not view.is_root and view.is_delivered and view.job.result_has_blocks

    def _begin(self, tx: Transaction, task: Task) -> JobView | None:
        job = tx.jobs.get(task.job_id)
        if job is None or job.status_ts is None:
            tx.tasks.finish(task)
            return None
        view = shown_view(tx, job)
        if not _is_final(view) and job.shown_at is not None:
            pace = SET_REPORT_SECONDS if view.members else REPORT_SECONDS
            wait = pace - (tx.now - job.shown_at).total_seconds()
            if wait > 0:
                tx.tasks.reschedule(task, delay=wait, attempts=0)
                return None
        return view

    def _called_off(self, tx: Transaction, task: Task) -> bool:
        """The status message is gone. Where the thread began with it the pictures have no place: a job of
        which nothing was sent is called off. Returns whether it was."""
        job = tx.jobs.get(task.job_id)
        if job is None or job.status_ts != job.place.thread_ts:
            return False
        cancelled = call_off_all(tx, self._accounts, job)
        if not cancelled or is_under_way(tx, cancelled[0]):
            return False
        lead = lead_of(tx, cancelled[0])
        tx.jobs.save(lead.evolve(shown=RETRACTED, shown_at=tx.now))
        tell_asker(tx, whole_of(tx, cancelled[0]))
        tx.tasks.finish(task)
        return True

    def _shown(self, tx: Transaction, task: Task, view: JobView, shown: str | None) -> None:
        job = tx.jobs.get(task.job_id)
        assert job is not None
        if shown != job.shown:
            job = job.evolve(shown=shown, shown_at=tx.now)
        if view.stuck:
            tx.jobs.save(job)
            tx.tasks.finish(task)
            return
        if has_ended(view.job, view.pictures):
            if all_delivered(view.pictures) and view.job.delivery is Delivery.DELIVERING:
                job = job.evolve(delivery=Delivery.DELIVERED)
            is_told = _has_to_be_told(view, shown) and tell_asker(tx, whole_of(tx, job))
            if view.job.delivery is not Delivery.UNDELIVERABLE and not is_told:
                job = job.evolve(reply_url=None)
            tx.jobs.save(job)
            share_delivery(tx, job)
            tx.tasks.finish(task)
            return
        tx.jobs.save(job)
        tx.tasks.reschedule(task, delay=REPORT_SECONDS, attempts=0)


def _has_to_be_told(view: JobView, shown: str | None) -> bool:
    """Whether the asker hears privately how the job ended: nobody's trouble is shown to all. Who cancelled
    knows already."""
    in_vain = view.ended_in_vain and view.job.status is not Status.CANCELLED
    return shown is None or in_vain or view.is_in_doubt


def _is_final(view: JobView) -> bool:
    """Whether the message will not change until something new happens: the job ended or is stuck."""
    return view.stuck or has_ended(view.job, view.pictures)


def _final_reaction(view: JobView) -> MessageReaction:
    """The reaction that the message which asked gets at the end: done or failed."""
    good = (
        not view.stuck
        and view.job.status is Status.SUCCEEDED
        and view.job.delivery is not Delivery.UNDELIVERABLE
    )
    return MessageReaction.DONE if good else MessageReaction.FAILED


def has_ended(job: Job, pictures: Sequence[Picture]) -> bool:
    """Whether the job has nothing left to show: no paid call is open, and each of ``pictures`` is shared or
    lost, or the job is undeliverable. True also while the outcome is unknown or the job has timed out."""
    if job.status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING}:
        return False
    if not pictures or job.delivery is Delivery.UNDELIVERABLE:
        return True
    return all_delivered(pictures)
