"""Budget alerts are recorded in the transaction that moves the money, so that no path can miss one."""

from __future__ import annotations

from bot.domain.budget.ledger import Hold, ScopePeriod
from bot.domain.budget.threshold import Alert, ceiling_of, marks_below, marks_reached
from bot.domain.jobs.task import TaskKind
from bot.ports import Transaction


def rearm(tx: Transaction, row: ScopePeriod) -> None:
    """After a change of ``row``'s limit or grants: a raise lets the thresholds above the present level be
    alerted again, a cut none of them. To be called after each such change. Safe to repeat."""
    ceiling = ceiling_of(row)
    if ceiling is not None:
        tx.alerts.rearm(row.scope, row.period_key, above=marks_below(row), ceiling=ceiling)


def watch(tx: Transaction, hold: Hold) -> None:
    """Record every threshold that the scopes of ``hold`` have newly reached, and queue an alert for the
    highest new one of each scope and period. Safe to repeat: a threshold is recorded once."""
    for leg in hold.legs:
        row = tx.ledger.period(leg.scope, leg.period_key)
        limit = ceiling_of(row) if row is not None else None
        if row is None or limit is None:
            continue
        used = row.spent + row.held
        fresh = [
            alert
            for mark in marks_reached(row)
            if tx.alerts.add(alert := Alert(row.scope, row.period_key, mark, limit, used, tx.now))
        ]
        if fresh:
            tx.tasks.add(
                TaskKind.ALERT,
                team_id=row.scope.team_id,
                job_id="",
                subject=fresh[-1].subject,
            )
