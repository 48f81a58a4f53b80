"""A message's mark that it was seen goes when its ask ends without a job; a job's end takes it by itself."""

from __future__ import annotations

from bot.domain.jobs.task import Task, TaskKind
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.ports import Transaction

_ABOUT = "draft:"
"""Before the id of a pending request, in the subject of a task that is about one."""

_ENDED = frozenset({PendingState.CANCELLED, PendingState.DENIED, PendingState.EXPIRED})


def unmark(tx: Transaction, pending: PendingRequest, *, delay: float = 0.0) -> None:
    """In the transaction that ends ``pending``, or that keeps it for ``delay`` seconds at most."""
    if pending.ask.ask_ts is not None:
        subject = f"{_ABOUT}{pending.id}"
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=pending.team_id, job_id="", subject=subject, delay=delay)


def is_about_pending_request(task: Task) -> bool:
    return not task.job_id and task.subject.startswith(_ABOUT)


def ended_pending_request(tx: Transaction, task: Task) -> PendingRequest | None:
    """The pending request, if it has ended without a job: decided so, or not confirmed in time. While there
    is time left, the task comes again."""
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
