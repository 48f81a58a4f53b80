"""Start a job: price the ask, hold its money and record it, all in one local transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.domain.budget.limits import Role
from bot.domain.money import Money
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import ClockOff, NoPrice
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    BudgetExceeded,
    DecidedState,
    NotAllowed,
    NotAllowedReason,
    Unconfirmed,
)
from bot.domain.requests.variations import MOST_OF_ONE, typed_again
from bot.ports import Store, Transaction
from bot.ports.people import People
from bot.services.budget.accounts import Accounts
from bot.services.budget.admin_notices import note_refusal
from bot.services.requests.admission import APPROVAL_FOR, CONFIRM_FOR, Accepted, Admission, Terms


class StartJob:
    """Starts jobs. Safe to repeat: the same ``request_key`` gives the same job, whose money is held once."""

    def __init__(
        self,
        *,
        store: Store,
        prices: PriceTable,
        accounts: Accounts,
        new_id: Callable[[], str],
        new_source_id: Callable[[], str],
        wake: Callable[[], None],
        terms: Terms,
        people: People,
    ) -> None:
        self._store = store
        self._wake = wake
        self._people = people
        self.admission = Admission(
            prices=prices,
            accounts=accounts,
            new_id=new_id,
            new_source_id=new_source_id,
            terms=terms,
        )

    async def __call__(self, ask: Ask) -> Accepted:
        """Start the job, or return the one that this ask has become already.

        Raises AskRefused (no price, too many pictures, paused, too fast, somebody of another workspace, taken
        back, decided already, or a clock that cannot be trusted), Unconfirmed (the ask is kept until the
        asker says Run), BudgetExceeded (it is kept for an approval) and StoreUnavailable; then nothing is
        spent.
        """
        try:
            return await self._admit(ask)
        except AskRefused as refused:
            refusal = refused.refusal
            if isinstance(refusal, NoPrice | ClockOff):
                await self._store.write(lambda tx: note_refusal(tx, ask.place.team_id, refusal))
                self._wake()
            raise

    async def _admit(self, ask: Ask) -> Accepted:
        role = await self.role(ask.place.team_id, ask.user_id)
        if role is Role.OUTSIDER:
            raise AskRefused(NotAllowed(NotAllowedReason.OTHER_WORKSPACE))
        await self._refuse_too_many(ask)
        estimate = self.admission.prices.price_of(ask)
        try:
            taken = await self._store.write(lambda tx: self._take(tx, ask, estimate, role))
        except BudgetExceeded as refused:
            kind, lifetime = PendingKind.APPROVAL, APPROVAL_FOR
            pending = await self._store.write(lambda tx: self._kept(tx, ask, estimate, kind, lifetime))
            raise BudgetExceeded(replace(refused.refusal, ref=pending.ref)) from refused
        if isinstance(taken, Unconfirmed):
            raise taken
        self._wake()
        return taken

    async def offer(self, ask: Ask) -> PendingRequest:
        """Keep an ask whose text was only nearly a command, until its asker says Run. Safe to repeat. Raises
        AskRefused (no price, too many pictures, too fast) and StoreUnavailable."""
        await self._refuse_too_many(ask)
        estimate = self.admission.prices.price_of(ask)
        kind, lifetime = PendingKind.CONFIRM, CONFIRM_FOR
        return await self._store.write(lambda tx: self._kept(tx, ask, estimate, kind, lifetime))

    async def _refuse_too_many(self, ask: Ask) -> None:
        """Refuse a set that is too large, whose words are kept for an hour, to be changed."""
        refusal = self.admission.too_many(ask)
        if refusal is None:
            return
        words = ask.request if not ask.variations else typed_again(ask.request, ask.variations)
        one = replace(ask, request=replace(words, n=min(words.n, MOST_OF_ONE)), variations=())
        raise AskRefused(replace(refusal, kept=await self.offer(one)))

    async def role(self, team_id: str, user_id: str) -> Role:
        """The person's role in the workspace; MEMBER when it cannot be found out now. Never raises."""
        return await self._people.role(team_id, user_id) or Role.MEMBER

    def _take(self, tx: Transaction, ask: Ask, estimate: Money, role: Role) -> Accepted | Unconfirmed:
        admission = self.admission
        known = admission.already_started(tx, ask, role)
        if known is not None:
            return known
        pending = tx.pending_requests.by_request_key(ask.request_key)
        if pending is not None and pending.state is not PendingState.PENDING:
            raise AskRefused(AlreadyDecided(DecidedState(pending.state_at(tx.now))))
        if pending is None:
            admission.pace(tx, ask)
        return admission.question(tx, ask, estimate, role) or admission.begin(tx, ask, estimate, role)

    def _kept(
        self, tx: Transaction, ask: Ask, estimate: Money, kind: PendingKind, lifetime: timedelta
    ) -> PendingRequest:
        """Keep the ask as a pending request. It counts in the rate as a start does, but only once: the same
        ask delivered again is not counted."""
        tx.limits.team(ask.place.team_id)
        if tx.pending_requests.by_request_key(ask.request_key) is None:
            self.admission.pace(tx, ask)
        return self.admission.keep(tx, ask, estimate, kind, lifetime)
