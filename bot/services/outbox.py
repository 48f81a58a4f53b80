"""Posts what may neither get lost nor come twice: the intent is committed first, and a look comes before any
repeat."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import datetime

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.jobs.task import Task
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from bot.ports import Transaction
from bot.ports.people import Card, Notifier
from bot.services.lease import Leased

Post = Callable[[OutboxMessage], Awaitable[Card]]
"""Posts one letter, once."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """When a letter was posted the first time, and the last: it may be anywhere since the one, and may not
    be findable so soon after the other."""

    first: datetime
    last: datetime


class Outbox:
    """Since when a letter may be somewhere is kept beside its task. Who calls keeps where letters are, and
    sends no letter again whose place is known."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    async def send(self, lease: Leased, message: OutboxMessage, post: Post) -> Card:
        """Where the letter is: found there or posted now. CannotPost and GivenUp: it is nowhere. TryLater and
        OutcomeUnknown: call again later, safe to repeat.
        """
        now, begun = await lease.write(lambda tx: _intend(tx, lease.task, message))
        if begun is not None:
            found = await self._look(message, begun, now)
            if found is not None:
                return found
            await lease.write(lambda tx: _intend_again(tx, lease.task, message))
        try:
            return await post(message)
        except OutcomeUnknown:
            # It may have been taken as late as now, so that a look must wait from now on.
            await lease.write(lambda tx: _intend_again(tx, lease.task, message))
            raise
        except (TryLater, CannotPost, GivenUp):
            await lease.write(lambda tx: _forget(tx, lease.task, message))
            raise

    async def find(self, lease: Leased, about: str, *, known: Container[str]) -> dict[str, Card]:
        """The letters about this whose posting was begun and is not ``known`` to have ended, and that are
        there: by whom they are to. Raises TryLater while that cannot be seen."""
        now, begun = await lease.write(lambda tx: (tx.now, _begun(tx, lease.task)))
        found = {}
        for (to, what), when in begun.items():
            if what == about and to not in known:
                found[to] = await self._look(OutboxMessage(lease.task.team_id, to, about), when, now)
        return {to: card for to, card in found.items() if card is not None}

    async def _look(self, message: OutboxMessage, when: _Begun, now: datetime) -> Card | None:
        waited = (now - when.last).total_seconds()
        if waited < SETTLE_IN_SECONDS:
            raise TryLater("an earlier post may not be findable yet", after=SETTLE_IN_SECONDS - waited)
        return await self._notifier.find(message, since=when.first)


def _intend(tx: Transaction, task: Task, message: OutboxMessage) -> tuple[datetime, _Begun | None]:
    """The time now, and when the letter was posted before, as far as anybody knows."""
    begun = _begun(tx, task)
    when = begun.get((message.to, message.about))
    if when is None:
        _keep(tx, task, begun | {(message.to, message.about): _Begun(tx.now, tx.now)})
    return tx.now, when


def _intend_again(tx: Transaction, task: Task, message: OutboxMessage) -> None:
    begun = _begun(tx, task)
    first = begun[message.to, message.about].first
    _keep(tx, task, begun | {(message.to, message.about): _Begun(first, tx.now)})


def _forget(tx: Transaction, task: Task, message: OutboxMessage) -> None:
    """The call was certainly not taken: the next try need not look first."""
    begun = _begun(tx, task)
    begun.pop((message.to, message.about), None)
    _keep(tx, task, begun)


def _begun(tx: Transaction, task: Task) -> dict[tuple[str, str], _Begun]:
    kept = json.loads(tx.key_values.get(_key(task)) or "[]")
    read = datetime.fromisoformat
    return {(to, about): _Begun(read(first), read(last)) for to, about, first, last in kept}


def _keep(tx: Transaction, task: Task, begun: dict[tuple[str, str], _Begun]) -> None:
    rows = [[to, about, when.first.isoformat(), when.last.isoformat()] for (to, about), when in begun.items()]
    tx.key_values.put(_key(task), json.dumps(rows))


def _key(task: Task) -> str:
    return f"letters:{task.kind}:{task.subject}"


SETTLE_IN_SECONDS = 3.0
"""How long a post may take to become findable; a search that comes too early misses it."""
