"""Which waiting job may begin now: caps on what runs at once, and a fair order while places are short."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.jobs.fair_queue import InFlight, Turn, Waiting
from bot.domain.jobs.job import Job, Status
from bot.ports import Transaction
from bot.services.lease import QUEUED_LEASE_SECONDS

LOOK_SECONDS = 2.0
"""After how many seconds a person's oldest waiting job looks again for a free place."""

BEHIND_SECONDS = 30.0
"""After how many seconds that person's other waiting jobs look again; each is made due at once when the one
before it begins."""


@dataclass(frozen=True, slots=True)
class Called:
    """Whether the job ``may_begin``, and the ``turn`` that it used up; if not, it is to look again in
    ``wait`` seconds. ``hurry`` is the id of another job that should look at once."""

    may_begin: bool
    turn: Turn | None = None
    wait: float = 0.0
    hurry: str | None = None


class FairQueue:
    """Applies the caps ``in_flight`` and the fair order to the jobs of the database."""

    def __init__(self, in_flight: InFlight) -> None:
        self._caps = in_flight

    def call(self, tx: Transaction, job: Job) -> Called:
        """Decide whether ``job`` may begin, and record its turn if so. No other transaction decides for this
        workspace until this one ends, so the caps hold however many processes ask at once."""
        if job.status is not Status.QUEUED:
            return Called(may_begin=True)
        team, user = job.place.team_id, job.user_id
        line = tx.queue.line(team, lease_seconds=QUEUED_LEASE_SECONDS)
        mine = Waiting(job.id, user, job.place.channel_id, job.created_at)
        following = line.next_of(user, but=job.id)
        if line.may_begin(mine, self._caps):
            hurry = following.job_id if following else None
            return Called(may_begin=True, turn=tx.queue.serve(team, user), hurry=hurry)
        first = line.next_up(self._caps)
        is_oldest = following is None or (mine.since, mine.job_id) <= (following.since, following.job_id)
        return Called(
            may_begin=False,
            wait=LOOK_SECONDS if is_oldest else BEHIND_SECONDS,
            hurry=first.job_id if first and first.job_id != job.id else None,
        )
