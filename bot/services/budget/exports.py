"""The month as a table for an admin: ordered at once, made and sent by the worker."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Job
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import MICROS, Money
from bot.ports import Store
from bot.ports.people import Notifier
from bot.services.budget.administration import Administration
from bot.services.lease import Leased

_COLUMNS = (
    "created", "job", "person", "channel", "kind", "status", "pictures", "estimate_usd", "cost_usd", "prompt",
)  # fmt: skip


class Exports:
    def __init__(
        self, *, store: Store, administration: Administration, notifier: Notifier, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._administration = administration
        self._notifier = notifier
        self._wake = wake

    async def order(self, team_id: str, actor: str, month: str | None) -> None:
        """Raises AskRefused for all but admins."""
        key, _ = await self._administration.export(team_id, actor, month)
        subject = f"{actor}|{key}"
        await self._store.write(
            lambda tx: tx.tasks.add(TaskKind.EXPORT, team_id=team_id, job_id="", subject=subject)
        )
        self._wake()

    async def run(self, task: Task) -> None:
        """Make the table anew and send it; a repetition may send it twice, to the same admin."""
        actor, month = task.subject.split("|")
        key, jobs = await self._administration.export(task.team_id, actor, month)
        workspace = Scope(ScopeKind.WORKSPACE, task.team_id)
        spent = await self._store.read(lambda tx: tx.ledger.spent_by_job(workspace, key))
        await self._notifier.send_file(task.team_id, actor, f"pictures-{key}.csv", table(jobs, spent))
        await Leased(self._store, task).finish()


def table(jobs: list[Job], spent: Mapping[str, Money]) -> bytes:
    """CSV with one line a job; amounts to the micro-dollar, and no cell that a spreadsheet would run.

    ``spent`` is the ledger's: its sum is the month's. Empty while nobody knows what a job has cost.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for job in jobs:
        writer.writerow([_safe(cell) for cell in _cells(job, spent.get(job.id, Money.zero()))])
    return out.getvalue().encode("utf-8-sig")


def _cells(job: Job, spent: Money) -> tuple[str, ...]:
    return (
        job.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        job.id,
        job.user_id,
        job.place.channel_id,
        str(job.request.kind),
        str(job.status),
        str(job.request.n),
        _usd(job.estimate),
        _usd(spent) if spent or job.cost is not None else "",
        job.request.prompt,
    )


def _usd(amount: Money) -> str:
    return f"{amount.micros // MICROS}.{amount.micros % MICROS:06d}"


def _safe(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula."""
    risky = cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if risky else cell
