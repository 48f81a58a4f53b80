"""The picture that words in a thread are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs.job import Status
from bot.domain.jobs.shown import SHEET, Posting, PostingKind
from bot.domain.place import Place
from bot.domain.requests.ask import LAST
from bot.services.steps.current import RECENT, Current, CurrentPictures
from storage.store import SqlStore
from tests.support.databases import SetClock
from tests.unit.bot.services.steps.steps_kit import THREAD, drawn

DIRECT = Place("T1", "D1", None, is_private=True)


async def found(store: SqlStore, number: int | None = None, place: Place = THREAD, user: str = "U1") -> Any:
    current = await CurrentPictures(store=store).find(place, user, number)
    return (current.job_id, current.number) if current is not None else None


async def posted(
    store: SqlStore, kind: PostingKind, number: int, ts: str | None = "5.5", place: Place = THREAD
) -> None:
    def unit(tx: Any) -> None:
        key = f"{kind}:{number}"
        tx.postings.add(Posting(key, kind, "J1", number, place, "U2", tx.now, ts=ts))

    await store.write(unit)


async def test_an_empty_thread_has_none(store: SqlStore) -> None:
    assert await found(store) is None
    await drawn(store, is_there=False, status=Status.FAILED)
    assert await found(store) is None


async def test_the_newest_that_stands_alone_counts(store: SqlStore, clock: SetClock) -> None:
    await drawn(store)
    assert await found(store) == ("J1", SHEET), "nobody has chosen"
    clock.move(10)
    await posted(store, PostingKind.USE, 3)
    assert await found(store) == ("J1", 3)
    clock.move(10)
    await drawn(store, "J2", n=1, parent_id="J1", parent_picture=3)
    assert await found(store) == ("J2", 1)
    clock.move(10)
    await posted(store, PostingKind.UNDO, 2)
    assert await found(store) == ("J1", 2)


async def test_what_waits_to_be_posted_or_was_deleted_does_not_count(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store, missing=[2])
    clock.move(10)
    await posted(store, PostingKind.USE, 3, ts=None)
    await posted(store, PostingKind.USE, 2)

    assert await found(store) == ("J1", SHEET)


async def test_a_number_names_one_of_the_newest_set_that_has_it(store: SqlStore, clock: SetClock) -> None:
    await drawn(store)
    clock.move(10)
    await drawn(store, "J2", n=2)
    clock.move(10)
    await drawn(store, "J3", n=1)

    assert await found(store, 2) == ("J2", 2)
    assert await found(store, 4) == ("J1", 4)
    assert await found(store, 1) == ("J2", 1), "a picture that stands alone has no number beside a sheet"
    assert await found(store, LAST) == ("J3", 1)


async def test_without_a_sheet_the_first_is_the_newest_single_one(store: SqlStore, clock: SetClock) -> None:
    await drawn(store, n=1)
    clock.move(10)
    await drawn(store, "J2", n=1)

    assert await found(store, 1) == ("J2", 1)
    assert await found(store, 2) is None


async def test_a_deleted_one_of_the_newest_sheet_is_not_exchanged_for_one_of_an_older(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store)
    clock.move(10)
    await drawn(store, "J2", n=4, missing=[3])

    assert await found(store, 3) == ("J2", 3), "which is refused as gone"


async def test_a_number_that_no_set_has_is_none(store: SqlStore) -> None:
    await drawn(store, n=2)

    assert await found(store, 3) is None


async def test_threads_and_workspaces_are_kept_apart(store: SqlStore) -> None:
    await drawn(store)

    assert await found(store, place=Place("T1", "C1", "9.9")) is None
    assert await found(store, place=Place("T2", "C1", "1.0")) is None


async def test_in_a_direct_conversation_the_last_hour_counts_for_its_person(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store, place=DIRECT)

    assert await found(store, place=DIRECT) == ("J1", SHEET)
    assert await found(store, 2, place=DIRECT) == ("J1", 2)
    assert await found(store, LAST, place=DIRECT) == ("J1", 4)
    assert await found(store, place=DIRECT, user="U2") is None
    clock.move(RECENT.total_seconds() + 1)
    assert await found(store, place=DIRECT) is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"parent_id": "J1", "parent_picture": 3}, ("J1", 3)),
        ({"parent_id": "J1"}, ("J1", SHEET)),
        ({"parent_id": "J1", "parent_picture": 2}, None),
        ({"parent_id": "J9"}, None),
        ({}, None),
    ],
    ids=["its picture", "its sheet", "deleted", "unknown", "made from words"],
)
async def test_what_was_before(store: SqlStore, changes: dict[str, Any], wanted: object) -> None:
    await drawn(store, missing=[2])
    await drawn(store, "J2", n=1, **changes)
    current = Current("J2", 1, await store.read(lambda tx: tx.now))

    before = await CurrentPictures(store=store).before(current)

    assert ((before.job_id, before.number) if before else None) == wanted


async def test_the_newest_of_a_person_in_a_conversation(store: SqlStore, clock: SetClock) -> None:
    await drawn(store)
    clock.move(10)
    await drawn(store, "J2", is_there=False, status=Status.FAILED)
    await drawn(store, "J3", place=Place("T1", "C2", "3.0"))
    pictures = CurrentPictures(store=store)

    newest = await pictures.newest(THREAD, "U1")
    assert newest is not None
    assert newest.id == "J1"
    assert await pictures.newest(THREAD, "U2") is None


async def test_in_a_direct_conversation_a_number_names_one_of_the_newest_job_that_has_it(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store, place=DIRECT)
    clock.move(10)
    await drawn(store, "J2", n=2, place=DIRECT)
    clock.move(10)
    await drawn(store, "J3", n=1, place=DIRECT)

    assert await found(store, 3, place=DIRECT) == ("J1", 3)
    assert await found(store, 1, place=DIRECT) == ("J2", 1), "not the picture that stands alone"
    assert await found(store, LAST, place=DIRECT) == ("J3", 1)
    assert await found(store, 7, place=DIRECT) is None, "never another picture than the one that was named"


async def test_a_thread_in_a_direct_conversation_with_pictures_is_about_those(store: SqlStore) -> None:
    await drawn(store, place=Place("T1", "D1", "1.0", is_private=True), n=2)
    await drawn(store, "J2", place=DIRECT)

    assert await found(store, 4, place=Place("T1", "D1", "1.0", is_private=True)) is None


async def test_in_a_direct_conversation_what_was_used_or_gone_back_to_counts(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store, place=DIRECT)
    await drawn(store, "J2", place=THREAD)
    clock.move(10)
    root = replace(DIRECT, thread_ts="1.0")
    await posted(store, PostingKind.USE, 3, place=root)
    assert await found(store, place=DIRECT) == ("J1", 3)
    clock.move(10)
    await posted(store, PostingKind.UNDO, 2, place=root)
    await posted(store, PostingKind.BEFORE, 1, place=root)
    await posted(store, PostingKind.SHARE, 4, place=THREAD)
    assert await found(store, place=DIRECT) == ("J1", 2)
    clock.move(10)
    await drawn(store, "J3", place=DIRECT, n=1)
    assert await found(store, place=DIRECT) == ("J3", 1)


async def test_a_comparison_makes_nothing_current(store: SqlStore, clock: SetClock) -> None:
    await drawn(store)
    clock.move(10)
    await posted(store, PostingKind.BEFORE, 1)

    assert await found(store) == ("J1", SHEET), "nobody has chosen"
