"""A thread that can be read a part at a time: what was read is kept, whoever goes on; on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, PictureState, Status
from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, SourceRef
from bot.errors import NotUnderstood, TryLater
from bot.ports import MessageContext, Transaction
from bot.services.intake.thread_reading import MOST_PARTS, ThreadReading
from storage.store import SqlStore
from tests.contract.samples import START, a_job, a_picture, a_submission

THREAD = Place("T1", "C1", "1.0")
SENT = f"{(START + timedelta(hours=1)).timestamp():.6f}"
ASKED = IncomingMessage(THREAD, SENT, "U1", "make it blue", is_mention=True, is_direct=False)


def ref(name: str) -> SourceRef:
    return SourceRef(file_id=name, name=f"{name}.png")


class Slack:
    """A thread of which each read gives the next part; ``after`` a part it has to be waited for."""

    reads_little = True

    def __init__(self, *parts: MessageContext) -> None:
        self.parts = parts
        self.closed = False
        self.asked: list[str | None] = []
        self.told: list[str] = []
        self.shown: set[str] = set()

    async def read_context(self, _place: Place, _ts: str, *, rest: str | None) -> MessageContext:
        if self.closed:
            self.closed = False
            raise TryLater("conversations.replies: ratelimited", after=60.0)
        self.closed = True
        self.asked.append(rest)
        return self.parts[int(rest or 0)]

    async def still_shows(self, _place: Place, file_id: str) -> bool:
        return file_id in self.shown

    async def say_reading(self, _place: Place, user_id: str) -> None:
        self.told.append(user_id)


def parts(count: int, *, whole: bool) -> list[MessageContext]:
    """The newest picture is in the second one."""
    found = [
        MessageContext(
            newest=(ref("F1"),) if index == 1 else (),
            shown=frozenset({f"F{index}"}),
            is_whole=False,
            rest=str(index + 1),
        )
        for index in range(count)
    ]
    if whole:
        found[-1] = MessageContext(shown=frozenset({f"F{count - 1}"}), is_whole=True)
    return found


async def read(store: SqlStore, slack: Any) -> MessageContext:
    """Each try is another process's."""
    for _ in range(20):
        try:
            return await ThreadReading(store, slack)(ASKED)
        except TryLater:
            continue
    raise AssertionError("it never ends")


async def test_parts_are_put_together_over_several_tries(store: SqlStore) -> None:
    slack = Slack(*parts(3, whole=True))

    seen = await read(store, slack)

    assert slack.asked == [None, "1", "2"]
    assert (seen.newest, seen.shown, seen.is_whole) == ((ref("F1"),), {"F0", "F1", "F2"}, True)
    assert slack.told == ["U1"]
    assert await store.read(lambda tx: tx.key_values.get(f"reading:{ASKED.key}")) is None


async def test_a_thread_of_more_parts_is_not_read_to_its_end(store: SqlStore) -> None:
    slack = Slack(*parts(9, whole=False))

    seen = await read(store, slack)

    assert len(slack.asked) == MOST_PARTS
    assert not seen.is_whole


async def test_an_asker_who_waits_for_the_first_part_is_told_as_well(store: SqlStore) -> None:
    slack = Slack(*parts(1, whole=True))
    slack.closed = True

    assert (await read(store, slack)).is_whole
    assert slack.told == ["U1"]


async def test_an_answer_that_is_not_understood_is_no_reason_to_wait(store: SqlStore) -> None:
    class Odd(Slack):
        async def read_context(self, _place: Place, _ts: str, *, rest: str | None) -> MessageContext:
            raise NotUnderstood("conversations.replies: some_new_code")

    slack = Odd()
    with pytest.raises(NotUnderstood):
        await ThreadReading(store, slack)(ASKED)  # type: ignore[arg-type]
    assert slack.told == []


async def ours(store: SqlStore) -> None:
    """The bot has made a picture in the thread, and people have posted one before it and one after it."""

    def heard(ts: str, name: str, thread: str | None = "1.0") -> IncomingMessage:
        place = Place("T1", "C1", thread)
        files = (ref(name),)
        return IncomingMessage(place, ts, "U2", "", is_mention=False, is_direct=False, files=files)

    def unit(tx: Transaction) -> None:
        now = START.timestamp()
        done = {"status": Status.SUCCEEDED, "delivery": Delivery.DELIVERED, "finished_at": START}
        tx.jobs.add(a_job("J1", place=THREAD, **done))
        tx.submissions.add(a_submission("J1-0", job_id="J1"))
        tx.pictures.add(
            a_picture("P1", job_id="J1", submission_id="J1-0", state=PictureState.SHARED, file_id="OURS")
        )
        tx.inbox.receive(heard("1.0", "ROOT", None))
        tx.inbox.receive(heard(f"{now - 60:.6f}", "BEFORE"))
        tx.inbox.receive(heard(f"{now + 60:.6f}", "AFTER"))
        tx.inbox.receive(heard(f"{now + 61:.6f}", "mask"))
        tx.inbox.receive(heard(f"{now + 9999:.6f}", "LATER"))

    await store.write(unit)


@pytest.mark.parametrize(
    ("shown", "newest"),
    [
        ({"OURS", "AFTER", "BEFORE", "LATER", "mask"}, "AFTER"),
        ({"OURS", "BEFORE", "LATER"}, "OURS"),
        ({"BEFORE", "ROOT"}, "BEFORE"),
        ({"ROOT"}, "ROOT"),
    ],
)
async def test_our_records_tell_the_newest_picture_that_is_still_there(
    store: SqlStore, shown: set[str], newest: str
) -> None:
    await ours(store)
    slack = Slack()
    slack.shown = shown

    seen = await read(store, slack)

    assert ([one.file_id for one in seen.newest], seen.is_whole) == ([newest], True)
    assert slack.asked == []


async def test_a_thread_whose_known_pictures_are_gone_is_read(store: SqlStore) -> None:
    await ours(store)
    slack = Slack(*parts(1, whole=True))

    assert (await read(store, slack)).newest == ()
    assert slack.asked == [None]


async def test_where_all_can_be_read_no_record_is_believed(store: SqlStore) -> None:
    await ours(store)
    slack = Slack(*parts(1, whole=True))
    slack.reads_little = False
    slack.shown = {"OURS"}

    assert (await read(store, slack)).newest == ()
