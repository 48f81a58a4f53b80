"""What budget admins do about money. No budget limits it; the admin's role is checked at each call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.audit import Violation
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import (
    Ceiling,
    Change,
    ChangeKind,
    Grant,
    GrantKind,
    Mode,
    Role,
    Rule,
    TeamBudget,
    ineffective,
)
from bot.domain.budget.periods import Window, zone_of
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.domain.requests.refusals import AskRefused, BadValue
from bot.ports import Store, Transaction
from bot.ports.people import People
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.budget.ledger_audit import audit_ledger
from bot.services.budget.thresholds import rearm

T = TypeVar("T")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Spender:
    """One person's month. Shown to admins only."""

    user_id: str
    spent: Money
    held: Money


@dataclass(frozen=True, slots=True)
class LimitSet:
    """A limit that was set: the new ``rule``, and the scope's open period ``row``, if there is one.

    ``ineffective`` has the pairs (shorter, longer) of windows where the shorter one allows more than the
    longer one does, so that it never has an effect. ``shut`` is a window in which nothing may be spent. Both
    are empty while it is unknown whether the person is a guest.
    """

    rule: Rule
    row: ScopePeriod | None
    ineffective: tuple[tuple[Window, Window], ...]
    shut: Window | None = None


class Administration:
    """What budget admins may do. Every method raises AskRefused NotAllowed for whoever is no budget admin
    now, and StoreUnavailable. ``actor`` is the admin's user id."""

    def __init__(self, *, store: Store, accounts: Accounts, admins: Admins, people: People) -> None:
        self._people = people
        self._store = store
        self._periods = accounts.periods
        self._admins = admins
        self._auditing = asyncio.Lock()

    async def require(self, team_id: str, actor: str) -> None:
        """Raises AskRefused NotAllowed for whoever is no budget admin now."""
        await self._admins.require(team_id, actor)

    async def set_limit(
        self,
        actor: str,
        scope: Scope,
        amount: Money | None,
        window: Window | None,
        *,
        mode: Mode = Mode.HARD,
        reason: str | None = None,
    ) -> LimitSet:
        """Set what ``scope`` may spend in ``window``; it counts from the next ask on, on every replica.

        ``amount`` None lifts the limit, also a default one. ``window`` None is that of the scope's only rule,
        or a month. Repeating it sets the same limit and adds another line to the history.
        """
        team_id = scope.team_id
        await self._admins.require(team_id, actor)
        role = await self._role_of(scope)

        def unit(tx: Transaction) -> LimitSet:
            tx.limits.team(team_id)
            known = [rule for rule in tx.limits.rules_of(team_id) if rule.scope == scope]
            per = window or (known[0].window if len(known) == 1 else Window.MONTH)
            rule = Rule(scope, per, amount, mode, actor, tx.now)
            put_rule(tx, rule, reason=reason)
            row = tx.ledger.newest(scope, per)
            is_open = row is not None and row.start <= tx.now < row.end
            # The default is checked as the limits of a person without rules of their own.
            whose = Scope(ScopeKind.USER, team_id) if scope.kind is ScopeKind.DEFAULT else scope
            ceilings = self._periods.ceilings(tx, whose, role) if role is not None else {}
            shut = next((one for one in ceilings if ceilings[one] == Ceiling(Money.zero())), None)
            return LimitSet(rule, row if is_open else None, tuple(ineffective(ceilings)), shut)

        return await self._store.write(unit)

    async def top_up(
        self, actor: str, scope: Scope, amount: Money, key: str, *, window: Window = Window.MONTH
    ) -> ScopePeriod | None:
        """Grant more money in the present day, week or month of ``scope``. Safe to repeat: a ``key`` counts
        once.

        Returns the row as it is afterwards; None while it is unknown whether the person is a guest, and so
        what is left. Raises AskRefused BadValue for a window in which the scope has no limit.
        """
        team_id = scope.team_id
        await self._admins.require(team_id, actor)
        known = await self._role_of(scope)
        role = known or Role.MEMBER  # an ask made now would count as a member's too

        def unit(tx: Transaction) -> ScopePeriod | None:
            team = tx.limits.team(team_id)
            if window not in self._periods.ceilings(tx, scope, role):
                expected = "a window with a limit: there is none for it"
                raise AskRefused(BadValue(window, expected, flag="budget topup"))
            row = self._periods.open(tx, team, scope, role, window=window)
            grant = Grant(key, scope, row.period_key, GrantKind.TOPUP, amount, actor, tx.now)
            if tx.limits.grant(grant):
                tx.limits.note(Change(team_id, ChangeKind.TOPUP, actor, tx.now, scope, window, amount))
            raised = tx.ledger.period(scope, row.period_key)
            assert raised is not None
            rearm(tx, raised)
            return raised if known is not None else None

        return await self._store.write(unit)

    async def pause(self, team_id: str, actor: str) -> TeamBudget:
        """Refuse new asks in the workspace from now on; jobs that have begun go on."""
        return await self._change_team(
            team_id, actor, ChangeKind.PAUSE, lambda team, now: replace(team, paused_by=actor, paused_at=now)
        )

    async def resume(self, team_id: str, actor: str) -> TeamBudget:
        """Take new asks again."""
        return await self._change_team(
            team_id, actor, ChangeKind.RESUME, lambda team, _: replace(team, paused_by=None, paused_at=None)
        )

    async def set_zone(self, team_id: str, actor: str, tz: str) -> TeamBudget:
        """Set the workspace's time zone, from the next period on. Raises ValueError for what is no IANA
        zone."""
        zone_of(tz)
        return await self._change_team(
            team_id, actor, ChangeKind.ZONE, lambda team, _: replace(team, tz=tz), reason=tz
        )

    async def set_week_start(self, team_id: str, actor: str, day: int) -> TeamBudget:
        """Set the first day of the workspace's week, from the next week on; ``day`` 0 is Monday."""
        return await self._change_team(
            team_id,
            actor,
            ChangeKind.WEEK,
            lambda team, _: replace(team, week_start=day),
            reason=WEEKDAYS[day],
        )

    async def history(self, team_id: str, actor: str) -> tuple[list[Change], str]:
        """The latest changes, newest first, and the workspace's time zone to show their times in."""
        return await self._as_admin(
            team_id, actor, lambda tx: (tx.limits.changes(team_id), tx.limits.team(team_id).tz)
        )

    async def waiting(self, team_id: str, actor: str) -> tuple[list[PendingRequest], str]:
        """The approval requests that can still be decided, oldest first, and the workspace's time zone to
        show their times in."""

        def unit(tx: Transaction) -> tuple[list[PendingRequest], str]:
            asked = tx.pending_requests.in_state(team_id, PendingState.ASKED)
            return [pending for pending in asked if tx.now < pending.expires_at], tx.limits.team(team_id).tz

        return await self._as_admin(team_id, actor, unit)

    async def who(self, team_id: str, actor: str) -> list[Spender]:
        """This month's spenders, the top one first."""

        def unit(tx: Transaction) -> list[Spender]:
            month = self._periods.month(tx, tx.limits.team(team_id))
            spenders = [
                Spender(row.scope.id, row.spent, row.held)
                for row in tx.ledger.periods()
                if row.period_key == month.key
                and row.scope.kind is ScopeKind.USER
                and row.scope.team_id == team_id
            ]
            return sorted(spenders, key=lambda one: one.spent + one.held, reverse=True)

        return await self._as_admin(team_id, actor, unit)

    async def order_export(self, team_id: str, actor: str, month: str | None) -> None:
        """Queue the export of ``month`` (None: the present one), and record who ordered it. Each call sends
        another file."""

        def unit(tx: Transaction) -> None:
            wanted = month or self._periods.month(tx, tx.limits.team(team_id)).key
            tx.limits.note(Change(team_id, ChangeKind.EXPORT, actor, tx.now, reason=wanted))
            tx.tasks.add(TaskKind.EXPORT, team_id=team_id, job_id="", subject=f"{actor}|{wanted}")

        await self._as_admin(team_id, actor, unit)

    async def verify(self, team_id: str, actor: str) -> list[Violation]:
        """Replay the whole ledger, of all workspaces; an empty list when it balances. Tells the admins of
        violations, as ``audit_ledger`` does. One audit runs at a time, and the next one waits for it: each
        keeps one of the few connections that read."""
        await self._admins.require(team_id, actor)
        async with self._auditing:
            return await audit_ledger(self._store)

    async def _change_team(
        self,
        team_id: str,
        actor: str,
        kind: ChangeKind,
        change: Callable[[TeamBudget, datetime], TeamBudget],
        reason: str | None = None,
    ) -> TeamBudget:
        def unit(tx: Transaction) -> TeamBudget:
            changed = change(tx.limits.team(team_id), tx.now)
            tx.limits.save_team(changed)
            tx.limits.note(Change(team_id, kind, actor, tx.now, reason=reason))
            return changed

        return await self._as_admin(team_id, actor, unit)

    async def _role_of(self, scope: Scope) -> Role | None:
        """The role of the person whose budget ``scope`` is; MEMBER for other scopes. None: not known now."""
        if scope.kind is not ScopeKind.USER:
            return Role.MEMBER
        return await self._people.role(scope.team_id, scope.id)

    async def _as_admin(self, team_id: str, actor: str, unit: Callable[[Transaction], T]) -> T:
        await self._admins.require(team_id, actor)
        return await self._store.write(unit)


def put_rule(tx: Transaction, rule: Rule, *, reason: str | None = None) -> None:
    """Set a limit and record in the history who did it and why. The workspace's row must be locked before."""
    known = tx.limits.rules([rule.scope])
    before = next((one.amount for one in known if one.window is rule.window), None)
    words = ": ".join(word for word in (str(rule.mode), reason) if word)
    tx.limits.put(rule)
    tx.limits.note(
        Change(
            rule.team_id,
            ChangeKind.SET,
            rule.created_by,
            tx.now,
            rule.scope,
            rule.window,
            rule.amount,
            before,
            reason=words,
        )
    )
