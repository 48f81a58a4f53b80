"""A message's mark that it was seen goes when its ask ends without a job; a job's end takes it by itself."""

from __future__ import annotations

from bot.domain.jobs.task import Task, TaskKind
from bot.domain.requests.pending_request import Draft, DraftState
from bot.ports import Transaction

_ABOUT = "draft:"
"""Before the id of a draft, in the subject of a task that is about one."""

_ENDED = frozenset({DraftState.CANCELLED, DraftState.DENIED, DraftState.EXPIRED})


def unmark(tx: Transaction, draft: Draft, *, delay: float = 0.0) -> None:
    """In the transaction that ends ``draft``, or that keeps it for ``delay`` seconds at most."""
    if draft.ask.ask_ts is not None:
        subject = f"{_ABOUT}{draft.id}"
        tx.tasks.add(TaskKind.TELL, team_id=draft.team_id, job_id="", subject=subject, delay=delay)


def is_about_a_draft(task: Task) -> bool:
    return not task.job_id and task.subject.startswith(_ABOUT)


def ended_draft(tx: Transaction, task: Task) -> Draft | None:
    """The draft, if it has ended without a job: decided so, or its asker has said nothing in time. When its
    time is not over yet, the task comes again."""
    draft = tx.drafts.get(task.subject.removeprefix(_ABOUT))
    if draft is None or draft.state in _ENDED:
        return draft
    if draft.state is not DraftState.PENDING:
        return None
    left = (draft.expires_at - tx.now).total_seconds()
    if left <= 0:
        return draft
    tx.tasks.add(TaskKind.TELL, team_id=task.team_id, job_id="", subject=task.subject, delay=left)
    return None
