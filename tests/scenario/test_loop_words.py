"""What words buy, and what they do not, in the loop's own mode: four drafts for a plain ask.

The numbers are those of the acceptance table that the loop was designed with.
"""

from __future__ import annotations

import pytest

from tests.scenario.budget_kit import all_of
from tests.scenario.edit_kit import ALICE, DESIGN, reachable_bot, whispers
from tests.scenario.loop_kit import image_of, labels, newest_job, press, root
from tests.support.world import World, eventually

PICTURES = (
    "thank you card with roses", "stop sign in the rain", "history of rome poster", "budget airline poster",
    "again and again, op art", "nice sunset", "hello kitty style cat", "cancel culture poster", "more cats",
    "back to the future car", "final boss", "snow", "statue", "presents", "candle", "no smoking sign",
    "budget price tag illustration", "can you draw a fox?",
)  # fmt: skip
"""The texts that look like something else and are pictures all the same."""


async def test_20_the_button_draws_what_was_typed(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await world.imagine("helpp")
    (asked,) = await whispers(world, ALICE, "Did you mean")
    assert labels(asked) == ["Help", "Draw “helpp” · $0.04"]
    assert await world.jobs() == []

    await press(world, asked, "draft_run")

    job = await newest_job(world, 1, delivery="delivered")
    assert (job["prompt"], job["n"], job["estimate_micros"]) == ("helpp", 4, 40_000)
    assert image_of(await root(world, job)) is not None


async def test_23_what_looks_like_a_command_and_is_a_picture_is_drawn(world: World) -> None:
    await reachable_bot(
        world, IMAGINE_MODE="drafts", IMAGINE_USER_PER_MINUTE="none", IMAGINE_CHANNEL_PER_MINUTE="none"
    )
    for count, text in enumerate(PICTURES, start=1):
        await world.imagine(text)
        job = await newest_job(world, count)
        assert (job["estimate_micros"], job["n"]) == (40_000, 4), text

    async def all_drawn() -> bool:
        return all(job["delivery"] == "delivered" for job in await world.jobs())

    await eventually(all_drawn, what="all pictures")
    assert await world.scope("user") == (0, 40_000 * len(PICTURES))


async def test_24_one_dash_is_a_flag_too(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await world.imagine("four teapots -q low")
    job = await newest_job(world, 1, delivery="delivered")
    assert (job["prompt"], job["n"], job["estimate_micros"]) == ("four teapots", 4, 40_000)


@pytest.mark.parametrize(("flags", "label"), [("--seed 5", "it"), ("--seed 5 --stylize 100", "them")])
async def test_25_a_flag_that_is_not_there_is_one_sentence(world: World, flags: str, label: str) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await world.imagine(f"a fox {flags}")
    (told,) = await whispers(world, ALICE, "exist here")
    assert labels(told)[0] == f"Draw without {label} · $0.04"
    assert await world.jobs() == []


async def test_28_a_guest_without_a_budget_can_ask_an_admin(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    answer = await world.imagine("a red fox", user="U0DAN")
    said = all_of(answer["ack"])
    assert "Guests need a budget before they can draw." in said
    assert "Ask an admin" in said
    assert await world.jobs() == []
    assert [m for m in await world.slack.messages(DESIGN) if m["bot_id"]] == []
