"""Delivers pictures that the conversation did not take once more: there, or to the asker alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.jobs.job import Job
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.ports import Conversation, Store, Transaction
from bot.services.budget.admins import Admins
from bot.services.job_sets import lead_of
from bot.services.operations.retry_jobs import RetryJobs
from bot.services.steps.delete_picture import may_change
from bot.services.steps.take_back import move
from bot.services.steps.targets import Act


class DeliverAnew:
    """For the asker and admins. Nothing is paid again: the pictures are kept. Safe to repeat."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        admins: Admins,
        retry: RetryJobs,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._admins = admins
        self._retry = retry
        self._wake = wake

    async def post_again(self, act: Act) -> None:
        """Try the same place again. Raises AskRefused PictureGone or NotAllowed."""
        await self._again(await may_change(self._store, self._admins, act))

    async def send_to_asker(self, act: Act) -> None:
        """Bring the pictures to the asker's own messages instead. Raises what ``post_again`` raises, and
        TryLater or CannotPost when there is no such conversation."""
        job = await may_change(self._store, self._admins, act)
        direct = await self._conversation.direct_channel(job.user_id)
        await self._store.write(lambda tx: _move(tx, job.id, direct))
        await self._again(job)

    async def _again(self, job: Job) -> None:
        if not await self._retry(job.id):
            raise AskRefused(NotAllowed(NotAllowedReason.ENDED, job.id))
        self._wake()


def _move(tx: Transaction, job_id: str, direct: str) -> None:
    job = tx.jobs.get(job_id)
    assert job is not None
    if job.place.channel_id == direct:
        return
    move(tx, lead_of(tx, job), direct)
