"""What an edit starts from: a workspace reaches only its own results."""

import pytest

from bot.domain.jobs.job import PictureState
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotFound, PictureGone
from bot.domain.requests.source import SourceRef
from bot.domain.requests.source_refusals import NoSource
from bot.ports import Transaction
from bot.services.requests.edit_target import EditTarget, EditTargets
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission


async def a_result(store: SqlStore, state: PictureState = PictureState.SHARED) -> None:
    """Job J1 of workspace T1 with two pictures, asked for in a thread."""

    def unit(tx: Transaction) -> None:
        tx.jobs.add(a_job("J1", place=Place("T1", "C1", "5.0"), status_ts="6.0"))
        tx.submissions.add(a_submission())
        for ordinal, name in enumerate(("P1", "P2")):
            tx.pictures.add(a_picture(name, ordinal=ordinal, state=state, file_id=f"F-{name}"))

    await store.write(unit)


@pytest.mark.parametrize(("position", "name"), [(1, "P1"), (2, "P2")])
async def test_a_result_is_edited_in_its_own_thread(store: SqlStore, position: int, name: str) -> None:
    await a_result(store)

    found = await EditTargets(store=store).of_result("T1", "J1", position)

    assert found == EditTarget(
        Place("T1", "C1", "5.0"), (SourceRef(file_id=f"F-{name}", picture_id=name),), "J1", position
    )


async def test_a_number_that_there_is_not_is_gone(store: SqlStore) -> None:
    await a_result(store)

    with pytest.raises(AskRefused) as refused:
        await EditTargets(store=store).of_result("T1", "J1", 9)

    assert refused.value.refusal == PictureGone()


async def test_another_workspaces_result_is_not_found(store: SqlStore) -> None:
    await a_result(store)

    with pytest.raises(AskRefused) as refused:
        await EditTargets(store=store).of_result("T2", "J1", 1)

    assert refused.value.refusal == NotFound("J1")


async def test_a_job_whose_pictures_are_not_shared_yet_is_no_source(store: SqlStore) -> None:
    await a_result(store, PictureState.FOUND)

    with pytest.raises(AskRefused) as refused:
        await EditTargets(store=store).of_result("T1", "J1", 1)

    assert refused.value.refusal == NoSource()


async def test_files_of_another_workspaces_thread_carry_no_picture(store: SqlStore) -> None:
    await a_result(store)

    ours = await EditTargets(store=store).of_files(Place("T1", "C1", "5.0"), ["F-P1", "FX"])
    theirs = await EditTargets(store=store).of_files(Place("T2", "C1", "5.0"), ["F-P1"])

    assert ours.sources == (SourceRef(file_id="F-P1", picture_id="P1"), SourceRef(file_id="FX"))
    assert ours.parent_id == "J1"
    assert theirs == EditTarget(Place("T2", "C1", "5.0"), (SourceRef(file_id="F-P1"),), None)
