"""What Slack refuses in blocks, whom a text would notify, and the plain-text rendering."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.client import SandboxRefusedError, upload
from sandbox.slack.markup import from_keyboard, pings_of_message
from sandbox.slack.posting import sanitize
from sandbox.slack.render_text import render
from tests.unit.sandbox.slack_kit import Json, picture, room

NASTY = "<!channel> @here <@U1> <http://x|y> *b* ``` &lt;!here&gt;"
ESCAPED = "&lt;!channel&gt; @here &lt;@U1&gt;"
NEUTRAL = "&lt;!channel&gt; @\u200bhere &lt;@U1&gt;"


def mrkdwn(text: str, **more: Any) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}]


def plain(text: str) -> list[Json]:
    return [{"type": "section", "text": {"type": "plain_text", "text": text}}]


def rich(text: str) -> list[Json]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]


@pytest.mark.parametrize(
    ("text", "blocks", "parse", "expected"),
    [
        (NASTY, [], "none", ["U1", "channel"]),
        (NASTY, [], "client", ["U1", "channel", "here"]),
        (ESCAPED, [], "none", []),
        (ESCAPED, [], "client", ["here"]),
        (ESCAPED, [], "full", ["here"]),
        (NEUTRAL, [], "full", []),
        ("", mrkdwn(NASTY), "none", ["U1", "channel", "here"]),
        ("", mrkdwn(NASTY, verbatim=True), "none", ["U1", "channel"]),
        ("", mrkdwn(ESCAPED), "none", ["here"]),
        ("", mrkdwn(ESCAPED, verbatim=True), "none", []),
        ("", plain(NASTY), "full", []),
        ("", rich(NASTY), "full", []),
        ("", [{"type": "markdown", "text": NASTY}], "none", ["U1", "channel", "here"]),
        ("", [{"type": "image", "image_url": "https://x", "alt_text": NASTY}], "none", []),
        (
            "",
            [{"type": "context", "elements": [{"type": "mrkdwn", "text": "@everyone"}]}],
            "none",
            ["everyone"],
        ),
        ("hey @makers", [], "full", ["S0MAKERS"]),
        ("mail me@here.com", [], "full", []),
    ],
)
def test_pings(text: str, blocks: list[Json], parse: str, expected: list[str]) -> None:
    found = pings_of_message(text, blocks, [], parse=parse, link_names=False, groups={"makers": "S0MAKERS"})

    assert found == expected


async def test_update_parses_as_client_unless_told_otherwise() -> None:
    async with room() as here:
        ts = (await here.web.chat_postMessage(channel="C0DESIGN", text="@here"))["ts"]
        assert (await here.people.messages("C0DESIGN"))[0]["pings"] == []
        await here.web.chat_update(channel="C0DESIGN", ts=ts, text="@here", parse="none")
        assert (await here.people.messages("C0DESIGN"))[0]["pings"] == []
        await here.web.chat_update(channel="C0DESIGN", ts=ts, text="@here")

        assert (await here.people.messages("C0DESIGN"))[0]["pings"] == ["here"]


async def test_views_and_homes_say_whom_they_name() -> None:
    async with room() as here:
        await here.web.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": mrkdwn("<!channel>")})

        assert (await here.people.home("U0ALICE") or {})["pings"] == ["channel"]


async def test_typed_text_is_stored_as_slack_stores_it() -> None:
    async with room() as here:
        text, blocks = from_keyboard(
            "@bob see #design & https://a.b/c. <x> @nobody", here.sandbox.core.workspace
        )

        expected = "<@U0BOB> see <#C0DESIGN|design> &amp; <https://a.b/c>. &lt;x&gt; @nobody"
        assert text == expected
        kinds = [element["type"] for element in blocks[0]["elements"][0]["elements"]]
        assert kinds == ["user", "text", "channel", "text", "link", "text"]


@pytest.mark.parametrize("ending", [".", "...", ",", "!", "_", "-"])
async def test_a_name_ends_before_what_follows_it(ending: str) -> None:
    async with room() as here:
        text, _ = from_keyboard(f"thanks @bob{ending}", here.sandbox.core.workspace)

        assert text == f"thanks <@U0BOB>{ending}"


async def test_typed_emoji_are_stored_by_name_and_other_colons_as_text() -> None:
    async with room() as here:
        typed = "well done :tada::+1: at 12:30:45, :nosuch:"
        text, blocks = from_keyboard(typed, here.sandbox.core.workspace)

        assert text == typed
        assert blocks[0]["elements"][0]["elements"] == [
            {"type": "text", "text": "well done "},
            {"type": "emoji", "name": "tada", "unicode": "1f389"},
            {"type": "emoji", "name": "+1", "unicode": "1f44d"},
            {"type": "text", "text": " at 12:30:45, :nosuch:"},
        ]


async def test_an_edit_that_leaves_nothing_is_refused() -> None:
    async with room() as here:
        words = await here.people.message("U0ALICE", "C0DESIGN", "hello")
        shown = await here.people.message("U0ALICE", "C0DESIGN", files=[upload("cat.png", picture())])

        with pytest.raises(SandboxRefusedError, match="text or files"):
            await here.people.edit_message("U0ALICE", "C0DESIGN", words["ts"], "")
        await here.people.edit_message("U0ALICE", "C0DESIGN", shown["ts"], "my cat")
        await here.people.edit_message("U0ALICE", "C0DESIGN", shown["ts"], "")
        assert [message["text"] for message in await here.people.messages("C0DESIGN")] == ["hello", ""]


def test_sanitize_escapes_only_what_stands_alone() -> None:
    assert (
        sanitize("a < b & c &amp; <@U1> > <https://x|y>") == "a &lt; b &amp; c &amp; <@U1> &gt; <https://x|y>"
    )


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, **more}


@pytest.mark.parametrize(
    ("blocks", "where"),
    [
        ([{"type": "sparkle"}], "unsupported type: sparkle [json-pointer:/blocks/0/type]"),
        (mrkdwn("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (
            [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        ([{"type": "divider", "text": "x"}], "invalid additional property: text [json-pointer:/blocks/0]"),
        ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
        (
            [{"type": "image", "image_url": "https://x"}],
            "missing required field: alt_text [json-pointer:/blocks/0]",
        ),
        (
            [{"type": "divider", "block_id": "b"}] * 2,
            "`block_id` already exists [json-pointer:/blocks/1/block_id]",
        ),
        (
            [{"type": "actions", "elements": [button(), button()]}],
            "`action_id` already exists [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (
            [{"type": "actions", "elements": [button(value="x" * 2001)]}],
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            [{"type": "actions", "elements": [button(text={"type": "plain_text", "text": "x" * 76})]}],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (
            [{"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}],
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            [{"type": "alert", "text": {"type": "plain_text", "text": "x"}}],
            "unsupported type: alert [json-pointer:/blocks/0/type]",
        ),
        (
            [{"type": "carousel", "elements": []}],
            "elements attribute must contain at least 1 card [json-pointer:/blocks/0]",
        ),
    ],
)
def test_bad_blocks_are_refused_with_their_place(blocks: list[Json], where: str) -> None:
    errors = BlockCheck(surface="message", find_file=lambda _: None).blocks(blocks)

    assert errors == [f"[ERROR] {where}"]


def test_good_blocks_of_every_common_kind_are_taken() -> None:
    blocks: list[Json] = [
        *mrkdwn("hi", verbatim=True),
        *plain("hi"),
        *rich("hi"),
        {"type": "header", "text": {"type": "plain_text", "text": "h", "emoji": True}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://x", "alt_text": "a"}]},
        {"type": "actions", "elements": [button(style="primary", value="1")]},
        {"type": "markdown", "text": "**x**"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": button()},
    ]

    assert BlockCheck(surface="message", find_file=lambda _: None).blocks(blocks) == []


async def test_refused_blocks_answer_like_slack() -> None:
    async with room() as here:
        post = here.web.chat_postMessage
        assert await here.refused(post(channel="C0DESIGN", text="x", blocks="{")) == "invalid_blocks_format"
        assert (
            await here.refused(post(channel="C0DESIGN", text="x", blocks=[{"type": "?"}])) == "invalid_blocks"
        )
        many = [block for _ in range(6) for block in plain("x" * 2500)]
        assert await here.refused(post(channel="C0DESIGN", text="x", blocks=many)) == "msg_blocks_too_long"
        assert (
            await here.refused(here.web.api_call("chat.postMessage", json={"channel": "C0DESIGN"}))
            == "no_text"
        )


async def test_thread_is_rendered_as_text() -> None:
    async with room() as here:
        root = (await here.people.message("U0ALICE", "C0DESIGN", "@bob look & see"))["ts"]
        await here.upload("fox.png", picture(size=(1024, 1024)), "C0DESIGN", thread_ts=root)
        await here.people.settle()
        await here.web.chat_postEphemeral(channel="C0DESIGN", user="U0ALICE", text="psst <@U0BOB>")
        text = render(await here.people.transcript("C0DESIGN"), {"U0ALICE": "Alice", "U0IMAGINE": "Imagine"})

        lines = text.splitlines()
        assert lines[0] == "Alice: @U0BOB look & see"
        assert lines[1] == "    Imagine (app):"
        assert lines[2].startswith("        [file fox.png 1024x1024 image/png ")
        assert lines[3] == "only visible to Alice: psst @U0BOB"
