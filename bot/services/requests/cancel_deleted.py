"""Deleting the message that asked, or the status message that a thread began with, cancels the ask, as long
as nothing of it is with the provider or paid for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.domain.jobs.job import Job
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.source import message_key
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.requests.cancel import call_off_all
from bot.services.tell_asker import tell_asker

_OPEN = frozenset({PendingState.PENDING, PendingState.ASKED})


class CancelDeleted:
    """Cancels what a deleted message asked for."""

    def __init__(self, *, store: Store, accounts: Accounts, wake: Callable[[], None]) -> None:
        self._store = store
        self._accounts = accounts
        self._wake = wake

    async def __call__(self, place: Place, ts: str) -> bool:
        """Cancel what the deleted message asked for, or what it was the status message of. Returns whether it
        was either.

        A job that was sent already is paid for, and its pictures still arrive. Safe to repeat. Raises
        StoreUnavailable: then the event must not be acknowledged.
        """
        key = message_key(place, ts)
        asked, shown = await self._store.read(lambda tx: (tx.inbox.get(key), _opened_by(tx, place, ts)))
        if asked is not None:
            await self._of_ask(place, key)
        for job in shown:
            await self._store.write(partial(self._of_status, job_id=job.id))
        if asked is None and not shown:
            return False
        self._wake()
        return True

    async def _of_ask(self, place: Place, key: str) -> None:
        # Two transactions, so that each takes its locks in the common order. After the first, the message can
        # no longer become a job.
        await self._store.write(lambda tx: self._forget(tx, place.team_id, key))
        await self._store.write(lambda tx: self._cancel(tx, key))

    def _forget(self, tx: Transaction, team_id: str, key: str) -> None:
        tx.limits.team(team_id)
        tx.inbox.forget(key)
        pending = tx.pending_requests.by_request_key(key)
        if pending is None or pending.state not in _OPEN:
            return
        gone = replace(pending, state=PendingState.CANCELLED, decided_by=pending.user_id, decided_at=tx.now)
        if tx.pending_requests.move(gone, frm=_OPEN) and pending.state is PendingState.ASKED:
            tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id=team_id, job_id="", subject=pending.id)

    def _cancel(self, tx: Transaction, key: str) -> None:
        job = tx.jobs.by_request_key(key)
        if job is not None:
            call_off_all(tx, self._accounts, job)

    def _of_status(self, tx: Transaction, job_id: str) -> None:
        """Its asker is told, as it may have been somebody else who deleted the message."""
        job = tx.jobs.get(job_id)
        if job is not None and (cancelled := call_off_all(tx, self._accounts, job)):
            tell_asker(tx, cancelled[0])


def _opened_by(tx: Transaction, place: Place, ts: str) -> list[Job]:
    """The jobs whose thread began with the status message ``ts``: their pictures have no place any more."""
    return [job for job in tx.jobs.in_thread(replace(place, thread_ts=ts)) if job.status_ts == ts]
