"""Who is a budget admin, as the real bot asks the workspace; and the commands that only they have."""

from __future__ import annotations

from sandbox.faults import Fault
from tests.scenario.budget_kit import all_of, told
from tests.support.world import World


async def rules(world: World, user: str) -> bool:
    answer = all_of((await world.imagine("budget history", user=user))["ack"])
    refused = "Only a budget admin" in answer
    assert refused != ("Latest changes" in answer or "has changed" in answer), answer
    return not refused


async def test_members_of_the_group_rule_guests_in_it_do_not(world: World) -> None:
    await world.slack.add_user("U0BOB", "bob", is_restricted=True, channels=["C0DESIGN"])
    await world.start_bot(IMAGINE_ADMIN_GROUP="S0MAKERS")

    assert await rules(world, "U0ALICE"), "in the group"
    assert await rules(world, "U0CAROL"), "an admin of the workspace"
    assert not await rules(world, "U0DAN"), "a guest outside it"
    assert not await rules(world, "U0BOB"), "a guest in it"
    (call, *_) = await world.slack.calls("usergroups.users.list")
    assert call["args"]["usergroup"] == "S0MAKERS"


async def test_without_user_groups_the_named_and_the_workspaces_admins_rule(world: World) -> None:
    await world.slack.fault(Fault("usergroups.users.list", "error", count=-1, error="plan_upgrade_required"))
    await world.start_bot(IMAGINE_ADMIN_GROUP="S0MAKERS", IMAGINE_ADMINS="U0BOB")

    assert not await rules(world, "U0ALICE"), "the group cannot be asked"
    assert await rules(world, "U0BOB")
    assert await rules(world, "U0CAROL")

    code, out, _ = await world.cli("doctor", IMAGINE_ADMIN_GROUP="S0MAKERS")
    assert "plan_upgrade_required" in out
    assert code == 0, "the named rule all the same"


async def test_a_role_taken_away_counts_from_the_next_decision_on(world: World) -> None:
    await world.start_bot()
    assert await rules(world, "U0CAROL")

    await world.slack.add_user("U0CAROL", "carol", channels=["C0DESIGN"])

    assert not await rules(world, "U0CAROL"), "not remembered for money"


async def test_the_doctor_names_a_wrong_group_and_says_who_rules(world: World) -> None:
    _, out, _ = await world.cli("doctor")
    assert "budget admins: the workspace's 2 owners and admins." in out

    code, out, _ = await world.cli("doctor", IMAGINE_ADMIN_GROUP="S0NOBODY")
    assert "no_such_subteam" in out
    assert code == 1


async def test_weeks_zones_windows_and_warnings_are_echoed(world: World) -> None:
    await world.start_bot()

    async def say(text: str) -> str:
        return all_of((await world.imagine(text, user="U0CAROL"))["ack"])

    assert "Weeks begin on Sunday" in await say("budget week sunday")
    assert "Asia/Tokyo" in await say("budget zone Asia/Tokyo")
    assert "no zone" in (wrong := await say("budget zone Middle/Earth")) or "Europe/Berlin" in wrong
    assert "only warns" in await say("budget set channel 20,50 week soft")
    assert "$20.50 a week" in await say("budget set channel $20.50 week hard")
    assert "the month decides" in await say("budget set user me 12 day")
    assert "$2.00 more" in await say("budget topup channel 2 week")
    assert "does not take" in await say("budget topup channel 2 day")
    shown = await say("budget")
    assert "resets" in shown
    history = await say("budget history")
    assert "Sunday" in history
    assert await world.jobs() == []


async def test_a_person_is_found_by_name_and_two_of_one_name_are_asked_apart(world: World) -> None:
    await world.slack.add_user("U0ANNA", "anna.m", real_name="Anna Meyer", channels=["C0DESIGN"])
    await world.slack.add_user("U0MAX", "max", real_name="Max Muster", channels=["C0DESIGN"])
    await world.slack.add_user("U0OTHER", "maxi", real_name="Max Muster", channels=["C0DESIGN"])
    await world.start_bot()

    async def say(text: str) -> str:
        return all_of((await world.imagine(text, user="U0CAROL"))["ack"])

    prying = all_of((await world.imagine("budget set user @Anna Meyer $3", user="U0BOB"))["ack"])
    assert "Only a budget admin" in prying
    assert await world.slack.calls("users.list") == [], "nobody but admins learns who is here"
    assert "U0ANNA" in await say("budget set user @Anna Meyer $3")
    assert "$2.00 more" in await say("budget topup @anna.m 2")
    assert "$5.00 of $5.00" in all_of((await world.imagine("budget", user="U0ANNA"))["ack"])

    unsure = await say("budget set @max muster 9")
    assert "2 people here are called" in unsure
    assert "U0MAX" in unsure
    assert "U0OTHER" in unsure
    assert "Nobody here" in await say("budget set user @nobody $9")
    assert "Nobody here" in await say("budget topup @imagine $9")
    assert "Channels are known by id only" in await say("budget set channel #design $9")
    assert "$9" not in await say("budget history")
    assert await world.jobs() == []


async def test_an_admin_calls_off_what_somebody_else_asked_for_and_a_member_does_not(world: World) -> None:
    await world.slack.fault(
        Fault("chat.postMessage", "rate_limit", count=-1, retry_after=60, error="ratelimited")
    )
    await world.start_bot()
    await world.imagine("a red fox --q low", user="U0ALICE")
    job = await world.job(status="queued")

    refused = all_of((await world.imagine(f"cancel {job['id']}", user="U0BOB"))["ack"])
    assert "or an admin can" in refused
    done = all_of((await world.imagine(f"cancel {job['id']}", user="U0CAROL"))["ack"])

    assert "Cancelled." in done
    assert (await world.job())["status"] == "cancelled"
    assert await world.scope("workspace") == (0, 0)
    assert world.provider.journal.of("submit") == []


async def test_a_slow_slack_gets_its_receipt_in_time_and_the_answer_after(world: World) -> None:
    await world.slack.add_user("U0ANNA", "anna.m", real_name="Anna Meyer", channels=["C0DESIGN"])
    await world.start_bot()
    await world.slack.fault(Fault("*", "delay", count=-1, seconds=1.0))

    wrong = await world.imagine("budget set user @nobody $9", user="U0CAROL")
    right = await world.imagine("budget set user @Anna Meyer $3", user="U0CAROL")

    for answer in (wrong, right):
        assert answer["ack"] in ({}, "", None), "the receipt did not wait for the name"
    assert "Nobody here" in all_of(await told(world, "C0DESIGN", "Nobody here"))
    echo = await told(world, "C0DESIGN", "has $3.00")
    assert "$3.00 a month" in all_of(echo)
    assert echo["ephemeral_for"] == "U0CAROL"
    assert "$3.00 of $3.00" in all_of((await world.imagine("budget", user="U0ANNA"))["ack"])
    unnamed = await world.imagine("budget set channel $20", user="U0CAROL")
    assert "has $20.00 a month now" in all_of(unnamed["ack"])
