"""Prices that are not as expected, through the real bot: what is counted, and which admin hears of it."""

from importlib import resources

import pytest

from tests.scenario.budget_kit import all_of, direct, told
from tests.support.world import World

ADMIN = "U0CAROL"


async def test_a_price_stated_at_submit_is_set_aside_at_once_and_an_overrun_is_told_once(
    world: World,
) -> None:
    world.provider.set_options(jobs_usage=True, amount_at_submit=True, amount_factor=4.0)
    await world.start_bot(IMAGINE_BUDGET_WORKSPACE="0.05", IMAGINE_ADMINS=ADMIN)

    await world.imagine("a fox --q low --n 4")
    job = await world.job(status="succeeded", delivery="delivered")
    message = await told(world, await direct(world, ADMIN), "more than expected")

    assert job["id"] not in message["text"]
    assert job["cost_micros"] > job["estimate_micros"]
    assert await world.scope("workspace") == (0, job["cost_micros"])
    refused = await world.imagine("an owl --q low")
    assert "Ask an admin" in all_of(refused["ack"])
    desk = await world.slack.messages(await direct(world, ADMIN))
    assert sum("more than expected" in all_of(m) for m in desk) == 1


@pytest.mark.parametrize("mode", ["negative", "nan", "absurd"])
async def test_a_price_that_nobody_can_believe_counts_as_estimated_and_is_told(
    world: World, mode: str
) -> None:
    world.provider.set_options(jobs_usage=True)
    await world.start_bot(IMAGINE_ADMINS=ADMIN)

    await world.imagine(f"a fox [amount:{mode}] --q low")
    job = await world.job(status="succeeded", delivery="delivered")
    message = await told(world, await direct(world, ADMIN), "says a picture costs")

    assert job["id"] not in message["text"]
    assert job["cost_micros"] == job["estimate_micros"]
    await world.audit()


async def test_a_missing_price_is_told_to_the_asker_and_once_to_the_admin(world: World) -> None:
    table = world.folder / "prices.toml"
    whole = resources.files("bot.domain.requests").joinpath("prices.toml").read_text(encoding="utf-8")
    before, _, after = whole.partition('[[class]]\nname = "2K"')
    table.write_text(before + after[after.index("[surcharge]") :])
    await world.start_bot(IMAGINE_ADMINS=ADMIN, IMAGINE_PRICES=str(table))

    for _ in range(2):
        refused = await world.imagine("a fox --size 3840x2160")
        assert "no price" in all_of(refused["ack"])
    await told(world, await direct(world, ADMIN), "has no price")

    assert await world.jobs() == []
    desk = await world.slack.messages(await direct(world, ADMIN))
    assert sum("has no price" in all_of(m) for m in desk) == 1


async def test_past_a_soft_limit_the_picture_comes_and_the_admin_is_told(world: World) -> None:
    await world.start_bot(IMAGINE_ADMINS=ADMIN)
    await world.imagine("budget set channel $0.02 month soft", user=ADMIN)

    within = await world.imagine("a fox --q low --n 2")
    await world.job(prompt="a fox", delivery="delivered")
    past = await world.imagine("an owl --q low --n 2")

    assert (within["ack"], past["ack"]) == (None, None), "the root message is the receipt"
    await world.job(prompt="an owl", status="succeeded", delivery="delivered")
    assert "$0.04 spent" in all_of((await world.imagine("budget"))["ack"])
    await told(world, await direct(world, ADMIN), "used all of")
