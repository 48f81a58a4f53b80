"""Threads that are gone: what came out at the top of the channel is deleted at once, and nobody is silent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.jobs.job import Job, PictureState
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater
from sandbox.slack.workspace import TEAM_ID
from tests.unit.handlers.delivery_kit import Kit, a_job, a_picture, a_png, a_view, outgoing

CHANNEL = "C0GENERAL"
GONE = Place(TEAM_ID, CHANNEL, "1.000001")


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    async with outgoing() as made:
        yield made
        assert made.no_violations(), made.slack.core.recorder.violations


def lost_job(**changes: Any) -> Job:
    """A job whose thread is gone."""
    now = datetime.now(UTC)
    return a_job(place=GONE, created_at=now, announce_intent_at=now, **changes)


async def test_a_status_message_that_came_out_at_the_top_is_deleted_at_once(kit: Kit) -> None:
    with pytest.raises(CannotPost, match="thread_not_found"):
        await kit.talk.announce(a_view(lost_job()))

    assert [call.method for call in kit.calls()] == ["chat.postMessage", "chat.delete"]
    assert kit.messages() == []


async def test_a_message_at_the_top_that_cannot_be_deleted_yet_is_found_and_deleted_later(kit: Kit) -> None:
    job = lost_job()
    kit.fault("chat.delete", "status", status=503)
    with pytest.raises(OutcomeUnknown):
        await kit.talk.announce(a_view(job))
    assert len(kit.messages()) == 1

    with pytest.raises(CannotPost, match="thread_not_found"):
        await kit.talk.find_announcement(job)
    assert kit.messages() == []


async def test_a_message_at_the_top_whose_answer_was_lost_is_found_and_deleted(kit: Kit) -> None:
    job = lost_job()
    kit.fault("chat.postMessage", "drop_after")
    with pytest.raises(OutcomeUnknown):
        await kit.talk.announce(a_view(job))
    kit.fault("chat.delete", "status", status=503)
    with pytest.raises(TryLater):
        await kit.talk.find_announcement(job)

    with pytest.raises(CannotPost, match="thread_not_found"):
        await kit.talk.find_announcement(job)
    assert kit.messages() == []


async def test_one_that_an_admin_has_deleted_already_is_no_error(kit: Kit) -> None:
    kit.fault("chat.delete", "error", error="message_not_found")
    with pytest.raises(CannotPost, match="thread_not_found"):
        await kit.talk.announce(a_view(lost_job()))


async def shared(kit: Kit, job: Job, folder: Path, count: int) -> list[Any]:
    """Pictures whose completion was sent for ``job``; the messages are there."""
    pictures = []
    for index in range(count):
        path = a_png(folder, f"{index}.png", (32 + index, 24))
        picture = a_picture(index, size_bytes=path.stat().st_size, file_id=None, state=PictureState.FETCHED)
        ticket = await kit.talk.ticket(a_view(job), picture, described=False)
        await kit.talk.upload(ticket, path)
        pictures.append(replace(picture, file_id=ticket.file_id, state=PictureState.UPLOADED))
    await kit.talk.share(a_view(job, *pictures), with_blocks=False)
    await kit.slack.core.files.settle()
    return pictures


async def test_pictures_that_came_out_at_the_top_are_deleted_and_given_up(kit: Kit, tmp_path: Path) -> None:
    job = lost_job(status_ts="1.000002")
    pictures = await shared(kit, job, tmp_path, 2)
    assert len(kit.messages()) == 1

    with pytest.raises(GivenUp) as raised:
        await kit.talk.is_shared(job, pictures[0])

    assert raised.value.failure == Failure(Problem.DELIVERY_REFUSED, "thread_not_found")
    assert kit.messages() == []
    assert await kit.talk.is_shared(job, pictures[1]) is False


async def test_a_share_for_which_slack_names_no_thread_is_looked_at_before_it_is_deleted(
    kit: Kit, tmp_path: Path
) -> None:
    asked = kit.slack.control.people.message({"user": "U0ALICE", "channel": CHANNEL, "text": "hello"})
    job = lost_job(status_ts="1.000002")
    job = replace(job, place=replace(GONE, thread_ts=asked["ts"]))
    [picture] = await shared(kit, job, tmp_path, 1)
    for shares in kit.slack.core.workspace.files[picture.file_id].shares.values():
        del shares[0]["thread_ts"]

    assert await kit.talk.is_shared(job, picture) is True
    assert kit.calls("chat.delete") == []
    assert len(kit.messages()) == 2


async def test_the_asker_of_a_thread_that_is_gone_is_told_where_it_can_be_seen(kit: Kit) -> None:
    job = lost_job(ask_ts="1.000003", user_id="U0ALICE")
    await kit.talk.notify_asker(job, Failure(Problem.CANNOT_POST, "thread_not_found"))

    (note,) = kit.slack.core.workspace.ephemerals
    assert (note.user, note.channel, note.thread_ts) == ("U0ALICE", CHANNEL, None)
    assert "is gone" in note.text
    assert "Nothing was charged." in note.text
