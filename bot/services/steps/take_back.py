"""Deletes messages and files of a job, as a step of the worker: whatever happens, it is done in the end."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.job import Job
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.ports import Conversation, Store, Transaction
from bot.services.job_sets import set_of
from bot.services.lease import Leased

_STATUS, _MESSAGE, _FILE = "status", "message", "file"


def take_back_message(tx: Transaction, job: Job, ts: str) -> None:
    """Have the job's status message deleted, or closed where people have replied to it."""
    _plan(tx, job, f"{_STATUS}:{job.place.channel_id}:{job.place.thread_ts or ''}:{ts}")


def move(tx: Transaction, lead: Job, direct: str) -> None:
    """Take a job, with its set, out of its conversation: what comes of it goes to its asker's messages."""
    if lead.status_ts is not None:
        take_back_message(tx, lead, lead.status_ts)
    place = Place(lead.place.team_id, direct, None, is_private=True)
    tx.jobs.save(lead.evolve(place=place, status_ts=None, shown=None, reply_url=None))
    for other in set_of(tx, lead)[1:]:
        tx.jobs.save(other.evolve(place=place))


def delete_message(tx: Transaction, job: Job, place: Place, ts: str) -> None:
    """Have a message of the bot deleted."""
    _plan(tx, job, f"{_MESSAGE}:{place.channel_id}::{ts}")


def delete_file(tx: Transaction, job: Job, file_id: str) -> None:
    """Have a file of the bot deleted everywhere."""
    _plan(tx, job, f"{_FILE}:{file_id}")


def _plan(tx: Transaction, job: Job, subject: str) -> None:
    tx.tasks.add(TaskKind.TAKE_BACK, team_id=job.place.team_id, job_id=job.id, subject=subject)


class TakeBack:
    """Runs one deletion."""

    def __init__(self, *, store: Store, conversation: Conversation) -> None:
        self._store = store
        self._conversation = conversation

    async def run(self, task: Task) -> None:
        """Delete what the task names. Safe to repeat. Raises TryLater."""
        lease = Leased(self._store, task)
        job = await lease.write(lambda tx: tx.jobs.get(task.job_id))
        what, *where = task.subject.split(":")
        if what == _FILE:
            await self._conversation.delete_file(where[0])
        elif job is not None:
            channel, thread, ts = where
            await self._delete(
                replace(job.place, channel_id=channel, thread_ts=thread or None), ts, job, what
            )
        await lease.finish()

    async def _delete(self, place: Place, ts: str, job: Job, what: str) -> None:
        before = replace(job, place=place, status_ts=ts)
        is_root = what == _STATUS and place.thread_ts in {None, ts}
        if is_root and await self._conversation.has_replies(before):
            await self._conversation.close_status(before)
        else:
            await self._conversation.delete_message(place, ts)
