"""The conversation port against the sandbox workspace: one effect a method, and the truth about each."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, Status
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, TryLater, WorkspaceGone
from handlers.conversation.files import file_name, is_in_thread
from handlers.messages.job.job_message import job_message
from sandbox.slack.options import Options
from sandbox.slack.workspace import TEAM_ID
from tests.unit.handlers.delivery_kit import (
    NASTY,
    PRICES,
    Kit,
    a_job,
    a_picture,
    a_png,
    a_request,
    a_view,
    outgoing,
)


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    async with outgoing() as made:
        yield made
        assert made.no_violations(), made.slack.core.recorder.violations


def now_job(**changes: Any) -> Job:
    now = datetime.now(UTC)
    return a_job(created_at=now, announce_intent_at=now, **changes)


async def opened(kit: Kit, **changes: Any) -> Job:
    """A job whose status message is there."""
    job = now_job(**changes)
    ts = await kit.talk.announce(a_view(job))
    return replace(job, status_ts=ts, place=replace(job.place, thread_ts=job.place.thread_ts or ts))


async def uploaded(kit: Kit, job: Job, folder: Path, count: int = 1, **changes: Any) -> list[Picture]:
    pictures = []
    for index in range(count):
        path = a_png(folder, f"{index}.png", (32 + index, 24))
        picture = a_picture(
            index, size_bytes=path.stat().st_size, file_id=None, state=PictureState.FETCHED, **changes
        )
        ticket = await kit.talk.ticket(a_view(job, *pictures, picture), picture, described=False)
        await kit.talk.upload(ticket, path)
        pictures.append(replace(picture, file_id=ticket.file_id, state=PictureState.UPLOADED))
    return pictures


async def delivered(kit: Kit, job: Job, folder: Path, count: int = 1, **changes: Any) -> list[Picture]:
    pictures = await uploaded(kit, job, folder, count, **changes)
    await kit.talk.share(a_view(job, *pictures), with_blocks=False)
    await kit.slack.core.files.settle()
    return [replace(p, state=PictureState.SHARED) for p in pictures]


def finished(job: Job, **changes: Any) -> Job:
    return replace(job, status=Status.SUCCEEDED, delivery=Delivery.DELIVERING, cost=Money(150_000), **changes)


# --- announce --------------------------------------------------------------------------------------


async def test_announce_posts_one_root_message_that_carries_the_id_only(kit: Kit) -> None:
    ts = await kit.talk.announce(a_view())

    [message] = kit.messages()
    [call] = kit.calls("chat.postMessage")
    assert message.ts == ts
    assert message.thread_ts is None
    assert message.metadata == {"event_type": "imagine_job", "event_payload": {"job_id": "k3f9q2ab"}}
    assert {k: call.args[k] for k in ("unfurl_links", "unfurl_media", "mrkdwn", "link_names", "parse")} == {
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
        "link_names": False,
        "parse": "none",
    }


async def test_announce_answers_in_a_thread_that_exists(kit: Kit) -> None:
    asked = kit.slack.control.people.message({"user": "U0ALICE", "channel": "C0GENERAL", "text": "hello"})

    ts = await kit.talk.announce(a_view(a_job(place=Place(TEAM_ID, "C0GENERAL", asked["ts"]))))

    assert kit.messages()[-1].ts == ts
    assert kit.messages()[-1].thread_ts == asked["ts"]


async def test_nothing_typed_pings_anyone_but_the_asker_on_any_surface(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit, request=a_request(prompt=NASTY), notes=(NASTY,))
    pictures = await delivered(kit, job, tmp_path)
    await kit.talk.update_status(a_view(finished(job), *pictures))
    await kit.talk.notify_asker(job, Failure(Problem.MODERATED, NASTY))

    [title] = [f.title for f in kit.slack.core.workspace.files.values()]
    assert "<!" not in title
    assert "@here" not in title
    pings = {ping for message in kit.messages() for ping in message.pings}
    whispers = {ping for e in kit.slack.core.workspace.ephemerals for ping in e.pings}
    assert pings == {"U0ALICE"}
    assert whispers == set()
    assert len(kit.messages()) == 2


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("C0RANDOM", "not_in_channel"),
        ("G0SECRET", "channel_not_found"),
        ("D0ALICEBOB", "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
    ],
)
async def test_where_the_bot_is_not_it_cannot_post(kit: Kit, channel: str, reason: str) -> None:
    with pytest.raises(CannotPost) as raised:
        await kit.talk.announce(a_view(a_job(place=Place(TEAM_ID, channel))))

    assert raised.value.reason == reason


async def test_refused_blocks_are_replaced_by_plain_text_so_that_the_job_goes_on(kit: Kit) -> None:
    kit.fault("chat.postMessage", "error", error="invalid_blocks")

    await kit.talk.announce(a_view())

    [message] = kit.messages()
    assert [b["type"] for b in message.blocks] == ["section"]
    assert "a lighthouse at dusk" in message.text


async def test_an_announcement_that_slack_never_takes_spends_nothing(kit: Kit) -> None:
    kit.fault("chat.postMessage", "error", error="invalid_blocks", count=-1)

    with pytest.raises(CannotPost):
        await kit.talk.announce(a_view())

    assert len(kit.calls("chat.postMessage")) == 2


async def test_a_lost_announcement_is_unknown_and_found_again(kit: Kit) -> None:
    job = now_job()
    kit.fault("chat.postMessage", "drop_after")

    with pytest.raises(OutcomeUnknown):
        await kit.talk.announce(a_view(job))

    assert await kit.talk.find_announcement(job) == kit.messages()[0].ts
    assert len(kit.calls("chat.postMessage")) == 1


async def test_an_announcement_that_never_arrived_is_not_found(kit: Kit) -> None:
    job = now_job()
    await opened(kit, id="another")
    kit.fault("chat.postMessage", "drop_before")

    with pytest.raises(OutcomeUnknown):
        await kit.talk.announce(a_view(job))

    assert await kit.talk.find_announcement(job) is None


async def test_an_announcement_is_found_in_its_thread(kit: Kit) -> None:
    asked = kit.slack.control.people.message({"user": "U0ALICE", "channel": "C0GENERAL", "text": "hello"})
    job = now_job(place=Place(TEAM_ID, "C0GENERAL", asked["ts"]))
    ts = await kit.talk.announce(a_view(job))

    assert await kit.talk.find_announcement(job) == ts
    assert kit.calls("conversations.history") == []


async def test_metadata_of_somebody_else_is_not_ours(kit: Kit) -> None:
    job = await opened(kit)
    kit.messages()[0].user, kit.messages()[0].bot_id = "U0BOB", "B0OTHER"

    assert await kit.talk.find_announcement(job) is None


async def test_the_search_is_bounded(kit: Kit) -> None:
    job = now_job()
    for _ in range(350):
        kit.slack.control.people.message({"user": "U0ALICE", "channel": "C0GENERAL", "text": "chatter"})

    assert await kit.talk.find_announcement(job) is None
    assert len(kit.calls("conversations.history")) == 3


async def test_without_the_right_to_read_there_is_no_finding(kit: Kit) -> None:
    job = await opened(kit)
    kit.slack.options.scopes = ("chat:write",)

    assert await kit.talk.find_announcement(replace(job, place=Place(TEAM_ID, "C0GENERAL"))) is None


async def test_a_rate_limited_search_is_tried_later(kit: Kit) -> None:
    kit.fault("conversations.history", "rate_limit", retry_after=60)

    with pytest.raises(TryLater) as raised:
        await kit.talk.find_announcement(now_job())

    assert raised.value.after == 60


# --- report ----------------------------------------------------------------------------------------


async def test_report_edits_in_place_and_is_silent_while_nothing_changes(kit: Kit) -> None:
    job = await opened(kit)
    running = replace(job, status=Status.RUNNING)

    shown = await kit.talk.update_status(a_view(running))
    again = await kit.talk.update_status(a_view(replace(running, shown=shown)))

    assert shown == again
    assert len(kit.calls("chat.update")) == 1
    assert len(kit.messages()) == 1
    assert kit.messages()[0].text == "Drawing for @alice: “a lighthouse at dusk”"
    assert kit.messages()[0].edited is None
    assert kit.messages()[0].metadata["event_payload"] == {"job_id": job.id}
    assert kit.calls("chat.update")[0].args["parse"] == "none"


async def test_the_result_is_shown_in_the_message_that_opened_the_thread(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit, request=a_request(n=2))
    pictures = await delivered(kit, job, tmp_path, 2)

    shown = await kit.talk.update_status(a_view(finished(job), *pictures))

    [image] = [b for b in kit.messages()[0].blocks if b["type"] == "image"]
    assert image["slack_file"]["id"] == pictures[0].file_id
    assert image["alt_text"]
    assert shown == job_message(a_view(finished(job), *pictures), PRICES, asker="alice").fingerprint

    asked = len(kit.calls())
    assert await kit.talk.update_status(a_view(finished(job, shown=shown), *pictures)) == shown
    assert len(kit.calls()) == asked


async def test_a_webp_picture_is_not_shown_in_a_block_nor_asked_about(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit, request=a_request(format=Format.WEBP))
    pictures = await delivered(kit, job, tmp_path, format="webp")

    assert await kit.talk.update_status(a_view(finished(job), *pictures)) is not None
    assert kit.calls("files.info") == []


async def test_an_unprocessed_picture_comes_later_and_the_words_at_once(tmp_path: Path) -> None:
    async with outgoing(Options(file_delay=60.0, share_delay=0.01)) as kit:
        job = await opened(kit)
        pictures = await uploaded(kit, job, tmp_path)
        await kit.talk.share(a_view(job, *pictures), with_blocks=False)
        view = a_view(finished(job), *(replace(p, state=PictureState.SHARED) for p in pictures))

        with pytest.raises(TryLater):
            await kit.talk.update_status(view)

        assert kit.messages()[0].text.startswith("1 final for @alice")
        assert "image" not in {b["type"] for b in kit.messages()[0].blocks}

        kit.slack.core.files._process(list(kit.slack.core.workspace.files.values()))
        while len(kit.messages()) < 2:
            await kit.api.call("files.info", file=pictures[0].file_id)
        assert await kit.talk.update_status(view) is not None
        assert "image" in {b["type"] for b in kit.messages()[0].blocks}


async def test_a_picture_that_slack_never_processes_is_not_waited_for(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    [picture] = await delivered(kit, job, tmp_path)
    file = kit.slack.core.workspace.files[str(picture.file_id)]
    file.ready, file.mimetype, file.created = False, "", file.created - 3600
    view = a_view(finished(job), picture)

    shown = await kit.talk.update_status(view)
    again = await kit.talk.update_status(replace(view, job=replace(view.job, shown=shown)))

    assert shown == again
    assert shown is not None
    assert len(kit.calls("chat.update")) == 1


async def test_refused_picture_blocks_fall_back_to_words(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    [picture] = await delivered(kit, job, tmp_path)
    kit.slack.core.workspace.files[str(picture.file_id)].created -= 3600
    kit.fault("chat.update", "error", error="invalid_blocks")

    assert await kit.talk.update_status(a_view(finished(job), picture)) is not None
    assert kit.messages()[0].text.startswith("1 final for @alice")
    assert "image" not in {b["type"] for b in kit.messages()[0].blocks}


async def test_a_deleted_picture_is_not_shown(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    [picture] = await delivered(kit, job, tmp_path)
    kit.slack.core.files.delete(kit.slack.core.workspace.files[str(picture.file_id)])

    assert await kit.talk.update_status(a_view(finished(job), picture)) is not None
    assert "image" not in {b["type"] for b in kit.messages()[0].blocks}


@pytest.mark.parametrize(
    "error",
    [
        "edit_window_closed",
        "cant_update_message",
        "is_inactive",
        "channel_not_found",
        "block_mismatch",
        "not_in_channel",
        "brand_new_code",
    ],
)
async def test_a_message_that_cannot_be_edited_is_none(kit: Kit, error: str) -> None:
    job = await opened(kit)
    kit.fault("chat.update", "error", error=error)

    assert await kit.talk.update_status(a_view(replace(job, status=Status.RUNNING))) is None
    assert len(kit.calls("chat.update")) == 1


async def test_a_message_that_is_gone_is_said_to_be(kit: Kit) -> None:
    job = await opened(kit)
    kit.fault("chat.update", "error", error="message_not_found")

    with pytest.raises(CannotPost):
        await kit.talk.update_status(a_view(replace(job, status=Status.RUNNING)))


async def test_blocks_that_are_always_refused_end_in_none(kit: Kit) -> None:
    job = await opened(kit)
    kit.fault("chat.update", "error", error="invalid_blocks", count=-1)

    assert await kit.talk.update_status(a_view(replace(job, status=Status.RUNNING))) is None


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "rate_limit", "truncate"])
async def test_a_failed_report_is_repeated_later(kit: Kit, kind: str) -> None:
    job = await opened(kit)
    kit.fault("chat.update", kind)

    with pytest.raises(TryLater):
        await kit.talk.update_status(a_view(replace(job, status=Status.RUNNING)))


async def test_without_a_message_there_is_nothing_to_report(kit: Kit) -> None:
    assert await kit.talk.update_status(a_view()) is None
    assert kit.calls() == []


# --- ticket, upload, share, is_shared --------------------------------------------------------------


async def test_all_pictures_come_into_the_thread_in_one_message(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit, request=a_request(n=2, prompt="a fox"))
    pictures = await delivered(kit, job, tmp_path, 2)

    root, answer = kit.messages()
    files = [kit.slack.core.workspace.files[f] for f in answer.files]
    assert answer.thread_ts == root.ts
    assert [f.id for f in files] == [p.file_id for p in pictures]
    described = "A fox. Drawn by AI from these words."
    assert [f.title for f in files] == [f"1 of 2 · {described}", f"2 of 2 · {described}"]
    assert [f.name for f in files] == ["imagine-k3f9q2ab-1.png", "imagine-k3f9q2ab-2.png"]
    assert answer.text == "<@U0ALICE> 2 finals, full size"
    assert (root.pings, answer.pings) == ([], ["U0ALICE"])
    assert len(kit.calls("files.completeUploadExternal")) == 1
    assert all([await kit.talk.is_shared(job, p) for p in pictures])


async def test_a_title_is_short(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit, request=a_request(prompt="word " * 500))
    await delivered(kit, job, tmp_path)

    [title] = [f.title for f in kit.slack.core.workspace.files.values()]
    assert len(title) <= 250


async def test_only_what_waits_is_shared(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    [waiting] = await uploaded(kit, job, tmp_path)
    lost = a_picture(1, state=PictureState.LOST)

    await kit.talk.share(a_view(job, waiting, lost, a_picture(2, file_id="F0GONE")), with_blocks=False)
    await kit.talk.share(a_view(job, lost), with_blocks=False)
    await kit.slack.core.files.settle()

    assert kit.messages()[-1].files == [waiting.file_id]
    assert len(kit.calls("files.completeUploadExternal")) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncate"])
async def test_a_lost_share_is_unknown_and_the_file_tells(kit: Kit, tmp_path: Path, kind: str) -> None:
    job = await opened(kit)
    pictures = await uploaded(kit, job, tmp_path)
    kit.fault("files.completeUploadExternal", kind)

    with pytest.raises(OutcomeUnknown):
        await kit.talk.share(a_view(job, *pictures), with_blocks=False)
    await kit.slack.core.files.settle()

    assert await kit.talk.is_shared(job, pictures[0]) is (kind != "drop_before")


async def test_sharing_what_was_shared_is_unknown_not_refused(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    pictures = await uploaded(kit, job, tmp_path)
    await kit.talk.share(a_view(job, *pictures), with_blocks=False)

    with pytest.raises(OutcomeUnknown):
        await kit.talk.share(a_view(job, *pictures), with_blocks=False)
    await kit.slack.core.files.settle()

    assert await kit.talk.is_shared(job, pictures[0]) is True
    assert len(kit.messages()) == 2


async def test_a_share_that_is_not_there_yet_is_not_shared(tmp_path: Path) -> None:
    async with outgoing(Options(file_delay=0.0, share_delay=60.0)) as kit:
        job = await opened(kit)
        pictures = await uploaded(kit, job, tmp_path)
        await kit.talk.share(a_view(job, *pictures), with_blocks=False)

        assert await kit.talk.is_shared(job, pictures[0]) is False


async def test_a_deleted_file_is_gone_for_good(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    [picture] = await delivered(kit, job, tmp_path)
    kit.slack.core.files.delete(kit.slack.core.workspace.files[str(picture.file_id)])

    with pytest.raises(GivenUp) as raised:
        await kit.talk.is_shared(job, picture)

    assert raised.value.failure == Failure(Problem.DELIVERY_REFUSED, "file_deleted")


async def test_a_file_that_vanished_after_it_was_seen_is_gone(kit: Kit) -> None:
    with pytest.raises(GivenUp):
        await kit.talk.is_shared(a_job(), a_picture(file_id="F0NOWHERE", state=PictureState.SHARED))
    assert not await kit.talk.is_shared(a_job(), a_picture(file_id="F0NOWHERE", state=PictureState.UPLOADED))
    assert not await kit.talk.is_shared(a_job(), a_picture(file_id=None))


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        ({"public": {"C1": [{"ts": "2.0", "thread_ts": "1.0"}]}}, True),
        ({"private": {"C1": [{"ts": "2.0", "thread_ts": "1.0"}]}}, True),
        ({"public": {"C1": [{"ts": "2.0", "thread_ts": "0.5"}]}}, False),
        ({"public": {"C1": [{"ts": "2.0", "thread_ts": "0.5"}, {"ts": "3.0", "thread_ts": "1.0"}]}}, True),
        ({"public": {"C1": [{"ts": "2.0"}]}}, False),
        ({"public": {"C2": [{"ts": "2.0", "thread_ts": "1.0"}]}}, False),
        ({"public": {"C1": []}}, False),
        ({}, False),
        (None, False),
        ({"public": None}, False),
        ({"public": {"C1": None}}, False),
    ],
)
def test_shared_means_this_channel_and_this_thread(shares: object, *, wanted: bool) -> None:
    job = a_job(place=Place(TEAM_ID, "C1", "1.0"))

    assert is_in_thread({"shares": shares}, job) is wanted


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("files.getUploadURLExternal", "storage_limit_reached"),
        ("files.getUploadURLExternal", "file_uploads_disabled"),
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.completeUploadExternal", "not_in_channel"),
        ("files.completeUploadExternal", "posting_to_channel_denied"),
        ("files.completeUploadExternal", "file_type_not_allowed"),
        ("files.completeUploadExternal", "thread_not_found"),
    ],
)
async def test_a_refusal_gives_the_delivery_up_with_the_code(
    kit: Kit, tmp_path: Path, method: str, error: str
) -> None:
    job = await opened(kit)
    kit.fault(method, "error", error=error)

    with pytest.raises(GivenUp) as raised:
        await kit.talk.share(a_view(job, *await uploaded(kit, job, tmp_path)), with_blocks=False)

    assert raised.value.failure == Failure(Problem.DELIVERY_REFUSED, error)


async def test_after_being_kicked_out_the_picture_is_kept_with_the_reason(kit: Kit, tmp_path: Path) -> None:
    job = await opened(kit)
    pictures = await uploaded(kit, job, tmp_path)
    kit.slack.core.workspace.channels["C0GENERAL"].members.discard("U0IMAGINE")

    with pytest.raises(GivenUp) as raised:
        await kit.talk.share(a_view(job, *pictures), with_blocks=False)

    assert raised.value.failure.detail == "not_in_channel"


async def test_a_ticket_may_be_asked_for_again(kit: Kit) -> None:
    kit.fault("files.getUploadURLExternal", "drop_after")
    with pytest.raises(TryLater):
        await kit.talk.ticket(a_view(), a_picture(), described=False)

    ticket = await kit.talk.ticket(a_view(), a_picture(), described=False)

    assert ticket.upload_url.startswith("http")
    assert kit.messages() == []


async def test_files_themselves_are_not_described(kit: Kit) -> None:
    ticket = await kit.talk.ticket(a_view(), a_picture(), described=False)

    assert kit.slack.core.workspace.files[ticket.file_id].alt_txt is None


def test_file_names_hold_nothing_that_anyone_typed() -> None:
    job = a_job(id="../a b<x>", request=a_request(format=Format.JPEG))

    pictures = [a_picture(0, format="jpeg"), a_picture(1, format=None), a_picture(2, format="webp")]
    names = [file_name(a_view(job, *pictures), picture) for picture in pictures]

    assert names == ["imagine-abx-1.jpg", "imagine-abx-2.jpg", "imagine-abx-3.webp"]


async def test_a_disconnected_workspace_waits_in_every_step(kit: Kit) -> None:
    job = await opened(kit)
    kit.slack.core.token_error = "account_inactive"

    for step in (
        kit.talk.announce(a_view()),
        kit.talk.find_announcement(job),
        kit.talk.update_status(a_view(replace(job, status=Status.RUNNING))),
        kit.talk.ticket(a_view(job), a_picture(), described=False),
        kit.talk.share(a_view(job, a_picture(state=PictureState.UPLOADED)), with_blocks=False),
        kit.talk.is_shared(job, a_picture()),
    ):
        with pytest.raises(WorkspaceGone):
            await step


# --- tell ------------------------------------------------------------------------------------------


def ephemerals(kit: Kit) -> list[Any]:
    return kit.slack.core.workspace.ephemerals


REFUSED = Failure(Problem.CANNOT_POST, "not_in_channel")


async def test_the_asker_is_told_where_the_bot_is_a_member(kit: Kit) -> None:
    await kit.talk.notify_asker(now_job(), Failure(Problem.MODERATED))

    [told] = ephemerals(kit)
    assert told.user == "U0ALICE"
    assert "safety check" in told.text
    assert "k3f9q2ab" not in told.text
    assert kit.messages() == []


async def test_the_asker_is_told_directly_where_the_bot_is_none(kit: Kit) -> None:
    await kit.talk.notify_asker(now_job(place=Place(TEAM_ID, "C0RANDOM")), REFUSED)

    [message] = kit.messages("D0ALICE")
    assert "/invite @Imagine" in message.text
    assert message.pings == []


async def test_what_could_not_be_told_is_told_later(kit: Kit) -> None:
    job = now_job(reply_url="https://evil.example/x")
    for kind in ("drop_before", "drop_after", "rate_limit", "nonsense"):
        kit.fault("*", kind, count=3)
        with pytest.raises(TryLater):
            await kit.talk.notify_asker(job, REFUSED)
        kit.slack.core.faults.clear()
    kit.slack.core.token_error = "token_revoked"
    with pytest.raises(WorkspaceGone):
        await kit.talk.notify_asker(job, REFUSED)


async def test_a_note_that_may_have_arrived_is_not_also_said_elsewhere(kit: Kit) -> None:
    kit.fault("chat.postEphemeral", "drop_after")

    with pytest.raises(TryLater):
        await kit.talk.notify_asker(now_job(), REFUSED)

    assert len(ephemerals(kit)) == 1
    assert kit.calls("chat.postMessage") == []


@pytest.mark.parametrize(
    ("good", "source"),
    [(True, "response_url"), (False, "chat.postEphemeral")],
    ids=["alive", "used up"],
)
async def test_the_commands_own_reply_comes_first_while_it_lives(
    kit: Kit, *, good: bool, source: str
) -> None:
    channel = kit.slack.core.workspace.channels["C0GENERAL"]
    url = kit.slack.core.responses.url(channel, "U0ALICE")
    job = now_job(reply_url=url if good else f"{url}-no-more")

    await kit.talk.notify_asker(job, REFUSED)

    [told] = ephemerals(kit)
    assert told.source == source
    assert "/invite @Imagine" in told.text


async def test_who_asked_long_ago_is_told_directly_with_a_way_back(kit: Kit) -> None:
    """An ephemeral message reaches only those who look just then."""
    asked = kit.slack.control.people.message({"user": "U0ALICE", "channel": "C0GENERAL", "text": "hello"})
    url = kit.slack.core.responses.url(kit.slack.core.workspace.channels["C0GENERAL"], "U0ALICE")
    job = now_job(reply_url=url, ask_ts=asked["ts"])
    await kit.talk.notify_asker(
        replace(job, created_at=job.created_at - timedelta(seconds=61)), Failure(Problem.MODERATED)
    )

    [message] = kit.messages("D0ALICE")
    assert ephemerals(kit) == []
    assert "safety check" in message.text
    assert asked["ts"].replace(".", "") in str(message.blocks), "a link to the place"
    assert message.pings == []


async def test_under_a_status_message_alone_a_note_would_not_be_seen(kit: Kit) -> None:
    root = kit.slack.control.people.message({"user": "U0ALICE", "channel": "C0GENERAL", "text": "hi"})["ts"]
    for status_ts in (root, f"{root}9"):
        await kit.talk.notify_asker(
            now_job(place=Place(TEAM_ID, "C0GENERAL", root), status_ts=status_ts), REFUSED
        )

    asked = [call.args.get("thread_ts") for call in kit.calls("chat.postEphemeral")]
    assert asked == [None, root]


async def test_the_commands_own_reply_reaches_where_the_bot_is_not(kit: Kit) -> None:
    channel = kit.slack.core.workspace.channels["D0ALICEBOB"]
    job = now_job(
        place=Place(TEAM_ID, "D0ALICEBOB"), reply_url=kit.slack.core.responses.url(channel, "U0ALICE")
    )

    await kit.talk.notify_asker(job, REFUSED)

    [told] = ephemerals(kit)
    assert told.channel == "D0ALICEBOB"
    assert "messages between people" in told.text
    assert kit.calls() == []
