"""What a new channel and a new person are told, once, and what is answered to who asks for no picture."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.slack.options import BOT_SCOPES
from tests.scenario.budget_kit import all_of, direct, filled, form_of, told
from tests.scenario.edit_kit import ALICE, BOB, DESIGN, made, mood, reachable_bot, whispers
from tests.support.crash import at_rest
from tests.support.world import Json, World

RANDOM, GENERAL, CAROL = "C0RANDOM", "C0GENERAL", "U0CAROL"
HERE = "I draw pictures here. Type /imagine a red fox in snow, or drop in a picture"
NEW_SCOPES = ("channels:read", "groups:read", "reactions:read")


def labels(said: Json) -> list[str]:
    return [
        element["text"]["text"]
        for block in said["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def welcomes(world: World, channel: str) -> list[Json]:
    """The welcomes in a channel that everybody there sees."""
    return [m for m in await world.slack.messages(channel) if "I draw" in m["text"]]


async def test_40_a_channel_is_welcomed_once_and_not_when_the_bot_comes_again(world: World) -> None:
    await world.start_bot()

    await world.slack.invite(RANDOM, inviter=ALICE)

    said = await told(world, RANDOM, HERE)
    assert "Four drafts cost about $0.04." in said["text"]
    assert labels(said) == ["Draw something…", "What can you do?"]
    await world.slack.kick(RANDOM)
    await world.slack.invite(RANDOM, inviter=BOB)
    await at_rest(world)
    assert len(await welcomes(world, RANDOM)) == 1
    assert await world.jobs() == []


async def test_the_buttons_of_the_welcome_open_the_form_and_answer_privately(world: World) -> None:
    await world.start_bot()
    await world.slack.invite(RANDOM, inviter=ALICE)
    said = await told(world, RANDOM, HERE)

    await world.slack.action(BOB, RANDOM, said["ts"], "run_command_help")
    (answer,) = await whispers(world, BOB, "a lighthouse at dusk")
    assert labels(answer) == ["Draw something…", "My pictures", "Budget"]
    await world.slack.action(BOB, RANDOM, answer["ts"], "run_command_history")
    (pictures,) = await world.slack.views(BOB)
    assert "No pictures yet." in str(pictures["blocks"])
    await world.slack.action(BOB, RANDOM, said["ts"], "draw_something")

    assert (await form_of(world, BOB))["type"] == "modal"


@pytest.mark.parametrize("kind", ["general", "crowded"])
async def test_where_many_read_only_the_inviter_is_told(world: World, kind: str) -> None:
    await world.start_bot()
    channel = GENERAL if kind == "general" else RANDOM
    if kind == "general":
        await world.slack.kick(GENERAL)
    else:
        for number in range(201):
            await world.slack.add_user(f"U0MANY{number:03}", f"many{number}", channels=["random"])

    await world.slack.invite(channel, inviter=CAROL)

    said = await told(world, await direct(world, CAROL), "I draw pictures in ")
    assert f'"channel_id": "{channel}"' in all_of(said["blocks"])
    await at_rest(world)
    assert await welcomes(world, channel) == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_welcome_whose_posting_is_unsure_is_there_once(world: World, kind: str) -> None:
    """Slack's answer is lost, and the process dies before it looks."""
    bot = await world.start_bot()
    await world.slack.fault(Fault("chat.postMessage", kind))
    await world.slack.invite(RANDOM, inviter=ALICE)
    await world.slack.settle()
    await bot.kill()
    await world.start_bot()

    await told(world, RANDOM, HERE)
    await at_rest(world)

    assert len(await welcomes(world, RANDOM)) == 1


async def test_a_person_is_welcomed_in_their_own_messages_once(world: World) -> None:
    await world.start_bot()

    for _ in range(2):
        await world.slack.open_home(ALICE, tab="messages")

    said = await told(world, await direct(world, ALICE), "I draw and change pictures.")
    assert labels(said) == ["Draw something…", "Change a picture…"]
    await at_rest(world)
    assert len(await welcomes(world, await direct(world, ALICE))) == 1


async def test_whoever_has_drawn_needs_no_welcome(world: World) -> None:
    await world.start_bot()
    await made(world)

    await world.slack.open_home(ALICE, tab="messages")

    await at_rest(world)
    assert await welcomes(world, await direct(world, ALICE)) == []


async def test_17_thanks_get_a_thumb_and_no_words(world: World) -> None:
    await world.start_bot()

    said = await world.slack.message(ALICE, DESIGN, "@imagine thanks!")
    await mood(world, said["ts"], "+1")

    await at_rest(world)
    assert [m["ts"] for m in await world.slack.messages(DESIGN)] == [said["ts"]]
    assert not [m for m in await world.slack.transcript(DESIGN) if m["ephemeral_for"]]


@pytest.mark.parametrize(
    ("typed", "words", "buttons"),
    [
        ("hi", "I draw and change pictures.", ["Draw something…", "What can you do?", "Draw “hi” · $0.06"]),
        ("helpp", "Did you mean help?", ["Help", "Draw “helpp” · $0.06"]),
        (
            "budget foo",
            "Budgets here",
            ["Ask for more…", "My pictures", "Draw “budget foo” · $0.06"],
        ),
    ],
    ids=["18", "19", "22"],
)
async def test_18_19_22_it_is_answered_free_with_a_button_that_draws(
    world: World, typed: str, words: str, buttons: list[str]
) -> None:
    await world.start_bot()

    said = (await world.imagine(typed))["ack"]

    assert words in said["text"]
    assert labels(said) == buttons
    assert await world.jobs() == []
    assert await world.slack.messages(DESIGN) == []


async def test_a_bare_mention_says_how_to_go_on(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(ALICE, DESIGN, "@imagine")
    (alone,) = await whispers(world, ALICE, "Tell me what to draw.")
    assert labels(alone) == ["Draw something…"]
    thread = (await made(world))["thread_ts"]

    await world.slack.message(BOB, DESIGN, "@imagine", thread_ts=thread)

    (there,) = await whispers(world, BOB, "what to change in the picture above")
    assert labels(there) == ["Draw something…", "Edit that picture…"]
    await world.slack.action(BOB, DESIGN, there["ts"], "pic_edit")
    assert (await form_of(world, BOB))["type"] == "modal"
    assert len(await world.jobs()) == 1


async def test_a_cross_on_a_picture_buys_nothing_and_breaks_nothing(world: World) -> None:
    await world.start_bot()
    job = await made(world)

    for name in ("x", "star"):
        await world.slack.reaction(ALICE, DESIGN, job["thread_ts"], name)
    await at_rest(world)

    assert len(await world.jobs()) == 1
    await world.audit()


async def test_without_the_new_scopes_only_the_welcome_is_missing(world: World) -> None:
    await world.start_bot()
    await world.slack.scopes(*(scope for scope in BOT_SCOPES if scope not in NEW_SCOPES))

    await world.slack.invite(RANDOM, inviter=ALICE)
    await world.imagine("a fox --q low", channel=RANDOM)

    await world.job(status="succeeded", delivery="delivered")
    assert await welcomes(world, RANDOM) == []


async def test_status_rows_have_a_way_to_the_message_and_to_an_end(world: World) -> None:
    world.provider.set_options(duration_seconds=600.0)
    await world.start_bot()
    await world.imagine("a slow fox --q low")
    job = await world.job(status="running")

    said = (await world.imagine("status"))["ack"]

    assert job["id"] not in said["text"]
    (row,) = [block for block in said["blocks"] if block["type"] == "actions"]
    cancel, jump = row["elements"]
    assert (cancel["action_id"], cancel["value"]) == ("pic_cancel", f"{job['id']}.0")
    assert jump["url"].endswith(job["thread_ts"].replace(".", ""))


async def test_a_member_asks_for_more_and_an_admin_adds_it_once(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="1", IMAGINE_ADMINS=f"{CAROL},{BOB}")
    await world.imagine("budget")
    said = next(m for m in await world.slack.transcript(DESIGN) if m["ephemeral_for"] == ALICE)
    await world.slack.action(ALICE, DESIGN, said["ts"], "budget_more")
    form = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, form["id"], filled(amount="7.50", why="a deck"))

    for admin in (CAROL, BOB):
        card = await told(world, await direct(world, admin), "asks for $7.50 more this month.")
        assert "a deck" in all_of(card)
        await world.slack.action(admin, card["channel"], card["ts"], "budget_add")

    await whispers(world, CAROL, "$8.50 is left")
    shown = (await world.imagine("budget"))["ack"]
    assert "$8.50 of $8.50 left" in shown["text"]


async def test_an_admin_sets_a_limit_in_a_form(world: World) -> None:
    await world.start_bot(IMAGINE_ADMINS=CAROL)
    answer = (await world.imagine("budget help", user=CAROL))["ack"]
    assert labels(answer) == ["Limits…", "Pause", "Export"]
    said = next(m for m in await world.slack.transcript(DESIGN) if m["ephemeral_for"] == CAROL)

    await world.slack.action(CAROL, DESIGN, said["ts"], "budget_limits")
    form = await form_of(world, CAROL)
    wrong: Any = await world.slack.submit_view(CAROL, form["id"], filled(amount="a lot"))
    assert "That is no amount." in all_of(wrong)
    await world.slack.submit_view(CAROL, form["id"], filled(amount="0"))

    said = await told(world, await direct(world, CAROL), "Nobody has a budget of their own now.")
    over = await world.imagine("a fox --q low")
    assert "$0.00" in all_of(over["ack"])
    await world.slack.action(CAROL, said["channel"], said["ts"], "budget_give")
    await whispers(world, CAROL, "Everybody has $5.00 a month now.")


async def test_who_is_no_admin_any_more_changes_no_limit_with_an_old_button(world: World) -> None:
    bot = await world.start_bot(IMAGINE_ADMINS=f"{CAROL},{BOB}")
    await world.imagine("budget", user=BOB)
    said = next(m for m in await world.slack.transcript(DESIGN) if m["ephemeral_for"] == BOB)
    await bot.stop()
    await world.start_bot(IMAGINE_ADMINS=CAROL)

    await world.slack.action(BOB, DESIGN, said["ts"], "budget_limits")

    await whispers(world, BOB, "Only a budget admin can do that.")
