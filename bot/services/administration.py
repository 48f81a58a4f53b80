"""What admins do about money. Never consults a budget; the role is checked at the moment of the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.audit import Violation, audit
from bot.domain.budget import Scope, ScopePeriod
from bot.domain.job import Job
from bot.domain.limits import Change, ChangeKind, Grant, GrantKind, Mode, Rule, TeamBudget
from bot.domain.money import Money
from bot.domain.periods import Window, zone_of
from bot.ports import Store, Transaction
from bot.services.admins import Admins
from bot.services.budgets import Budgets
from bot.services.records import books_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spender:
    """One person's month. Shown to admins only."""

    user_id: str
    spent: Money
    held: Money


class Administration:
    def __init__(self, *, store: Store, budgets: Budgets, admins: Admins) -> None:
        self._store = store
        self._windows = budgets.windows
        self._admins = admins

    async def set_limit(
        self,
        actor: str,
        scope: Scope,
        amount: Money | None,
        window: Window | None,
        *,
        mode: Mode = Mode.HARD,
    ) -> tuple[Rule, ScopePeriod | None]:
        """The new rule, and the scope's open period if there is one. Holds from the next ask on."""
        team_id = scope.id.split("/")[0]

        def unit(tx: Transaction) -> tuple[Rule, ScopePeriod | None]:
            tx.limits.team(team_id)
            known = [rule for rule in tx.limits.rules_of(team_id) if rule.scope == scope]
            per = window or (known[0].window if len(known) == 1 else Window.MONTH)
            before = next((rule.amount for rule in known if rule.window is per), None)
            rule = Rule(scope, per, amount, mode, actor, tx.now)
            tx.limits.put(rule)
            tx.limits.note(
                Change(team_id, ChangeKind.SET, actor, tx.now, scope, per, amount, before, reason=mode)
            )
            row = tx.budget.newest(scope, per)
            return rule, row if row is not None and row.start <= tx.now < row.end else None

        return await self._as_admin(team_id, actor, unit)

    async def top_up(self, actor: str, scope: Scope, amount: Money, key: str) -> ScopePeriod:
        """More money for the open month of ``scope``. ``key`` names the request: it counts once."""
        team_id = scope.id.split("/")[0]

        def unit(tx: Transaction) -> ScopePeriod:
            row = self._windows.open(tx, tx.limits.team(team_id), scope)
            grant = Grant(key, scope, row.period_key, GrantKind.TOPUP, amount, actor, tx.now)
            if tx.limits.grant(grant):
                tx.limits.note(Change(team_id, ChangeKind.TOPUP, actor, tx.now, scope, Window.MONTH, amount))
            raised = tx.budget.period(scope, row.period_key)
            assert raised is not None
            self._windows.rearm(tx, raised)
            return raised

        return await self._as_admin(team_id, actor, unit)

    async def pause(self, team_id: str, actor: str) -> TeamBudget:
        """No new asks; what is being drawn goes on."""
        return await self._change_team(
            team_id, actor, ChangeKind.PAUSE, lambda team, now: replace(team, paused_by=actor, paused_at=now)
        )

    async def resume(self, team_id: str, actor: str) -> TeamBudget:
        return await self._change_team(
            team_id, actor, ChangeKind.RESUME, lambda team, _: replace(team, paused_by=None, paused_at=None)
        )

    async def set_zone(self, team_id: str, actor: str, tz: str) -> TeamBudget:
        """Counts from the next period on. Raises ValueError for what is no IANA zone."""
        zone_of(tz)
        return await self._change_team(
            team_id, actor, ChangeKind.ZONE, lambda team, _: replace(team, tz=tz), reason=tz
        )

    async def history(self, team_id: str, actor: str) -> list[Change]:
        return await self._as_admin(team_id, actor, lambda tx: tx.limits.changes(team_id))

    async def who(self, team_id: str, actor: str) -> list[Spender]:
        """This month's spenders, the top one first."""

        def unit(tx: Transaction) -> list[Spender]:
            month = self._windows.month(tx, tx.limits.team(team_id))
            spenders = [
                Spender(row.scope.id.rpartition("/")[2], row.spent, row.held)
                for row in tx.budget.periods()
                if row.period_key == month.key
                and row.scope.type == "user"
                and row.scope.id.startswith(f"{team_id}/")
            ]
            return sorted(spenders, key=lambda one: one.spent + one.held, reverse=True)

        return await self._as_admin(team_id, actor, unit)

    async def export(self, team_id: str, actor: str, month: str | None) -> tuple[str, list[Job]]:
        """The month's key and its jobs that cost or may cost something, oldest first."""

        def unit(tx: Transaction) -> tuple[str, list[Job]]:
            team = tx.limits.team(team_id)
            wanted = month or self._windows.month(tx, team).key
            of_month = {
                hold.job_id
                for hold in tx.budget.holds()
                for leg in hold.legs
                if leg.period_key == wanted and leg.scope == Scope("workspace", team_id)
            }
            jobs = [job for ident in of_month if (job := tx.jobs.get(ident)) is not None]
            return wanted, sorted(jobs, key=lambda job: (job.created_at, job.id))

        return await self._as_admin(team_id, actor, unit)

    async def verify(self, team_id: str, actor: str) -> list[Violation]:
        """Replay the whole ledger; an empty list when the books are right."""
        await self._admins.require(team_id, actor)
        return audit(await self._store.read(books_of))

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

    async def _as_admin(self, team_id: str, actor: str, unit: Callable[[Transaction], T]) -> T:
        await self._admins.require(team_id, actor)
        return await self._store.write(unit)
