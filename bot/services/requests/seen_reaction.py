"""Takes the "seen" reaction off a message whose ask ends without a job. Where there is a job, its end
replaces the reaction."""

from __future__ import annotations

from bot.domain.jobs.task import Task, TaskKind
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.ports import Transaction

_ABOUT = "draft:"
"""The prefix of the subject of a task about a pending request; the request's id follows it."""

_ENDED = frozenset({PendingState.CANCELLED, PendingState.DENIED, PendingState.EXPIRED})


def unmark(tx: Transaction, pending: PendingRequest, *, delay: float = 0.0) -> None:
    """Queue that the reaction is taken off, in ``delay`` seconds; nothing where no message asked.

    To be called in the transaction that ends ``pending``, or, with its lifetime as ``delay``, in the one that
    keeps it. Safe to repeat.
    """
    if pending.ask.ask_ts is not None:
        subject = f"{_ABOUT}{pending.id}"
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=pending.team_id, job_id="", subject=subject, delay=delay)


def is_about_pending_request(task: Task) -> bool:
    return not task.job_id and task.subject.startswith(_ABOUT)


def ended_pending_request(tx: Transaction, task: Task) -> PendingRequest | None:
    """The pending request of ``task``, if it has ended without a job: it was decided so, or was not confirmed
    in time. Else None; while it can still be confirmed, the task is queued again for its expiry."""
    pending = tx.pending_requests.get(task.subject.removeprefix(_ABOUT))
    if pending is None or pending.state in _ENDED:
        return pending
    if pending.state is not PendingState.PENDING:
        return None
    left = (pending.expires_at - tx.now).total_seconds()
    if left <= 0:
        return pending
    tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=task.team_id, job_id="", subject=task.subject, delay=left)
    return None
