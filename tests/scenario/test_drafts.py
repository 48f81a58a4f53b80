"""Drafts first, then a final: what is drawn, what it costs, and what is asked before (loop reference 6)."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.budget_kit import all_of, buttons, direct, press
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
    assert labels(shown["ack"]) == ["Choose 4 drafts", "Choose 1 picture"]
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
    assert "Only a budget admin" in all_of(refused["ack"])
    made = await world.imagine("settings channel single", user=CAROL)
    assert "Follow the default in this channel" in labels(made["ack"])
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


async def test_four_finals_are_asked_about_privately_and_drawn_at_a_press(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="")  # as if it were not set

    asked = await world.imagine("a red fox --final --n 4")

    assert asked["ack"]["response_type"] == "ephemeral"
    assert asked["ack"]["text"].startswith("4 finals for $0.88?")
    assert labels(asked["ack"]) == ["Draw · $0.88", "4 medium · $0.24", "Change…", "Leave it"]
    assert await world.jobs() == []
    await press(world, ALICE, DESIGN, "draft_run")
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 880_000)
    await world.audit()


async def test_the_cheaper_variant_is_drawn_as_its_button_says_and_leave_it_is_nothing(
    world: World,
) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="0.50")
    await world.imagine("a red fox --final --n 4")
    await press(world, ALICE, DESIGN, "draft_cheaper")
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 240_000)
    assert set(await qualities(world)) == {"medium"}

    await world.imagine("an owl --final --n 3")
    await press(world, ALICE, DESIGN, "draft_cancel")
    await whispers(world, ALICE, "Nothing was charged.")
    assert len(await world.jobs()) == 1
    await world.audit()


async def test_what_is_cheap_or_half_of_the_budget_is_not_asked_about(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="0.50", IMAGINE_BUDGET_USER="0.44")

    await world.imagine("a red fox --final")  # $0.22 of $0.44
    await world.job(delivery="delivered")
    await world.imagine("a red fox --q medium --n 2")  # $0.12 of $0.22 at least
    asked = await buttons(world, DESIGN, ALICE)

    assert "2 medium pictures for $0.12?" in asked["text"]
    assert labels(asked) == ["Draw · $0.12", "2 drafts · $0.02", "Change…", "Leave it"]
    assert len(await world.jobs()) == 1
    await world.imagine("a red fox")  # $0.04: not worth a question
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 40_000)
    await world.audit()


async def test_what_a_mention_asks_for_is_asked_about_too(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="0.50")

    await world.slack.message(ALICE, DESIGN, "@imagine a red fox --size 4k --final")

    await whispers(world, ALICE, "1 final for $0.57?")
    assert await world.jobs() == []
    await press(world, ALICE, DESIGN, "draft_run")
    assert amount(await world.job(delivery="delivered")) == ("generate", 1, 570_000)


async def test_above_a_dollar_slack_asks_once_more(world: World) -> None:
    await world.start_bot(IMAGINE_CONFIRM_USD="0.50")

    asked = await world.imagine("a red fox --final --n 4 --size 2k")  # $1.72

    confirm = values(asked["ack"])["draft_run"]["confirm"]
    assert confirm["text"]["text"] == "4 finals for $1.72."
    assert "confirm" not in values(asked["ack"])["draft_cheaper"]


async def test_a_price_that_rose_meanwhile_is_said_and_nothing_bought_before_a_yes(
    world: World,
) -> None:
    first = await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="0.50")
    await world.imagine("a red fox --final --n 4")
    await first.stop()
    await world.start_bot("dearer", IMAGINE_MODE="drafts", IMAGINE_PRICES=dearer_prices(world.folder))

    await press(world, ALICE, DESIGN, "draft_run")

    (said,) = await whispers(world, ALICE, "It is $0.92 by now.")
    assert labels(said) == ["Go ahead · $0.92", "Leave it"]
    assert await world.jobs() == []
    await press(world, ALICE, DESIGN, "draft_run")
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 920_000)
    await world.audit()


def dearer_prices(folder: Path) -> str:
    """A table in which a final costs $0.23."""
    built_in = Path(__file__).parents[2] / "bot/domain/requests/prices.toml"
    changed = folder / "dearer.toml"
    changed.write_text(built_in.read_text(encoding="utf-8").replace('"0.22"', '"0.23"'), encoding="utf-8")
    return str(changed)


async def test_over_budget_the_first_variant_that_fits_is_a_button(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_BUDGET_USER="0.10")

    over = await world.imagine("a red fox --final")

    assert over["ack"]["text"].startswith("$0.22 is more than you have left ($0.10).")
    assert labels(over["ack"]) == ["1 medium · $0.06", "Ask an admin", "Leave it"]
    assert await world.jobs() == []
    await press(world, ALICE, DESIGN, "draft_cheaper")
    assert amount(await world.job(delivery="delivered")) == ("generate", 1, 60_000)
    await world.audit()


async def test_a_guest_without_a_budget_may_ask_for_one(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    refused = await world.imagine("a red fox", user="U0DAN")

    assert refused["ack"]["text"] == "Guests need a budget before they can draw."
    assert labels(refused["ack"]) == ["Ask an admin", "Leave it"]
    assert await world.jobs() == []


async def test_flags_of_other_bots_are_one_sentence_and_one_press_also_in_a_mention(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    refused = await world.imagine("a fox --seed 5 --stylize 250")
    assert refused["ack"]["text"] == "--seed and --stylize don't exist here."
    assert labels(refused["ack"]) == ["Draw without them · $0.04", "Leave it"]
    await world.slack.message(BOB, DESIGN, "@imagine an owl --seed 5")

    await whispers(world, BOB, "--seed doesn't exist here.")
    assert await world.jobs() == []
    await press(world, BOB, DESIGN, "draft_run")
    job = await world.job(delivery="delivered")
    assert (job["prompt"], job["user_id"], amount(job)) == ("an owl", BOB, ("generate", 4, 40_000))


async def test_who_was_asked_for_more_is_said_and_an_approval_draws_the_same_ask(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_BUDGET_USER="0.03", IMAGINE_ADMINS=CAROL)
    over = await world.imagine("a red fox")
    assert labels(over["ack"]) == ["3 drafts · $0.03", "Ask an admin", "Leave it"]

    await press(world, ALICE, DESIGN, "draft_ask")

    (sent,) = await whispers(world, ALICE, "Sent to", "You'll hear from me.")
    assert f'"user_id": "{CAROL}"' in all_of(sent["blocks"])
    await press(world, CAROL, await direct(world, CAROL), "petition_once")
    assert amount(await world.job(delivery="delivered")) == ("generate", 4, 40_000)
    await world.audit()
