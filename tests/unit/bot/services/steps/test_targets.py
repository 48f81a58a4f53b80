"""Which picture a button or a word is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.jobs.shown import SHEET
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, PictureGone
from bot.services.job_pictures import pictures_of
from bot.services.steps.targets import answered_in, find_job, find_target
from storage.store import SqlStore
from tests.contract.samples import a_job
from tests.unit.bot.services.steps.steps_kit import THREAD, an_act, drawn


async def test_a_number_names_its_picture_also_where_one_before_it_is_missing(store: SqlStore) -> None:
    job = await drawn(store, missing=[2])

    assert await store.read(lambda tx: list(pictures_of(tx, job))) == [1, 3, 4]
    target = await store.read(lambda tx: find_target(tx, an_act(3)))
    assert target.picture is not None
    assert (target.number, target.picture.id) == (3, "PJ13")
    assert (target.source.file_id, target.source.picture_id) == ("FJ13", "PJ13")


async def test_no_number_is_all_of_several_and_the_one_of_one(store: SqlStore) -> None:
    await drawn(store)
    await drawn(store, "J2", n=1)
    await drawn(store, "J3", missing=[1, 2, 4])

    all_of_them = await store.read(lambda tx: find_target(tx, an_act(SHEET)))
    the_one = await store.read(lambda tx: find_target(tx, an_act(SHEET, job="J2")))
    the_last = await store.read(lambda tx: find_target(tx, an_act(SHEET, job="J3")))

    assert (all_of_them.number, all_of_them.picture) == (SHEET, None)
    assert the_one.number == 1
    assert the_last.number == 3


@pytest.mark.parametrize(
    "act",
    [
        an_act(1, job="J9"),
        an_act(1, team_id="T2"),
        an_act(2),
        an_act(9),
        an_act(SHEET, job="J2"),
        an_act(1, job="J2"),
    ],
    ids=["no job", "another workspace", "lost", "never there", "none there", "none of that number"],
)
async def test_what_is_not_there_is_gone(store: SqlStore, act: object) -> None:
    await drawn(store, missing=[2])
    await drawn(store, "J2", is_there=False)

    with pytest.raises(AskRefused) as refused:
        await store.read(lambda tx: find_target(tx, act))  # type: ignore[arg-type]

    assert isinstance(refused.value.refusal, PictureGone)


async def test_a_job_without_pictures_can_be_found(store: SqlStore) -> None:
    await drawn(store, is_there=False)

    assert (await store.read(lambda tx: find_job(tx, an_act()))).id == "J1"
    for act in (an_act(job="J9"), an_act(team_id="T2")):
        with pytest.raises(AskRefused):
            await store.read(lambda tx, act=act: find_job(tx, act))


@pytest.mark.parametrize(
    ("job", "pressed_in", "wanted"),
    [
        (a_job(place=THREAD, status_ts="1.0"), THREAD, THREAD),
        (a_job(place=replace(THREAD, thread_ts=None), status_ts="1.0"), Place("T1", "C1", "7.7"), THREAD),
        (a_job(place=THREAD, status_ts="1.5"), Place("T1", "C1", "7.7"), THREAD),
        (a_job(place=THREAD), Place("T1", "C2", "7.7"), Place("T1", "C2", "7.7")),
        (a_job(place=replace(THREAD, thread_ts=None)), Place("T1", "C1", "7.7"), Place("T1", "C1", "7.7")),
    ],
    ids=["in its thread", "its root", "elsewhere in the channel", "another channel", "no message"],
)
def test_a_step_goes_where_the_picture_is(job: object, pressed_in: Place, wanted: Place) -> None:
    assert answered_in(job, pressed_in) == wanted  # type: ignore[arg-type]
