"""Jobs and budgets as plain data for operators: what ``jobs`` and ``audit`` print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.jobs.job import Job
from bot.domain.jobs.task import Task
from bot.domain.requests.refusals import AskRefused, NotFound
from bot.ports import Store, Transaction
from bot.services.budget.ledger_audit import audited, tell_of
from bot.services.job_view import view_of
from bot.services.parked import asker_of, step_id


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Records:
    """Only reads, except that ``audit`` may record an admin notice. Amounts are micro-dollars, times UTC."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def jobs(
        self,
        *,
        status: str | None = None,
        team: str | None = None,
        limit: int | None = None,
        before: str | None = None,
    ) -> list[dict[str, Any]]:
        """The newest ``limit`` jobs (None: all), newest first, in the shape of the contract's
        ``jobs --json``; with ``before``, a job's id, those that follow it. Raises AskRefused NotFound for an
        id that is none."""

        def unit(tx: Transaction) -> list[dict[str, Any]]:
            edge = tx.jobs.get(before) if before is not None else None
            if before is not None and edge is None:
                raise AskRefused(NotFound(before))
            page = tx.jobs.newest(limit=limit, status=status, team_id=team, before=edge)
            return [_job(tx, job) for job in page]

        return await self._store.read(unit)

    async def parked(self, *, team: str | None = None) -> list[dict[str, Any]]:
        """Every step that was given up (in ``team``), oldest first. ``job_id`` is null for a message that
        could not be understood; ``id`` is what ``jobs retry`` takes."""

        def unit(tx: Transaction) -> list[dict[str, Any]]:
            return [_step(tx, *found) for found in tx.tasks.parked() if team in {None, found[0].team_id}]

        return await self._store.read(unit)

    async def audit(self) -> dict[str, Any]:
        """Replay the ledger; returns the findings and accounts in the shape of the contract's
        ``audit --json``. Tells the admins of violations, as ``audit_ledger`` does."""
        violations, periods = await self._store.read(lambda tx: (audited(tx), tx.ledger.periods()))
        await tell_of(self._store, violations)
        return {
            "ok": not violations,
            "violations": [{"rule": v.rule, "detail": v.detail} for v in violations],
            "scopes": [
                {
                    "scope": str(row.scope),
                    "period": row.period_key,
                    "limit_micros": row.limit.micros if row.limit is not None else None,
                    "held_micros": row.held.micros,
                    "spent_micros": row.spent.micros,
                }
                for row in periods
            ],
        }


def _step(tx: Transaction, task: Task, error: str) -> dict[str, Any]:
    asker = asker_of(tx, task)
    return {
        "id": step_id(task),
        "kind": str(task.kind),
        "team_id": task.team_id,
        "job_id": task.job_id or None,
        "channel_id": asker[0].channel_id if asker else None,
        "user_id": asker[1] if asker else None,
        "parked_at": _iso(task.due_at),
        "error": error,
    }


def _job(tx: Transaction, job: Job) -> dict[str, Any]:
    view = view_of(tx, job)
    parked = [error for _, error in tx.tasks.parked(job.id)]
    return {
        "id": job.id,
        "kind": str(job.request.kind),
        "status": str(job.status),
        "delivery": str(job.delivery),
        "team_id": job.place.team_id,
        "channel_id": job.place.channel_id,
        "thread_ts": job.place.thread_ts,
        "user_id": job.user_id,
        "prompt": job.request.prompt,
        "n": job.request.n,
        "size": str(job.request.size) if job.request.size else None,
        "quality": str(job.request.quality),
        "format": str(job.request.format),
        "estimate_micros": job.estimate.micros,
        "cost_micros": job.cost.micros if job.cost is not None else None,
        "provider_task_ids": [s.provider_task_id for s in view.submissions if s.provider_task_id],
        "parent_id": job.parent_id,
        "set_id": job.member.set_id if job.member is not None else None,
        "error": ({"code": str(job.failure.problem), "message": job.failure.detail} if job.failure else None),
        "parked": parked,
        "created_at": _iso(job.created_at),
        "updated_at": _iso(job.updated_at),
    }
