"""The conversation's half of edits on the sandbox workspace: find, fetch, refuse, react."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source import SourceRole
from bot.domain.requests.source_refusals import NoSource
from bot.errors import CannotPost, NotUnderstood, TryLater
from bot.ports import MessageContext, MessageReaction
from handlers.conversation import threads
from sandbox.slack.client import upload
from sandbox.slack.workspace import TEAM_ID
from tests.unit.handlers.delivery_kit import Kit, a_job, a_png, outgoing

DESIGN = "C0DESIGN"


def post(
    kit: Kit, text: str = "hi", *names: str, thread: str | None = None, user: str = "U0ALICE", **more: Any
) -> Any:
    """A person's message with pictures of these names."""
    data = a_png(Path(tempfile.mkdtemp())).read_bytes()
    files = [upload(name, data) | more for name in names]
    act = {"user": user, "channel": DESIGN, "text": text, "files": files, "thread_ts": thread, "events": []}
    return kit.slack.control.people.message(act)


LATER = "9999999999.000000"


async def newest(kit: Kit, root: str, before: str = LATER) -> str | None:
    seen = await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), before)
    assert seen.is_whole
    return seen.newest[-1].name if seen.newest else None


async def test_the_newest_picture_is_the_last_of_the_newest_message_of_that_thread() -> None:
    async with outgoing() as kit:
        root = post(kit, "root", "root.png")["ts"]
        assert await newest(kit, root) == "root.png"
        post(kit, "two", "a.png", "b.png", thread=root)
        post(kit, "elsewhere", "other.png")
        asked = post(kit, "the ask itself", "asked.png", thread=root)["ts"]
        post(kit, "later", "later.png", thread=root)

        assert await newest(kit, root, before=asked) == "b.png"
        assert kit.no_violations()


async def test_masks_documents_and_deleted_pictures_do_not_count() -> None:
    async with outgoing() as kit:
        root = post(kit, "root", "good.png")["ts"]
        post(kit, "mask", "mask.png", thread=root)
        post(kit, "words", "notes.txt", thread=root, mimetype="text/plain")
        gone = post(kit, "gone", "gone.png", thread=root)["files"][0]
        kit.slack.core.workspace.files[gone].deleted = True

        assert await newest(kit, root) == "good.png"
        assert gone not in (await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), LATER)).shown


async def test_what_the_thread_shows_includes_what_came_later() -> None:
    async with outgoing() as kit:
        root = post(kit, "root")["ts"]
        asked = post(kit, "the ask itself", thread=root)["ts"]
        later = post(kit, "later", "later.png", thread=root)["files"][0]

        seen = await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), asked)

        assert (seen.newest, seen.shown, seen.is_whole) == ((), {later}, True)


@pytest.mark.parametrize("in_thread", [True, False], ids=["in a thread", "outside of any"])
async def test_a_messages_own_files_are_all_read_from_it_in_one_call(in_thread: bool) -> None:
    async with outgoing() as kit:
        root = post(kit, "root")["ts"] if in_thread else None
        post(kit, "before", "before.png")
        asked = post(kit, "ask", "a.png", "clip.mp4", thread=root, mimetype="video/mp4")["ts"]
        post(kit, "after", "after.png")

        seen = await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), asked)

        assert [file.name for file in seen.files] == ["a.png", "clip.mp4"]
        assert [c.method for c in kit.calls() if c.method.startswith("conversations.")] == [
            "conversations.replies" if in_thread else "conversations.history"
        ]


async def test_no_picture_is_known_and_no_right_to_read_is_not() -> None:
    async with outgoing() as kit:
        root = post(kit, "root")["ts"]
        assert await newest(kit, root) is None
        post(kit, "x", "a.png", thread=root)
        kit.fault("conversations.replies", "error", error="missing_scope")

        assert await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), LATER) == MessageContext(
            is_whole=False
        )


async def test_words_alone_do_without_a_look_that_nobody_understands() -> None:
    async with outgoing() as kit:
        root = post(kit, "root", "a.png")["ts"]
        for method in ("conversations.history", "conversations.replies"):
            kit.fault(method, "error", error="some_new_code", count=-1)

        assert await kit.talk.read_context(Place(TEAM_ID, DESIGN), root) == MessageContext(is_whole=False)
        with pytest.raises(NotUnderstood):
            await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), LATER)


async def test_a_rate_limit_is_try_later() -> None:
    async with outgoing() as kit:
        root = post(kit, "root", "a.png")["ts"]
        kit.fault("conversations.replies", "status", status=429, retry_after=7)

        with pytest.raises(TryLater):
            await newest(kit, root)


async def test_all_pages_are_read_and_no_more_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PAGE", 2)
    async with outgoing() as kit:
        root = post(kit, "root", "first.png")["ts"]
        for index in range(6):
            post(kit, f"{index}", *(["last.png"] if index == 5 else []), thread=root)

        assert await newest(kit, root) == "last.png"
        monkeypatch.setattr(threads, "MOST_PAGES", 2)
        cut = await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), LATER)
        assert not cut.is_whole, "an older one would be the wrong one"


async def test_a_file_is_fetched_by_its_id_with_name_and_role() -> None:
    async with outgoing() as kit:
        ident = post(kit, "root", "cat.png")["files"][0]

        found = await kit.talk.fetch(TEAM_ID, ident, SourceRole.MASK)

        assert (found.name, found.role) == ("cat.png", SourceRole.MASK)
        assert found.path.read_bytes() == kit.slack.core.workspace.files[ident].data
        found.path.unlink()


async def test_an_unknown_file_is_refused() -> None:
    async with outgoing() as kit:
        with pytest.raises(AskRefused) as refused:
            await kit.talk.fetch(TEAM_ID, "F0NOWHERE", SourceRole.AUTO)

        assert (refused.value.problem, refused.value.refusal.reason) == (Problem.BAD_SOURCE, "deleted")


@pytest.mark.parametrize(
    ("channel", "code"),
    [("C0RANDOM", "not_in_channel"), ("G0SECRET", "channel_not_found"), ("D0ALICEBOB", "channel_not_found")],
)
async def test_where_the_bot_is_no_member_is_known_without_a_trace(channel: str, code: str) -> None:
    async with outgoing() as kit:
        with pytest.raises(CannotPost) as closed:
            await kit.talk.require_member(Place(TEAM_ID, channel))

        assert closed.value.reason == code
        assert {call.method for call in kit.calls()} == {"conversations.history"}


@pytest.mark.parametrize("code", ["missing_scope", "is_archived", "invalid_cursor"])
async def test_another_refusal_says_nothing_about_membership(code: str) -> None:
    async with outgoing() as kit:
        await kit.talk.require_member(Place(TEAM_ID, DESIGN))
        kit.fault("conversations.history", "error", error=code)

        await kit.talk.require_member(Place(TEAM_ID, "C0RANDOM"))


async def test_a_slack_that_is_away_leaves_membership_open() -> None:
    async with outgoing() as kit:
        kit.fault("conversations.history", "status", status=503)

        with pytest.raises(TryLater):
            await kit.talk.require_member(Place(TEAM_ID, DESIGN))


def reactions(kit: Kit, ts: str) -> set[str]:
    return set(next(m for m in kit.messages(DESIGN) if m.ts == ts).reactions)


async def test_one_mood_at_a_time_and_each_as_often_as_one_likes() -> None:
    async with outgoing() as kit:
        ts, place = post(kit)["ts"], Place(TEAM_ID, DESIGN)
        before: frozenset[MessageReaction] = frozenset()
        for moods, shown in (
            ([MessageReaction.SEEN, MessageReaction.SEEN], {"eyes"}),
            ([MessageReaction.NONE, MessageReaction.NONE], set()),
            ([MessageReaction.SEEN], {"eyes"}),
            ([MessageReaction.FAILED, MessageReaction.FAILED], {"warning"}),
            ([MessageReaction.DONE, MessageReaction.DONE], {"white_check_mark"}),
        ):
            for mood in moods:
                before = await kit.talk.react(place, ts, mood, instead_of=before - {mood})

            assert reactions(kit, ts) == shown
        assert [call.error for call in kit.calls("reactions.remove")] == [None, None, None]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("error", {"error": "missing_scope"}),
        ("error", {"error": "message_not_found"}),
        ("status", {"status": 429}),
    ],
)
async def test_reacting_never_raises(kind: str, more: dict[str, Any]) -> None:
    async with outgoing() as kit:
        ts = post(kit)["ts"]
        for method in ("reactions.add", "reactions.remove"):
            kit.fault(method, kind, count=5, **more)

        earlier = {MessageReaction.SEEN}
        shown = await kit.talk.react(
            Place(TEAM_ID, DESIGN), ts, MessageReaction.DONE, instead_of=frozenset(earlier)
        )

        assert shown == (earlier if kind == "status" else set()), "what may be tried again is not forgotten"
        assert reactions(kit, ts) == set()


async def test_a_refusal_is_private_and_in_the_thread() -> None:
    async with outgoing() as kit:
        root = post(kit)["ts"]
        post(kit, thread=root)

        await kit.talk.refuse(Place(TEAM_ID, DESIGN, root), "U0ALICE", NoSource())

        (note,) = kit.slack.core.workspace.ephemerals
        assert (note.user, note.channel, note.thread_ts) == ("U0ALICE", DESIGN, root)
        assert "no picture to change" in note.text


async def test_where_the_bot_is_no_member_a_refusal_comes_as_a_direct_message() -> None:
    async with outgoing() as kit:
        await kit.talk.refuse(Place(TEAM_ID, "C0RANDOM"), "U0ALICE", NoSource())

        assert kit.slack.core.workspace.ephemerals == []
        direct = kit.slack.core.workspace.direct("U0ALICE").id
        assert any("no picture to change" in m.text for m in kit.messages(direct))


@pytest.mark.parametrize(
    ("changes", "in_thread"),
    [
        ({"ask_ts": "5.5"}, True),
        ({"ask_ts": "ROOT"}, False),
        ({"ask_ts": None}, False),
        ({"ask_ts": None, "parent_id": "aa"}, True),
        ({"ask_ts": "ROOT", "status_ts": "6.6"}, True),
    ],
)
async def test_a_job_is_told_of_in_its_thread_only_if_something_is_in_it(
    changes: dict[str, Any], in_thread: bool
) -> None:
    async with outgoing() as kit:
        root = post(kit)["ts"]
        if in_thread:
            post(kit, "a reply", thread=root)
        fields = {key: root if value == "ROOT" else value for key, value in changes.items()}

        job = a_job(place=Place(TEAM_ID, DESIGN, root), created_at=datetime.now(UTC), **fields)
        await kit.talk.notify_asker(job, Failure(Problem.NO_PUBLIC_ADDRESS, "none_set"))

        (note,) = kit.slack.core.workspace.ephemerals
        assert note.thread_ts == (root if in_thread else None)
