"""The periods that an ask counts in: one row per scope, window and period, opened on first use, never
reset."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.budget.ledger import ScopePeriod, unused
from bot.domain.budget.limits import (
    Ceiling,
    Ceilings,
    Limits,
    Role,
    TeamBudget,
    ceilings_of,
)
from bot.domain.budget.periods import Period, Window, months_after, period_at
from bot.domain.budget.scope import Scope, ScopeKind, scopes_of
from bot.domain.place import Place
from bot.domain.requests.budget_refusals import ClockOff
from bot.domain.requests.refusals import AskRefused
from bot.ports import Transaction
from bot.services.budget.clock_guard import TOLERANCE, ClockGuard
from bot.services.budget.thresholds import rearm


class Periods:
    """Finds and opens accounts. A method raises AskRefused ClockOff where a new period would have to be
    opened by a clock that cannot be trusted; periods that are open go on."""

    def __init__(self, defaults: Limits, guard: ClockGuard) -> None:
        self._defaults = defaults
        self._guard = guard

    def rows(
        self, tx: Transaction, place: Place, user_id: str, role: Role = Role.MEMBER
    ) -> list[ScopePeriod]:
        """The rows that an ask by this person in ``place`` counts in, with the present limits, in lock order.

        The workspace's row is locked first, so that a change of limits happens before this transaction or
        after it. All rows are opened before any is changed, as opening one may have to wait for a settlement.
        """
        team = tx.limits.team(place.team_id, tz=self._defaults.tz)
        scopes = scopes_of(place, user_id)
        rules = tx.limits.rules([*scopes, Scope(ScopeKind.DEFAULT, place.team_id)])
        month = self.month(tx, team)
        opened: list[tuple[ScopePeriod, Ceiling]] = []
        for scope in scopes:
            ceilings = ceilings_of(scope, rules, self._defaults, role=role)
            for window, ceiling in sorted(ceilings.items()):
                row = self._row(tx, team, scope, (window, ceiling), month=month)
                opened.append((row, ceiling))
        rows = [self._brought_up_to_date(tx, row, ceiling) for row, ceiling in opened]
        return sorted(rows, key=lambda row: (row.scope, row.period_key))

    def glance(
        self, tx: Transaction, place: Place, user_id: str, role: Role = Role.MEMBER
    ) -> list[ScopePeriod]:
        """What ``rows`` would return, without writing anything. A day or week that is not open yet is left
        out, as what was spent in it so far is counted only when it is opened."""
        team = tx.limits.team(place.team_id, tz=self._defaults.tz)
        scopes = scopes_of(place, user_id)
        rules = tx.limits.rules([*scopes, Scope(ScopeKind.DEFAULT, place.team_id)])
        month = self.month(tx, team)
        found = [
            replace(row, limit=ceiling.amount, soft=ceiling.is_soft)
            for scope in scopes
            for window, ceiling in ceilings_of(scope, rules, self._defaults, role=role).items()
            if (row := self._seen(tx, scope, window, month)) is not None
        ]
        return sorted(found, key=lambda row: (row.scope, row.period_key))

    def month(self, tx: Transaction, team: TeamBudget) -> Period:
        """The workspace's present month, which all its scopes share. An open month stays open until its
        stored end, even if the zone is changed, and no older one is opened when the clock goes back."""
        scope = Scope(ScopeKind.WORKSPACE, team.team_id)
        newest = tx.ledger.newest(scope, Window.MONTH)
        return self._period(tx, team, Window.MONTH, newest)

    def open(
        self,
        tx: Transaction,
        team: TeamBudget,
        scope: Scope,
        role: Role = Role.MEMBER,
        *,
        window: Window = Window.MONTH,
    ) -> ScopePeriod:
        """One scope's row of the present month (or day or week, where it has such a limit), with the present
        limit; opened if it is new. The workspace's row must be locked before. Raises KeyError for a window
        in which the scope has no limit."""
        ceiling = self.ceilings(tx, scope, role)[window]
        row = self._row(tx, team, scope, (window, ceiling), month=self.month(tx, team))
        return self._brought_up_to_date(tx, row, ceiling)

    def ceilings(self, tx: Transaction, scope: Scope, role: Role = Role.MEMBER) -> Ceilings:
        """The limits that a scope has now, by window."""
        rules = tx.limits.rules([scope, Scope(ScopeKind.DEFAULT, scope.team_id)])
        return ceilings_of(scope, rules, self._defaults, role=role)

    def _seen(self, tx: Transaction, scope: Scope, window: Window, month: Period) -> ScopePeriod | None:
        if window is Window.MONTH:
            return tx.ledger.period(scope, month.key) or unused(scope, month)
        row = tx.ledger.newest(scope, window)
        return row if row is not None and tx.now < row.end else None

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
            period = self._period(tx, team, window, tx.ledger.newest(scope, window), month=month)
        return tx.ledger.open_period(scope, period, limit.amount, soft=limit.is_soft)

    def _brought_up_to_date(self, tx: Transaction, row: ScopePeriod, ceiling: Ceiling) -> ScopePeriod:
        """The row with the present limit, which is saved in it if it was changed since the row was opened."""
        if (row.limit, row.soft) == (ceiling.amount, ceiling.is_soft):
            return row
        tx.ledger.set_limit(row.scope, row.period_key, ceiling.amount, soft=ceiling.is_soft)
        changed = replace(row, limit=ceiling.amount, soft=ceiling.is_soft)
        rearm(tx, changed)
        return changed

    def _period(
        self,
        tx: Transaction,
        team: TeamBudget,
        window: Window,
        newest: ScopePeriod | None,
        *,
        month: Period | None = None,
    ) -> Period:
        """The period to count in: the open one (``newest``) until its stored end, else the present one. Never
        one before ``month``, so that a clock that went back opens no period that is over."""
        now = max(tx.now, month.start) if month is not None else tx.now
        fresh = period_at(now, window, team.tz, team.week_start)
        if newest is None:
            self._check_clock(tx, ahead=0)
            return fresh
        kept = newest.period
        if now < kept.end or fresh.key == kept.key or fresh.start <= kept.start:
            return kept
        self._check_clock(tx, ahead=months_after(fresh, kept) if window is Window.MONTH else 0)
        return replace(fresh, start=max(fresh.start, kept.end))

    def _check_clock(self, tx: Transaction, *, ahead: int) -> None:
        """Raise ClockOff, for a period about to be opened, if a witness contradicts the host's clock by more
        than TOLERANCE, or if the period is more than one month ``ahead`` of the last and there is no witness.
        """
        off = self._guard.off_by(tx.now)
        if abs(off) > TOLERANCE:
            raise AskRefused(ClockOff(seconds=int(off.total_seconds())))
        if ahead > 1 and not self._guard.has_witness:
            raise AskRefused(ClockOff(months=ahead))
