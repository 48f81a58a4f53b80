"""The Home through the real bot: what a person sees there, and an admin's decisions from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.faults import Fault
from tests.support.world import World, eventually

ADMIN, ASKER = "U0CAROL", "U0ALICE"


async def _home(world: World, user: str, *said: str) -> dict[str, Any]:
    """The person's Home once it says all of this."""

    async def look() -> dict[str, Any] | None:
        view = await world.slack.home(user)
        text = json.dumps(view, ensure_ascii=False)
        return view if view and all(word in text for word in said) else None

    found: dict[str, Any] = await eventually(look, what=f"{user}'s Home with {said}")
    return found


async def _asked(world: World, user: str = ASKER) -> None:
    """An ask over budget that waits for an admin."""
    refused = await world.imagine("a dear fox --q low --n 4", user=user)
    assert "Ask an admin" in json.dumps(refused["ack"])
    note = next(
        m
        for m in await world.slack.transcript("C0DESIGN")
        if m["ephemeral_for"] == user and "draft_ask" in json.dumps(m["blocks"])
    )
    await world.slack.action(user, "C0DESIGN", note["ts"], "draft_ask")


async def test_an_admin_approves_from_the_home_and_the_ask_runs_once(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=ADMIN)
    await _asked(world)
    await world.slack.open_home(ADMIN)
    await _home(world, ADMIN, "Waiting for a budget admin", "a dear fox", "petition_once")

    pressed = await world.slack.view_action(ADMIN, "petition_once")

    assert pressed["acked"]
    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["user_id"], job["channel_id"], job["n"]) == (ASKER, "C0DESIGN", 4)
    view = await _home(world, ADMIN, "Approved: it is being drawn now.", "Nothing waits for a decision.")
    assert "petition_once" not in json.dumps(view)
    assert len(await world.jobs()) == 1
    assert await world.slack.violations() == []
    await world.audit()


async def test_denied_from_the_home_is_told_and_a_stale_home_decides_nothing(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=f"{ADMIN},U0OWNER")
    await _asked(world)
    for admin in (ADMIN, "U0OWNER"):
        await world.slack.open_home(admin)
        await _home(world, admin, "petition_deny")

    await world.slack.view_action(ADMIN, "petition_deny")
    await world.slack.submit_view(ADMIN)
    await _home(world, ADMIN, "Nothing waits for a decision.")
    await world.slack.view_action("U0OWNER", "petition_once")

    await _home(world, "U0OWNER", "This was declined already", ADMIN, "Nothing waits for a decision.")
    assert await world.jobs() == []
    await world.audit()


async def test_who_is_no_admin_any_more_decides_nothing_with_an_old_home(world: World) -> None:
    bot = await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=f"{ADMIN},U0BOB")
    await _asked(world)
    await world.slack.open_home("U0BOB")
    await _home(world, "U0BOB", "petition_once")
    await bot.stop()
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=ADMIN)

    await world.slack.view_action("U0BOB", "petition_once")

    view = await _home(world, "U0BOB", "Only a budget admin can do that")
    assert "Waiting for a budget admin" not in json.dumps(view)
    assert await world.jobs() == []


async def test_a_person_sees_the_month_and_finds_the_way_to_their_pictures(world: World) -> None:
    await world.start_bot()
    await world.imagine("a fox --q low")
    job = await world.job(status="succeeded", delivery="delivered")

    await world.slack.open_home(ASKER)

    view = await _home(world, ASKER, "a fox", "Your spending this month", "so far, all of it today.", "█")
    links = [
        element["url"]
        for block in view["blocks"]
        if block["type"] == "rich_text"
        for line in block["elements"]
        for item in line["elements"]
        for element in item.get("elements", [item])
        if element["type"] == "link"
    ]
    assert "The workspace's spending" not in json.dumps(view)
    assert [link.rpartition("/p")[2] for link in links] == [job["thread_ts"].replace(".", "")]
    await world.slack.view_action(ASKER, "home_new")
    (form,) = await world.slack.views(ASKER)
    assert form["callback_id"] == "picture_form"
    assert await world.slack.violations() == []


async def test_an_admin_gets_the_export_from_the_home_as_a_file(world: World) -> None:
    await world.start_bot(IMAGINE_ADMINS=ADMIN)
    await world.imagine("a fox --q low")
    await world.job(status="succeeded", delivery="delivered")
    await world.slack.open_home(ADMIN)
    await _home(
        world, ADMIN, "home_export", "The workspace's spending this month", "so far, all of it today."
    )

    await world.slack.view_action(ADMIN, "home_export")

    await _home(world, ADMIN, "The list is on its way to your messages.")

    async def arrived() -> bytes | None:
        for channel in await world.slack.channels():
            if set(channel.get("members", ())) == {ADMIN, "U0IMAGINE"}:
                files = [f for m in await world.slack.messages(channel["id"]) for f in m.get("files", [])]
                return await world.slack.file(files[0]["id"]) if files else None
        return None

    assert b"a fox" in await eventually(arrived, what="the table")


async def test_a_home_is_drawn_without_the_links_that_slack_does_not_tell(world: World) -> None:
    await world.start_bot()
    await world.imagine("a fox --q low")
    await world.job(status="succeeded", delivery="delivered")
    await world.slack.fault(Fault("chat.getPermalink", "error", error="message_not_found"))

    await world.slack.open_home(ASKER)

    view = await _home(world, ASKER, "a fox", "done")
    assert '"link"' not in json.dumps(view)


@pytest.mark.parametrize("alone", [True, False])
async def test_ones_own_ask_is_decided_from_the_home_only_where_nobody_else_could(
    world: World, alone: bool
) -> None:
    if alone:
        await world.slack.add_user("U0OWNER", "owner", channels=["C0DESIGN"])  # nobody rules but Carol
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=ADMIN, IMAGINE_SELF_APPROVAL="true")
    await _asked(world, ADMIN)

    await world.slack.open_home(ADMIN)

    if alone:
        await _home(world, ADMIN, "a dear fox", "petition_once")
        await world.slack.view_action(ADMIN, "petition_once")
        await world.job(status="succeeded", user_id=ADMIN)
    else:
        view = await _home(world, ADMIN, "a dear fox", "somebody else has to decide")
        assert "petition_once" not in json.dumps(view)
