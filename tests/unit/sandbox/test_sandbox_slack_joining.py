"""Who comes, who reacts, and what can be asked of a conversation: events by subscription and scope."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from sandbox.slack.options import BOT_EVENTS, BOT_SCOPES
from tests.unit.sandbox.slack_kit import Json, Room, bolt, picture, room

READ = ("channels:read", "groups:read", "reactions:read", "channels:join")
HEARD = ("member_joined_channel", "reaction_added")


@asynccontextmanager
async def listening(
    *, scopes: tuple[str, ...] = READ, events: tuple[str, ...] = HEARD
) -> AsyncIterator[tuple[Room, list[Json]]]:
    """A room and the events that are no messages, with these of READ and HEARD and no others."""
    heard: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.middleware  # before Bolt drops what the bot itself has done
        async def see(body: Json) -> BoltResponse:
            if body["event"]["type"] in HEARD:
                heard.append(body["event"])
            return BoltResponse(status=200)

    granted = (*(scope for scope in BOT_SCOPES if scope not in READ), *scopes)
    wanted = (*(event for event in BOT_EVENTS if event not in HEARD), *events)
    async with room(scopes=granted, events=wanted) as here, bolt(here, register, own=True):
        yield here, heard


def parts(event: Json, *keys: str) -> tuple[Any, ...]:
    return tuple(event.get(key) for key in keys)


async def test_joining_is_told_for_people_and_for_the_bot_with_its_inviter() -> None:
    async with listening() as (here, heard):
        await here.people.invite("C0RANDOM", inviter="U0BOB")
        await here.people.invite("C0RANDOM", inviter="U0BOB")  # is in already: nothing
        await here.people.invite("G0SECRET")
        await here.people.add_user("U0ERIN", "erin", channels=["C0DESIGN"])
        await here.people.settle()

    assert [parts(event, "user", "channel", "channel_type", "inviter") for event in heard] == [
        ("U0IMAGINE", "C0RANDOM", "C", "U0BOB"),
        ("U0IMAGINE", "G0SECRET", "G", "U0ALICE"),
        ("U0ERIN", "C0DESIGN", "C", None),
    ]


async def test_a_bot_that_joins_by_itself_has_no_inviter() -> None:
    async with listening() as (here, heard):
        await here.web.conversations_join(channel="C0RANDOM")
        await here.web.conversations_join(channel="C0RANDOM")
        await here.people.settle()

    assert [parts(event, "user", "inviter", "team") for event in heard] == [("U0IMAGINE", None, "T0SANDBOX")]


async def test_reactions_of_people_and_of_the_bot_are_told() -> None:
    async with listening() as (here, heard):
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
        await here.people.reaction("U0BOB", "C0DESIGN", ts, "star")
        await here.web.reactions_add(channel="C0DESIGN", timestamp=ts, name="one")
        elsewhere = await here.people.message("U0BOB", "C0RANDOM", "the bot is not here")
        await here.people.reaction("U0BOB", "C0RANDOM", elsewhere["ts"], "star")
        await here.people.settle()
        got = (await here.web.api_call("reactions.get", params={"channel": "C0DESIGN", "timestamp": ts})).data

    assert [parts(event, "user", "reaction", "item_user") for event in heard] == [
        ("U0BOB", "star", "U0IMAGINE"),
        ("U0IMAGINE", "one", "U0IMAGINE"),
    ]
    assert heard[0]["item"] == {"type": "message", "channel": "C0DESIGN", "ts": ts}
    assert isinstance(got, dict)
    assert [(r["name"], r["users"]) for r in got["message"]["reactions"]] == [
        ("star", ["U0BOB"]),
        ("one", ["U0IMAGINE"]),
    ]


@pytest.mark.parametrize("lacking", ["scopes", "events"])
async def test_without_scope_or_subscription_nothing_is_told(lacking: str) -> None:
    async with listening(**{lacking: ()}) as (here, heard):  # type: ignore[arg-type]
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
        await here.people.reaction("U0BOB", "C0DESIGN", ts, "star")
        await here.people.invite("C0RANDOM")
        await here.people.settle()

    assert heard == []


async def test_reading_a_conversation_needs_the_scope_of_its_kind() -> None:
    async with listening(scopes=("channels:read",)) as (here, _):
        await here.people.invite("G0SECRET")
        info = here.web.conversations_info
        general = (await info(channel="C0GENERAL", include_num_members=True))["channel"]
        design = (await info(channel="C0DESIGN"))["channel"]
        refusal = await here.refusal(info(channel="G0SECRET"))

    assert (general["is_general"], general["num_members"]) == (True, 6)
    assert (design["is_general"], "num_members" in design) == (False, False)
    assert (refusal["error"], refusal["needed"]) == ("missing_scope", "groups:read")


async def test_reading_reactions_needs_its_scope() -> None:
    async with listening(scopes=()) as (here, _):
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
        get = here.web.reactions_get(channel="C0DESIGN", timestamp=ts)

        assert await here.refused(get) == "missing_scope"


async def test_a_home_shows_pictures_by_file() -> None:
    async with listening() as (here, _):
        file_id = await here.upload("fox.png", picture(), "C0DESIGN")
        accessory = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "fox"}
        text = {"type": "plain_text", "text": "a fox"}
        view = {
            "type": "home",
            "blocks": [{"type": "section", "block_id": "lib", "text": text, "accessory": accessory}],
        }
        early = await here.refusal(here.web.views_publish(user_id="U0ALICE", view=view))
        await here.people.settle()
        await here.web.views_publish(user_id="U0ALICE", view=view)
        home = await here.people.home("U0ALICE") or {}

    assert "invalid slack file" in early["response_metadata"]["messages"][0]
    assert home["pictures"] == [{"block_id": "lib", "file": file_id, "visible": True, "hidden_from": []}]


async def test_a_view_with_a_picture_its_viewer_may_not_see_is_refused_by_order() -> None:
    async with room(views_need_access=True) as here:
        file_id = await here.upload("fox.png", picture())
        await here.people.settle()
        block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "fox"}
        publish = here.web.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": [block]})

        assert await here.refused(publish) == "invalid_arguments"
        assert await here.people.home("U0ALICE") is None
