"""Says once what the bot is for: to a channel that it joined, or to a person who came to it.

That a welcome is due is recorded before the event is acknowledged; where it goes is recorded before it is
posted. So neither a repeated event nor a crash says it twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.errors import CannotPost, GivenUp
from bot.ports import Store, Transaction
from bot.ports.greeter import Greeter, Greeting
from bot.ports.people import Notifier
from bot.services.lease import Leased
from bot.services.outbox import Outbox

log = structlog.get_logger(__name__)

MOST_MEMBERS = 200
"""A channel with more members is not told; who invited the bot is (loop reference 11)."""

DRAFTS = 4

_CHANNEL, _PERSON = "channel", "person"
_NOBODY = "nobody"


class Welcome:
    """Records that a welcome is due (``joined``, ``came``), and later posts it (``run``). ``price`` is that
    of DRAFTS drafts."""

    def __init__(
        self, *, store: Store, greeter: Greeter, notifier: Notifier, price: Money, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._greeter = greeter
        self._outbox = Outbox(notifier)
        self._price = price
        self._wake = wake

    async def joined(self, team_id: str, channel_id: str, inviter: str | None) -> None:
        """Note that the bot joined a channel. Safe to repeat: a channel is welcomed once ever, however often
        the bot leaves and joins again. Raises StoreUnavailable."""
        subject = f"{_CHANNEL}|{channel_id}|{inviter or ''}"
        await self._note(lambda tx: _add(tx, team_id, channel_id, subject))

    async def came(self, team_id: str, user_id: str) -> None:
        """Note that a person opened their direct messages with the bot. Safe to repeat: they are welcomed
        once ever, and never once they have asked for a picture. Raises StoreUnavailable."""

        def unit(tx: Transaction) -> bool:
            if tx.jobs.newest(limit=1, team_id=team_id, user_id=user_id):
                return False
            return _add(tx, team_id, user_id, f"{_PERSON}|{user_id}|")

        await self._note(unit)

    async def _note(self, unit: Callable[[Transaction], bool]) -> None:
        if await self._store.write(unit):
            self._wake()

    async def run(self, task: Task) -> None:
        """Post the welcome that ``task`` is about, at most once. Safe to repeat."""
        lease = Leased(self._store, task)
        kind, whom, inviter = task.subject.split("|")
        to = await self._recipient(lease, kind, whom, inviter)
        if to != _NOBODY:
            greeting = Greeting(whom if kind == _CHANNEL else None, DRAFTS, self._price)
            message = OutboxMessage(task.team_id, to, f"welcome|{whom}")
            try:
                await self._outbox.send(lease, message, partial(self._greeter.greet, greeting=greeting))
            except (CannotPost, GivenUp) as refused:
                log.info("not_welcomed", reason=str(refused))
        await lease.finish()

    async def _recipient(self, lease: Leased, kind: str, whom: str, inviter: str) -> str:
        """Whom to tell, decided once: the channel may grow while a post is repeated."""
        key = _key(lease.task.team_id, whom)
        known = await self._store.read(lambda tx: tx.key_values.get(key))
        if known:
            return known
        is_public = kind == _PERSON or await self._is_small(whom)
        to = whom if is_public else inviter or _NOBODY
        await lease.write(lambda tx: tx.key_values.put(key, to))
        return to

    async def _is_small(self, channel_id: str) -> bool:
        """Whether the welcome may stand in the channel. False too where nobody tells: privately it does no
        harm."""
        try:
            crowd = await self._greeter.crowd(channel_id)
        except (CannotPost, GivenUp) as refused:
            log.info("crowd_unknown", reason=str(refused))
            return False
        return crowd.members <= MOST_MEMBERS and not crowd.is_general


def _add(tx: Transaction, team_id: str, whom: str, subject: str) -> bool:
    """Queue the welcome; False when it was queued before."""
    key = _key(team_id, whom)
    if tx.key_values.get(key) is not None:
        return False
    tx.key_values.put(key, "")
    tx.tasks.add(TaskKind.WELCOME, team_id=team_id, job_id="", subject=subject)
    return True


def _key(team_id: str, whom: str) -> str:
    return f"welcome:{team_id}:{whom}"
