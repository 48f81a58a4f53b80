"""Post a job's status message, which proves that the bot may post there before anything is paid for."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.combined import first_ordinal
from bot.domain.jobs.job import Delivery, Job, Status, Submission, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import Conversation, ImageProvider, JobView, Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.job_sets import FOLLOW_SECONDS, lead_of, set_of
from bot.services.job_view import shown_view
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
        if view.job.id != task.job_id:
            await self._follow(lease, view)
            return
        try:
            ts = view.job.status_ts or await self._post(lease, view, had_intent=had_intent)
        except CannotPost as refused:
            await self._refuse(lease, view.job, Failure(Problem.CANNOT_POST, refused.reason))
            return
        plan = await self._provider.plan(view.members[0].request if view.members else view.job.request)
        await lease.write(lambda tx: self._opened(tx, task, ts, plan))

    def _begin(self, tx: Transaction, task: Task) -> tuple[JobView, bool] | None:
        job = tx.jobs.get(task.job_id)
        if job is None or not _is_to_be_announced(tx, job):
            tx.tasks.finish(task)
            return None
        view = shown_view(tx, job)
        had_intent = view.job.announce_intent_at is not None
        if not had_intent and job.id == view.job.id:
            tx.jobs.save(job.evolve(announce_intent_at=tx.now))
        return view, had_intent

    async def _follow(self, lease: Leased, view: JobView) -> None:
        """Go on with a job of a set in the thread that its first job has opened. If that has ended before, it
        opens the thread all the same."""
        lead = view.members[0]
        if lead.status_ts is None:
            if lead.status is not Status.QUEUED:
                await lease.write(lambda tx: _announce(tx, lead))
            await lease.again(FOLLOW_SECONDS, attempts=0)
            return
        job = await lease.write(lambda tx: tx.jobs.get(lease.task.job_id))
        assert job is not None
        plan = await self._provider.plan(job.request)
        await lease.write(lambda tx: self._followed(tx, lease.task, plan))

    def _followed(self, tx: Transaction, task: Task, plan: list[int]) -> None:
        job = tx.jobs.get(task.job_id)
        assert job is not None
        tx.tasks.finish(task)
        if job.status is not Status.QUEUED:
            return
        lead = lead_of(tx, job)
        opened = job.evolve(place=lead.place, delivery=Delivery.ANNOUNCED)
        tx.jobs.save(opened)
        plan_submissions(tx, opened, plan)

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
        for follower in set_of(tx, job)[1:]:
            if follower.delivery is Delivery.NONE and follower.status is Status.QUEUED:
                tx.tasks.wake(TaskKind.ANNOUNCE, follower.id)
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
            waiting = [one for one in set_of(tx, current) if one.status is Status.QUEUED]
            for one in waiting:
                self._accounts.release(tx, one.id, failure.problem)
                ended = {"cost": Money.zero(), "finished_at": tx.now}
                tx.jobs.save(one.evolve(status=Status.FAILED, failure=failure, **ended))
            if waiting:
                tx.tasks.add(TaskKind.NOTIFY_ASKER, team_id=job.place.team_id, job_id=job.id)

        await lease.write(close)


def _is_to_be_announced(tx: Transaction, job: Job) -> bool:
    if job.leads_set and job.status_ts is None:
        return any(one.status is Status.QUEUED for one in set_of(tx, job))
    return job.status is Status.QUEUED and not tx.submissions.of_job(job.id)


def _announce(tx: Transaction, job: Job) -> None:
    tx.tasks.add(TaskKind.ANNOUNCE, team_id=job.place.team_id, job_id=job.id)


def plan_submissions(tx: Transaction, job: Job, plan: list[int], *, after: int = 0) -> None:
    """Write one planned submission per entry of ``plan`` (pictures each), ``after`` so many that are there,
    and queue their paid calls."""
    for ordinal, n in enumerate(plan, start=first_ordinal(job) + after):
        submission = Submission(
            id=f"{job.id}-{ordinal}", job_id=job.id, ordinal=ordinal, n=n, state=SubmissionState.PLANNED
        )
        tx.submissions.add(submission)
        tx.tasks.add(TaskKind.SUBMIT, team_id=job.place.team_id, job_id=job.id, subject=submission.id)
