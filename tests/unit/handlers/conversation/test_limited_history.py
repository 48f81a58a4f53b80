"""What the conversation reads where Slack lets an app read one page of 15 messages a minute."""

from __future__ import annotations

from typing import Any

import pytest

from app.clock import SystemClock
from bot.domain.place import Place
from bot.errors import TryLater
from bot.ports import MessageContext
from handlers.conversation.conversation import SlackConversation
from handlers.conversation.find_message import find_own_message
from handlers.conversation.membership import require_member
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.messages.wording import BotNames
from sandbox.slack.options import Options
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_ID
from tests.support.collaborators import slack_api
from tests.unit.handlers.conversation.test_conversation_edits import DESIGN, LATER, post
from tests.unit.handlers.delivery_kit import PRICES, Kit, outgoing


def limited(kit: Kit) -> SlackConversation:
    """The conversation of an app that Slack lets read only a little."""
    api = slack_api(kit.api.client, BOT_USER, BOT_ID, history="limited")
    files: Any = None
    return SlackConversation(
        api=api,
        upload_client=kit.upload_client,
        clock=SystemClock(),
        names=BotNames(),
        files=files,
        prices=PRICES,
        people=NamesOfPeople(api),
    )


async def test_a_thread_is_read_in_parts_where_slack_gives_only_fifteen_messages() -> None:
    async with outgoing(Options(history_seconds=60.0)) as kit:
        talk = limited(kit)
        root = post(kit, "root", "first.png")["ts"]
        for index in range(20):
            post(kit, f"{index}", *(["last.png"] if index == 18 else []), thread=root)
        place = Place(TEAM_ID, DESIGN, root)
        first = await talk.read_context(place, LATER)
        with pytest.raises(TryLater) as refused:
            await talk.read_context(place, LATER, rest=first.rest)
        kit.slack.core.limiter.reset()  # the minute is over
        whole = first.and_then(await talk.read_context(place, LATER, rest=first.rest))

        assert refused.value.after is not None
        assert ([ref.name for ref in first.newest], first.is_whole) == (["first.png"], False)
        assert ([ref.name for ref in whole.newest], whole.is_whole, whole.rest) == (["last.png"], True, None)


async def test_the_limit_is_found_out_from_the_first_page() -> None:
    async with outgoing(Options(history_seconds=60.0)) as kit:
        root = post(kit, "root", "first.png")["ts"]
        for index in range(20):
            post(kit, f"{index}", thread=root)
        assert not kit.talk.reads_little

        seen = await kit.talk.read_context(Place(TEAM_ID, DESIGN, root), LATER)

        assert kit.talk.reads_little
        assert seen.rest is not None
        assert len(kit.calls("conversations.replies")) == 1


async def test_outside_a_thread_nothing_is_read_where_slack_allows_little() -> None:
    async with outgoing() as kit:
        ts = post(kit, "root", "a.png")["ts"]

        assert await limited(kit).read_context(Place(TEAM_ID, DESIGN), ts) == MessageContext(is_whole=False)
        assert kit.calls() == []


async def test_membership_is_not_waited_for_where_slack_allows_one_read_a_minute() -> None:
    async with outgoing(Options(history_seconds=60.0)) as kit:
        for _ in range(2):
            await limited(kit).require_member(Place(TEAM_ID, DESIGN))
        everything = slack_api(kit.api.client, BOT_USER, BOT_ID, history="full")
        with pytest.raises(TryLater):
            await require_member(everything, DESIGN)


async def test_a_picture_is_still_shown_as_long_as_it_is_in_that_thread() -> None:
    async with outgoing() as kit:
        root = post(kit, "root", "root.png")
        reply = post(kit, "reply", "reply.png", thread=root["ts"])
        other = post(kit, "elsewhere", "other.png")
        here = Place(TEAM_ID, DESIGN, root["ts"])

        async def shown(sent: Any) -> bool:
            return await kit.talk.still_shows(here, sent["files"][0])

        assert [await shown(sent) for sent in (root, reply, other)] == [True, True, False]
        kit.slack.control.people.delete({"user": "U0ALICE", "channel": DESIGN, "ts": reply["ts"]})
        kit.slack.core.files.delete(kit.slack.core.workspace.files[root["files"][0]])
        assert [await shown(sent) for sent in (root, reply)] == [False, False]
        assert kit.calls("conversations.replies") == []


async def test_our_own_message_is_looked_for_on_one_page() -> None:
    async with outgoing(Options(history_seconds=60.0)) as kit:
        for index in range(20):
            post(kit, f"{index}")
        api = slack_api(kit.api.client, BOT_USER, BOT_ID, history="limited")

        assert await find_own_message(api, DESIGN, {"event_type": "x"}, since=SystemClock().now()) is None
        assert [call.error for call in kit.calls("conversations.history")] == [None]
