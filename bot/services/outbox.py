"""Posts messages that must be neither lost nor posted twice.

The intent to post is committed before the call. Before a post is repeated, the conversation is searched for
the message of the earlier try.
"""

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
"""Makes one attempt to post one message and returns where it is."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """When the first and the last attempt to post a message were made. A search has to look at everything
    since the first, and must wait for a few seconds after the last."""

    first: datetime
    last: datetime


class Outbox:
    """Sends messages for a task and stores, beside the task, when each attempt to post began.

    The caller stores where each message was posted, and must not call ``send`` again for a message whose
    place it knows.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    async def send(self, lease: Leased, message: OutboxMessage, post: Post) -> Card:
        """Return where the message is: found from an earlier attempt, or posted now.

        Raises CannotPost or GivenUp when it was refused for good and is nowhere; TryLater or OutcomeUnknown
        when the caller has to call again later, which is safe.
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
            # The message may have been posted as late as now, so the wait before a search begins now.
            await lease.write(lambda tx: _intend_again(tx, lease.task, message))
            raise
        except (TryLater, CannotPost, GivenUp):
            await lease.write(lambda tx: _forget(tx, lease.task, message))
            raise

    async def find(self, lease: Leased, about: str, *, known: Container[str]) -> dict[str, Card]:
        """Return, by recipient, the messages about ``about`` that an unfinished attempt did post.

        Recipients in ``known`` are left out: the caller knows how their attempt ended. Only reads the
        conversations. Raises TryLater while an attempt is too recent for its message to be found.
        """
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
    """Record that the message is about to be posted. Returns the time now, and when earlier attempts whose
    outcome is not known to be negative were made (None: there were none)."""
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
    """Remove the record of the attempt: nothing was posted, so the next try need not search first."""
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
"""How many seconds a new message may take until a search finds it; an earlier search may miss it."""
