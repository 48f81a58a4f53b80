"""Asks about an ask before it begins, whatever the settings say about its price."""

from __future__ import annotations

from bot.domain.requests.ask import Ask
from bot.domain.requests.refusals import Unconfirmed
from bot.ports import Store
from bot.services.requests.start_job import StartJob


class AskFirst:
    """Keeps an ask until its asker confirms it. Safe to repeat: the same ``request_key`` is kept once."""

    def __init__(self, *, store: Store, start_job: StartJob) -> None:
        self._store = store
        self._start_job = start_job

    async def __call__(self, ask: Ask) -> Unconfirmed:
        """The question about it: its price, what is left, and the nearest cheaper variant. Raises AskRefused
        (no price, too fast, a clock that cannot be trusted) and StoreUnavailable."""
        pending = await self._start_job.offer(ask)
        role = await self._start_job.role(ask.place.team_id, ask.user_id)
        admission = self._start_job.admission
        return await self._store.write(lambda tx: admission.question_about(tx, pending, role))
