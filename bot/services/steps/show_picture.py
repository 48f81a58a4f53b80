"""Posts a picture that is there already once more: picked from a sheet, gone back to, or shared elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET, Posting, PostingKind, is_shown_as_it_is
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PictureGone, PostingRefused, WhichOfThese
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports import Conversation, JobView, Store, Transaction
from bot.services.job_pictures import pictures_of
from bot.services.job_view import view_of
from bot.services.lease import Leased
from bot.services.outbox import SETTLE_IN_SECONDS
from bot.services.steps.current import current_of
from bot.services.steps.picture_copies import PictureCopies, forget_copies
from bot.services.steps.targets import Act, answered_in, find_target

_log = structlog.get_logger(__name__)


class ShowPicture:
    """Records that a picture is to be posted once more (``__call__``), and posts it (``run``). The intent is
    committed before the post, so that a crash neither loses nor doubles it."""

    def __init__(
        self, *, store: Store, conversation: Conversation, copies: PictureCopies, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._conversation = conversation
        self._copies = copies
        self._wake = wake

    async def use(self, act: Act) -> Posting | None:
        """Show the picture alone, once for each picture and thread; now it is the current one. Returns the
        message that is there already, None when it is posted now. Raises AskRefused PictureGone, or
        WhichOfThese for a sheet."""

        def unit(tx: Transaction) -> Posting | None:
            job, number = _chosen(tx, act, PostingKind.USE)
            where = answered_in(job, act.place)
            key = f"use:{job.id}:{number}:{where.channel_id}:{where.thread_ts}"
            known = tx.postings.get(key)
            if known is None:
                _plan(tx, Posting(key, PostingKind.USE, job.id, number, where, act.user_id, tx.now))
            elif known.ts is not None:  # looked at again, it is what was chosen last
                tx.postings.save(replace(known, created_at=tx.now))
            elif known.intent_at is None:  # it was refused, or waits
                tx.postings.save(replace(known, user_id=act.user_id))
                _queue(tx, known)
            return known

        known = await self._store.write(unit)
        self._wake()
        return known

    async def go_back(self, act: Act) -> None:
        """Show an earlier picture again, which makes it the current one. Raises AskRefused PictureGone."""
        await self._post(act, PostingKind.UNDO)

    async def compare(self, act: Act) -> bool:
        """Show the picture beside the one that it was made from. False when it was made from no picture of
        ours. Raises AskRefused PictureGone, or WhichOfThese for a sheet."""

        def unit(tx: Transaction) -> bool:
            return _before(tx, find_target(tx, act).job) is not None

        if not await self._store.read(unit):
            return False
        await self._post(act, PostingKind.BEFORE)
        return True

    async def share(self, act: Act, line: str) -> None:
        """Show the picture in the conversation ``act.place``, with what the person says. Raises AskRefused
        PictureGone."""
        await self._post(act, PostingKind.SHARE, line)

    async def _post(self, act: Act, kind: PostingKind, line: str = "") -> None:
        def unit(tx: Transaction) -> None:
            job, number = _chosen(tx, act, kind)
            key = f"{kind}:{act.key}"
            if tx.postings.get(key) is None:
                where = act.place if kind is PostingKind.SHARE else _seen_in(tx, job, act.place)
                _plan(tx, Posting(key, kind, job.id, number, where, act.user_id, tx.now, line=line))

        await self._store.write(unit)
        self._wake()

    async def run(self, task: Task) -> None:
        """Post one picture, or find the message of an earlier try, or bring one that was posted up to date.
        Safe to repeat. Raises TryLater."""
        lease = Leased(self._store, task)
        begun = await lease.write(lambda tx: _begin(tx, task))
        if begun is None:
            return
        view, posting, had_intent = begun
        if posting.ts is not None and posting.kind is not PostingKind.SHARE:
            await self._conversation.update_posting(view, posting)
            await lease.finish()
            return
        try:
            ts = posting.ts or await self._posted(view, posting, had_intent=had_intent)
            if posting.kind is PostingKind.SHARE:
                await self._filled(lease, view, posting, ts)
        except AskRefused as gone:
            await self._conversation.refuse(posting.place, posting.user_id, gone.refusal)
            ts = None
        except CannotPost as refused:
            await self._conversation.refuse(
                posting.place, posting.user_id, PostingRefused(refused.reason, posting.place.channel_id)
            )
            ts = None
        except OutcomeUnknown as lost:
            raise TryLater(str(lost), after=SETTLE_IN_SECONDS) from lost
        except TryLater:
            await lease.write(lambda tx: _forget(tx, posting.id))
            raise
        await lease.write(lambda tx: _ended(tx, task, posting.id, ts))

    async def _filled(self, lease: Leased, view: JobView, posting: Posting, ts: str) -> None:
        """Bring the picture into the root ``ts``, which goes again if that cannot be done."""
        rooted = await lease.write(lambda tx: _placed(tx, posting.id, ts))
        try:
            await self._copies(lease, view, rooted)
        except (AskRefused, CannotPost):
            await self._conversation.delete_message(rooted.place, ts)
            await lease.write(lambda tx: _uprooted(tx, posting))
            raise

    async def _posted(self, view: JobView, posting: Posting, *, had_intent: bool) -> str:
        if had_intent and posting.intent_at is not None:
            waited = (view.now - posting.intent_at).total_seconds()
            if waited < SETTLE_IN_SECONDS:
                raise OutcomeUnknown("an earlier post may not be findable yet")
            found = await self._conversation.find_posting(posting)
            if found is not None:
                return found
        picture = numbered(view.pictures, view.submissions).get(posting.number)
        if picture is None or picture.state is not PictureState.SHARED:
            raise AskRefused(PictureGone())
        return await self._conversation.post_picture(view, posting)


def _chosen(tx: Transaction, act: Act, kind: PostingKind) -> tuple[Job, int]:
    """The job and the number of the one picture that is meant. Raises AskRefused as ``use`` does."""
    target = find_target(tx, act)
    if target.number == SHEET:
        raise AskRefused(WhichOfThese(target.job.id, kind, tuple(pictures_of(tx, target.job))))
    return target.job, target.number


def _seen_in(tx: Transaction, job: Job, place: Place) -> Place:
    """The thread that people look at: ``place``, if it has pictures, else that of the job."""
    return place if current_of(tx, place) is not None else answered_in(job, place)


def _plan(tx: Transaction, posting: Posting) -> None:
    tx.postings.add(posting)
    _queue(tx, posting)


def _queue(tx: Transaction, posting: Posting) -> None:
    team = posting.place.team_id
    tx.tasks.add(TaskKind.SHOW_PICTURE, team_id=team, job_id=posting.job_id, subject=posting.id)


def _begin(tx: Transaction, task: Task) -> tuple[JobView, Posting, bool] | None:
    job, posting = tx.jobs.get(task.job_id), tx.postings.get(task.subject)
    if job is None or posting is None:
        tx.tasks.finish(task)
        return None
    had_intent = posting.intent_at is not None
    if not had_intent and posting.ts is None:
        posting = replace(posting, intent_at=tx.now)
        tx.postings.save(posting)
    view = view_of(tx, job)
    if posting.kind is PostingKind.BEFORE and (before := _before(tx, job)) is not None:
        view = replace(view, before=before)
    return view, posting, had_intent


def _before(tx: Transaction, job: Job) -> Picture | None:
    """The picture that the job started from, if it is there and can be shown."""
    parents = tx.jobs.of_ids([job.parent_id] if job.parent_id else [])
    there = pictures_of(tx, parents[0]) if parents else {}
    number = job.parent_picture or (next(iter(there)) if len(there) == 1 else 0)
    before = there.get(number)
    return before if before is not None and before.file_id and is_shown_as_it_is(before) else None


def _forget(tx: Transaction, posting_id: str) -> None:
    posting = tx.postings.get(posting_id)
    if posting is not None:
        tx.postings.save(replace(posting, intent_at=None))


def _ended(tx: Transaction, task: Task, posting_id: str, ts: str | None) -> None:
    tx.tasks.finish(task)
    posting = tx.postings.get(posting_id)
    if posting is not None and ts is None:
        tx.postings.save(replace(posting, intent_at=None))
    if posting is not None and ts is not None:
        _placed(tx, posting_id, ts)


def _placed(tx: Transaction, posting_id: str, ts: str) -> Posting:
    """Keep where the picture was posted; the message may begin a thread."""
    posting = tx.postings.get(posting_id)
    assert posting is not None
    place = replace(posting.place, thread_ts=posting.place.thread_ts or ts)
    placed = replace(posting, ts=ts, place=place)
    tx.postings.save(placed)
    return placed


def _uprooted(tx: Transaction, posting: Posting) -> None:
    """``posting`` is what it was before its root was posted."""
    forget_copies(tx, posting)
    place = replace(posting.place, thread_ts=None)
    tx.postings.save(replace(posting, ts=None, place=place, intent_at=None))
