"""Posts what may neither get lost nor come twice: the intent is committed first, and a look comes before any
repeat."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Container
from datetime import datetime

from bot.domain.letter import Letter
from bot.domain.task import Task
from bot.errors import CannotPost, GivenUp, TryLater
from bot.ports import Transaction
from bot.ports.people import Card, Office
from bot.services.announce import SETTLE_IN_SECONDS
from bot.services.leases import Leased

Post = Callable[[Letter], Awaitable[Card]]
"""Posts one letter, once."""


class Letters:
    """Since when a letter may be somewhere is kept beside its task. Who calls keeps where letters are, and
    sends no letter again whose place is known."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def send(self, lease: Leased, letter: Letter, post: Post) -> Card:
        """Where the letter is: found there or posted now. CannotPost and GivenUp: it is nowhere. TryLater and
        OutcomeUnknown: call again later, safe to repeat.
        """
        now, since = await lease.write(lambda tx: _intend(tx, lease.task, letter))
        found = await self._look(letter, since, now) if since is not None else None
        if found is not None:
            return found
        try:
            return await post(letter)
        except (TryLater, CannotPost, GivenUp):
            await lease.write(lambda tx: _forget(tx, lease.task, letter))
            raise

    async def find(self, lease: Leased, about: str, *, known: Container[str]) -> dict[str, Card]:
        """The letters about this whose posting was begun and is not ``known`` to have ended, and that are
        there: by whom they are to. Raises TryLater while that cannot be seen."""
        now, begun = await lease.write(lambda tx: (tx.now, _begun(tx, lease.task)))
        found = {}
        for (to, what), since in begun.items():
            if what == about and to not in known:
                found[to] = await self._look(Letter(lease.task.team_id, to, about), since, now)
        return {to: card for to, card in found.items() if card is not None}

    async def _look(self, letter: Letter, since: datetime, now: datetime) -> Card | None:
        waited = (now - since).total_seconds()
        if waited < SETTLE_IN_SECONDS:
            raise TryLater("an earlier post may not be findable yet", after=SETTLE_IN_SECONDS - waited)
        return await self._office.find(letter, since=since)


def _intend(tx: Transaction, task: Task, letter: Letter) -> tuple[datetime, datetime | None]:
    """The time now, and since when the letter may be somewhere already."""
    begun = _begun(tx, task)
    since = begun.get((letter.to, letter.about))
    if since is None:
        _keep(tx, task, begun | {(letter.to, letter.about): tx.now})
    return tx.now, since


def _forget(tx: Transaction, task: Task, letter: Letter) -> None:
    """The call was certainly not taken: the next try need not look first."""
    begun = _begun(tx, task)
    begun.pop((letter.to, letter.about), None)
    _keep(tx, task, begun)


def _begun(tx: Transaction, task: Task) -> dict[tuple[str, str], datetime]:
    kept = json.loads(tx.memos.get(_key(task)) or "[]")
    return {(to, about): datetime.fromisoformat(since) for to, about, since in kept}


def _keep(tx: Transaction, task: Task, begun: dict[tuple[str, str], datetime]) -> None:
    rows = [[to, about, since.isoformat()] for (to, about), since in begun.items()]
    tx.memos.put(_key(task), json.dumps(rows))


def _key(task: Task) -> str:
    return f"letters:{task.kind}:{task.subject}"
