"""Cancel an ask that has not been paid for: of which nothing was sent, or what was sent failed unpaid."""

from dataclasses import replace

from bot.domain.jobs.charges import may_be_called_off
from bot.domain.jobs.job import Job, Status, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, NotFound
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.job_sets import set_of, show_news
from bot.services.job_view import whole_of

_TOO_LATE = {
    Status.SUBMITTING: NotAllowedReason.TOO_LATE,
    Status.RUNNING: NotAllowedReason.TOO_LATE,
    Status.UNKNOWN: NotAllowedReason.IN_DOUBT,
    Status.TIMED_OUT: NotAllowedReason.IN_DOUBT,
}
"""Why a job that is with the provider cannot be cancelled; a job in any state not named here has ended."""


class Cancel:
    """Cancels a job for its asker or a budget admin."""

    def __init__(self, *, store: Store, accounts: Accounts, admins: Admins) -> None:
        self._store = store
        self._accounts = accounts
        self._admins = admins

    async def __call__(self, team_id: str, job_id: str, user_id: str) -> Job:
        """Cancel the job, or all of its set, and release its money; returns it as its message shows it. Safe
        to repeat.

        Raises AskRefused: NotFound; or NotAllowed because only the asker and admins may, because the provider
        has the job and offers no way to take it back (provider reference 2.6) or may have it, or because the
        job has ended.
        """
        job = await self.job(team_id, job_id)
        if job.user_id != user_id and not await self._admins.is_admin(team_id, user_id):
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, job_id, job.user_id))
        return await self._store.write(lambda tx: self._cancel(tx, job_id, user_id))

    async def job(self, team_id: str, job_id: str) -> Job:
        """The job as it stands. Raises AskRefused NotFound."""
        job = await self._store.read(lambda tx: tx.jobs.get(job_id))
        if job is None or job.place.team_id != team_id:
            raise AskRefused(NotFound(job_id))
        return job

    def _cancel(self, tx: Transaction, job_id: str, user_id: str) -> Job:
        job = tx.jobs.get(job_id)
        if job is None:
            raise AskRefused(NotFound(job_id))
        jobs = set_of(tx, job)
        if all(one.status is Status.CANCELLED for one in jobs):
            return whole_of(tx, job)
        unended = [one for one in jobs if not one.status.is_final]
        late = [one for one in unended if not may_be_called_off(one, tx.submissions.of_job(one.id))]
        if late or not unended:
            status = (late or jobs)[0].status
            raise AskRefused(NotAllowed(_TOO_LATE.get(status, NotAllowedReason.ENDED), job_id))
        call_off_all(tx, self._accounts, job)
        if user_id != job.user_id:  # whoever cancels knows it already
            tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.shown_by)
        return whole_of(tx, job)


def call_off_all(tx: Transaction, accounts: Accounts, job: Job) -> list[Job]:
    """``call_off`` the job, or each of its set; returns those that were."""
    tried = [call_off(tx, accounts, one) for one in set_of(tx, job) if not one.status.is_final]
    return [one for one in tried if one is not None]


def call_off(tx: Transaction, accounts: Accounts, job: Job) -> Job | None:
    """Cancel a job of which nothing is under way or charged: release its money, send nothing more, and have
    its status message say so. Returns None, and changes nothing, for any other.

    The job's lock, which reading ``job`` in this transaction has taken, keeps the paid call away until the
    end: either that finds its submission cancelled, or this finds it as being sent.
    """
    submissions = tx.submissions.of_job(job.id)
    if not may_be_called_off(job, submissions):
        return None
    for submission in submissions:
        if submission.state is SubmissionState.PLANNED:
            tx.submissions.save(replace(submission, state=SubmissionState.CANCELLED))
    accounts.release(tx, job.id, "cancelled")
    cancelled = job.evolve(
        status=Status.CANCELLED,
        failure=Failure(Problem.CANCELLED),
        cost=Money.zero(),
        finished_at=tx.now,
    )
    tx.jobs.save(cancelled)
    tx.tasks.add(TaskKind.CLEAN_UP, team_id=job.place.team_id, job_id=job.id)
    show_news(tx, cancelled)
    return cancelled
