"""A month's jobs as a CSV file for an admin."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Job
from bot.domain.jobs.task import Task
from bot.domain.money import MICROS, Money
from bot.ports import Store, Transaction
from bot.ports.people import Notifier
from bot.services.budget.administration import Administration
from bot.services.lease import Leased

PAGE = 500
"""Jobs that are read at a time: an export of any length needs the same memory."""

_COLUMNS = (
    "created", "job", "person", "channel", "kind", "status", "pictures", "estimate_usd", "cost_usd", "prompt",
)  # fmt: skip
_BEFORE_A_FORMULA = re.compile(r"""(?<![\s";])[\s";]*+(?=[=+\-@＝＋－＠])""")
_SEPARATES = re.compile(r"[;\t\r\n]")
_BLANK_FIRST = re.compile(r"\A(?=[\t\r\n])")


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
        """Queue the export of ``month`` (None: the open month) for the admin ``actor``. The record of changes
        tells of it.

        Raises AskRefused NotAllowed for whoever is no budget admin, and StoreUnavailable.
        """
        await self._administration.order_export(team_id, actor, month)
        self._wake()

    async def run(self, task: Task) -> None:
        """Write the table from one snapshot of the data and send it, if ``actor`` is an admin still. A
        repetition may send it to the admin twice."""
        actor, month = task.subject.split("|")
        await self._administration.require(task.team_id, actor)
        workspace = Scope(ScopeKind.WORKSPACE, task.team_id)
        with NamedTemporaryFile(prefix="export-", suffix=".csv") as file:
            path = Path(file.name)
            await self._store.read(lambda tx: write_table(tx, path, workspace, month))
            await self._notifier.send_file(task.team_id, actor, f"pictures-{month}.csv", path)
        await Leased(self._store, task).finish()


def write_table(tx: Transaction, path: Path, workspace: Scope, month: str) -> None:
    """Write CSV with one line a job, oldest first, page by page. Amounts are in dollars with six decimals,
    and no cell is one that a spreadsheet would run as a formula.

    What a job spent comes from the ledger, so the sum is what the month's account has spent. The cost is left
    empty while it is not known. Safe to repeat: each call begins the file anew.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for ids in _pages(tx.jobs.counted_in(workspace, month)):
            spent = tx.ledger.spent_by_job(workspace, month, ids)
            for job in tx.jobs.of_ids(ids):
                writer.writerow([safe_cell(cell) for cell in _cells(job, spent.get(job.id, Money.zero()))])


def _pages(ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), PAGE):
        yield ids[first : first + PAGE]


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
        job.place.for_others(job.request.prompt),
    )


def _usd(amount: Money) -> str:
    return f"{amount.micros // MICROS}.{amount.micros % MICROS:06d}"


def safe_cell(cell: str) -> str:
    """The cell with a quote wherever a spreadsheet would take what follows for a formula: at its beginning,
    and after what separates cells where the comma does not (OWASP, CSV injection). Blanks and double quotes
    in between do not count, as a reader may drop them."""
    return _BLANK_FIRST.sub("'", _BEFORE_A_FORMULA.sub(_disarmed, cell))


def _disarmed(before: re.Match[str]) -> str:
    begins_a_cell = before.start() == 0 or _SEPARATES.search(before[0])
    return f"{before[0]}'" if begins_a_cell else before[0]
