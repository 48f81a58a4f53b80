"""A month's jobs as a CSV file for an admin."""

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
    """Queues exports (``order``), and makes and sends them in the worker (``run``)."""

    def __init__(
        self, *, store: Store, administration: Administration, notifier: Notifier, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._administration = administration
        self._notifier = notifier
        self._wake = wake

    async def order(self, team_id: str, actor: str, month: str | None) -> None:
        """Queue the export of ``month`` (None: the open month) for the admin ``actor``.

        Raises AskRefused NotAllowed for whoever is no budget admin, and StoreUnavailable.
        """
        key, _ = await self._administration.export(team_id, actor, month)
        subject = f"{actor}|{key}"
        await self._store.write(
            lambda tx: tx.tasks.add(TaskKind.EXPORT, team_id=team_id, job_id="", subject=subject)
        )
        self._wake()

    async def run(self, task: Task) -> None:
        """Make the table from the present data and send it. A repetition may send it to the admin twice."""
        actor, month = task.subject.split("|")
        key, jobs = await self._administration.export(task.team_id, actor, month)
        workspace = Scope(ScopeKind.WORKSPACE, task.team_id)
        spent = await self._store.read(lambda tx: tx.ledger.spent_by_job(workspace, key))
        await self._notifier.send_file(task.team_id, actor, f"pictures-{key}.csv", table(jobs, spent))
        await Leased(self._store, task).finish()


def table(jobs: list[Job], spent: Mapping[str, Money]) -> bytes:
    """CSV with one line per job; amounts in dollars with six decimals, and no cell that a spreadsheet would
    run as a formula.

    ``spent`` is by job id and comes from the ledger, so its sum is what the month's account has spent. The
    cost is left empty while it is not known.
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
    """The cell with a quote before it where a spreadsheet would take it for a formula."""
    risky = cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if risky else cell
