"""Drafts first, then a final: what is drawn, what it costs, and what is asked before (loop reference 6)."""

from __future__ import annotations

from tests.scenario.budget_kit import all_of, press
from tests.scenario.edit_kit import ALICE, BOB, DESIGN, edited, photo, reachable_bot, whispers
from tests.support.world import Json, World

CAROL = "U0CAROL"  # a budget admin


def amount(job: Json) -> tuple[str, int, int]:
    """Kind, number and estimate in micro-dollars."""
    return job["kind"], job["n"], job["estimate_micros"]


def labels(message: Json) -> list[str]:
    """What the buttons of a message say, from left to right."""
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def values(message: Json) -> dict[str, Json]:
    """A message's buttons by their action ids."""
    return {
        element["action_id"]: element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


async def qualities(world: World) -> list[str]:
    """The quality of every order that the provider got."""
    return [task.order.quality for task in world.provider.gateway.book.tasks.values()]


async def test_a_plain_ask_is_four_low_drafts_for_four_cents(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    await world.imagine("a red fox")

    job = await world.job(status="succeeded", delivery="delivered")
    assert amount(job) == ("generate", 4, 40_000)
    assert set(await qualities(world)) == {"low"}
    assert len(await world.made()) == 4
    assert (await world.scope("user"))[1] == 40_000
    await world.audit()


async def test_in_single_mode_it_is_one_medium_picture(world: World) -> None:
    await world.start_bot()

    await world.imagine("a red fox")

    assert amount(await world.job(delivery="delivered")) == ("generate", 1, 60_000)
    assert await qualities(world) == ["medium"]


async def test_the_default_of_an_installation_is_drafts(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="")  # as if it were not set

    await world.slack.message(ALICE, DESIGN, "@imagine a red fox")

    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 40_000)


async def test_final_is_one_high_picture(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    await world.imagine("a red fox --final")

    assert amount(await world.job(delivery="delivered")) == ("generate", 1, 220_000)
    assert await qualities(world) == ["high"]


async def test_an_edit_has_the_quality_of_our_picture_and_of_an_upload_medium(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await world.imagine("a red fox")
    sheet = await world.job(delivery="delivered")

    thread = sheet["thread_ts"]
    await world.slack.message(ALICE, DESIGN, "@imagine make the third one blue", thread_ts=thread)
    assert amount(await edited(world)) == ("edit", 1, 20_000)
    await world.slack.message(ALICE, DESIGN, "@imagine make it green", files=[photo()])
    assert amount(await edited(world, prompt="make it green")) == ("edit", 1, 70_000)
    await world.slack.message(ALICE, DESIGN, "@imagine make the third one red --n 4", thread_ts=thread)
    assert amount(await edited(world, prompt="make it red")) == ("edit", 4, 80_000)
    await world.audit()


async def test_settings_are_shown_privately_and_changed_by_a_button(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    shown = await world.imagine("settings")
    assert shown["ack"]["response_type"] == "ephemeral"
    assert "Without flags you get 4 drafts." in shown["ack"]["text"]
    assert labels(shown["ack"]) == ["4 drafts for me", "1 picture for me"]
    await press(world, ALICE, DESIGN, "settings_mine_one")

    await whispers(world, ALICE, "Without flags you get 1 medium picture.")
    assert await world.jobs() == []
    await world.imagine("a red fox")
    assert amount(await world.job(delivery="delivered"))[1:] == (1, 60_000)
    await world.imagine("an owl", user=BOB)
    assert amount(await world.job(delivery="delivered", user_id=BOB))[1:] == (4, 40_000)


async def test_a_persons_own_choice_counts_before_the_channels_which_admins_make(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    refused = await world.imagine("settings channel single")
    assert "may not" in all_of(refused["ack"])
    made = await world.imagine("settings channel single", user=CAROL)
    assert "No default for this channel" in labels(made["ack"])
    await world.slack.message(BOB, DESIGN, "@imagine settings drafts")
    await whispers(world, BOB, "Without flags you get 4 drafts.")

    for user, n in ((ALICE, 1), (BOB, 4)):
        await world.imagine("a red fox", user=user)
        assert (await world.job(delivery="delivered", user_id=user))["n"] == n
    await world.slack.message(ALICE, "im", "a red fox")
    assert (await world.job(delivery="delivered", user_id=ALICE, prompt="a red fox"))["n"] == 4
    in_private = await world.imagine("settings channel single", user=CAROL, channel="im")
    assert "settings channel" in all_of(in_private["ack"])


async def test_settings_and_another_word_are_no_picture_without_a_press(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    answered = await world.imagine("settings icon")

    assert await world.jobs() == []
    assert "Draw “settings icon” · $0.04" in labels(answered["ack"])
    await press(world, ALICE, DESIGN, "draft_run")
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 40_000)
