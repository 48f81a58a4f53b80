"""What people write to describe a picture is kept, and shown wherever the picture is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.jobs.shown import SHEET, Posting, PostingKind
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason, PictureGone
from bot.services.steps.describe_picture import DescribePicture
from bot.services.steps.pictures import Pictures
from storage.store import SqlStore
from tests.unit.bot.services.steps.steps_kit import THREAD, admins, an_act, claimed, drawn


def describing(store: SqlStore) -> DescribePicture:
    return DescribePicture(store=store, admins=admins(), wake=lambda: None)


async def text_of(store: SqlStore, picture: str) -> str | None:
    found = await store.read(lambda tx: tx.pictures.get(picture))
    assert found is not None
    return found.alt_text


async def used(store: SqlStore, number: int, ts: str | None) -> None:
    def unit(tx: Any) -> None:
        key = f"use:J1:{number}"
        tx.postings.add(Posting(key, PostingKind.USE, "J1", number, THREAD, "U2", tx.now, ts=ts))

    await store.write(unit)


async def test_a_text_is_kept_and_every_message_with_the_picture_is_written_anew(store: SqlStore) -> None:
    await drawn(store)
    await used(store, 3, "5.5")
    await used(store, 2, "6.6")

    await describing(store)(an_act(3), "  A fox that sleeps ")

    assert await text_of(store, "PJ13") == "A fox that sleeps"
    assert await text_of(store, "PJ12") is None
    assert len(await claimed(store, TaskKind.UPDATE_STATUS)) == 1
    assert [task.subject for task in await claimed(store, TaskKind.SHOW_PICTURE)] == ["use:J1:3"]


async def test_what_is_not_posted_yet_needs_no_update(store: SqlStore) -> None:
    await drawn(store)
    await used(store, 3, None)

    await describing(store)(an_act(3), "A fox")

    assert await claimed(store, TaskKind.SHOW_PICTURE) == []


async def test_an_empty_text_means_made_from_the_words_again(store: SqlStore) -> None:
    await drawn(store)
    await describing(store)(an_act(3), "A fox")

    await describing(store)(an_act(3), "  ")

    assert await text_of(store, "PJ13") is None


@pytest.mark.parametrize(("user", "may"), [("U1", True), ("UADMIN", True), ("U2", False)])
async def test_only_the_asker_and_admins_may(store: SqlStore, user: str, *, may: bool) -> None:
    await drawn(store)
    if may:
        await describing(store)(an_act(1, user=user), "A fox")
    else:
        with pytest.raises(AskRefused) as refused:
            await describing(store)(an_act(1, user=user), "A fox")
        assert refused.value.refusal == NotAllowed(NotAllowedReason.NOT_YOURS, "J1", "U1")

    assert await text_of(store, "PJ11") == ("A fox" if may else None)


async def test_a_form_is_told_what_there_is(store: SqlStore) -> None:
    await drawn(store, missing=[2])
    await used(store, 3, "5.5")

    look = await Pictures(store=store).look(an_act(SHEET))
    one = await Pictures(store=store).look(an_act(3))

    assert (look.number, look.numbers, one.number) == (SHEET, (1, 3, 4), 3)
    assert [posting.ts for posting in look.postings] == ["5.5"]
    assert look.view.job.id == "J1"
    with pytest.raises(AskRefused) as refused:
        await Pictures(store=store).look(an_act(2))
    assert isinstance(refused.value.refusal, PictureGone)
