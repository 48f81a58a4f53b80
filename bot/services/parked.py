"""Parked steps: given up after too many errors. The asker is told once; the step waits for an operator."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.jobs.job import Delivery, Job
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.refusals import AlreadyDecided, DecidedState, Refusal, Stuck
from bot.ports import Transaction
from bot.services.job_sets import lead_of

CARRYING = frozenset({TaskKind.PREPARE, TaskKind.ANNOUNCE, TaskKind.SUBMIT, TaskKind.POLL, TaskKind.DELIVER})
"""Steps of a job without which it cannot reach its end."""

_BEFORE_A_JOB = frozenset({TaskKind.INTAKE, TaskKind.APPROVAL_REQUEST})


@dataclass(frozen=True, slots=True)
class ParkedRequest:
    """An ask whose step was parked before it became a job: who is told ``refusal``, and where.

    ``failed_ts`` is the message that asked, to be marked as failed; None where it is not."""

    place: Place
    user_id: str
    refusal: Refusal
    failed_ts: str | None = None


def is_stuck(tx: Transaction, job: Job) -> bool:
    """Whether a step that the job needs is parked, so that it stands still until an operator retries it.
    False for an undeliverable job, which is shown as that."""
    if job.delivery is Delivery.UNDELIVERABLE:
        return False
    return any(task.kind in CARRYING for task, _ in tx.tasks.parked(job.id))


def is_unshown(tx: Transaction, job: Job) -> bool:
    """Whether updating the job's status message is parked, so that the message is out of date."""
    return any(task.kind is TaskKind.UPDATE_STATUS for task, _ in tx.tasks.parked(job.id))


def say_stuck(tx: Transaction, task: Task) -> None:
    """Queue a message to the asker of ``task``, which is being parked in the same transaction. Does nothing
    for a step whose asker need not know. Safe to repeat."""
    if task.kind in _BEFORE_A_JOB:
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=task.team_id, job_id="", subject=task.subject)
    job = tx.jobs.get(task.job_id) if task.job_id else None
    if job is None:
        return
    if task.kind in CARRYING:
        lead = lead_of(tx, job)
        told = TaskKind.UPDATE_STATUS if lead.status_ts is not None else TaskKind.NOTIFY_ASKER
        tx.tasks.add(told, team_id=task.team_id, job_id=lead.id)
    elif task.kind is TaskKind.UPDATE_STATUS and _is_news(tx, job):
        tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=task.team_id, job_id=job.id)


def _is_news(tx: Transaction, job: Job) -> bool:
    """Whether to tell the asker that the status message cannot be updated. Each change of the job tries the
    message again, so this is told once, except for a job that has failed or is stuck: that always is."""
    key = f"unshown:{job.id}"
    if tx.key_values.get(key) is None:
        tx.key_values.put(key, tx.now.isoformat())
        return True
    return job.failure is not None or is_stuck(tx, job)


def stuck_ask(tx: Transaction, subject: str) -> ParkedRequest | None:
    """What to tell the asker about the parked step of this subject. None when no step of it is parked any
    more, or when the asker sees how the ask ended."""
    found = (step for step, _ in tx.tasks.parked("") if step.subject == subject)
    step = next((step for step in found if step.kind in _BEFORE_A_JOB), None)
    asker = asker_of(tx, step) if step is not None else None
    if step is None or asker is None:
        return None
    place, user_id = asker
    message = tx.inbox.get(subject)
    if message is not None:
        return ParkedRequest(place, user_id, Stuck(step_id(step)), failed_ts=message.ts)
    refusal = _about_request(tx, step)
    return ParkedRequest(place, user_id, refusal) if refusal is not None else None


def _about_request(tx: Transaction, step: Task) -> AlreadyDecided | Stuck | None:
    """What to tell about a parked approval request: that it is stuck while it waits for the admins, who may
    not have seen it; or how it was decided, as nobody may have told the asker. Else None."""
    pending = tx.pending_requests.get(step.subject)
    state = pending.state_at(tx.now) if pending is not None else None
    if pending is None or state in {PendingState.RUN, PendingState.CANCELLED}:
        return None
    prompt = pending.ask.request.prompt
    if state in {PendingState.DENIED, PendingState.EXPIRED}:
        return AlreadyDecided(DecidedState(state), prompt=prompt)
    return Stuck(step_id(step), prompt)


def asker_of(tx: Transaction, task: Task) -> tuple[Place, str] | None:
    """The place and the asker of the ask that ``task`` belongs to; None for a task that nobody asked for."""
    if task.job_id:
        job = tx.jobs.get(task.job_id)
        return (job.place, job.user_id) if job is not None else None
    if task.kind is TaskKind.APPROVAL_REQUEST:
        pending = tx.pending_requests.get(task.subject)
        return (pending.ask.place, pending.user_id) if pending is not None else None
    message = tx.inbox.get(task.subject)
    return (message.place, message.user_id) if message is not None else None


def step_id(task: Task) -> str:
    """The name by which operators retry one parked step."""
    return f"step-{task.id}"
