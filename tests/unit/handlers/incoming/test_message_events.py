"""Which events are heard, and as what: one row for every rule of Slack reference 2.1 to 2.3."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.place import Place
from bot.domain.requests.source import SourceRef
from handlers.incoming.message_events import (
    MOST_FILES,
    OLDEST_SECONDS,
    Us,
    claimed_files,
    deleted_in,
    files_of,
    heard_from,
    is_shared_with,
    pictures_of,
    teams_of,
)

NOW = datetime.fromtimestamp(1_790_000_000, UTC)
TS = "1789999990.000100"
ROOT = "1789999000.000100"
PDF = {
    "id": "F2",
    "name": "a.pdf",
    "mimetype": "application/pdf",
    "mode": "hosted",
    "url_private": "https://x/y",
}
US = Us("T1", "UBOT", "E1")
PNG = {"id": "F1", "name": "a.png", "mimetype": "image/png", "mode": "hosted", "url_private": "https://x/y"}


def event(**changes: Any) -> dict[str, Any]:
    base = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "ts": TS,
        "user": "U1",
        "text": "hi",
    }
    return {key: value for key, value in (base | changes).items() if value is not ...}


def mention(**changes: Any) -> dict[str, Any]:
    return event(**{"type": "app_mention", "text": "<@UBOT> make it &lt;b&gt; blue"} | changes)


def test_a_mention_is_heard_decoded_and_without_the_mention() -> None:
    heard = heard_from(mention(files=[PNG]), US, NOW)

    assert heard is not None
    assert heard.place == Place("T1", "C1", None)
    assert (heard.ts, heard.user_id, heard.text) == (TS, "U1", "make it <b> blue")
    assert (heard.is_mention, heard.is_direct) == (True, False)
    assert heard.files == (SourceRef(file_id="F1", name="a.png"),)


@pytest.mark.parametrize("subtype", [..., None, "file_share", "thread_broadcast"])
def test_a_message_that_names_the_bot_is_a_mention_whatever_its_subtype(subtype: object) -> None:
    heard = heard_from(event(text="so <@UBOT> a fox", subtype=subtype), US, NOW)

    assert heard is not None
    assert heard.is_mention
    assert heard.key == heard_from(mention(), US, NOW).key  # type: ignore[union-attr]


def test_a_picture_in_a_thread_is_heard_without_a_mention() -> None:
    heard = heard_from(event(thread_ts=ROOT, files=[PNG], subtype="file_share"), US, NOW)

    assert heard is not None
    assert not heard.is_mention
    assert heard.place.thread_ts == ROOT


def test_a_root_that_names_itself_as_its_thread_is_in_none() -> None:
    heard = heard_from(mention(thread_ts=TS), US, NOW)

    assert heard is not None
    assert heard.place.thread_ts is None


@pytest.mark.parametrize("where", [{"channel_type": "im"}, {"channel": "D1", "channel_type": ...}])
def test_in_a_direct_message_plain_words_are_heard(where: dict[str, Any]) -> None:
    heard = heard_from(event(**where), US, NOW)

    assert heard is not None
    assert heard.is_direct


@pytest.mark.parametrize(
    "changes",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "me_message"},
        {"bot_id": "B2"},
        {"user": "UBOT"},
        {"user": ...},
        {"hidden": True},
        {"edited": {"user": "U1", "ts": TS}},
        {"ts": f"{NOW.timestamp() - OLDEST_SECONDS - 1:.6f}"},
        {"ts": "yesterday"},
        {"ts": "nan"},
        {"ts": 12},
        {"channel": None},
        {"type": "reaction_added"},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["app_mention", "message"])
def test_what_can_be_no_ask_is_dropped(kind: str, changes: dict[str, Any]) -> None:
    assert heard_from(mention(**{"type": kind, "thread_ts": ROOT, "files": [PNG]} | changes), US, NOW) is None


@pytest.mark.parametrize("key", ["user_team", "source_team", "team"])
def test_an_event_says_where_its_author_is_from(key: str) -> None:
    assert teams_of(mention(**{"user_team": None, "source_team": "", key: "T2"})) == {"T2"}
    assert teams_of({}) == frozenset()


def test_a_message_just_young_enough_is_heard() -> None:
    assert heard_from(mention(ts=f"{NOW.timestamp() - OLDEST_SECONDS + 1:.6f}"), US, NOW) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"files": [PNG]},
        {"thread_ts": ROOT},
        {"thread_ts": ROOT, "files": [PDF]},
        {"channel_type": "mpim", "channel": "G1"},
        {"channel_type": "im", "text": "  "},
    ],
    ids=str,
)
def test_talk_among_people_is_dropped(changes: dict[str, Any]) -> None:
    assert heard_from(event(**changes), US, NOW) is None


def test_an_empty_mention_is_heard_because_its_files_may_come_later() -> None:
    heard = heard_from(mention(text="<@UBOT>"), US, NOW)

    assert heard is not None
    assert heard.text == ""


def test_files_that_may_be_pictures_are_kept_in_order_once_each_and_not_endlessly() -> None:
    connect = {"id": "F3", "mode": "file_access", "file_access": "check_file_info"}
    untyped = {"id": "F4", "name": "shot", "mimetype": "", "mode": "hosted", "url_private": "https://x"}
    odd = [PNG, {"id": ""}, "junk", None, PDF]
    many = [{**PNG, "id": f"X{i}"} for i in range(50)]

    assert [ref.file_id for ref in pictures_of({"files": [*odd, connect, PNG, untyped]})] == [
        "F1",
        "F3",
        "F4",
    ]
    assert len(pictures_of({"files": many})) == MOST_FILES
    assert pictures_of({}) == pictures_of({"files": None}) == ()


@pytest.mark.parametrize(
    "addressed",
    [
        mention(files=[PDF, PNG]),
        event(text="<@UBOT> blue", files=[PDF, PNG]),
        event(channel_type="im", text="", files=[PDF, PNG]),
    ],
    ids=["mention", "message with a mention", "direct"],
)
def test_who_speaks_to_the_bot_means_every_file(addressed: dict[str, Any]) -> None:
    heard = heard_from(addressed, US, NOW)

    assert heard is not None
    assert [ref.name for ref in heard.files] == ["a.pdf", "a.png"]


def test_of_a_mere_reply_only_the_pictures_are_meant() -> None:
    heard = heard_from(event(thread_ts=ROOT, files=[PDF, PNG]), US, NOW)

    assert heard is not None
    assert [ref.name for ref in heard.files] == ["a.png"]


def test_all_files_of_a_message_are_kept_in_order_once_each_and_not_endlessly() -> None:
    many = [{**PDF, "id": f"X{i}"} for i in range(50)]

    assert [ref.file_id for ref in files_of({"files": [PDF, {"id": ""}, None, PNG, PDF]})] == ["F2", "F1"]
    assert len(files_of({"files": many})) == MOST_FILES


RICH = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
    {"type": "file", "file_id": "F9"}, {"type": "user", "user_id": "U2"}, {"type": "file", "file_id": "F9"},
]}]}]  # fmt: skip


def test_what_slack_makes_of_a_link_or_a_long_text_is_no_file_to_edit() -> None:
    link = {
        "id": "F3",
        "name": "Plan",
        "mimetype": "application/vnd.google-apps.document",
        "mode": "external",
    }
    canvas = {"id": "F4", "name": "Notes", "mimetype": "application/vnd.slack-docs", "mode": "quip"}
    drive = {"id": "F5", "name": "fox.png", "mimetype": "image/png", "mode": "external"}

    assert [ref.file_id for ref in files_of({"files": [link, PNG, canvas, drive, PDF]})] == ["F1", "F5", "F2"]


def test_files_that_only_the_rich_text_names_are_claims() -> None:
    assert claimed_files(mention(blocks=RICH)) == ["F9"]
    assert claimed_files(mention(blocks=RICH, files=[PNG])) == []
    assert claimed_files(mention(blocks="junk")) == []
    heard = heard_from(event(thread_ts=ROOT, blocks=RICH), US, NOW)
    assert heard is not None
    assert heard.files == (), "not before Slack has confirmed them"


@pytest.mark.parametrize(
    ("shares", "proven"),
    [
        ({"public": {"C1": [{"ts": TS}]}}, True),
        ({"private": {"C1": [{"ts": "1.0"}, {"ts": TS}]}}, True),
        ({"public": {"C2": [{"ts": TS}]}}, False),
        ({"public": {"C1": [{"ts": "1.0"}]}}, False),
        ({"public": None}, False),
        (None, False),
    ],
)
def test_a_claim_counts_when_slack_says_that_this_message_shares_the_file(shares: Any, proven: bool) -> None:
    assert is_shared_with({"shares": shares}, "C1", TS) is proven


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"subtype": "message_deleted", "deleted_ts": ROOT}, ("C1", ROOT)),
        ({"subtype": "message_changed", "message": {"subtype": "tombstone", "ts": ROOT}}, ("C1", ROOT)),
        ({"subtype": "message_changed", "message": {"ts": ROOT, "text": "edited"}}, None),
        ({"subtype": "message_changed", "message": None}, None),
        ({"subtype": "message_deleted"}, None),
        ({"subtype": "message_deleted", "deleted_ts": "x' OR 1"}, None),
        ({"subtype": "message_deleted", "deleted_ts": ROOT, "channel": None}, None),
        ({}, None),
    ],
)
def test_which_message_an_event_says_was_deleted(
    changes: dict[str, Any], gone: tuple[str, str] | None
) -> None:
    assert deleted_in(event(**changes)) == gone


def shared(*files: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """What Slack makes of a forwarded message."""
    return [{"is_share": True, "is_msg_unfurl": True, "text": "look", "files": list(files)} | changes]


def test_what_names_a_person_and_not_the_bot_is_for_that_person() -> None:
    text = "<@U0BOB> compare with the logo from last year"
    in_thread = {"thread_ts": ROOT, "files": [PNG], "subtype": "file_share"}

    assert heard_from(event(text=text, **in_thread), US, NOW) is None
    assert heard_from(event(text="<@UBOT> compare with <@U0BOB>", **in_thread), US, NOW) is not None
    assert heard_from(event(text=text, channel="D1", channel_type="im"), US, NOW) is not None
    for several in ("<!here>", "<!channel>", "<!subteam^S0MAKERS>", "<!subteam^S0MAKERS|@makers>"):
        assert heard_from(event(text=f"{several} compare", **in_thread), US, NOW) is None, several


@pytest.mark.parametrize("text", ["<@UBOTTLE> a fox", "<@UBOT2|imagine> a fox", "&lt;@UBOT&gt; a fox"])
def test_a_name_that_only_begins_like_the_bots_is_another(text: str) -> None:
    assert heard_from(event(text=text), US, NOW) is None


def test_a_forwarded_picture_is_the_messages_own() -> None:
    ref = SourceRef(file_id="F1", name="a.png")
    for forwarded in (
        mention(attachments=shared(PNG)),
        event(channel="D1", channel_type="im", attachments=shared(PNG)),
        event(thread_ts=ROOT, attachments=shared(PNG)),
    ):
        heard = heard_from(forwarded, US, NOW)
        assert heard is not None
        assert heard.files == (ref,)
    assert heard_from(event(thread_ts=ROOT, attachments=shared(PNG, is_share=False)), US, NOW) is None
    assert pictures_of({"files": [PNG], "attachments": shared(PNG, PDF)}) == (ref,)
    for odd in (None, "x", [None, {"is_share": True, "files": "x"}]):
        assert files_of({"attachments": odd}) == ()
