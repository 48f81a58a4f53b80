"""Carries requests for approval to the admins, and their decision back to the asker and onto the cards."""

from __future__ import annotations

import json

import structlog

from bot.domain.draft import Draft, DraftState
from bot.domain.task import Task
from bot.errors import CannotPost, GivenUp, OutcomeUnknown
from bot.ports import Store, Transaction
from bot.ports.people import Office
from bot.services.admins import Admins
from bot.services.leases import Leased

log = structlog.get_logger(__name__)

Cards = dict[str, tuple[str, str]]


class Petitions:
    """Which cards exist is kept beside the queue, so that a repetition posts only what is missing."""

    def __init__(self, *, store: Store, office: Office, admins: Admins) -> None:
        self._store = store
        self._office = office
        self._admins = admins

    async def run(self, task: Task) -> None:
        lease = Leased(self._store, task)
        draft, cards = await lease.write(lambda tx: (tx.drafts.get(task.subject), _cards(tx, task.subject)))
        if draft is not None and draft.state is DraftState.ASKED:
            await self._post(lease, draft, cards)
        elif draft is not None:
            for card in cards.values():
                await self._office.close_petition(draft, card)
            await self._office.decided(draft)
        await lease.write(lambda tx: _finish(tx, task, draft))

    async def _post(self, lease: Leased, draft: Draft, cards: Cards) -> None:
        named = self._admins.named or await self._office.admins(draft.team_id)
        for admin in named:
            if admin in cards or (admin == draft.user_id and len(named) > 1):
                continue
            try:
                cards[admin] = await self._office.petition(draft, admin)
            except OutcomeUnknown:
                cards[admin] = ("", "")  # it may be there: better one card too few than two
            except (CannotPost, GivenUp) as refused:
                log.warning("admin_not_reached", reason=str(refused))
                continue
            await lease.write(lambda tx: tx.memos.put(_key(draft.id), json.dumps(cards)))


def _finish(tx: Transaction, task: Task, seen: Draft | None) -> None:
    """A decision made while the cards were being posted is still to be shown."""
    current = tx.drafts.get(task.subject)
    if seen is not None and current is not None and current.state is not seen.state:
        tx.tasks.reschedule(task, delay=0.0, attempts=0)
    else:
        tx.tasks.finish(task)


def _cards(tx: Transaction, draft_id: str) -> Cards:
    kept = json.loads(tx.memos.get(_key(draft_id)) or "{}")
    return {admin: (str(card[0]), str(card[1])) for admin, card in kept.items() if card[0]} | {
        admin: ("", "") for admin, card in kept.items() if not card[0]
    }


def _key(draft_id: str) -> str:
    return f"petition:{draft_id}"
