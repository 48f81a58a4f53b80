"""Posts approval requests to the admins as cards, and shows the decision to the asker and on the cards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.jobs.task import Task
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.errors import CannotPost, GivenUp, OutcomeUnknown
from bot.ports import Store, Transaction
from bot.ports.people import Card, Notifier
from bot.services.budget.admins import Admins
from bot.services.lease import Leased
from bot.services.outbox import Outbox
from bot.services.requests.seen_reaction import unmark

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _PostedCards:
    """What was posted about one request.

    ``cards`` are by recipient (an admin or the admins' channel); ``ref`` is the reference in their buttons,
    empty before the first post; ``told`` says whether the asker was told the decision.
    """

    cards: dict[str, Card] = field(default_factory=dict)
    ref: str = ""
    told: bool = False


class ApprovalRequests:
    """Runs the task of one approval request until the request is decided or expires.

    Which cards were posted is stored in the database, so that a repetition posts only the missing ones.
    """

    def __init__(
        self, *, store: Store, notifier: Notifier, admins: Admins, channel: str | None = None
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._outbox = Outbox(notifier)
        self._admins = admins
        self._channel = channel

    async def run(self, task: Task) -> None:
        """Post the cards, show a new price or the decision on them, or let the request expire.

        Safe to repeat. Raises OutcomeUnknown when it is not known whether a message was posted; all others
        are tried before.
        """
        lease = Leased(self._store, task)
        pending, posted, zone = await lease.write(lambda tx: _look(tx, task))
        if pending is not None and pending.state is PendingState.ASKED:
            await self._ask(lease, pending, posted, zone)
        elif pending is not None:
            await self._answer(lease, pending, posted, zone)
        await lease.write(lambda tx: _finish(tx, task, pending))

    async def _ask(self, lease: Leased, pending: PendingRequest, posted: _PostedCards, zone: str) -> None:
        if posted.ref not in {"", pending.ref}:
            await self._update(lease, pending, posted, zone)
        posted.ref = pending.ref
        await _keep(lease, pending, posted)
        if self._channel is not None and await self._post(lease, pending, posted, self._channel, zone):
            return
        reached = False
        unsure: OutcomeUnknown | None = None
        for to in await self._others(pending):
            try:
                reached |= await self._post(lease, pending, posted, to, zone)
            except OutcomeUnknown as lost:  # ask the others before this one is tried again
                unsure = lost
        if unsure is not None:
            raise unsure
        if not reached:
            log.error("no_admin_reached", pending=pending.id)

    async def _others(self, pending: PendingRequest) -> tuple[str, ...]:
        """The admins to ask one by one: the chosen ones, else the workspace's owners and admins. The asker is
        asked only where there is no other admin."""
        asker = {pending.user_id}
        chosen = set(await self._admins.to_ask(pending.team_id)) - asker
        others = chosen or set(await self._notifier.admins(pending.team_id)) - asker
        return tuple(sorted(others or asker))

    async def _post(
        self, lease: Leased, pending: PendingRequest, posted: _PostedCards, to: str, zone: str
    ) -> bool:
        """Post the card to ``to``, an admin or the admins' channel, unless it is there already. False when
        ``to`` cannot be reached."""
        if to in posted.cards:
            return True
        message = OutboxMessage(pending.team_id, to, _card(pending))
        try:
            posted.cards[to] = await self._outbox.send(
                lease, message, lambda one: self._notifier.approval_request(one, pending, zone=zone)
            )
        except (CannotPost, GivenUp) as refused:
            log.warning("admin_not_reached", reason=str(refused))
            return False
        await _keep(lease, pending, posted)
        return True

    async def _update(self, lease: Leased, pending: PendingRequest, posted: _PostedCards, zone: str) -> None:
        """Bring every card up to date, also one whose posting was never confirmed and that is found now."""
        posted.cards |= await self._outbox.find(lease, _card(pending), known=posted.cards)
        await _keep(lease, pending, posted)
        for card in posted.cards.values():
            await self._notifier.update_approval_request(pending, card, zone=zone)

    async def _answer(self, lease: Leased, pending: PendingRequest, posted: _PostedCards, zone: str) -> None:
        unsure: OutcomeUnknown | None = None
        if not posted.told:
            try:
                await self._tell(lease, pending, posted)
            except OutcomeUnknown as lost:  # replace the buttons before the message is tried again
                unsure = lost
        await self._update(lease, pending, posted, zone)
        if unsure is not None:
            raise unsure

    async def _tell(self, lease: Leased, pending: PendingRequest, posted: _PostedCards) -> None:
        message = OutboxMessage(pending.team_id, pending.user_id, f"decided:{pending.id}")
        try:
            await self._outbox.send(lease, message, lambda one: self._notifier.decided(one, pending))
        except (CannotPost, GivenUp) as refused:
            log.warning("asker_not_reached", reason=str(refused))
        posted.told = True
        await _keep(lease, pending, posted)


def _card(pending: PendingRequest) -> str:
    """What the messages to the admins are about, by which the outbox tells them from others."""
    return f"petition:{pending.id}"


def _look(tx: Transaction, task: Task) -> tuple[PendingRequest | None, _PostedCards, str]:
    """The request as it is now, what was posted about it, and the workspace's time zone. A request that
    nobody decided in time becomes EXPIRED here."""
    zone = tx.limits.team(task.team_id).tz
    pending = tx.pending_requests.get(task.subject)
    if pending is not None and pending.state is PendingState.ASKED and tx.now >= pending.expires_at:
        lapsed = replace(pending, state=PendingState.EXPIRED, decided_at=tx.now)
        tx.pending_requests.move(lapsed, frm=frozenset({PendingState.ASKED}))
        pending = lapsed
    kept = json.loads(tx.key_values.get(_key(task.subject)) or "{}")
    cards = {to: (str(card[0]), str(card[1])) for to, card in kept.get("cards", {}).items()}
    return pending, _PostedCards(cards, str(kept.get("ref", "")), bool(kept.get("told"))), zone


async def _keep(lease: Leased, pending: PendingRequest, posted: _PostedCards) -> None:
    kept = json.dumps({"cards": posted.cards, "ref": posted.ref, "told": posted.told})
    await lease.write(lambda tx: tx.key_values.put(_key(pending.id), kept))


def _finish(tx: Transaction, task: Task, seen: PendingRequest | None) -> None:
    """End the task, or schedule it again: at once when the request changed while the cards were being posted,
    and at the request's expiry when it is not decided yet."""
    current = tx.pending_requests.get(task.subject)
    if seen is None or current is None:
        tx.tasks.finish(task)
    elif (current.state, current.round) != (seen.state, seen.round):
        tx.tasks.reschedule(task, delay=0.0, attempts=0)
    elif current.state is PendingState.ASKED:
        left = (current.expires_at - tx.now).total_seconds()
        tx.tasks.reschedule(task, delay=max(left, 0.0), attempts=0)
    else:
        unmark(tx, current)
        tx.tasks.finish(task)


def _key(pending_id: str) -> str:
    return f"petition:{pending_id}"
