"""Texts that ask for no picture: answered free, and the button draws what was typed, once."""

import json
from functools import partial

from tests.scenario.edit_kit import (
    ALICE,
    DESIGN,
    made,
    mood,
    normal,
    photo,
    picture,
    reachable_bot,
    whispers,
)
from tests.support.world import Json, World, eventually

UNHURRIED = {"IMAGINE_USER_PER_MINUTE": "none", "IMAGINE_CHANNEL_PER_MINUTE": "none"}

TYPED = {
    "helpp": "Did you mean",
    "hist": "have not drawn anything yet",
    "show 5": "have not drawn anything yet",
    "cancel all": "Nothing is being drawn for you",
    "stop": "Say it in the thread of the picture",
    "history fox": "None of your latest pictures has",
    "budget foo": "Budgets here",
    "budget status": "Budgets here",
    "budget set workspace = $50": "That is no budget command.",
    "budget topup $5": "That is no budget command.",
    "budget zone UTC+2": "That is no budget command.",
    "my budget": "Budgets here",
    "balance": "Budgets here",
    "again": "Say it in the thread of the picture",
    "u1": "Say it in the thread of the picture",
    "thanks": "👍",
    "what can you do?": "a lighthouse at dusk",
    "how much money is left?": "Budgets here",
}


def buttons(blocks: list[Json]) -> dict[str, str]:
    """Label to action id of all buttons."""
    return {
        element["text"]["text"]: element["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


async def _is_offered(world: World, label: str) -> bool:
    return any(label in buttons(said["blocks"]) for said in await whispers(world, ALICE))


async def nothing_bought(world: World, *, jobs: int = 0) -> None:
    assert len(await world.jobs()) == len(world.provider.tasks()) == jobs
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])


async def test_what_is_typed_beside_the_point_buys_nothing(world: World) -> None:
    await world.start_bot(**UNHURRIED)

    for text, words in TYPED.items():
        said = (await world.imagine(text))["ack"]
        assert words in json.dumps(said, ensure_ascii=False), text

    await nothing_bought(world)


async def test_the_button_draws_what_was_typed_once(world: World) -> None:
    await world.start_bot()
    await world.imagine("helpp")
    (shown,) = [m for m in await world.slack.transcript(DESIGN) if m["ephemeral_for"] == ALICE]
    labels = buttons(shown["blocks"])
    assert list(labels) == ["Help", "Draw “helpp” · $0.06"]

    await world.slack.action(ALICE, DESIGN, shown["ts"], labels["Help"])
    assert len(await whispers(world, ALICE, "a lighthouse at dusk")) == 1
    await nothing_bought(world)
    await world.slack.action(ALICE, DESIGN, shown["ts"], labels["Draw “helpp” · $0.06"])

    job = await world.job(status="succeeded", delivery="delivered")
    assert job["prompt"] == "helpp"
    assert len(await world.jobs()) == len(world.provider.tasks()) == 1
    assert not any(
        message["ts"] == shown["ts"] and buttons(message["blocks"])
        for message in await world.slack.transcript(DESIGN)
    ), "what was decided has no buttons left"


async def test_small_talk_in_a_direct_message_is_answered_and_never_drawn(world: World) -> None:
    await world.start_bot(**UNHURRIED)

    for text in ("hi", "what can you do?"):
        await world.slack.message(ALICE, "im", text)
        await eventually(partial(_is_offered, world, f"Draw “{text}” · $0.06"), what=text)
    thanks = await world.slack.message(ALICE, "im", "thanks")
    await mood(world, thanks["ts"], "+1", channel=thanks["channel"])

    await nothing_bought(world)


async def test_what_is_said_around_a_picture_in_its_thread_changes_nothing(world: World) -> None:
    await reachable_bot(world, **UNHURRIED)
    thread = (await made(world))["thread_ts"]

    for text in ("@imagine thanks!", "@imagine nice :heart:", "<@U0BOB> thanks <@U0IMAGINE>"):
        said = await world.slack.message(ALICE, DESIGN, text, thread_ts=thread)
        await mood(world, said["ts"], "+1")
    await world.slack.message(ALICE, DESIGN, "@imagine undo", thread_ts=thread)
    await whispers(world, ALICE, "no earlier picture")

    await nothing_bought(world, jobs=1)


async def test_stop_in_a_thread_cancels_what_waits_there(world: World) -> None:
    await reachable_bot(world, IMAGINE_USER_IN_FLIGHT="1")
    thread = (await made(world))["thread_ts"]
    world.provider.set_options(duration_seconds=600.0)
    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=thread)
    await world.job(status="running")
    await world.slack.message(ALICE, DESIGN, "@imagine make it green --q low", thread_ts=thread)
    await world.job(status="queued")

    await world.slack.message(ALICE, DESIGN, "@imagine stop", thread_ts=thread)

    await whispers(world, ALICE, "Cancelled. Nothing was charged.")
    cancelled = await world.job(status="cancelled")
    assert cancelled["prompt"] == "make it green"


async def test_a_picture_for_somebody_else_is_left_alone(world: World) -> None:
    await reachable_bot(world)
    thread = (await made(world))["thread_ts"]

    await world.slack.message(
        ALICE, DESIGN, "@bob compare with the logo from last year", files=[photo()], thread_ts=thread
    )
    await world.slack.settle()

    await nothing_bought(world, jobs=1)


async def test_a_forwarded_picture_is_changed_and_none_is_made_anew(world: World) -> None:
    await reachable_bot(world)
    data = picture()
    posted = await world.slack.message(ALICE, DESIGN, "last year's logo", files=[photo(data=data)])
    forward = {"channel": DESIGN, "ts": posted["ts"]}

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", forward=forward)
    job = await world.job(kind="edit", delivery="delivered")
    await world.slack.message(ALICE, "im", "make it green --q low", forward=forward)
    await world.job(kind="edit", prompt="make it green", delivery="delivered")

    thread = job["thread_ts"]
    await world.slack.message(ALICE, DESIGN, "make it red --q low", forward=forward, thread_ts=thread)
    await world.job(kind="edit", prompt="make it red", delivery="delivered")
    assert [task["sources"][0]["sha256"] for task in world.provider.tasks()] == [normal(data)] * 3


async def test_a_person_in_the_words_is_drawn_by_name(world: World) -> None:
    await reachable_bot(world)

    await world.slack.message(ALICE, DESIGN, "@imagine a portrait of @bob as a knight :tada: --q low")

    job = await world.job(delivery="delivered")
    assert job["prompt"] == "a portrait of bob as a knight 🎉"
