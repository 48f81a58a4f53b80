"""The asker's word on an ask that waits for it: Run, Cheaper, Cancel, or Ask for approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.budget.limits import Role
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import Draft, DraftKind, DraftState, parts_of
from bot.errors import AskRefused, BudgetExceeded, Unconfirmed
from bot.ports import Store, Transaction
from bot.services.requests.admission import Accepted
from bot.services.requests.seen_reaction import unmark
from bot.services.requests.start_job import Submit

_PENDING = frozenset({DraftState.PENDING})


class Decide:
    """Each word counts once, and only the asker's. Safe to repeat."""

    def __init__(self, *, store: Store, submit: Submit, wake: Callable[[], None]) -> None:
        self._store = store
        self._submit = submit
        self._admission = submit.admission
        self._wake = wake

    async def run(self, team_id: str, ref: str, user_id: str) -> Accepted:
        """The ask begins. Raises AskRefused (not yours, gone, decided), Unconfirmed when it is dearer by now
        (asked anew at the new price) and BudgetExceeded."""
        return await self._begin(team_id, ref, user_id, lambda draft: draft.ask)

    async def cheaper(self, team_id: str, ref: str, user_id: str) -> Accepted:
        """The nearest cheaper variant begins instead."""
        return await self._begin(team_id, ref, user_id, self._admission.variant_of)

    async def cancel(self, team_id: str, ref: str, user_id: str) -> Draft:
        """Nothing happens, for good; the message that asked loses its mark."""

        def unit(tx: Transaction) -> Draft:
            draft = self._own(tx, team_id, ref, user_id)
            if draft.state is DraftState.CANCELLED:
                return draft
            unmark(tx, draft)
            return _ended(tx, draft, DraftState.CANCELLED)

        cancelled = await self._store.write(unit)
        self._wake()
        return cancelled

    async def ask_for_approval(self, team_id: str, ref: str, user_id: str) -> Draft:
        """The budget admins are asked; they have a day, or what is left of a period that ends sooner."""
        role = await self._submit.role(team_id, user_id)

        def unit(tx: Transaction) -> Draft:
            draft = self._own(tx, team_id, ref, user_id)
            if draft.state is DraftState.ASKED:
                return draft
            asked = replace(
                draft,
                kind=DraftKind.APPROVAL,
                state=DraftState.ASKED,
                expires_at=self._admission.approvable_until(tx, draft, role),
            )
            if not tx.drafts.move(asked, frm=_PENDING):
                raise AskRefused(Problem.DECIDED, state=str(draft.state))
            tx.tasks.add(TaskKind.PETITION, team_id=team_id, job_id="", subject=draft.id)
            return asked

        asked = await self._store.write(unit)
        self._wake()
        return asked

    async def _begin(
        self, team_id: str, ref: str, user_id: str, choose: Callable[[Draft], Ask | None]
    ) -> Accepted:
        role = await self._submit.role(team_id, user_id)
        begun = await self._store.write(
            lambda tx: self._begun(tx, self._own(tx, team_id, ref, user_id), ref, role, choose)
        )
        if isinstance(begun, Unconfirmed):
            raise begun
        self._wake()
        return begun

    def _begun(
        self, tx: Transaction, draft: Draft, ref: str, role: Role, choose: Callable[[Draft], Ask | None]
    ) -> Accepted | Unconfirmed:
        known = self._admission.look(tx, draft.ask, role)
        if known is not None:
            return known
        if draft.state is not DraftState.PENDING:
            raise AskRefused(Problem.DECIDED, state=str(draft.state))
        now = self._admission.prices.estimate(draft.ask.request)
        if now > draft.estimate or ref != draft.ref:
            return self._ask_again(tx, draft, now, role)
        ask = choose(draft)
        if ask is None:
            raise AskRefused(Problem.DECIDED, state="no_cheaper")
        price = self._admission.prices.estimate(ask.request)
        try:
            accepted = self._admission.begin(tx, ask, price, role)
        except BudgetExceeded as refused:
            refused.draft_id = draft.id
            raise
        _ended(tx, draft, DraftState.RUN, job_id=accepted.job.id)
        return accepted

    def _ask_again(self, tx: Transaction, draft: Draft, price: Money, role: Role) -> Unconfirmed:
        """Nobody has agreed to the price of now: the question comes again with it."""
        if price > draft.estimate:
            draft = self._admission.priced_anew(draft, price)
            tx.drafts.move(draft, frm=_PENDING)
        return self._admission.question_about(tx, draft, role)

    def _own(self, tx: Transaction, team_id: str, ref: str, user_id: str) -> Draft:
        """The draft, if it is this person's and its time is not over. The workspace is locked first."""
        tx.limits.team(team_id)
        draft_id, _ = parts_of(ref)
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.team_id != team_id:
            raise AskRefused(Problem.NOT_FOUND, id=draft_id)
        if draft.user_id != user_id:
            raise AskRefused(Problem.NOT_ALLOWED, id=draft_id, reason="not_yours")
        if draft.state_at(tx.now) is DraftState.EXPIRED:
            raise AskRefused(Problem.DECIDED, state="expired")
        return draft


def _ended(tx: Transaction, draft: Draft, state: DraftState, *, job_id: str | None = None) -> Draft:
    ended = replace(draft, state=state, decided_by=draft.user_id, decided_at=tx.now, job_id=job_id)
    if not tx.drafts.move(ended, frm=_PENDING):
        raise AskRefused(Problem.DECIDED, state=str(draft.state))
    return ended
