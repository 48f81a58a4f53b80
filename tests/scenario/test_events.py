"""What Slack sends about one message, in every order and shape: one job where there should be one."""

import asyncio
import time

import pytest

from tests.scenario.edit_kit import (
    ALICE,
    BOB,
    DESIGN,
    edited,
    made,
    normal,
    photo,
    picture,
    reachable_bot,
    sources,
)
from tests.support.world import Json, World

MENTION: Json = {"type": "app_mention"}
MESSAGE: Json = {"type": "message"}
BARE: Json = {"type": "app_mention", "files": False}
BARE_MESSAGE: Json = {"type": "message", "files": False}


async def quiet(world: World, *, jobs: int = 0, messages: int) -> None:
    """Nothing comes of it, not even after the hold: a probe that does make a job is handled meanwhile."""
    await world.slack.settle()
    await asyncio.sleep(2.0)
    assert len(await world.jobs()) == jobs
    assert len(await world.slack.messages(DESIGN)) == messages
    assert not any(m["ephemeral_for"] for m in await world.slack.transcript(DESIGN))
    assert not any(m["reactions"] for m in await world.slack.messages(DESIGN))


@pytest.mark.parametrize(
    "events",
    [
        [MENTION, MESSAGE],
        [MESSAGE, MENTION],
        [BARE, MESSAGE],
        [MESSAGE, BARE],
        [BARE, {**MESSAGE, "delay": 0.8}],
        [MENTION],
        [MESSAGE],
        [MENTION | {"repeat": 3}, MESSAGE | {"repeat": 3, "new_event_id": True}],
        [BARE | {"repeat": 2}, MESSAGE | {"delay": 0.5, "repeat": 2, "repeat_delay": 2.5}],
        [BARE_MESSAGE, MENTION],
        [MESSAGE | {"subtype": None}, BARE],
        [MESSAGE | {"retry_num": 1, "retry_reason": "http_timeout"}],
    ],
    ids=[
        "mention first", "message first", "bare first", "bare last", "files come late", "mention only",
        "message only", "all repeated", "repeated late", "bare message", "no subtype", "retried",
    ],
)  # fmt: skip
async def test_one_message_is_one_edit_however_it_is_delivered(world: World, events: list[Json]) -> None:
    await reachable_bot(world)
    data = picture()

    said = await world.slack.message(
        ALICE, DESIGN, "@imagine make it blue --q low", files=[photo(data=data)], events=events
    )

    job = await edited(world)
    await world.slack.settle()
    await asyncio.sleep(max((s.get("repeat_delay", 0) for s in events), default=0))
    assert len(await world.jobs()) == 1
    assert len(world.provider.tasks()) == 1
    assert [s["sha256"] for s in sources(world)] == [normal(data)]
    assert job["thread_ts"] == said["ts"]
    await world.audit()


@pytest.mark.parametrize("proven", [True, False], ids=["its own file", "a file of elsewhere"])
async def test_a_file_that_only_the_rich_text_names_counts_once_slack_confirms_it(
    world: World, proven: bool
) -> None:
    await reachable_bot(world)
    data = picture()
    shown = await world.slack.message(BOB, DESIGN, "secret", files=[photo(data=data)], events=[])
    files = [photo(data=data)] if proven else []
    said = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=files, events=[])
    claimed = (said if proven else shown)["files"][0]
    section = {"type": "rich_text_section", "elements": [{"type": "file", "file_id": claimed}]}

    await world.slack.event(
        {
            "type": "app_mention", "channel": DESIGN, "ts": said["ts"], "event_ts": said["ts"], "user": ALICE,
            "text": "<@U0IMAGINE> make it blue --q low",
            "blocks": [{"type": "rich_text", "elements": [section]}],
        }
    )  # fmt: skip

    job = await world.job(delivery="delivered")
    assert job["kind"] == ("edit" if proven else "generate")
    assert len(await world.jobs()) == 1


async def test_foreign_threads_stay_quiet(world: World) -> None:
    await reachable_bot(world)
    root = await world.slack.message(ALICE, DESIGN, "holiday pictures")

    await world.slack.message(BOB, DESIGN, "nice, make it blue", thread_ts=root["ts"], files=[photo()])
    await world.slack.message(BOB, DESIGN, "a picture outside of any thread", files=[photo()])

    await quiet(world, messages=3)
    assert await world.slack.calls("conversations.replies") == []


async def test_talk_in_the_bots_own_thread_is_left_alone(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)

    await world.slack.message(BOB, DESIGN, "I like it, make more", thread_ts=parent["thread_ts"])

    await world.slack.settle()
    await asyncio.sleep(2.0)
    assert len(await world.jobs()) == 1


async def test_an_edited_or_deleted_message_starts_nothing_new(world: World) -> None:
    await reachable_bot(world)
    said = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[photo()])
    await edited(world)
    plain = await world.slack.message(ALICE, DESIGN, "no ask at all", files=[photo()])

    await world.slack.edit_message(ALICE, DESIGN, said["ts"], "@imagine make it green --q low")
    await world.slack.edit_message(ALICE, DESIGN, plain["ts"], "@imagine now it is one --q low")
    await world.slack.delete_message(ALICE, DESIGN, plain["ts"])

    await world.slack.settle()
    await asyncio.sleep(2.0)
    assert len(await world.jobs()) == 1
    assert len(world.provider.tasks()) == 1


async def test_bots_and_the_bot_itself_start_nothing(world: World) -> None:
    await reachable_bot(world)
    stamp = f"{time.time():.6f}"
    event = {
        "type": "message", "channel": DESIGN, "channel_type": "channel", "ts": stamp, "event_ts": stamp,
        "user": BOB, "text": "<@U0IMAGINE> make it blue", "files": [{"id": "F0NOWHERE", "name": "a.png"}],
    }  # fmt: skip

    await world.slack.event({**event, "bot_id": "B0OTHER"})
    await world.slack.event({**event, "bot_id": "B0OTHER", "subtype": "bot_message"})
    await world.slack.event({**event, "user": "U0IMAGINE"})
    await world.slack.event({**event, "subtype": "channel_topic"})

    await quiet(world, messages=0)


async def test_people_of_other_workspaces_may_look_and_not_spend(world: World) -> None:
    await reachable_bot(world)
    await world.slack.add_user("U0OUTSIDE", "olga", team_id="T0OTHER", channels=[DESIGN])

    await world.slack.message("U0OUTSIDE", DESIGN, "@imagine make it blue", files=[photo()])

    await quiet(world, messages=1)


async def test_an_old_message_is_not_acted_on(world: World) -> None:
    await reachable_bot(world)
    stamp = f"{time.time() - 3 * 3600:.6f}"

    await world.slack.event(
        {
            "type": "app_mention", "channel": DESIGN, "ts": stamp, "event_ts": stamp, "user": BOB,
            "text": "<@U0IMAGINE> a fox",
        }
    )  # fmt: skip

    await quiet(world, messages=0)


async def test_every_event_is_acknowledged_even_those_that_nobody_wants(world: World) -> None:
    await reachable_bot(world)
    said = await world.slack.message(ALICE, DESIGN, "chatter")
    await world.slack.edit_message(ALICE, DESIGN, said["ts"], "chatter, improved")
    await world.slack.delete_message(ALICE, DESIGN, said["ts"])

    await world.slack.settle()
    deliveries = await world.slack.deliveries()
    assert len(deliveries) >= 3
    assert all(d["acked"] for d in deliveries), deliveries
