"""Team budgets through the real bot: set, refuse, confirm, ask, approve; the same job runs once."""

import json

from tests.scenario.budget_kit import press, told
from tests.support.world import World, eventually


def _all(answer: dict) -> str:
    return json.dumps(answer, ensure_ascii=False)


async def _buttons(world: World, channel: str, user: str) -> dict:
    """The newest message with buttons that ``user`` sees in ``channel``."""

    async def look() -> dict | None:
        seen = await world.slack.transcript(channel)
        mine = [m for m in seen if m["ephemeral_for"] in {None, user} and '"actions"' in _all(m["blocks"])]
        return mine[-1] if mine else None

    return await eventually(look, what=f"buttons for {user} in {channel}")


async def _press(world: World, user: str, channel: str, action: str) -> dict:
    message = await _buttons(world, channel, user)
    return await world.slack.action(user, channel, message["ts"], action)


async def _direct(world: World, user: str) -> str:
    """The conversation between ``user`` and the bot, once there is one."""

    async def look() -> str | None:
        for channel in await world.slack.channels():
            if set(channel.get("members", ())) == {user, "U0IMAGINE"}:
                return channel["id"]
        return None

    return await eventually(look, what=f"a direct message to {user}")


async def test_only_admins_set_limits_and_a_limit_holds_from_the_next_ask(world: World) -> None:
    await world.start_bot()

    refused = await world.imagine("budget set workspace $0.01")
    echoed = await world.imagine("budget set channel 5,00 day", user="U0CAROL")
    lowered = await world.imagine("budget set channel $0.01 day", user="U0CAROL")
    over = await world.imagine("a fox --q low --n 4")

    assert "Only a budget admin" in _all(refused["ack"])
    assert "$5.00 a day" in _all(echoed["ack"])
    assert "$0.01 a day" in _all(lowered["ack"])
    assert "has left today ($0.01)" in _all(over["ack"])
    assert "Ask an admin" in _all(over["ack"])
    assert await world.jobs() == []
    await world.imagine("budget set channel none day", user="U0CAROL")
    await world.imagine("a fox --q low --n 4")
    await world.job(status="succeeded", delivery="delivered")
    history = await world.imagine("budget history", user="U0CAROL")
    assert "$0.01" in _all(history["ack"])
    await world.audit()


async def test_over_budget_asked_and_approved_runs_the_same_ask_once(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS="U0CAROL")
    over = await world.imagine("a fox --q low --n 4")
    assert "is more than you have left ($0.01)." in over["ack"]["text"]

    await _press(world, "U0ALICE", "C0DESIGN", "draft_ask")
    desk = await _direct(world, "U0CAROL")
    await _press(world, "U0CAROL", desk, "petition_once")

    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["user_id"], job["channel_id"]) == ("U0ALICE", "C0DESIGN")
    assert len(await world.jobs()) == 1
    assert len(world.provider.tasks()) == 1

    async def outcome() -> bool:
        (card,) = [m for m in await world.slack.messages(desk) if "Over budget" in m["text"]]
        return "Approved by" in _all(card["blocks"]) and '"actions"' not in _all(card["blocks"])

    await eventually(outcome, what="the card shows the outcome in place of its buttons")
    assert "Approved" in _all(await world.slack.messages(await _direct(world, "U0ALICE")))
    await world.audit()


async def test_nobody_but_an_admin_approves_and_nobody_their_own(world: World) -> None:
    desk = "C0GENERAL"
    await world.start_bot(
        IMAGINE_BUDGET_USER="0.01", IMAGINE_ADMINS="U0CAROL", IMAGINE_APPROVALS_CHANNEL=desk
    )
    await world.imagine("a fox --q low --n 4", user="U0CAROL")
    await _press(world, "U0CAROL", "C0DESIGN", "draft_ask")

    for user, words in (("U0CAROL", "Somebody else has to approve"), ("U0BOB", "Only a budget admin")):
        await _press(world, user, desk, "petition_once")

        async def told(user: str = user, words: str = words) -> bool:
            return any(
                m["ephemeral_for"] == user and words in _all(m) for m in await world.slack.transcript(desk)
            )

        await eventually(told, what=f"{user} is told: {words}")
    assert await world.jobs() == []
    assert len(world.provider.tasks()) == 0


async def test_a_dear_ask_waits_and_cheaper_names_what_it_runs(world: World) -> None:
    await world.start_bot(IMAGINE_CONFIRM_USD="0.20")

    asked = await world.imagine("a fox --q high --n 4")
    assert await world.jobs() == []
    label = next(e for b in asked["ack"]["blocks"] if b["type"] == "actions" for e in b["elements"][1:])
    assert label["text"]["text"] == "4 medium · $0.24"
    await _press(world, "U0ALICE", "C0DESIGN", "draft_cheaper")

    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["n"], job["estimate_micros"]) == (4, 240_000)
    assert len(await world.jobs()) == 1
    await world.audit()


async def test_run_pressed_twice_is_one_job_and_cancel_is_none(world: World) -> None:
    await world.start_bot(IMAGINE_CONFIRM_USD="0.20")

    await world.imagine("a fox --q high --n 4")
    message = await _buttons(world, "C0DESIGN", "U0ALICE")
    for _ in range(2):
        try:
            await world.slack.action("U0ALICE", "C0DESIGN", message["ts"], "draft_run")
        except Exception:  # noqa: BLE001 - the buttons are gone after the first press
            break
    await world.job(status="succeeded", delivery="delivered")
    assert len(await world.jobs()) == 1

    await world.imagine("an owl --q high --n 4")
    await _press(world, "U0ALICE", "C0DESIGN", "draft_cancel")
    assert len(await world.jobs()) == 1


async def test_paused_refuses_new_asks_only_and_guests_have_no_money(world: World) -> None:
    await world.start_bot()

    guest = await world.imagine("a fox --q low", user="U0DAN")
    await world.imagine("budget pause", user="U0CAROL")
    paused = await world.imagine("a fox --q low")
    await world.imagine("budget resume", user="U0OWNER")
    await world.imagine("a fox --q low")

    assert "Guests need a budget" in _all(guest["ack"])
    assert "paused" in _all(paused["ack"])
    await world.job(status="succeeded", delivery="delivered")
    assert len(await world.jobs()) == 1
    verified = await world.imagine("budget verify", user="U0CAROL")
    assert verified["acked"]
    await told(world, "C0DESIGN", "The books are right.")


async def test_what_an_approved_ask_did_not_use_is_not_there_for_the_next(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.01")
    await world.imagine("[fail] a fox --q low --n 4")
    await _press(world, "U0ALICE", "C0DESIGN", "draft_ask")
    desk = await _direct(world, "U0CAROL")
    await _press(world, "U0CAROL", desk, "petition_once")
    failed = await world.job(status="failed")

    again = await world.imagine("a fox --q low --n 4")

    assert "Ask an admin" in _all(again["ack"])
    assert [job["id"] for job in await world.jobs()] == [failed["id"]]
    assert failed["cost_micros"] in {0, None}
    await world.audit()


async def test_a_guest_has_what_the_admin_was_told(world: World) -> None:
    await world.start_bot()
    dan = "U0DAN"

    topped = await world.imagine(f"budget topup user {dan} $1", user="U0CAROL")
    echoed = await world.imagine(f"budget set user {dan} $5 day", user="U0CAROL")
    await world.imagine("a fox --q low", user=dan)

    assert "$1.00 is left" in _all(topped["ack"])
    assert "$5.00 a day" in _all(echoed["ack"])
    await world.job(status="succeeded", delivery="delivered")
    lifted = await world.imagine(f"budget set user {dan} none day", user="U0CAROL")
    assert "It still allows nothing" in _all(lifted["ack"])
    await world.audit()


async def test_a_direct_message_has_no_budget_of_its_own(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="none", IMAGINE_BUDGET_WORKSPACE="none")

    for text in ("budget set channel $0", "budget set channel $5 day", "budget topup channel $1"):
        refused = await world.imagine(text, user="U0CAROL", channel="im")
        assert "A direct message has no budget of its own. Nothing was changed." in _all(refused["ack"])

    assert "Nobody has changed" in _all((await world.imagine("budget history", user="U0CAROL"))["ack"])
    await world.imagine("a fox --q low", user="U0CAROL", channel="im")
    await world.job(status="succeeded", delivery="delivered")


async def test_too_many_starts_a_minute_are_told_when(world: World) -> None:
    await world.start_bot(IMAGINE_USER_PER_MINUTE="2")

    answers = [_all((await world.imagine("a fox --q low"))["ack"]) for _ in range(3)]

    assert "Try again in" in answers[2]
    assert len(await world.jobs()) == 2


async def test_a_slip_and_the_button_that_draws_it_are_one_start_of_the_minute(world: World) -> None:
    await world.start_bot(IMAGINE_USER_PER_MINUTE="2")

    await world.imagine("helpp")
    await press(world, "U0ALICE", "C0DESIGN", "draft_run")
    await world.job(status="succeeded", delivery="delivered")
    second, third = [_all((await world.imagine("a fox --q low"))["ack"]) for _ in range(2)]

    assert "Try again in" not in second
    assert "Try again in" in third
    assert len(await world.jobs()) == 2


async def test_export_reaches_the_admin_as_a_file(world: World) -> None:
    await world.start_bot()
    await world.imagine("=HYPERLINK(1) fox --q low")
    await world.job(status="succeeded", delivery="delivered")

    await world.imagine("budget export", user="U0CAROL")

    desk = await _direct(world, "U0CAROL")

    async def arrived() -> bytes | None:
        files = [f for m in await world.slack.messages(desk) for f in m.get("files", [])]
        return await world.slack.file(files[0]["id"]) if files else None

    data = await eventually(arrived, what="the table")
    assert b"'=HYPERLINK(1) fox" in data
    assert b",0.0" in data


async def test_what_was_said_in_private_is_in_no_export_and_on_no_card(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.07", IMAGINE_APPROVALS_CHANNEL="C0GENERAL")
    await world.slack.invite("G0SECRET")
    await world.imagine("an open fox --q low")
    await world.imagine("a whispered fox --q low", channel="G0SECRET")
    await world.slack.message("U0ALICE", "im", "a secret fox --q low")
    await eventually(lambda: _delivered(world, 3), what="three pictures")

    await world.imagine("budget export", user="U0CAROL")
    for channel, words in (("C0DESIGN", "an open poster"), ("G0SECRET", "a whispered poster")):
        await world.imagine(f"{words} --q high", channel=channel)
        await _press(world, "U0ALICE", channel, "draft_ask")

    desk = await _direct(world, "U0CAROL")

    async def arrived() -> bytes | None:
        files = [f for m in await world.slack.messages(desk) for f in m.get("files", [])]
        return await world.slack.file(files[0]["id"]) if files else None

    table = (await eventually(arrived, what="the table")).decode("utf-8-sig")
    prompts = sorted(line.rpartition(",")[2] for line in table.splitlines()[1:])
    assert prompts == ["(private)", "(private)", "an open fox"]

    async def cards() -> list[str] | None:
        found = [_all(m) for m in await world.slack.messages("C0GENERAL") if "Over budget" in _all(m)]
        return found if len(found) == 2 else None

    quoted = await eventually(cards, what="two cards")
    assert ["an open poster" in card for card in quoted].count(True) == 1
    assert ["(private)" in card for card in quoted].count(True) == 1
    assert not any("whispered" in card for card in quoted)


async def _delivered(world: World, count: int) -> bool:
    return [job["delivery"] for job in await world.jobs()] == ["delivered"] * count


async def test_home_shows_meters_the_week_and_what_waits(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.05", IMAGINE_ADMINS="U0CAROL")
    await world.imagine("a fox --q low")
    await world.job(status="succeeded", delivery="delivered")
    await world.imagine("an owl --q high --n 4")
    await _press(world, "U0ALICE", "C0DESIGN", "draft_ask")

    await world.slack.open_home("U0ALICE")
    await world.slack.open_home("U0CAROL")

    async def drawn() -> tuple[str, str] | None:
        homes = [_all(await world.slack.home(user)) for user in ("U0ALICE", "U0CAROL")]
        return None if "null" in homes else (homes[0], homes[1])

    mine, hers = await eventually(drawn, what="both Homes")
    assert "of $0.05 left" in mine
    assert "█" in mine
    assert "a fox" in mine
    assert "Waiting for a budget admin" not in mine
    assert "Waiting for a budget admin" in hers
