"""Over budget through the real bot: the admins' channel, forms, reasons, ten clicks at once, forgeries."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from app.clock import SystemClock
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.pending_request import PendingState
from bot.ports import Transaction
from sandbox.faults import Fault
from storage.engine import open_store
from tests.scenario.budget_kit import (
    DESIGN,
    all_of,
    buttons,
    direct,
    filled,
    form_of,
    over_budget,
    press,
    told,
)
from tests.scenario.form_kit import draw
from tests.support.ports import free_port
from tests.support.processes import ROOT
from tests.support.world import Json, World, eventually

ADMINS = [f"U0ADMIN{number}" for number in range(10)]
DESK = "C0GENERAL"
TIGHT = {"IMAGINE_BUDGET_USER": "0.01", "IMAGINE_APPROVALS_CHANNEL": DESK}


async def admins_join(world: World) -> None:
    for number, user in enumerate(ADMINS):
        await world.slack.add_user(user, f"admin{number}", channels=[DESK, DESIGN])


async def card(world: World) -> Json:
    return await told(world, DESK, "Over budget")


@pytest.mark.parametrize("replicas", [1, pytest.param(2, marks=pytest.mark.postgres)])
async def test_ten_admins_press_within_a_moment_and_one_job_runs(
    world: World, replicas: int, request: pytest.FixtureRequest
) -> None:
    """T19: one grant, one order, nine are told who was first."""
    if replicas > 1:
        world.env["IMAGINE_DATABASE_URL"] = request.getfixturevalue("empty_postgres_url")
        world.env["IMAGINE_SECRET_KEY"] = "a secret that all replicas share"
    await admins_join(world)
    env = TIGHT | {"IMAGINE_ADMINS": ",".join(ADMINS)}
    for number in range(replicas):
        await world.start_bot(f"bot{number}", **env, IMAGINE_PORT=str(free_port()))
    await over_budget(world)
    ts = (await card(world))["ts"]

    await asyncio.gather(*(world.slack.action(admin, DESK, ts, "petition_once") for admin in ADMINS))

    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["user_id"], job["channel_id"]) == ("U0ALICE", DESIGN)
    assert len(await world.jobs()) == len(world.provider.tasks()) == 1

    async def answered() -> bool:
        seen = all_of([m for m in await world.slack.transcript(DESK) if m["ephemeral_for"]])
        return seen.count("The person who asked is told") >= 1 and seen.count("was approved already") >= 9

    await eventually(answered, what="nine are told that it was approved")
    closed = await told(world, DESK, "Approved by")
    assert '"actions"' not in all_of(closed["blocks"])
    await world.audit()


@pytest.mark.parametrize(
    "clicks", [60, pytest.param(500, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
async def test_forged_clicks_do_nothing_also_while_slack_cannot_be_asked(world: World, clicks: int) -> None:
    """T18: members, guests, people of other workspaces and the asker; then with the roles unavailable."""
    await world.slack.add_user("U0OTHER", "other", team_id="T0OTHER", channels=[DESK])
    await world.start_bot(**TIGHT, IMAGINE_ADMINS="U0CAROL", IMAGINE_BUDGET_WORKSPACE="0")
    await over_budget(world)
    ts = (await card(world))["ts"]
    people = ["U0ALICE", "U0BOB", "U0DAN", "U0OTHER"]
    actions = ["petition_once", "petition_raise", "petition_change", "petition_deny"]

    async def forge(number: int, who: list[str]) -> None:
        user, action = who[number % len(who)], actions[number // len(who) % len(actions)]
        await world.slack.action(user, DESK, ts, action)

    for start in range(0, clicks, 20):
        await asyncio.gather(*(forge(number, people) for number in range(start, min(start + 20, clicks))))
    await world.slack.fault(Fault("users.info", "error", count=-1, error="internal_error"))
    for number in range(20):
        await forge(number, [*people, "U0OWNER"])

    assert await world.jobs() == []
    assert '"actions"' in all_of((await card(world))["blocks"]), "still to be decided"
    assert all([not await world.slack.views(user) for user in [*people, "U0OWNER"]]), "no form opened"

    for command in (
        "budget set workspace $5",
        "budget topup user me $1 month",
        "budget pause",
        "budget resume",
    ):
        answer = all_of((await world.imagine(command, user="U0CAROL", channel=DESK))["ack"])
        assert "Only a budget admin" not in answer, command
        refused = all_of((await world.imagine(command, user="U0OWNER", channel=DESK))["ack"])
        assert "does not say just now whether you may" in refused, (
            "an owner cannot be told from anybody while Slack is away"
        )
    await world.slack.action("U0CAROL", DESK, ts, "petition_once")
    await world.job(status="succeeded", delivery="delivered")
    await world.slack.clear_faults()
    await world.audit()


async def test_declined_with_a_reason_that_the_asker_reads_and_the_history_keeps(world: World) -> None:
    await world.start_bot(**TIGHT)
    await over_budget(world)
    asked = await card(world)
    ts = asked["ts"]
    assert "in another channel" in asked["text"]

    await world.slack.action("U0CAROL", DESK, ts, "petition_deny")
    form = await form_of(world, "U0CAROL")
    sent = await world.slack.submit_view("U0CAROL", form["id"], filled(reason="wait for the *new* month"))

    assert sent["view"] is None, "closed"
    closed = await told(world, DESK, "Declined by")
    assert "wait for the *new* month" in all_of(closed["blocks"])
    assert '"actions"' not in all_of(closed["blocks"])
    assert "in another channel" in closed["text"]
    await told(world, await direct(world, "U0ALICE"), "wait for the *new* month")
    history = all_of((await world.imagine("budget history", user="U0CAROL"))["ack"])
    assert "declined" in history
    assert "wait for the *new* month" in history
    assert await world.jobs() == []

    await world.slack.action("U0OWNER", DESK, (await over_again(world))["ts"], "petition_deny")
    late = await form_of(world, "U0OWNER")
    await press(world, "U0CAROL", DESK, "petition_once")
    await world.job(status="succeeded")
    sent = await world.slack.submit_view("U0OWNER", late["id"], {})
    assert "was approved already" in all_of(sent["view"]["errors"])


async def over_again(world: World) -> Json:
    """A second request, and its card."""
    await over_budget(world)

    async def look() -> Json | None:
        cards = [m for m in await world.slack.messages(DESK) if '"actions"' in all_of(m["blocks"])]
        return cards[-1] if cards else None

    found: Json = await eventually(look, what="the second card")
    return found


async def test_a_new_limit_from_the_card_lets_the_ask_run(world: World) -> None:
    await world.start_bot(**TIGHT)
    await over_budget(world)
    ts = (await card(world))["ts"]

    await world.slack.action("U0CAROL", DESK, ts, "petition_change")
    form = await form_of(world, "U0CAROL")
    wrong = await world.slack.submit_view("U0CAROL", form["id"], filled(amount="1e3"))
    small = await world.slack.submit_view("U0CAROL", form["id"], filled(amount="0,02"))
    assert "amount" in wrong["view"]["errors"]
    assert (
        "your own budget" in small["view"]["errors"]["amount"] or "$0.02" in small["view"]["errors"]["amount"]
    )
    assert await world.jobs() == []
    done = await world.slack.submit_view(
        "U0CAROL", form["id"], filled(amount="$3", window="month", whose="user", reason="a campaign")
    )

    assert done["view"] is None
    await world.job(status="succeeded", delivery="delivered", user_id="U0ALICE")
    mine = all_of((await world.imagine("budget"))["ack"])
    assert "of $3.00 left" in mine
    history = all_of((await world.imagine("budget history", user="U0CAROL"))["ack"])
    assert "a campaign" in history
    assert "with a new limit" in history
    await world.audit()


async def test_open_requests_are_listed_for_admins_with_their_buttons(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS="U0CAROL")
    nothing = await world.imagine("budget approve", user="U0CAROL")
    assert "Nothing waits" in all_of(nothing["ack"])
    await over_budget(world)

    assert "Only a budget admin" in all_of((await world.imagine("budget approve"))["ack"])
    listed = await world.imagine("budget approve", user="U0CAROL")
    assert "One request waits" in all_of(listed["ack"])
    assert "in this channel" in listed["ack"]["text"]
    elsewhere = await world.imagine("budget approve", user="U0CAROL", channel=DESK)
    assert "in another channel" in elsewhere["ack"]["text"]
    await press(world, "U0CAROL", DESIGN, "petition_raise")

    await world.job(status="succeeded", delivery="delivered")
    assert "Nothing waits" in all_of((await world.imagine("budget approve", user="U0CAROL"))["ack"])


async def test_over_budget_in_the_form_offers_approval_and_keeps_what_was_typed(world: World) -> None:
    await world.start_bot(**TIGHT, IMAGINE_ADMINS="U0CAROL")
    await world.imagine("")
    form = await form_of(world, "U0ALICE")

    await draw(world, "U0ALICE", form, prompt="a fox", quality="high", number="2")

    top = await form_of(world, "U0ALICE")
    assert top["id"] != form["id"]
    assert "$0.01" in all_of(top["blocks"])
    await world.slack.view_action("U0ALICE", "draft_ask", view_id=top["id"])
    await told(world, DESK, "Over budget")
    assert "Sent to " in all_of((await form_of(world, "U0ALICE"))["blocks"])
    below = (await world.slack.views("U0ALICE"))[0]
    assert below["id"] == form["id"], "what was typed is still there"
    await press(world, "U0CAROL", DESK, "petition_once")
    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["prompt"], job["n"], job["quality"]) == ("a fox", 2, "high")
    await world.audit()


async def test_the_only_admin_may_approve_their_own_where_the_settings_say_so(world: World) -> None:
    await world.slack.add_user("U0OWNER", "owner", channels=[DESK, DESIGN])  # nobody rules but Carol
    await world.start_bot(**TIGHT, IMAGINE_SELF_APPROVAL="true")
    await over_budget(world, user="U0CAROL")

    await world.slack.action("U0CAROL", DESK, (await card(world))["ts"], "petition_once")
    await world.job(status="succeeded", user_id="U0CAROL")

    await world.slack.add_user("U0ZOE", "zoe", is_admin=True, channels=[DESK])
    await over_budget(world, user="U0CAROL")
    await press(world, "U0CAROL", DESK, "petition_once")
    await told(world, DESK, "Somebody else has to approve")
    assert len(await world.jobs()) == 1


async def test_without_the_channel_each_admin_is_asked(world: World) -> None:
    await world.start_bot(
        IMAGINE_BUDGET_USER="0.01", IMAGINE_APPROVALS_CHANNEL="C0RANDOM", IMAGINE_ADMINS="U0CAROL"
    )
    await over_budget(world)

    await told(world, await direct(world, "U0CAROL"), "Over budget")
    assert "actions" in all_of((await buttons(world, await direct(world, "U0CAROL"), "U0CAROL"))["blocks"])


async def test_a_price_that_rose_meanwhile_is_asked_for_anew(world: World) -> None:
    """T19: the bot comes back with a dearer price table while the request waits."""
    bot = await world.start_bot(**TIGHT)
    await over_budget(world)
    ts = (await card(world))["ts"]
    await bot.stop()
    table = (ROOT / "bot" / "domain" / "requests" / "prices.toml").read_text()
    dearer = world.folder / "prices.toml"
    dearer.write_text(re.sub(r'(low = ")0\.', r"\g<1>1.", table))
    assert dearer.read_text() != table
    await world.start_bot("again", **TIGHT, IMAGINE_PRICES=str(dearer))

    await world.slack.action("U0CAROL", DESK, ts, "petition_once")
    await told(world, DESK, "It costs more by now.")  # the card, which has the new button
    assert await world.jobs() == []

    await world.slack.action("U0OWNER", DESK, ts, "petition_once")
    job = await world.job(status="succeeded", delivery="delivered")
    assert job["estimate_micros"] > 4_000_000
    assert len(world.provider.tasks()) == 1
    await world.audit()


async def test_a_request_that_nobody_decides_expires_and_says_so(world: World) -> None:
    bot = await world.start_bot(**TIGHT)
    await over_budget(world)
    ts = (await card(world))["ts"]
    await bot.stop()
    await a_day_goes_by(world)
    await world.start_bot("again", **TIGHT)

    closed = await told(world, DESK, "Nobody decided in time")

    assert closed["ts"] == ts
    assert '"actions"' not in all_of(closed["blocks"])
    await told(world, await direct(world, "U0ALICE"), "No budget admin decided")
    assert "Nothing waits" in all_of((await world.imagine("budget approve", user="U0CAROL"))["ack"])
    assert await world.jobs() == []


async def a_day_goes_by(world: World) -> None:
    """The bot is away: what was to happen within a day is due."""
    store = open_store(world.env["IMAGINE_DATABASE_URL"], clock=SystemClock())

    def unit(tx: Transaction) -> None:
        (pending,) = tx.pending_requests.in_state("T0SANDBOX", PendingState.ASKED)
        tx.pending_requests.move(replace(pending, expires_at=tx.now), frm=frozenset({PendingState.ASKED}))
        tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id="T0SANDBOX", job_id="", subject=pending.id)

    try:
        await store.write(unit)
    finally:
        await store.close()
