"""Cancel a job that is being drawn: it leaves the conversation, and its pictures go to the asker alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PictureGone
from bot.ports import Conversation, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.job_view import withdrawn_key
from bot.services.requests.cancel import call_off
from bot.services.steps.take_back import take_back_message
from bot.services.steps.targets import Act

_DRAWING = frozenset({Status.SUBMITTING, Status.RUNNING})


class Withdraw:
    """Takes a job that is being drawn out of its conversation. The order cannot be taken back (provider
    reference 2.6), so what was paid for is brought to the asker's own messages."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        accounts: Accounts,
        admins: Admins,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._accounts = accounts
        self._admins = admins
        self._wake = wake

    async def __call__(self, act: Act) -> Job:
        """Withdraw the job, or cancel it if nothing of it was sent after all. Safe to repeat.

        Raises AskRefused: PictureGone for an unknown job; NotAllowed because only the asker and admins may,
        or because the job has ended; and TryLater.
        """
        job = await self._store.read(lambda tx: tx.jobs.get(act.job_id))
        if job is None or job.place.team_id != act.team_id:
            raise AskRefused(PictureGone())
        if job.user_id != act.user_id and not await self._admins.is_admin(act.team_id, act.user_id):
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job.id))
        direct = await self._conversation.direct_channel(job.user_id)
        withdrawn = await self._store.write(lambda tx: self._withdraw(tx, job.id, direct))
        self._wake()
        return withdrawn

    def _withdraw(self, tx: Transaction, job_id: str, direct: str) -> Job:
        job = tx.jobs.get(job_id)
        assert job is not None
        if job.status is Status.CANCELLED or job.place.channel_id == direct:
            return job
        if (cancelled := call_off(tx, self._accounts, job)) is not None:
            return cancelled
        if job.status not in _DRAWING or job.delivery is Delivery.DELIVERING:
            raise AskRefused(NotAllowed(NotAllowedReason.ENDED, job.id))
        if job.status_ts is not None:
            take_back_message(tx, job, job.status_ts)
        moved = job.evolve(
            place=Place(job.place.team_id, direct, None, is_private=True),
            status_ts=None,
            shown=None,
            reply_url=None,
        )
        tx.jobs.save(moved)
        tx.key_values.put(withdrawn_key(job), "yes")
        return moved
