"""Ask again for pictures whose outcome is unknown: a new job with a hold of its own."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.domain.jobs.job import Job, Status, Submission, SubmissionState
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, NotFound
from bot.domain.requests.source import SourceRef
from bot.domain.requests.variations import Variation, gathered
from bot.ports import Store, Transaction
from bot.services.budget.admins import Admins
from bot.services.job_sets import set_of
from bot.services.requests.admission import Accepted
from bot.services.requests.start_job import StartJob

_CAME_TO_NOTHING = frozenset({PendingState.CANCELLED, PendingState.DENIED, PendingState.EXPIRED})


class RunAgain:
    """Starts a new job for the pictures of a job whose outcome is unknown. The old job stays as it is and
    goes on counting in the budget until it is settled."""

    def __init__(self, *, store: Store, start_job: StartJob, admins: Admins) -> None:
        self._store = store
        self._start_job = start_job
        self._admins = admins

    async def __call__(
        self, team_id: str, job_id: str, user_id: str, *, agreed: Money | None = None
    ) -> Accepted:
        """Start the new job; its price is held for ``user_id``, who pressed the button. ``agreed`` is what
        stood on it, None on an older one. Safe to repeat: pressing twice gives one job.

        Raises AskRefused NotFound, or NotAllowed (only the asker and admins may; or the outcome is known by
        now), and what ``StartJob`` raises.
        """
        ask, owner = await self._store.read(lambda tx: self._ask(tx, team_id, job_id, user_id))
        if user_id != owner and not await self._admins.is_admin(team_id, user_id):
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job_id, owner))
        return await self._start_job(replace(ask, agreed=agreed))

    def _ask(self, tx: Transaction, team_id: str, job_id: str, user_id: str) -> tuple[Ask, str]:
        job = tx.jobs.get(job_id)
        if job is None or job.place.team_id != team_id:
            raise AskRefused(NotFound(job_id))
        jobs = set_of(tx, job)
        missing = {one.id: _missing(tx, one) for one in jobs if _missing(tx, one)}
        if not missing:
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_UNKNOWN, job_id))
        again = [replace(one.request, n=missing[one.id]) for one in jobs if one.id in missing]
        labels = [one.member.label for one in jobs if one.member is not None and one.id in missing]
        words = job.member.words if job.member is not None else job.request.prompt
        several = tuple(map(Variation, labels, again)) if len(again) > 1 else ()
        sources = tuple(
            SourceRef(file_id=s.file_id, picture_id=s.picture_id, role=s.role, name=s.name)
            for s in tx.sources.of_job(job_id)
        )
        ask = Ask(
            request_key=_key(tx, f"{team_id}:again:{job_id}"),
            place=job.place,
            user_id=user_id,
            request=gathered(words, several) if several else again[0],
            variations=several,
            notes=("Asked again: the first order had no answer.",),
            parent_id=job.parent_id,
            parent_picture=job.parent_picture,
            ask_ts=job.ask_ts,
            sources=sources,
        )
        return ask, job.user_id


def _key(tx: Transaction, key: str) -> str:
    """The request key, which is the same for every press of one try. After a try that ended without a job,
    such as by Cancel, the next press is a new try with a new key."""
    for number in itertools.count(2):
        pending = tx.pending_requests.by_request_key(key)
        if pending is None or pending.state not in _CAME_TO_NOTHING:
            break
        key = f"{key.partition('#')[0]}#{number}"
    return key


def _missing(tx: Transaction, job: Job) -> int:
    return sum(s.n for s in tx.submissions.of_job(job.id) if _is_doubtful(job, s))


def _is_doubtful(job: Job, submission: Submission) -> bool:
    """Whether the outcome is unknown or late, or was settled after a day without having become known."""
    if submission.state in {SubmissionState.UNKNOWN, SubmissionState.TIMED_OUT}:
        return True
    unknown = submission.failure is not None and submission.failure.problem is Problem.OUTCOME_UNKNOWN
    return unknown and submission.state is SubmissionState.FAILED and job.status is not Status.CANCELLED
