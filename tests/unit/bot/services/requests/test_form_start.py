"""What the form begins with, read from the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs.job import PictureState
from bot.domain.jobs.shown import SHEET, Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.ask import Ask
from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    DecidedState,
    NotAllowed,
    NotAllowedReason,
    NotFound,
)
from bot.domain.requests.request import Format, Kind, Quality, Size
from bot.domain.requests.source import Source, SourceRef, SourceRole
from bot.domain.requests.source_refusals import NoSource
from bot.ports import Transaction
from bot.services.budget.admins import Admins
from bot.services.requests.edit_target import EditTargets
from bot.services.requests.form_start import FormStarts
from bot.services.requests.preferences import Preferences
from storage.store import SqlStore
from tests.contract.samples import START, a_job, a_picture, a_submission
from tests.support.collaborators import Members, accounts_with

THREAD = Place("T1", "C1", "5.0")


def starts(store: SqlStore, *, user: str | None = "10", workspace: str | None = "50") -> FormStarts:
    return FormStarts(
        store=store,
        accounts=accounts_with(user=user, workspace=workspace),
        people=Members(),
        preferences=preferences(store),
    )


def preferences(store: SqlStore) -> Preferences:
    admins = Admins(named=[], people=Members())
    return Preferences(store=store, admins=admins, installation=PictureMode.DRAFTS)


async def results(store: SqlStore, count: int = 3) -> None:
    """Job J1 with so many pictures, in a thread of its own."""

    def unit(tx: Transaction) -> None:
        tx.jobs.add(a_job("J1", place=THREAD, status_ts="5.0"))
        tx.submissions.add(a_submission())
        for ordinal in range(count):
            name = f"P{ordinal + 1}"
            tx.pictures.add(a_picture(name, ordinal=ordinal, state=PictureState.SHARED, file_id=f"F-{name}"))

    await store.write(unit)


async def an_edit(store: SqlStore, name: str, minutes: int, **changes: Any) -> None:
    prompt = Change(name, "the moon").prompt
    request = replace(a_job().request, kind=Kind.EDIT, prompt=prompt, sources=1)
    moment = START + timedelta(minutes=minutes)
    job = a_job(name, place=THREAD, request=request, parent_id="J1", created_at=moment)
    await store.write(lambda tx: tx.jobs.add(replace(job, **changes)))


async def test_a_new_picture_begins_with_what_is_left_and_the_last_choices(store: SqlStore) -> None:
    service, choices = starts(store), Choices(Quality.HIGH, 3, Format.WEBP, Size(1536, 1024))

    kept = replace(choices, mode=PictureMode.DRAFTS)
    first = await service.empty("T1", "U1", Place("T1", "C1"))
    assert (first.new.quality, first.new.n) == (Quality.LOW, 4)
    await service.keep("T1", "U1", Choices())
    await service.keep("T1", "U1", choices)
    second, other = await service.empty("T1", "U1", None), await service.empty("T1", "U2", None)

    assert (first.place, first.left, first.choices) == (Place("T1", "C1"), Money(10_000_000), None)
    assert (second.place, second.left, second.new) == (None, Money(10_000_000), kept)
    assert second.choices == kept
    assert other.choices is None, "each person's own"


async def test_where_nothing_limits_nothing_is_said_to_be_left(store: SqlStore) -> None:
    found = await starts(store, user=None, workspace=None).empty("T1", "U1", Place("T1", "C1"))

    assert found.left is None


@pytest.mark.parametrize(("wanted", "number"), [(2, 2), (0, 0), (9, 0), (-1, 0)])
async def test_a_picture_of_several(store: SqlStore, wanted: int, number: int) -> None:
    await results(store)

    found = await starts(store).of_picture("T1", "U1", "J1", wanted)

    assert (found.number, found.place, found.sources) == (number, THREAD, 1)
    assert [picture.id for picture in found.pictures.values()] == ["P1", "P2", "P3"]
    assert found.request == a_job().request


async def test_a_single_picture_needs_no_number(store: SqlStore) -> None:
    await results(store, 1)

    assert (await starts(store).of_picture("T1", "U1", "J1", 0)).number == 1


async def test_only_what_is_shared_is_shown(store: SqlStore) -> None:
    await results(store)
    there = Preview("J1", SHEET, PictureState.SHARED, "0" * 64, 1, 1, 1, file_id="F-SHEET")
    await store.write(lambda tx: tx.previews.put(there))
    await store.write(lambda tx: tx.previews.put(replace(there, number=2, state=PictureState.UPLOADED)))

    found = await starts(store).of_picture("T1", "U1", "J1", 0)

    assert [preview.file_id for preview in found.previews] == ["F-SHEET"]


@pytest.mark.parametrize(
    ("team", "job", "refusal"), [("T2", "J1", NotFound("J1")), ("T1", "J9", NotFound("J9"))]
)
async def test_what_is_not_there_is_refused(store: SqlStore, team: str, job: str, refusal: NotFound) -> None:
    await results(store)

    for asked in (starts(store).of_picture(team, "U1", job, 1), starts(store).of_words(team, "U1", job)):
        with pytest.raises(AskRefused) as refused:
            await asked
        assert refused.value.refusal == refusal


async def test_a_job_without_pictures_cannot_be_edited(store: SqlStore) -> None:
    await store.write(lambda tx: tx.jobs.add(a_job("J1")))

    with pytest.raises(AskRefused) as refused:
        await starts(store).of_picture("T1", "U1", "J1", 1)

    assert refused.value.refusal == NoSource()


async def test_the_last_change_is_the_persons_newest_of_that_picture(store: SqlStore) -> None:
    await results(store)
    await an_edit(store, "bluer", 1, parent_picture=2)
    await an_edit(store, "pinker", 2, parent_picture=2)
    await an_edit(store, "of another", 3, parent_picture=1)
    await an_edit(store, "by another", 4, parent_picture=2, user_id="U2")

    second, any_of_them, third = [
        (await starts(store).of_picture("T1", "U1", "J1", number)).last for number in (2, 0, 3)
    ]

    assert (second, any_of_them, third) == (
        Change("pinker", "the moon"), Change("of another", "the moon"), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "job", "number", "sources"),
    [
        (["F-P2"], "J1", 2, 1),
        (["F-P1", "F-P2"], "J1", 0, 1),
        (["F-P1", "FX"], None, 0, 2),
        (["FX"], None, 0, 1),
        ([], None, 0, 0),
    ],
)
async def test_files_of_one_job_are_its_pictures(
    store: SqlStore, files: list[str], job: str | None, number: int, sources: int
) -> None:
    await results(store)

    found = await starts(store).of_files(THREAD, "U1", files)

    assert (found.job and found.job.id, found.number, found.sources) == (job, number, sources)
    assert found.place == THREAD


async def test_what_stands_for_pictures_is_not_taken_for_one_more(store: SqlStore) -> None:
    await results(store)
    sheet = Preview("J1", SHEET, PictureState.SHARED, "0", 1, 1, 1, file_id="FS")
    await store.write(lambda tx: tx.previews.put(sheet))
    await store.write(lambda tx: tx.previews.put(replace(sheet, number=2, file_id="F2P")))

    async def about(*files: str) -> tuple[str | None, int, int]:
        found = await starts(store).of_files(THREAD, "U1", files)
        return found.job and found.job.id, found.number, found.sources

    assert await about("FS") == ("J1", SHEET, 1)
    assert await about("FS", "F-P1", "F-P2", "F-P3") == ("J1", SHEET, 1)
    assert await about("F2P") == ("J1", 2, 1)
    assert await about("F-P2", "F2P") == ("J1", 2, 1)


async def test_words_go_where_they_were_said(store: SqlStore) -> None:
    """A root of the job's own may be gone; somebody's thread stays."""
    await store.write(lambda tx: tx.jobs.add(a_job("J1", place=THREAD, status_ts="5.0")))
    await store.write(
        lambda tx: tx.jobs.add(a_job("J2", place=THREAD, status_ts="6.0", parent_id="J0", parent_picture=3))
    )
    sources = [
        Source("S1", "J2", 0, SourceRole.AUTO, file_id="F1"),
        Source("S2", "J2", 1, SourceRole.MASK, file_id="F2"),
    ]
    await store.write(lambda tx: [tx.sources.add(source) for source in sources])

    root, reply = [await starts(store).of_words("T1", "U1", name) for name in ("J1", "J2")]
    target = await EditTargets(store=store).of_words("T1", "J2")

    assert (root.place, root.sources) == (Place("T1", "C1"), 0)
    assert (reply.place, reply.sources, reply.has_mask) == (THREAD, 1, True)
    assert (target.place, target.parent_id, target.parent_picture) == (THREAD, "J0", 3)
    assert [(ref.file_id, ref.role) for ref in target.sources] == [
        ("F1", SourceRole.AUTO),
        ("F2", SourceRole.MASK),
    ]


def a_draft(**changes: Any) -> PendingRequest:
    request = replace(a_job().request, kind=Kind.EDIT, sources=1)
    ask = Ask("key", THREAD, "U1", request, sources=(SourceRef(file_id="F1"),), parent_id="J0")
    draft = PendingRequest(
        "D1", PendingKind.CONFIRM, PendingState.PENDING, ask, Money(1), "v1", START,
        START + timedelta(days=4000), round=2,
    )  # fmt: skip
    return replace(draft, **changes)


async def test_a_draft_begins_as_it_was_asked(store: SqlStore) -> None:
    await store.write(lambda tx: tx.pending_requests.add(a_draft()))

    found = await starts(store).of_draft("T1", "U1", "D1.2")
    target = await EditTargets(store=store).of_draft("T1", "D1.2", "U1")

    assert (found.place, found.sources, found.request) == (THREAD, 1, a_draft().ask.request)
    assert (target.sources, target.parent_id) == ((SourceRef(file_id="F1"),), "J0")


@pytest.mark.parametrize(
    ("team", "user", "changes", "refusal"),
    [
        ("T2", "U1", {}, NotFound("D1")),
        ("T1", "U2", {}, NotAllowed(NotAllowedReason.NOT_YOURS, "D1")),
        ("T1", "U1", {"state": PendingState.RUN}, AlreadyDecided(DecidedState.RUN)),
        ("T1", "U1", {"expires_at": START}, AlreadyDecided(DecidedState.EXPIRED)),
    ],
)
async def test_only_ones_own_open_draft_is_changed(
    store: SqlStore, team: str, user: str, changes: dict[str, Any], refusal: object
) -> None:
    await store.write(lambda tx: tx.pending_requests.add(a_draft(**changes)))

    with pytest.raises(AskRefused) as refused:
        await starts(store).of_draft(team, user, "D1")

    assert refused.value.refusal == refusal
