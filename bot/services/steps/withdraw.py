"""Cancel a job that is being drawn: it leaves the conversation, and its pictures go to the asker alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PictureGone
from bot.ports import Conversation, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.job_sets import set_of
from bot.services.job_view import whole_of, withdrawn_key
from bot.services.requests.cancel import call_off_all
from bot.services.steps.take_back import move
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
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job.id, job.user_id))
        direct = await self._conversation.direct_channel(job.user_id)
        withdrawn = await self._store.write(lambda tx: self._withdraw(tx, job.id, direct))
        self._wake()
        return withdrawn

    def _withdraw(self, tx: Transaction, job_id: str, direct: str) -> Job:
        job = tx.jobs.get(job_id)
        assert job is not None
        jobs = set_of(tx, job)
        is_cancelled = all(one.status is Status.CANCELLED for one in jobs)
        if is_cancelled or job.place.channel_id == direct:
            return whole_of(tx, job)
        called_off = call_off_all(tx, self._accounts, job)
        lead, *others = set_of(tx, job)
        drawing = [one for one in (lead, *others) if one.status in _DRAWING]
        if not drawing and called_off:
            return whole_of(tx, job)
        if not drawing or lead.delivery is Delivery.DELIVERING:
            raise AskRefused(NotAllowed(NotAllowedReason.ENDED, job.id))
        move(tx, lead, direct)
        tx.key_values.put(withdrawn_key(lead), "yes")
        return whole_of(tx, job)
