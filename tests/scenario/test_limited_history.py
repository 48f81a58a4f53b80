"""An app that Slack lets read one page of 15 messages a minute: edits in long threads end all the same,
start from the right picture, and are never drawn anew. The minute is a second here."""

from __future__ import annotations

import asyncio

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
    whispers,
)
from tests.support.world import Json, World


async def chat(world: World, thread: str, count: int) -> None:
    for number in range(count):
        await world.slack.message(BOB, DESIGN, f"reply {number}", thread_ts=thread)


async def reads(world: World) -> list[Json]:
    return [c for c in await world.slack.calls("conversations.replies") if c["error"] is None]


async def test_an_edit_in_a_thread_of_forty_replies_ends(world: World) -> None:
    await world.slack.options(history_seconds=1.0)
    await reachable_bot(world)
    data = picture(size=(320, 200))
    root = await world.slack.message(ALICE, DESIGN, "look", files=[photo(data=data)])
    await chat(world, root["ts"], 39)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=root["ts"])

    job = await edited(world)
    assert job["thread_ts"] == root["ts"]
    assert sources(world)[0]["sha256"] == normal(data)
    notes = await whispers(world, ALICE, "wait 3 minutes")
    assert len(notes) == 1, "told once"
    assert len(await reads(world)) == 3
    await world.slack.options(history_seconds=None)


async def test_who_attaches_the_picture_instead_of_waiting_gets_one_edit(world: World) -> None:
    await world.slack.options(history_seconds=2.0)
    await reachable_bot(world)
    root = await world.slack.message(ALICE, DESIGN, "look", files=[photo()])
    await chat(world, root["ts"], 39)
    data = picture(size=(320, 200))

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=root["ts"])
    await whispers(world, ALICE, "wait 3 minutes")
    again = {"files": [photo(data=data)], "thread_ts": root["ts"]}
    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", **again)

    await edited(world)
    await asyncio.sleep(5)  # longer than the rest of the thread would take to read
    assert len(world.provider.tasks()) == 1
    assert sources(world)[0]["sha256"] == normal(data)
    await world.slack.options(history_seconds=None)


async def test_a_longer_thread_is_refused_and_nothing_is_drawn_instead(world: World) -> None:
    await world.slack.options(history_seconds=1.0)
    await reachable_bot(world)
    root = await world.slack.message(ALICE, DESIGN, "look", files=[photo()])
    await chat(world, root["ts"], 60)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=root["ts"])

    await whispers(world, ALICE, "does not show this bot the thread")
    assert len(await reads(world)) == 3
    assert await world.jobs() == []
    await world.slack.options(history_seconds=None)


async def test_our_own_records_tell_the_newest_picture_of_a_thread_of_ours(world: World) -> None:
    await world.slack.options(history_seconds=60.0)
    await reachable_bot(world, IMAGINE_HISTORY="limited")
    first = await made(world)
    await chat(world, first["thread_ts"], 20)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=first["thread_ts"])
    second = await edited(world)
    assert second["parent_id"] == first["id"]

    data = picture(size=(300, 200))
    shown = await world.slack.message(
        BOB, DESIGN, "mine, with a hat --q low", thread_ts=first["thread_ts"], files=[photo(data=data)]
    )
    third = await edited(world, user_id=BOB)
    await world.slack.message(ALICE, DESIGN, "@imagine greener --q low", thread_ts=first["thread_ts"])
    fourth = await edited(world, user_id=ALICE, prompt="greener")
    assert fourth["parent_id"] == third["id"], "its result is newer than the photo"
    assert shown["ts"]

    assert await reads(world) == []
    assert await world.slack.calls("conversations.history") == []
    await world.slack.options(history_seconds=None)


async def test_mentions_outside_a_thread_do_not_wait_for_the_next_minute(world: World) -> None:
    await world.slack.options(history_seconds=60.0)
    await world.start_bot(IMAGINE_HISTORY="limited")
    for number in range(3):
        await world.slack.message(ALICE, DESIGN, f"@imagine teapot {number} --q low")
        await world.job(prompt=f"teapot {number}", delivery="delivered")
    await world.slack.options(history_seconds=None)
