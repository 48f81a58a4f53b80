"""Admin notices: each is recorded once, in the transaction that found its cause, and sent by a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.audit import Violation
from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind, kind_of_odd_price
from bot.domain.budget.ledger import Hold
from bot.domain.jobs.job import Job, Status
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.budget_refusals import ClockOff, NoPrice
from bot.domain.requests.refusals import Refusal
from bot.ports import Transaction

DOUBT_PREFIX = "doubt|"
DOUBT_ALERT_SECONDS = 15 * 60.0
"""How long an outcome may be unknown before the admins are told (budgets reference 6)."""


def raise_admin_notice(
    tx: Transaction, team_id: str, kind: AdminNoticeKind, about: str, **facts: Any
) -> bool:
    """Record an admin notice and queue its message, once per workspace, kind and ``about``.

    Returns False, and changes nothing, when it was recorded before. Amounts in ``facts`` are micro-dollars.
    """
    admin_notice = AdminNotice(team_id, f"{kind}|{about}", kind, facts, tx.now)
    if not tx.admin_notices.add(admin_notice):
        return False
    tx.tasks.add(TaskKind.ALERT, team_id=team_id, job_id="", subject=admin_notice.subject)
    return True


def note_overrun(tx: Transaction, hold: Hold, price: Money) -> None:
    """Tell the admins, once a job, if a scope of ``hold`` is now over a limit that refuses.

    To be called when ``price`` is more than was held for the job.
    """
    rows = [tx.ledger.period(leg.scope, leg.period_key) for leg in hold.legs]
    over = [row for row in rows if row is not None and row.refuses and row.over]
    if over:
        raise_admin_notice(
            tx, team_of(hold), AdminNoticeKind.OVERRUN, hold.job_id, job=hold.job_id, price=price.micros,
            scopes=[[str(row.scope), row.period_key, row.over.micros] for row in over],
        )  # fmt: skip


def note_odd_price(tx: Transaction, job: Job, stated: str, estimate: Money) -> None:
    """Tell the admins that the provider stated a price which is not believed.

    Once per day and kind of oddity, with the first job as the example: a provider that begins to state such
    prices states them for every picture.
    """
    raise_admin_notice(
        tx, job.place.team_id, AdminNoticeKind.ODD_PRICE, f"{kind_of_odd_price(stated)}|{tx.now:%Y-%m-%d}",
        job=job.id, stated=stated, estimate=estimate.micros,
    )  # fmt: skip


def expect_doubt_to_end(tx: Transaction, hold: Hold) -> None:
    """Queue a task that calls ``note_doubt`` for this job after DOUBT_ALERT_SECONDS. Safe to repeat."""
    subject = f"{DOUBT_PREFIX}{hold.job_id}"
    tx.tasks.add(TaskKind.ALERT, team_id=team_of(hold), job_id="", subject=subject, delay=DOUBT_ALERT_SECONDS)


def note_doubt(tx: Transaction, job_id: str) -> None:
    """Tell the admins, once a job, that its outcome is still unknown and that its hold goes on counting.
    Does nothing when the outcome has become known, or when a paid call of the job is under way again."""
    hold, job = tx.ledger.hold(job_id), tx.jobs.get(job_id)
    under_way = {Status.QUEUED, Status.SUBMITTING, Status.RUNNING}  # its status is known again
    if hold and job and hold.state.is_doubtful and job.status not in under_way:
        raise_admin_notice(
            tx, job.place.team_id, AdminNoticeKind.DOUBT, job_id, job=job_id, estimate=hold.estimate.micros,
            channel=job.place.channel_id, user=job.user_id,
        )  # fmt: skip


def note_drift(tx: Transaction, violations: Sequence[Violation]) -> None:
    """Tell the admins that the audit of the ledger found ``violations``.

    Only the workspaces that are named in them are told; all workspaces when none is named. A workspace is
    told again only when its first violation is a different one.
    """
    if not violations:
        return
    teams = [team.team_id for team in tx.limits.teams()]
    named = {team: [v for v in violations if v.team_id == team] for team in teams}
    for team, found in named.items():
        mine = found if any(named.values()) else list(violations)
        if mine:
            raise_admin_notice(
                tx, team, AdminNoticeKind.DRIFT, f"{mine[0].rule}|{mine[0].detail}"[:200],
                violations=[[v.rule, v.detail] for v in mine[:5]], count=len(mine),
            )  # fmt: skip


def note_refusal(tx: Transaction, team_id: str, refusal: Refusal) -> None:
    """Tell the admins of a refusal whose cause only an operator can remove; ignore every other refusal.

    Safe to repeat: a missing price is told once per size and quality, a wrong clock once a day.
    """
    match refusal:
        case NoPrice():
            size, quality = str(refusal.size), str(refusal.quality)
            raise_admin_notice(
                tx, team_id, AdminNoticeKind.NO_PRICE, f"{size}|{quality}", size=size, quality=quality
            )
        case ClockOff():
            raise_admin_notice(
                tx, team_id, AdminNoticeKind.CLOCK, f"{tx.now:%Y-%m-%d}",
                seconds=refusal.seconds, months=refusal.months,
            )  # fmt: skip
        case _:
            return


def team_of(hold: Hold) -> str:
    """The id of the workspace in which the hold was made."""
    return hold.legs[0].scope.team_id
