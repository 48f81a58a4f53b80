"""Messages about money whose posting Slack never confirmed: none is lost, and none comes twice."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault
from tests.scenario.budget_kit import DESIGN, all_of, direct, filled, form_of, over_budget, press, told
from tests.support.crash import at_rest
from tests.support.world import Json, World

ADMIN = "U0CAROL"
DESK = "C0GENERAL"
AWAY = pytest.param(Fault("chat.postMessage", "status", status=503), None, id="away")
LOST = pytest.param(Fault("chat.postMessage", "drop_before"), None, id="never arrived")
POSTED = pytest.param(Fault("chat.postMessage", "drop_after"), None, id="posted")
POSTED_TO_DESK = pytest.param(Fault("chat.postMessage", "drop_after"), DESK, id="posted to the channel")


def count(messages: list[Json], words: str) -> int:
    return sum(words in all_of(message) for message in messages)


@pytest.mark.parametrize(("fault", "desk"), [AWAY, LOST, POSTED, POSTED_TO_DESK])
async def test_a_request_reaches_the_admins_once(world: World, fault: Fault, desk: str | None) -> None:
    channel = {"IMAGINE_APPROVALS_CHANNEL": desk} if desk else {}
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=ADMIN, **channel)
    over = await world.imagine("a fox --q low --n 4")
    assert "Ask an admin" in all_of(over["ack"])
    await world.slack.fault(fault)
    await press(world, "U0ALICE", DESIGN, "draft_ask")

    place = desk or await direct(world, ADMIN)
    card = await told(world, place, "Over budget")
    await world.slack.action(ADMIN, place, card["ts"], "petition_once")
    await world.job(status="succeeded", delivery="delivered")

    closed = await told(world, place, "Approved by")
    assert '"actions"' not in all_of(closed["blocks"]), "found again, its buttons go with the decision"
    assert count(await world.slack.messages(place), "Over budget") == 1
    await told(world, await direct(world, "U0ALICE"), "Approved")
    await at_rest(world)
    assert count(await world.slack.messages(await direct(world, "U0ALICE")), "Approved") == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_an_alert_reaches_each_admin_once(world: World, kind: str) -> None:
    world.provider.set_options(duration_seconds=2.0)
    await world.start_bot(
        IMAGINE_BUDGET_WORKSPACE="0.02", IMAGINE_BUDGET_USER="none", IMAGINE_ADMINS=f"{ADMIN},U0BOB"
    )
    await world.imagine("a fox --q low")
    await world.job(delivery="announced")
    await world.slack.fault(Fault("chat.postMessage", kind))

    await world.job(status="succeeded", delivery="delivered")
    for admin in (ADMIN, "U0BOB"):
        await told(world, await direct(world, admin), "The workspace has used")
    await at_rest(world)
    for admin in (ADMIN, "U0BOB"):
        alerts = count(await world.slack.messages(await direct(world, admin)), "The workspace has used")
        assert alerts == 1, admin


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_refusal_reaches_its_asker_once(world: World, kind: str) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS=ADMIN, IMAGINE_APPROVALS_CHANNEL=DESK)
    await over_budget(world)
    card = await told(world, DESK, "Over budget")
    await world.slack.action(ADMIN, DESK, card["ts"], "petition_deny")
    form = await form_of(world, ADMIN)
    await world.slack.fault(Fault("chat.postMessage", kind))
    await world.slack.submit_view(ADMIN, form["id"], filled(reason="too dear"))

    await told(world, DESK, "Declined by")
    await told(world, await direct(world, "U0ALICE"), "too dear")
    await at_rest(world)
    assert count(await world.slack.messages(await direct(world, "U0ALICE")), "too dear") == 1
