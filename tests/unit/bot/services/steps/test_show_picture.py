"""A picture that is there is posted once more: once, whatever fails on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs.job import PictureState
from bot.domain.jobs.shown import SHEET, Posting, PostingKind
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PictureGone, PostingRefused, WhichOfThese
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.services.outbox import SETTLE_IN_SECONDS
from bot.services.steps.current import CurrentPictures
from bot.services.steps.show_picture import ShowPicture
from storage.store import SqlStore
from tests.support.collaborators import a_worker
from tests.support.databases import SetClock
from tests.unit.bot.services.steps.steps_kit import THREAD, Talk, an_act, drawn

KEY = "use:J1:3:C1:1.0"


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock) -> None:
        self.store, self.clock, self.talk, self.woken = store, clock, Talk(), 0
        talk: Any = self.talk
        self.copied: list[tuple[str, str | None]] = []
        self.errors: list[Exception] = []
        copies: Any = self.copy
        self.show = ShowPicture(store=store, conversation=talk, copies=copies, wake=self.wake)
        self.worker = a_worker(store, steps={TaskKind.SHOW_PICTURE: self.show})

    async def copy(self, _lease: Any, _view: Any, posting: Posting) -> None:
        self.copied.append((posting.id, posting.ts))
        if self.errors:
            raise self.errors.pop(0)

    def wake(self) -> None:
        self.woken += 1

    async def work(self, seconds: float = 120.0) -> None:
        end = self.clock.time.timestamp() + seconds
        while self.clock.time.timestamp() < end:
            await self.worker.run_once()
            self.clock.move(2)

    async def posting(self, key: str = KEY) -> Posting:
        found = await self.store.read(lambda tx: tx.postings.get(key))
        assert found is not None
        return found

    async def is_waiting(self) -> bool:
        return await self.store.read(lambda tx: tx.tasks.next_due([TaskKind.SHOW_PICTURE])) is not None


@pytest.fixture
def bench(store: SqlStore, clock: SetClock) -> Bench:
    return Bench(store, clock)


async def test_a_picture_is_used_once_whoever_presses_again(bench: Bench) -> None:
    await drawn(bench.store)

    assert await bench.show.use(an_act(3)) is None
    await bench.work(2)
    again = await bench.show.use(an_act(3, user="U2", key="another"))
    await bench.work(4)

    assert again is not None
    assert (again.ts, again.user_id) == ("9.1", "U1"), "the presser is led to the message that is there"
    assert bench.talk.posted == [(KEY, 3)]
    assert bench.woken == 2


async def test_a_picture_that_is_used_again_is_current_again(bench: Bench) -> None:
    await drawn(bench.store)
    for number in (1, 2, 1):
        await bench.show.use(an_act(number))
        await bench.work(10)

    current = await CurrentPictures(store=bench.store).find(THREAD, "U1", None)

    assert current is not None
    assert (current.number, current.was_used) == (1, True)
    assert len(bench.talk.posted) == 2


async def test_of_a_sheet_one_is_chosen_before_it_is_compared(bench: Bench) -> None:
    await drawn(bench.store)
    await drawn(bench.store, "J2", parent_id="J1", parent_picture=3, missing=[2])

    with pytest.raises(AskRefused) as refused:
        await bench.show.compare(an_act(SHEET, job="J2"))
    assert refused.value.refusal == WhichOfThese("J2", PostingKind.BEFORE, (1, 3, 4))
    assert not await bench.is_waiting()

    assert await bench.show.compare(an_act(3, job="J2"))
    assert await bench.is_waiting()


async def test_each_picture_and_each_conversation_has_its_own(bench: Bench) -> None:
    await drawn(bench.store)
    elsewhere = Place("T1", "C2", "8.0")

    for act in (an_act(1), an_act(2), an_act(1, place=elsewhere)):
        assert await bench.show.use(act) is None
    await bench.work(2)

    assert sorted(bench.talk.posted) == [
        ("use:J1:1:C1:1.0", 1), ("use:J1:1:C2:8.0", 1), ("use:J1:2:C1:1.0", 2),
    ]  # fmt: skip


async def test_of_several_one_has_to_be_chosen_and_what_is_gone_is_refused(bench: Bench) -> None:
    await drawn(bench.store, missing=[2])

    for number, refusal in ((SHEET, WhichOfThese("J1", "use", (1, 3, 4))), (2, PictureGone("J1"))):
        with pytest.raises(AskRefused) as refused:
            await bench.show.use(an_act(number))
        assert refused.value.refusal == refusal
    assert not await bench.is_waiting()


async def test_going_back_posts_again_each_time_and_sharing_says_the_line(bench: Bench) -> None:
    await drawn(bench.store)
    there = Place("T1", "C2")

    await bench.show.go_back(an_act(2, key="message 1"))
    await bench.show.go_back(an_act(2, key="message 1"))
    await bench.show.go_back(an_act(2, key="message 2"))
    await bench.show.share(an_act(2, key="form 1", place=there), "look")
    await bench.work(2)

    assert len(bench.talk.posted) == 3
    assert bench.copied == [("share:form 1", "9.3")]
    shared = await bench.posting("share:form 1")
    assert (shared.kind, shared.line) == (PostingKind.SHARE, "look")
    assert shared.place == replace(there, thread_ts="9.3"), "its message may begin a thread"


async def test_what_is_said_outside_its_thread_goes_into_it(bench: Bench) -> None:
    direct = Place("T1", "D1", None, is_private=True)
    await drawn(bench.store, place=direct)
    await drawn(bench.store, "J2", place=direct, n=1, parent_id="J1", parent_picture=2)
    said = replace(direct, thread_ts="7.0")

    await bench.show.go_back(an_act(2, key="undo", place=said))
    await bench.show.compare(an_act(1, job="J2", key="before", place=said))
    await bench.work(4)

    for key in ("undo:undo", "before:before"):
        assert (await bench.posting(key)).place == replace(direct, thread_ts="1.0"), key


async def test_a_share_goes_on_in_the_root_that_is_there(bench: Bench) -> None:
    await drawn(bench.store)
    bench.errors = [TryLater("not there yet", after=2.0)] * 2
    await bench.show.share(an_act(2, key="form 1", place=Place("T1", "C2")), "")

    await bench.work(30)

    assert len(bench.talk.posted) == 1
    assert bench.copied == [("share:form 1", "9.1")] * 3
    assert not await bench.is_waiting()


async def test_a_root_goes_again_that_gets_no_picture(bench: Bench) -> None:
    await drawn(bench.store)
    there = Place("T1", "C2")
    bench.errors = [CannotPost("file_uploads_disabled")]
    await bench.show.share(an_act(2, key="form 1", place=there), "")

    await bench.work()

    assert bench.talk.deleted == [("C2", "9.1")]
    assert bench.talk.refused == [PostingRefused("file_uploads_disabled", "C2")]
    left = await bench.posting("share:form 1")
    assert (left.ts, left.place) == (None, there)
    assert not await bench.is_waiting()


async def test_of_one_picture_no_number_is_needed(bench: Bench) -> None:
    await drawn(bench.store, n=1)

    await bench.show.go_back(an_act(SHEET, key="m"))
    await bench.work(2)

    assert bench.talk.posted == [("undo:m", 1)]


async def test_a_crash_between_intent_and_post_posts_it_once(bench: Bench) -> None:
    """The process died before the call: nothing is found, so it is posted."""
    await drawn(bench.store)
    await bench.show.use(an_act(3))
    posting = await bench.posting()
    intended = replace(posting, intent_at=bench.clock.time)
    await bench.store.write(lambda tx: tx.postings.save(intended))

    await bench.work(SETTLE_IN_SECONDS - 3)
    assert bench.talk.posted == [], "an earlier post may not be findable yet"
    await bench.work()

    assert (len(bench.talk.posted), bench.talk.searched) == (1, 1)
    assert (await bench.posting()).ts == "9.1"


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(bench: Bench) -> None:
    await drawn(bench.store)
    bench.talk.lost = [OutcomeUnknown("no answer")]
    await bench.show.use(an_act(3))

    await bench.work()

    assert len(bench.talk.posted) == 1
    assert (await bench.posting()).ts == "9.1"
    assert not await bench.is_waiting()


async def test_what_was_not_taken_is_posted_later_without_a_search(bench: Bench) -> None:
    await drawn(bench.store)
    bench.talk.errors = [TryLater("rate limit", after=30.0)] * 3
    await bench.show.use(an_act(3))

    await bench.work(200)

    assert (len(bench.talk.posted), bench.talk.searched) == (1, 0)


async def test_where_the_bot_may_not_post_the_presser_hears_why(bench: Bench) -> None:
    await drawn(bench.store)
    bench.talk.errors = [CannotPost("not_in_channel")]
    await bench.show.use(an_act(3))

    await bench.work()

    assert bench.talk.refused == [PostingRefused("not_in_channel", "C1")]
    assert bench.talk.posted == []
    assert not await bench.is_waiting()


async def test_what_could_not_be_posted_can_be_used_again(bench: Bench) -> None:
    await drawn(bench.store)
    bench.talk.errors = [CannotPost("not_in_channel")]
    await bench.show.use(an_act(3))
    await bench.work(4)

    await bench.show.use(an_act(3, key="after the invitation"))
    await bench.work()

    assert bench.talk.posted == [(KEY, 3)]
    assert (await bench.posting()).ts == "9.1"


async def test_a_picture_that_is_deleted_meanwhile_is_not_posted(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.show.use(an_act(3))

    def delete(tx: Any) -> None:
        picture = tx.pictures.get("PJ13")
        tx.pictures.save(replace(picture, state=PictureState.LOST, file_id=None))

    await bench.store.write(delete)
    await bench.work()

    assert bench.talk.posted == []
    assert bench.talk.refused == [PictureGone()]
    assert not await bench.is_waiting()


async def test_a_posting_is_brought_up_to_date_where_it_is(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.show.use(an_act(3))
    await bench.work(2)

    await bench.store.write(
        lambda tx: tx.tasks.add(TaskKind.SHOW_PICTURE, team_id="T1", job_id="J1", subject=KEY)
    )
    await bench.work(4)

    assert bench.talk.updated == [KEY]
    assert len(bench.talk.posted) == 1


async def test_a_task_without_its_posting_ends(bench: Bench) -> None:
    await drawn(bench.store)
    await bench.store.write(
        lambda tx: tx.tasks.add(TaskKind.SHOW_PICTURE, team_id="T1", job_id="J1", subject="nothing")
    )

    await bench.work(4)

    assert not await bench.is_waiting()
