"""A message is understood once: what is recorded decides, on both engines."""

from __future__ import annotations

from typing import Any, cast

from bot.domain.jobs.job import Delivery, PictureState, Status
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, SourceRef
from bot.ports import Conversation, OtherCommands, Transaction
from bot.services.intake.intake import Intake
from bot.services.intake.thread_pictures import recent_pictures
from bot.services.requests.preferences import Preferences
from bot.services.requests.private_place import PrivatePlaces
from bot.services.requests.start_job import StartJob
from bot.services.steps.current import RECENT
from handlers.parsing import read_message
from handlers.parsing.references import goes_on
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission
from tests.support.databases import SetClock

THREAD = Place("T1", "C1", "1.0")
ASKED = IncomingMessage(THREAD, "2.0", "U1", "make it blue", is_mention=True, is_direct=False)
REPLY = IncomingMessage(
    THREAD, "3.0", "U2", "mine", is_mention=False, is_direct=False, files=(SourceRef(file_id="F1"),)
)


def intake(store: SqlStore) -> Intake:
    """Nobody may be asked and nothing submitted: there is no conversation to do it in."""
    nobody = cast("Any", None)
    return Intake(
        store=store,
        conversation=cast("Conversation", nobody),
        other_commands=cast("OtherCommands", nobody),
        start_job=cast("StartJob", nobody),
        private_places=cast("PrivatePlaces", nobody),
        preferences=cast("Preferences", nobody),
        read=read_message,
        name_people=cast("Any", nobody),
        goes_on=goes_on,
        wake=lambda: None,
    )


async def test_a_message_whose_job_was_begun_is_not_looked_at_again(store: SqlStore, clock: SetClock) -> None:
    hearing = intake(store)
    await hearing(ASKED)
    await store.write(lambda tx: tx.jobs.add(a_job("J1", request_key=ASKED.key)))
    clock.move(10.0)
    (task,) = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.INTAKE, owner="a", limit=9, lease_seconds=60.0)
    )

    await hearing.run(task)

    assert await store.read(lambda tx: tx.tasks.next_due([TaskKind.INTAKE])) is None


async def test_a_thread_is_ours_once_something_of_ours_was_said_in_it(store: SqlStore) -> None:
    hearing = intake(store)
    await store.write(lambda tx: tx.jobs.add(a_job("J1", place=THREAD, delivery=Delivery.NONE)))
    assert not await hearing(REPLY)

    await store.write(lambda tx: tx.jobs.add(a_job("J2", place=THREAD, delivery=Delivery.ANNOUNCED)))
    assert await hearing(REPLY)


async def test_in_a_direct_message_the_pictures_of_the_last_hour_are_gone_on_from(
    store: SqlStore, clock: SetClock
) -> None:
    said = IncomingMessage(Place("T1", "D1"), "9.0", "U1", "make it blue", is_mention=False, is_direct=True)

    def unit(tx: Transaction) -> None:
        for name, channel, user in (("J1", "D1", "U1"), ("J2", "C1", "U1"), ("J3", "D1", "U2")):
            place = Place("T1", channel, "1.0")
            tx.jobs.add(a_job(name, place=place, user_id=user, status=Status.SUCCEEDED, finished_at=tx.now))
            tx.submissions.add(a_submission(f"{name}-0", job_id=name))
            shared = {"state": PictureState.SHARED, "file_id": f"F{name}"}
            tx.pictures.add(a_picture(f"P{name}", job_id=name, submission_id=f"{name}-0", **shared))

    async def recent() -> list[str | None]:
        found, _, _ = await store.read(lambda tx: recent_pictures(tx, said))
        return [picture.file_id for picture in found]

    await store.write(unit)
    assert await recent() == ["FJ1"], "their own, and from this conversation"
    clock.move(RECENT.total_seconds() + 1)
    assert await recent() == []
