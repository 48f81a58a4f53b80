"""Which periods an ask counts in: a row a scope and window, opened on first use and never reset."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.alert import marks_below
from bot.domain.budget import Scope, ScopePeriod, scopes_of
from bot.domain.job import Place
from bot.domain.limits import Ceiling, Limits, Role, TeamBudget, ceilings_of, default_scope
from bot.domain.periods import Period, Window, period_at
from bot.ports import Transaction


class Windows:
    def __init__(self, defaults: Limits) -> None:
        self._defaults = defaults

    def rows(
        self, tx: Transaction, place: Place, user_id: str, role: Role = Role.MEMBER
    ) -> list[ScopePeriod]:
        """The rows that an ask from here counts in, under the limits of this moment, in lock order.

        The workspace's row is locked first, so that a change of limits comes before or after, never within.
        All rows are opened before any is changed: opening one may have to wait for a settlement.
        """
        team = tx.limits.team(place.team_id, tz=self._defaults.tz)
        scopes = scopes_of(place, user_id)
        rules = tx.limits.rules([*scopes, default_scope(place.team_id)])
        month = self.month(tx, team)
        opened: list[tuple[ScopePeriod, Ceiling]] = []
        for scope in scopes:
            ceilings = ceilings_of(scope, rules, self._defaults, role=role)
            for window, ceiling in sorted(ceilings.items()):
                row = self._row(tx, team, scope, (window, ceiling), month=month)
                opened.append((row, ceiling))
        rows = [self._brought_up_to_date(tx, row, ceiling) for row, ceiling in opened]
        return sorted(rows, key=lambda row: (row.scope, row.period_key))

    def month(self, tx: Transaction, team: TeamBudget) -> Period:
        """The workspace's month, which all its scopes share: what is open stays open until its stored end,
        whatever becomes of the zone, and no older one is opened when the clock goes back."""
        scope = Scope("workspace", team.team_id)
        newest = tx.budget.newest(scope, Window.MONTH)
        return _period(tx, team, Window.MONTH, newest)

    def open(self, tx: Transaction, team: TeamBudget, scope: Scope, role: Role = Role.MEMBER) -> ScopePeriod:
        """One scope's row of the open month, to be looked at or raised."""
        month = self.month(tx, team)
        found = tx.budget.period(scope, month.key)
        if found is not None:
            return found
        rules = tx.limits.rules([scope, default_scope(team.team_id)])
        ceiling = ceilings_of(scope, rules, self._defaults, role=role)[Window.MONTH]
        return tx.budget.open_period(scope, month, ceiling.amount, soft=ceiling.is_soft)

    def rearm(self, tx: Transaction, row: ScopePeriod) -> None:
        """After a raise the marks above the present level may be reached again."""
        tx.alerts.rearm(row.scope, row.period_key, above=marks_below(row))

    def _row(
        self,
        tx: Transaction,
        team: TeamBudget,
        scope: Scope,
        ceiling: tuple[Window, Ceiling],
        *,
        month: Period,
    ) -> ScopePeriod:
        period, (window, limit) = month, ceiling
        if window is not Window.MONTH:
            period = _period(tx, team, window, tx.budget.newest(scope, window))
        return tx.budget.open_period(scope, period, limit.amount, soft=limit.is_soft)

    def _brought_up_to_date(self, tx: Transaction, row: ScopePeriod, ceiling: Ceiling) -> ScopePeriod:
        """A limit changed since the row was opened holds from this ask on."""
        if (row.limit, row.soft) == (ceiling.amount, ceiling.is_soft):
            return row
        tx.budget.set_limit(row.scope, row.period_key, ceiling.amount, soft=ceiling.is_soft)
        changed = replace(row, limit=ceiling.amount, soft=ceiling.is_soft)
        self.rearm(tx, changed)
        return changed


def _period(tx: Transaction, team: TeamBudget, window: Window, newest: ScopePeriod | None) -> Period:
    if newest is None:
        return period_at(tx.now, window, team.tz, team.week_start)
    kept = Period(newest.period_key, newest.start, newest.end, newest.tz)
    if tx.now < newest.end:
        return kept
    fresh = period_at(tx.now, window, team.tz, team.week_start)
    if fresh.key == kept.key or fresh.start <= kept.start:
        return kept
    return replace(fresh, start=max(fresh.start, kept.end))
