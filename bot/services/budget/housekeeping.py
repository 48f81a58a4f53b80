"""Work that nobody asks for: the weekly digest for admins, and the daily check that the ledger balances.

It is one task for the whole installation, however many replicas run.
"""

from __future__ import annotations

from functools import partial

from bot.domain.audit import Violation
from bot.domain.budget.admin_notice import AdminNoticeKind
from bot.domain.budget.limits import TeamBudget
from bot.domain.budget.periods import Period, Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.weekly_digest import facts_of, week_to_tell
from bot.domain.jobs.task import Task, TaskKind
from bot.ports import Store, Transaction
from bot.services.budget.admin_notices import note_drift, raise_admin_notice
from bot.services.lease import Leased

EVERY_SECONDS = 300.0

_CHECKED = "drift_checked_on"


def begin(tx: Transaction) -> None:
    """Queue the task, due now. Safe to repeat: there is one row of it."""
    tx.tasks.add(TaskKind.HOUSEKEEPING, team_id="", job_id="")


class Housekeeping:
    """Runs the housekeeping task."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def run(self, task: Task) -> None:
        """Record the digests and violations that are due, then come again in EVERY_SECONDS.

        Safe to repeat: each notice is recorded once, whichever replica runs this; another task sends it. In
        most runs nothing is due, and only the next due time is written.
        """
        lease = Leased(self._store, task)
        teams, is_new_day = await self._store.read(_due)
        for team in teams:
            await lease.write(partial(_digest, team=team))
        if is_new_day:
            found = await self._store.read(lambda tx: tx.ledger.drifted())
            await lease.write(lambda tx: _checked(tx, found))
        await lease.again(EVERY_SECONDS)


def _due(tx: Transaction) -> tuple[list[TeamBudget], bool]:
    """The workspaces whose digest is due, and whether the ledger was not checked yet today (UTC)."""
    teams = tx.limits.teams()
    waiting = [team for team in teams if _week(tx, team) is not None]
    return waiting, bool(teams) and tx.key_values.get(_CHECKED) != f"{tx.now:%Y-%m-%d}"


def _week(tx: Transaction, team: TeamBudget) -> Period | None:
    week = week_to_tell(tx.now, team.tz)
    told = week is not None and tx.key_values.get(f"digest:{team.team_id}") == week.key
    return None if told else week


def _digest(tx: Transaction, *, team: TeamBudget) -> None:
    """Record the digest of the week that is over, once; no digest when nothing was spent in it."""
    week = _week(tx, team)
    if week is None:
        return
    sums = tx.ledger.week(team.team_id, week.start, week.end)
    month = tx.ledger.newest(Scope(ScopeKind.WORKSPACE, team.team_id), Window.MONTH)
    facts = facts_of(week, sums, month, tx.now)
    if facts is not None:
        raise_admin_notice(tx, team.team_id, AdminNoticeKind.DIGEST, week.key, **facts)
    tx.key_values.put(f"digest:{team.team_id}", week.key)


def _checked(tx: Transaction, found: list[tuple[Scope, str]]) -> None:
    note_drift(
        tx,
        [
            Violation("I8", f"{scope} {period}: the ledger says otherwise", scope.team_id)
            for scope, period in found
        ],
    )
    tx.key_values.put(_CHECKED, f"{tx.now:%Y-%m-%d}")
