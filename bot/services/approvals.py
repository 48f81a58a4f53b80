"""Over budget: an admin's word lets the very same ask run, once (budgets reference 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from bot.domain.budget import ScopePeriod
from bot.domain.draft import Draft, DraftState
from bot.domain.limits import Change, ChangeKind, Grant, GrantKind, Role
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.task import TaskKind
from bot.errors import AskRefused
from bot.ports import Store, Transaction
from bot.services.admins import Admins
from bot.services.budgets import Budgets
from bot.services.submit import Submit

_ASKED = frozenset({DraftState.ASKED})
_RAISE_PART = 4
"""Raise this period: by a quarter of the limit at least."""


class Verdict(StrEnum):
    ONCE = "once"
    RAISE = "raise"
    DENY = "deny"


class Approvals:
    def __init__(
        self,
        *,
        store: Store,
        submit: Submit,
        budgets: Budgets,
        admins: Admins,
        wake: Callable[[], None],
        self_approval: bool = False,
    ) -> None:
        self._store = store
        self._submit = submit
        self._budgets = budgets
        self._admins = admins
        self._wake = wake
        self._self_approval = self_approval

    async def __call__(self, team_id: str, draft_id: str, admin_id: str, verdict: Verdict) -> Draft:
        """Decide. Raises AskRefused: not an admin, one's own ask, expired, dearer, or decided already (facts
        ``state`` and ``by``). Whoever comes second changes nothing."""
        await self._admins.require(team_id, admin_id)
        role = await self._asker_role(team_id, draft_id)
        draft = await self._store.write(
            lambda tx: self._decide(tx, self._asked(tx, team_id, draft_id, admin_id), admin_id, verdict, role)
        )
        self._wake()
        return draft

    async def open(self, team_id: str) -> list[Draft]:
        """What waits for an admin's word."""
        return await self._store.read(lambda tx: tx.drafts.in_state(team_id, DraftState.ASKED))

    async def _asker_role(self, team_id: str, draft_id: str) -> Role:
        draft = await self._store.read(lambda tx: tx.drafts.get(draft_id))
        return await self._submit.role(team_id, draft.user_id) if draft else Role.MEMBER

    def _asked(self, tx: Transaction, team_id: str, draft_id: str, admin_id: str) -> Draft:
        """The draft, if this person may decide it now. The workspace is locked first."""
        tx.limits.team(team_id)
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.team_id != team_id:
            raise AskRefused(Problem.NOT_FOUND, id=draft_id)
        if draft.state is not DraftState.ASKED:
            raise AskRefused(Problem.DECIDED, state=str(draft.state), by=draft.decided_by)
        if draft.user_id == admin_id and not self._self_approval:
            raise AskRefused(Problem.NOT_ALLOWED, id=draft_id, reason="own_ask")
        if tx.now >= draft.expires_at:
            raise AskRefused(Problem.DECIDED, state="expired")
        return draft

    def _decide(self, tx: Transaction, draft: Draft, admin_id: str, verdict: Verdict, role: Role) -> Draft:
        ended = replace(draft, decided_by=admin_id, decided_at=tx.now, state=DraftState.DENIED)
        if verdict is not Verdict.DENY:
            if tx.limits.team(draft.team_id).is_paused:
                raise AskRefused(Problem.PAUSED)
            job_id = self._let_run(tx, draft, admin_id, verdict, role)
            ended = replace(ended, state=DraftState.RUN, job_id=job_id)
        if not tx.drafts.move(ended, frm=_ASKED):
            raise AskRefused(Problem.DECIDED, state=str(draft.state))
        kind = ChangeKind.DENY if verdict is Verdict.DENY else ChangeKind.APPROVE
        tx.limits.note(
            Change(
                draft.team_id, kind, admin_id, tx.now, amount=draft.estimate, reason=f"{verdict} {draft.id}"
            )
        )
        tx.tasks.add(TaskKind.PETITION, team_id=draft.team_id, job_id="", subject=draft.id)
        return ended

    def _let_run(self, tx: Transaction, draft: Draft, admin_id: str, verdict: Verdict, role: Role) -> str:
        """Grant what is missing in every scope, and begin the job with it, all at once."""
        price = self._submit.admission.prices.estimate(draft.ask.request)
        if price > draft.estimate:
            raise AskRefused(Problem.DECIDED, state="dearer")
        for row in self._budgets.standings(tx, draft.ask.place, draft.user_id, role):
            if row.refuses and row.left is not None and row.left < price:
                tx.limits.grant(
                    Grant(
                        key=f"{draft.id}:{row.scope}:{row.period_key}",
                        scope=row.scope,
                        period_key=row.period_key,
                        kind=GrantKind.APPROVAL,
                        amount=_more(row, price, verdict),
                        actor=admin_id,
                        at=tx.now,
                        reason=f"{verdict} for {draft.user_id}",
                    )
                )
        return self._submit.admission.begin(tx, draft.ask, price, role).job.id


def _more(row: ScopePeriod, price: Money, verdict: Verdict) -> Money:
    assert row.left is not None
    assert row.limit is not None
    missing = price - row.left
    return max(missing, Money(row.limit.micros // _RAISE_PART)) if verdict is Verdict.RAISE else missing
