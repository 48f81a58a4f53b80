"""Carries requests for approval to the admins, and their decision back to the asker and onto the cards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.budget.outbox_message import Letter
from bot.domain.jobs.task import Task
from bot.domain.requests.pending_request import Draft, DraftState
from bot.errors import CannotPost, GivenUp, OutcomeUnknown
from bot.ports import Store, Transaction
from bot.ports.people import Card, Office
from bot.services.budget.admins import Admins
from bot.services.lease import Leased
from bot.services.outbox import Letters
from bot.services.requests.seen_reaction import unmark

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Desk:
    """The cards of one request by whom they were sent to; ``ref`` is what their buttons carry."""

    cards: dict[str, Card] = field(default_factory=dict)
    ref: str = ""
    told: bool = False


class Petitions:
    """Which cards exist is kept beside the queue, so that a repetition posts only what is missing. The task
    stays until the request is decided or lapses."""

    def __init__(self, *, store: Store, office: Office, admins: Admins, channel: str | None = None) -> None:
        self._store = store
        self._office = office
        self._letters = Letters(office)
        self._admins = admins
        self._channel = channel

    async def run(self, task: Task) -> None:
        """Ask, show a new price or the outcome, or let the request lapse. Safe to repeat."""
        lease = Leased(self._store, task)
        draft, desk, zone = await lease.write(lambda tx: _look(tx, task))
        if draft is not None and draft.state is DraftState.ASKED:
            await self._ask(lease, draft, desk, zone)
        elif draft is not None:
            await self._answer(lease, draft, desk, zone)
        await lease.write(lambda tx: _finish(tx, task, draft))

    async def _ask(self, lease: Leased, draft: Draft, desk: _Desk, zone: str) -> None:
        if desk.ref not in {"", draft.ref}:
            await self._update(lease, draft, desk, zone)
        desk.ref = draft.ref
        await _keep(lease, draft, desk)
        if self._channel is not None and await self._post(lease, draft, desk, self._channel, zone):
            return
        reached = False
        unsure: OutcomeUnknown | None = None
        for to in await self._others(draft):
            try:
                reached |= await self._post(lease, draft, desk, to, zone)
            except OutcomeUnknown as lost:  # the others need not wait for it
                unsure = lost
        if unsure is not None:
            raise unsure
        if not reached:
            log.error("no_admin_reached", draft=draft.id)

    async def _others(self, draft: Draft) -> tuple[str, ...]:
        """Whom to ask: somebody else than the asker wherever there is somebody."""
        asker = {draft.user_id}
        chosen = set(await self._admins.to_ask(draft.team_id)) - asker
        others = chosen or set(await self._office.admins(draft.team_id)) - asker
        return tuple(sorted(others or asker))

    async def _post(self, lease: Leased, draft: Draft, desk: _Desk, to: str, zone: str) -> bool:
        """Whether there is a card: for one admin, or for all of them in their channel."""
        if to in desk.cards:
            return True
        letter = Letter(draft.team_id, to, _card(draft))
        try:
            desk.cards[to] = await self._letters.send(
                lease, letter, lambda one: self._office.petition(one, draft, zone=zone)
            )
        except (CannotPost, GivenUp) as refused:
            log.warning("admin_not_reached", reason=str(refused))
            return False
        await _keep(lease, draft, desk)
        return True

    async def _update(self, lease: Leased, draft: Draft, desk: _Desk, zone: str) -> None:
        """Every card shows what is so now, also one whose posting was never confirmed."""
        desk.cards |= await self._letters.find(lease, _card(draft), known=desk.cards)
        await _keep(lease, draft, desk)
        for card in desk.cards.values():
            await self._office.update_petition(draft, card, zone=zone)

    async def _answer(self, lease: Leased, draft: Draft, desk: _Desk, zone: str) -> None:
        unsure: OutcomeUnknown | None = None
        if not desk.told:
            try:
                await self._tell(lease, draft, desk)
            except OutcomeUnknown as lost:  # the buttons need not wait for it
                unsure = lost
        await self._update(lease, draft, desk, zone)
        if unsure is not None:
            raise unsure

    async def _tell(self, lease: Leased, draft: Draft, desk: _Desk) -> None:
        letter = Letter(draft.team_id, draft.user_id, f"decided:{draft.id}")
        try:
            await self._letters.send(lease, letter, lambda one: self._office.decided(one, draft))
        except (CannotPost, GivenUp) as refused:
            log.warning("asker_not_reached", reason=str(refused))
        desk.told = True
        await _keep(lease, draft, desk)


def _card(draft: Draft) -> str:
    """What the letters to the admins are about."""
    return f"petition:{draft.id}"


def _look(tx: Transaction, task: Task) -> tuple[Draft | None, _Desk, str]:
    """The request as it is now: one whose time is over has lapsed."""
    zone = tx.limits.team(task.team_id).tz
    draft = tx.drafts.get(task.subject)
    if draft is not None and draft.state is DraftState.ASKED and tx.now >= draft.expires_at:
        lapsed = replace(draft, state=DraftState.EXPIRED, decided_at=tx.now)
        tx.drafts.move(lapsed, frm=frozenset({DraftState.ASKED}))
        draft = lapsed
    kept = json.loads(tx.memos.get(_key(task.subject)) or "{}")
    cards = {to: (str(card[0]), str(card[1])) for to, card in kept.get("cards", {}).items()}
    return draft, _Desk(cards, str(kept.get("ref", "")), bool(kept.get("told"))), zone


async def _keep(lease: Leased, draft: Draft, desk: _Desk) -> None:
    kept = json.dumps({"cards": desk.cards, "ref": desk.ref, "told": desk.told})
    await lease.write(lambda tx: tx.memos.put(_key(draft.id), kept))


def _finish(tx: Transaction, task: Task, seen: Draft | None) -> None:
    """What was decided while the cards were being posted is still to be shown; what is not yet decided is
    looked at again when its time is over."""
    current = tx.drafts.get(task.subject)
    if seen is None or current is None:
        tx.tasks.finish(task)
    elif (current.state, current.round) != (seen.state, seen.round):
        tx.tasks.reschedule(task, delay=0.0, attempts=0)
    elif current.state is DraftState.ASKED:
        left = (current.expires_at - tx.now).total_seconds()
        tx.tasks.reschedule(task, delay=max(left, 0.0), attempts=0)
    else:
        unmark(tx, current)
        tx.tasks.finish(task)


def _key(draft_id: str) -> str:
    return f"petition:{draft_id}"
