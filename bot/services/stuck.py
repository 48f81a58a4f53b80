"""A step that was given up after too many errors: its asker is told once, and it waits for an operator."""

from __future__ import annotations

from bot.domain.job import Delivery, Job
from bot.domain.task import Task, TaskKind
from bot.ports import Transaction

CARRYING = frozenset({TaskKind.PREPARE, TaskKind.ANNOUNCE, TaskKind.SUBMIT, TaskKind.POLL, TaskKind.DELIVER})
"""Steps without which an ask does not come to its end."""


def is_stuck(tx: Transaction, job: Job) -> bool:
    """Whether nothing goes on with this job until somebody takes it up again. What Slack refused for good
    has words of its own."""
    if job.delivery is Delivery.UNDELIVERABLE:
        return False
    return any(task.kind in CARRYING for task, _ in tx.tasks.parked(job.id))


def say_stuck(tx: Transaction, task: Task) -> None:
    """In the transaction that parks ``task``: queue that its asker learns of it."""
    if task.kind is TaskKind.HEAR:
        tx.tasks.add(TaskKind.TELL, team_id=task.team_id, job_id="", subject=task.subject)
    job = tx.jobs.get(task.job_id) if task.kind in CARRYING else None
    if job is not None:
        told = TaskKind.REPORT if job.status_ts is not None else TaskKind.TELL
        tx.tasks.add(told, team_id=task.team_id, job_id=job.id)


def step_id(task: Task) -> str:
    """How people call a parked step that belongs to no job."""
    return f"step-{task.id}"
