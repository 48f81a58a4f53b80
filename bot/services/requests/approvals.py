"""An admin decides about an ask over budget: approved, that same ask runs, once (budgets reference 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Change, ChangeKind, Grant, GrantKind, Mode, Role, Rule, once_key
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind, scopes_of
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.budget_refusals import Paused
from bot.domain.requests.pending_request import PendingRequest, PendingState, parts_of
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    DecidedState,
    NotAllowed,
    NotAllowedReason,
    NotFound,
)
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts, tightest
from bot.services.budget.administration import put_rule
from bot.services.budget.admins import Admins
from bot.services.budget.thresholds import rearm
from bot.services.requests.start_job import StartJob

_ASKED = frozenset({PendingState.ASKED})
_RAISE_PART = 4
"""RAISE adds at least one part in so many of the limit: a quarter."""


class Verdict(StrEnum):
    """What an admin decides: room for this ask only, more room for this period, a new limit, or no."""

    ONCE = "once"
    RAISE = "raise"
    CHANGE = "change"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class NewLimit:
    """The limit that an admin sets with CHANGE: for the ask's user, channel or workspace, for good."""

    kind: ScopeKind
    amount: Money
    window: Window


@dataclass(frozen=True, slots=True)
class _Decision:
    """One admin's decision. ``role`` is the asker's; ``may_own`` says whether the admin may decide about
    their own ask."""

    admin_id: str
    verdict: Verdict
    reason: str | None
    limit: NewLimit | None
    role: Role
    may_own: bool


class Approvals:
    """Takes the admins' decisions. ``self_approval`` lets an admin decide about their own ask where there is
    no other admin."""

    def __init__(
        self,
        *,
        store: Store,
        start_job: StartJob,
        accounts: Accounts,
        admins: Admins,
        wake: Callable[[], None],
        self_approval: bool,
    ) -> None:
        self._store = store
        self._start_job = start_job
        self._accounts = accounts
        self._admins = admins
        self._wake = wake
        self._self_approval = self_approval

    async def __call__(
        self,
        team_id: str,
        ref: str,
        admin_id: str,
        verdict: Verdict,
        *,
        reason: str | None = None,
        limit: NewLimit | None = None,
    ) -> PendingRequest:
        """Decide about a request, once. A second decision is refused and changes nothing.

        ``ref`` is what the button carried: the request's id and the round of its price. ``limit`` belongs to
        CHANGE. Raises AskRefused when the admin is none or may not decide about their own ask, when the
        request is unknown, expired or decided already, and, for all but DENY, while new asks are paused or
        when the price has risen (then the request waits for a new decision at the new price). Raises
        BudgetExceeded when the new limit is too small for the ask: then it is not set.
        """
        await self._admins.require(team_id, admin_id)
        word = await self._word(team_id, ref, admin_id, verdict, reason=reason, limit=limit)

        def unit(tx: Transaction) -> PendingRequest:
            return self._decide(tx, self._asked(tx, team_id, ref, word), word)

        pending = await self._store.write(unit)
        self._wake()
        if pending.state is PendingState.ASKED:
            raise AskRefused(AlreadyDecided(DecidedState.DEARER))
        return pending

    async def look(self, team_id: str, ref: str, admin_id: str) -> tuple[PendingRequest, ScopePeriod | None]:
        """The request, for an admin who is about to decide it, and the account with the least left among
        those with a hard limit. Raises AskRefused as the decision would; opens periods, and changes nothing
        else."""
        await self._admins.require(team_id, admin_id)
        word = await self._word(team_id, ref, admin_id, Verdict.ONCE)

        def unit(tx: Transaction) -> tuple[PendingRequest, ScopePeriod | None]:
            pending = self._asked(tx, team_id, ref, word)
            rows = self._accounts.standings(tx, pending.ask.place, pending.user_id, word.role)
            least = tightest([row for row in rows if row.refuses], count=1)
            return pending, least[0] if least else None

        return await self._store.write(unit)

    async def _word(
        self,
        team_id: str,
        ref: str,
        admin_id: str,
        verdict: Verdict,
        *,
        reason: str | None = None,
        limit: NewLimit | None = None,
    ) -> _Decision:
        asked = await self._store.read(lambda tx: tx.pending_requests.get(parts_of(ref)[0]))
        own = asked is not None and asked.user_id == admin_id
        return _Decision(
            admin_id,
            verdict,
            reason=(reason or "").strip() or None,
            limit=limit,
            role=await self._start_job.role(team_id, asked.user_id) if asked else Role.MEMBER,
            may_own=own and self._self_approval and await self._admins.is_sole(team_id, admin_id),
        )

    def _asked(self, tx: Transaction, team_id: str, ref: str, word: _Decision) -> PendingRequest:
        """The pending request, if this admin may decide it now; else raises AskRefused. Locks the workspace's
        row first."""
        tx.limits.team(team_id)
        pending_id, seen = parts_of(ref)
        pending = tx.pending_requests.get(pending_id)
        if pending is None or pending.team_id != team_id:
            raise AskRefused(NotFound(pending_id))
        if pending.state is not PendingState.ASKED:
            is_run = pending.state is PendingState.RUN
            state = DecidedState.APPROVED if is_run else DecidedState(pending.state)
            raise AskRefused(AlreadyDecided(state, by=pending.decided_by))
        if tx.now >= pending.expires_at:
            raise AskRefused(AlreadyDecided(DecidedState.EXPIRED))
        if pending.user_id == word.admin_id and not word.may_own:
            raise AskRefused(NotAllowed(NotAllowedReason.OWN_ASK, pending_id))
        if seen != pending.round and word.verdict is not Verdict.DENY:
            raise AskRefused(AlreadyDecided(DecidedState.DEARER))
        return pending

    def _decide(self, tx: Transaction, pending: PendingRequest, word: _Decision) -> PendingRequest:
        """Carry out the decision. Returns the request as decided; if its price has risen, the request still
        ASKED, at the new price."""
        ended = replace(
            pending,
            decided_by=word.admin_id,
            decided_at=tx.now,
            state=PendingState.DENIED,
            reason=word.reason,
        )
        if word.verdict is not Verdict.DENY:
            if tx.limits.team(pending.team_id).is_paused:
                raise AskRefused(Paused())
            price = self._start_job.admission.prices.price_of(pending.ask)
            if price > pending.estimate:
                return self._ask_again(tx, pending, price)
            job_id = self._let_run(tx, pending, price, word)
            ended = replace(ended, state=PendingState.RUN, job_id=job_id)
        if not tx.pending_requests.move(ended, frm=_ASKED):
            raise AskRefused(AlreadyDecided(DecidedState(pending.state)))
        self._note(tx, ended, word)
        tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id=pending.team_id, job_id="", subject=pending.id)
        return ended

    def _ask_again(self, tx: Transaction, pending: PendingRequest, price: Money) -> PendingRequest:
        """Save the new price, to which nobody has agreed yet, and queue that the cards show it. Buttons that
        approve the old price are refused from now on."""
        dearer = self._start_job.admission.priced_anew(pending, price)
        if not tx.pending_requests.move(dearer, frm=_ASKED):
            raise AskRefused(AlreadyDecided(DecidedState(pending.state)))
        tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id=pending.team_id, job_id="", subject=pending.id)
        return dearer

    def _note(self, tx: Transaction, pending: PendingRequest, word: _Decision) -> None:
        kind = ChangeKind.DENY if word.verdict is Verdict.DENY else ChangeKind.APPROVE
        words = [str(word.verdict), *([word.reason] if word.reason else [])]
        tx.limits.note(
            Change(
                pending.team_id,
                kind,
                word.admin_id,
                tx.now,
                scope=Scope(ScopeKind.USER, pending.team_id, pending.user_id),
                amount=pending.estimate,
                reason=": ".join(words),
            )
        )

    def _let_run(self, tx: Transaction, pending: PendingRequest, price: Money, word: _Decision) -> str:
        """Grant the room that is missing, or set the new limit, and begin the job. Returns the job's id."""
        if word.limit is not None:
            self._set(tx, pending, word, word.limit)
        else:
            self._grant(tx, pending, price, word)
        return self._start_job.admission.begin(tx, pending.ask, price, word.role).job.id

    def _set(self, tx: Transaction, pending: PendingRequest, word: _Decision, limit: NewLimit) -> None:
        scope = next(one for one in scopes_of(pending.ask.place, pending.user_id) if one.kind is limit.kind)
        rule = Rule(scope, limit.window, limit.amount, Mode.HARD, word.admin_id, tx.now)
        put_rule(tx, rule, reason=word.reason)

    def _grant(self, tx: Transaction, pending: PendingRequest, price: Money, word: _Decision) -> None:
        for row in self._accounts.standings(tx, pending.ask.place, pending.user_id, word.role):
            if row.refuses and row.left is not None and row.left < price:
                more = _more(row, price, word.verdict)
                tx.limits.grant(
                    Grant(
                        key=_key(pending, row, word.verdict),
                        scope=row.scope,
                        period_key=row.period_key,
                        kind=GrantKind.APPROVAL,
                        amount=more,
                        actor=word.admin_id,
                        at=tx.now,
                        reason=f"{word.verdict} for {pending.user_id}",
                    )
                )
                if word.verdict is Verdict.RAISE:  # room for one ask is used up at once: no alert
                    rearm(tx, replace(row, granted=row.granted + more))


def _key(pending: PendingRequest, row: ScopePeriod, verdict: Verdict) -> str:
    """The grant's key. That of room for one job is found again by ``take_back``, which voids what the job
    does not use."""
    if verdict is Verdict.ONCE:
        return once_key(pending.id, row.scope, row.period_key)
    return f"{pending.id}:{row.scope}:{row.period_key}"


def _more(row: ScopePeriod, price: Money, verdict: Verdict) -> Money:
    assert row.left is not None
    assert row.limit is not None
    missing = price - row.left
    return max(missing, Money(row.limit.micros // _RAISE_PART)) if verdict is Verdict.RAISE else missing
