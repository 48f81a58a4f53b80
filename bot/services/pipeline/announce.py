"""Post a job's status message, which proves that the bot may post there before anything is paid for."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.job import Delivery, Job, Status, Submission, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import Conversation, ImageProvider, JobView, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.job_view import view_of
from bot.services.lease import Leased
from bot.services.outbox import SETTLE_IN_SECONDS
from bot.services.pipeline.place_in_line import PlaceInLine

GIVE_UP_SECONDS = 7200.0
"""After so many seconds a job whose status message could not be posted fails, and its hold is released. Two
hours, so that an outage of Slack of one hour ends no job."""

REPORT_SECONDS = 10.0
"""The status message is edited at most this often while a job runs."""


class Announce:
    """Runs the step that opens a job's thread."""

    def __init__(
        self,
        *,
        store: Store,
        conversation: Conversation,
        provider: ImageProvider,
        accounts: Accounts,
        place_in_line: PlaceInLine,
    ) -> None:
        self._place_in_line = place_in_line
        self._store = store
        self._conversation = conversation
        self._provider = provider
        self._accounts = accounts

    async def run(self, task: Task) -> None:
        """Post the status message, or find that of an earlier try, then plan the paid calls. Safe to repeat.

        Raises TryLater. Where the bot may not post the job fails, unpaid, and its asker is told.
        """
        lease = Leased(self._store, task)
        begun = await lease.write(lambda tx: self._begin(tx, task))
        if begun is None:
            return
        view, had_intent = begun
        try:
            ts = view.job.status_ts or await self._post(lease, view, had_intent=had_intent)
        except CannotPost as refused:
            await self._refuse(lease, view.job, Failure(Problem.CANNOT_POST, refused.reason))
            return
        plan = await self._provider.plan(view.job.request)
        await lease.write(lambda tx: self._opened(tx, task, ts, plan))

    def _begin(self, tx: Transaction, task: Task) -> tuple[JobView, bool] | None:
        job = tx.jobs.get(task.job_id)
        if job is None or job.status is not Status.QUEUED or tx.submissions.of_job(job.id):
            tx.tasks.finish(task)
            return None
        had_intent = job.announce_intent_at is not None
        if not had_intent:
            tx.jobs.save(job.evolve(announce_intent_at=tx.now))
        return view_of(tx, job), had_intent

    async def _post(self, lease: Leased, view: JobView, *, had_intent: bool) -> str:
        job = view.job
        if had_intent and job.announce_intent_at is not None:
            waited = (view.now - job.announce_intent_at).total_seconds()
            if waited < SETTLE_IN_SECONDS:
                raise TryLater("an earlier post may not be findable yet", after=SETTLE_IN_SECONDS - waited)
            found = await self._conversation.find_announcement(job)
            if found is not None:
                return found
        try:
            return await self._conversation.announce(await self._place_in_line(view))
        except OutcomeUnknown as lost:
            raise TryLater(str(lost), after=SETTLE_IN_SECONDS) from lost
        except TryLater as later:
            await self._not_posted(lease, job)
            if (view.now - job.created_at).total_seconds() > GIVE_UP_SECONDS:
                raise CannotPost(str(later)) from later
            raise

    async def _not_posted(self, lease: Leased, job: Job) -> None:
        """Remove the record of the attempt: nothing was posted, so the next try need not search first."""

        def forget(tx: Transaction) -> None:
            current = tx.jobs.get(job.id)
            if current is not None:
                tx.jobs.save(current.evolve(announce_intent_at=None))

        await lease.write(forget)

    def _opened(self, tx: Transaction, task: Task, ts: str, plan: list[int]) -> None:
        job = tx.jobs.get(task.job_id)
        assert job is not None
        tx.tasks.finish(task)
        place = job.place if job.place.thread_ts else replace(job.place, thread_ts=ts)
        opened = job.evolve(place=place, status_ts=ts, delivery=Delivery.ANNOUNCED)
        tx.jobs.save(opened)
        if job.status is Status.QUEUED:
            plan_submissions(tx, opened, plan)
        tx.tasks.add(
            TaskKind.UPDATE_STATUS,
            team_id=place.team_id,
            job_id=job.id,
            delay=REPORT_SECONDS if job.status is Status.QUEUED else 0.0,
        )

    async def _refuse(self, lease: Leased, job: Job, failure: Failure) -> None:
        def close(tx: Transaction) -> None:
            current = tx.jobs.get(job.id)
            assert current is not None
            tx.tasks.finish(lease.task)
            if current.status is Status.QUEUED:
                self._accounts.release(tx, job.id, failure.problem)
                tx.jobs.save(
                    current.evolve(
                        status=Status.FAILED,
                        failure=failure,
                        cost=Money.zero(),
                        finished_at=tx.now,
                    )
                )
                tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)

        await lease.write(close)


def plan_submissions(tx: Transaction, job: Job, plan: list[int], *, first: int = 0) -> None:
    """Write one planned submission per entry of ``plan`` (pictures each) and queue their paid calls."""
    for ordinal, n in enumerate(plan, start=first):
        submission = Submission(
            id=f"{job.id}-{ordinal}", job_id=job.id, ordinal=ordinal, n=n, state=SubmissionState.PLANNED
        )
        tx.submissions.add(submission)
        tx.tasks.add(TaskKind.SUBMIT, team_id=job.place.team_id, job_id=job.id, subject=submission.id)
