"""The form while it is open: prices that follow, what stands in the way, and what it begins with."""

from __future__ import annotations

from bot.domain.jobs.job import PictureState
from bot.domain.jobs.shown import SHEET, Preview
from bot.domain.money import Money
from bot.ports import Transaction
from sandbox.faults import Fault
from tests.scenario.edit_kit import ALICE, BOB, DESIGN, edited, made, photo, picture, reachable_bot, whispers
from tests.scenario.form_kit import (
    begins_with,
    blocks_of,
    choose,
    draw,
    field,
    form_of,
    press,
    press_choice,
    submit_of,
    sum_of,
)
from tests.support.world import Json, World, eventually

OWLS = "four owls --n 4 --q low"


async def edit_form(world: World, value: str, user: str = ALICE) -> Json:
    await press(world, user, "pic_edit", value)
    return await form_of(world, user)


async def test_row_32_the_price_follows_what_is_chosen(world: World) -> None:
    await reachable_bot(world, IMAGINE_BUDGET_USER="4.14")
    first = await made(world, OWLS)

    view = await edit_form(world, f"{first['id']}.3")

    pictures = await world.store.read(lambda tx: tx.pictures.of_job(first["id"]))
    assert field(view, "src")["text"]["text"] == "Picture 3 of 4 · four owls"
    assert field(view, "src")["accessory"]["slack_file"] == {"id": pictures[2].file_id}
    assert (submit_of(view), sum_of(view)) == ("Draw · $0.02", "1 draft · $0.02 · you have $4.10 left")
    options = [option["text"]["text"] for option in field(view, "quality")["element"]["options"]]
    assert options == ["Draft · $0.02", "Medium · $0.07", "Final · $0.23"]

    view = await choose(world, ALICE, view, "quality", "high", change="make it pink")
    assert (submit_of(view), sum_of(view)) == ("Draw · $0.23", "1 final · $0.23 · you have $4.10 left")
    assert view["state"]["values"]["change"]["value"]["value"] == "make it pink", "what was typed is kept"
    view = await choose(world, ALICE, view, "number", "2")
    assert submit_of(view) == "Draw · $0.46"
    view = await choose(world, ALICE, view, "size", "4k")
    assert submit_of(view) == "Draw · $1.16"
    view = await choose(world, ALICE, view, "quality", "low")
    added = await world.slack.act("upload", user=ALICE, **photo("logo.png", picture(size=(300, 300))))
    before = submit_of(view)
    view = await choose(world, ALICE, view, "pictures", [added["id"]])
    assert (before, submit_of(view)) == ("Draw · $0.06", "Draw · $0.08")
    assert len(await world.jobs()) == 1
    assert await world.slack.violations() == []


async def test_row_33_the_change_and_what_to_keep_are_sent(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, OWLS)
    spent = (await world.scope("user"))[1]

    view = await edit_form(world, f"{first['id']}.3")
    sent = await draw(
        world, ALICE, view, change="make the sky pink", keep="the bottle, its label, the light."
    )

    assert sent["view"] is None, "closed"
    job = await edited(world, parent_id=first["id"])
    assert job["prompt"] == (
        "make the sky pink\nPreserve exactly: the bottle, its label, the light.\nChange nothing else."
    )
    assert world.provider.tasks()[-1]["prompt"] == job["prompt"]
    assert (job["thread_ts"], job["n"], job["quality"]) == (first["thread_ts"], 1, "low")
    assert world.provider.tasks()[-1]["size"] == "1024x1024"
    assert (await world.scope("user"))[1] - spent == job["cost_micros"] <= 20_000


async def test_row_34_a_bad_size_is_said_at_the_size_with_the_nearest(world: World) -> None:
    await reachable_bot(world)
    await world.imagine("")
    view = await form_of(world, ALICE)
    assert "custom" not in blocks_of(view)

    view = await choose(world, ALICE, view, "size", "other", prompt="a fox")
    refused = await draw(world, ALICE, view, custom="1000x1000")
    drawn = await draw(world, ALICE, await form_of(world, ALICE), custom="1008x1008")

    assert list(refused["view"]["errors"]) == ["size"]
    assert "1008" in refused["view"]["errors"]["size"]
    assert drawn["view"] is None
    job = await world.job(delivery="delivered")
    assert (job["prompt"], world.provider.tasks()[-1]["size"]) == ("a fox", "1008x1008")


async def test_the_next_form_begins_with_what_was_chosen_and_changed_last(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, OWLS)
    view = await edit_form(world, f"{first['id']}.3")
    await draw(
        world, ALICE, view, change="bluer", keep="the moon", number="2", format="webp", quality="medium"
    )
    await edited(world, parent_id=first["id"])

    again, other = await edit_form(world, f"{first['id']}.3"), await edit_form(world, f"{first['id']}.1")
    theirs = await edit_form(world, f"{first['id']}.3", user=BOB)
    await world.imagine("")
    new = await form_of(world, ALICE)

    assert [begins_with(again, name) for name in ("change", "keep", "number", "format", "quality")] == [
        "bluer", "the moon", "2", "webp", "low",
    ]  # fmt: skip
    assert begins_with(other, "change") == "", "another picture"
    assert [begins_with(theirs, name) for name in ("change", "number", "format")] == ["", "1", "png"]
    assert [begins_with(new, name) for name in ("quality", "number", "format")] == ["medium", "2", "webp"]
    assert submit_of(new) == "Draw · $0.12"


async def test_an_update_that_lost_a_race_is_dropped_and_the_price_is_said_when_it_is_sent(
    world: World,
) -> None:
    bot = await world.start_bot()
    await world.imagine("")
    view = await form_of(world, ALICE)
    await world.slack.fault(Fault(match="views.update", kind="error", error="hash_conflict"))

    pressed = await press_choice(world, ALICE, view, "quality", "high")
    await eventually(lambda: _logged(bot, "form_price_dropped"), what="the dropped update")
    stayed = await draw(world, ALICE, view, prompt="a fox")

    assert pressed["acked"]
    assert stayed["view"]["id"] == view["id"], "it stays open"
    assert submit_of(stayed["view"]) == "Draw · $0.22"
    assert await world.jobs() == []
    sent = await draw(world, ALICE, stayed["view"])
    assert sent["view"] is None
    job = await world.job(delivery="delivered")
    assert (job["quality"], job["prompt"]) == ("high", "a fox")
    assert await world.slack.violations() == []


async def _logged(bot: object, event: str) -> bool:
    return event in bot.log()  # type: ignore[attr-defined,no-any-return]


async def test_above_a_dollar_it_is_asked_once_more_on_top_of_the_form(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "an owl --q low")
    view = await edit_form(world, first["id"])

    asked = await draw(world, ALICE, view, change="add a hat", quality="high", size="4k", number="2")

    stack = await world.slack.views(ALICE)
    assert [v["id"] for v in stack] == [view["id"], asked["view"]["id"]]
    assert submit_of(stack[1]) == "Draw · $1.16"
    assert "ou have $9.99 left" in str(stack[1]["blocks"]), "at the beginning of a line"
    assert len(await world.jobs()) == 1, "nothing is bought yet"
    yes = await world.slack.submit_view(ALICE, stack[1]["id"])
    assert yes["view"] is None
    assert await world.slack.views(ALICE) == [], "both are closed"
    job = await edited(world, parent_id=first["id"])
    assert (job["n"], job["quality"]) == (2, "high")
    await world.audit()
    assert await world.slack.violations() == []


async def test_over_budget_is_said_on_top_of_the_form(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.10")
    await world.imagine("")
    view = await form_of(world, ALICE)

    sent = await draw(world, ALICE, view, prompt="a fox", quality="high", number="2")

    said = str(sent["view"]["blocks"])
    assert "$0.44" in said
    assert "$0.10" in said
    below = (await world.slack.views(ALICE))[0]
    assert below["id"] == view["id"]
    assert below["state"]["values"]["prompt"]["value"]["value"] == "a fox", "what was typed is still there"
    key = f"T0SANDBOX:view:{view['id']}"
    kept = await world.store.read(lambda tx: tx.pending_requests.by_request_key(key))
    assert kept is not None
    assert kept.ask.agreed == Money(440_000), "what the button said"
    assert await world.jobs() == []


async def test_words_that_were_refused_are_changed_in_the_form(world: World) -> None:
    await reachable_bot(world)
    await world.imagine("[moderate] two foxes --q high --n 2")
    failed = await world.job(status="failed")

    await press(world, ALICE, "pic_words", f"{failed['id']}.0")
    view = await form_of(world, ALICE)

    assert begins_with(view, "prompt") == "[moderate] two foxes"
    assert (begins_with(view, "quality"), begins_with(view, "number")) == ("high", "2")
    assert not {"mode", "change", "keep"} & set(blocks_of(view))
    await draw(world, ALICE, view, prompt="two foxes")
    job = await world.job(delivery="delivered")
    assert (job["prompt"], job["kind"], job["n"], job["quality"]) == ("two foxes", "generate", 2, "high")
    assert (job["channel_id"], job["thread_ts"] == failed["thread_ts"]) == (DESIGN, False)


async def test_words_of_an_edit_that_was_refused_keep_their_picture(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "an owl --q low")
    view = await edit_form(world, first["id"])
    await draw(world, ALICE, view, change="[moderate] pink")
    failed = await world.job(status="failed")

    await press(world, ALICE, "pic_words", f"{failed['id']}.0")
    await draw(world, ALICE, await form_of(world, ALICE), prompt="pink")

    job = await edited(world, parent_id=first["id"])
    assert (job["prompt"], job["thread_ts"]) == ("pink", first["thread_ts"])


async def test_changing_a_draft_replaces_it(world: World) -> None:
    await reachable_bot(world, IMAGINE_CONFIRM_USD="0.20")
    typed = await world.imagine("two foxes --q high --n 2")
    buttons = [b for block in typed["ack"]["blocks"] if block["type"] == "actions" for b in block["elements"]]
    ref = next(b["value"] for b in buttons if b["action_id"] == "draft_run")

    await press(world, ALICE, "draft_change", ref)
    view = await form_of(world, ALICE)
    assert begins_with(view, "prompt") == "two foxes"
    assert submit_of(view) == "Draw · $0.44"
    await draw(world, ALICE, view, prompt="two red foxes", quality="low")

    job = await world.job(delivery="delivered")
    assert (job["prompt"], job["n"], job["quality"]) == ("two red foxes", 2, "low")
    await press(world, ALICE, "draft_run", ref)
    await whispers(world, ALICE, "cancelled")
    assert len(await world.jobs()) == 1


async def test_nobody_changes_the_draft_of_another(world: World) -> None:
    await reachable_bot(world, IMAGINE_CONFIRM_USD="0.20")
    typed = await world.imagine("two foxes --q high --n 2")
    buttons = [b for block in typed["ack"]["blocks"] if block["type"] == "actions" for b in block["elements"]]

    await press(world, BOB, "draft_change", buttons[0]["value"])

    await whispers(world, BOB)
    assert await world.slack.views(BOB) == []


async def test_a_picture_that_is_gone_opens_no_form(world: World) -> None:
    await world.start_bot()

    for action in ("pic_edit", "edit_result", "pic_words", "draft_change"):
        await press(world, BOB, action, "nowhere.1")

    async def look() -> bool:
        return len(await whispers(world, BOB)) == 4

    await eventually(look, what="four private answers")
    assert await world.slack.views(BOB) == []


async def test_only_me_leaves_no_trace_in_the_thread(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "an owl --q low")
    before = len(await world.slack.messages(DESIGN))
    await press(world, BOB, "pic_edit", first["id"])
    view = await form_of(world, BOB)

    await draw(world, BOB, view, change="pink", where="me")

    job = await edited(world, parent_id=first["id"])
    assert job["channel_id"].startswith("D")
    assert len(await world.slack.messages(DESIGN)) == before + 1, "the button of this test"
    assert any(m["files"] for m in await world.slack.messages(job["channel_id"]))


async def test_a_slow_answer_opens_a_moment_first(world: World) -> None:
    await world.start_bot()
    await world.slack.fault(Fault(match="users.info", kind="delay", seconds=1.5))

    typed = await world.imagine("")
    moment = (await world.slack.views(ALICE))[0]
    view = await form_of(world, ALICE)

    assert typed["acked"]
    assert "One moment…" in str(moment["blocks"])
    assert view["id"] == moment["id"]
    await draw(world, ALICE, view, prompt="a fox")
    await world.job(delivery="delivered")


async def test_the_sheet_is_shown_where_one_is_still_to_be_chosen(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, OWLS)
    pictures = await world.store.read(lambda tx: tx.pictures.of_job(first["id"]))

    def sheet(tx: Transaction) -> None:
        tx.previews.put(
            Preview(first["id"], SHEET, PictureState.SHARED, "0" * 64, 9, 9, 9, file_id=pictures[0].file_id)
        )

    await world.store.write(sheet)
    view = await edit_form(world, f"{first['id']}.0")
    again = await choose(world, ALICE, view, "quality", "medium")

    for form in (view, again):
        assert field(form, "sheet")["slack_file"] == {"id": pictures[0].file_id}
        assert [o["value"] for o in field(form, "which")["element"]["options"]] == ["1", "2", "3", "4"]


async def test_pictures_that_nobody_may_see_are_left_out(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "an owl --q low")
    await world.slack.fault(Fault(match="views.open", kind="error", error="invalid_arguments"))

    view = await edit_form(world, first["id"])

    assert "accessory" not in field(view, "src")
    view = await choose(world, ALICE, view, "quality", "medium")
    assert (submit_of(view), "accessory" in field(view, "src")) == ("Draw · $0.07", False)
    await draw(world, ALICE, view, change="pink")
    await edited(world, parent_id=first["id"])


async def test_files_that_an_update_lost_are_missed_aloud(world: World) -> None:
    await reachable_bot(world)
    await world.slack.options(update_keeps_uploads=False)
    added = await world.slack.act("upload", user=ALICE, **photo("logo.png", picture()))
    await world.imagine("")
    view = await form_of(world, ALICE)

    view = await choose(world, ALICE, view, "pictures", [added["id"]], prompt="a fox")
    told = await draw(world, ALICE, view)

    assert "lost" in field(told["view"], "pictures")["hint"]["text"]
    assert await world.jobs() == []
    assert (await draw(world, ALICE, told["view"]))["view"] is None
    assert (await world.job(delivery="delivered"))["kind"] == "generate"


async def test_a_form_begins_with_how_its_person_draws_and_with_their_last_choices(world: World) -> None:
    await world.start_bot()
    await world.imagine("settings drafts")

    await world.imagine("")
    view = await form_of(world, ALICE)
    assert (begins_with(view, "quality"), begins_with(view, "number"), submit_of(view)) == (
        "low",
        "4",
        "Draw · $0.04",
    )
    await draw(world, ALICE, view, prompt="a fox", quality="medium", number="2", format="webp")
    await world.imagine("")
    view = await form_of(world, ALICE)
    assert (begins_with(view, "quality"), begins_with(view, "number")) == ("medium", "2"), "the last choices"
    await world.slack.close_view(ALICE)

    await world.imagine("settings single")
    await world.imagine("")
    view = await form_of(world, ALICE)
    assert (begins_with(view, "quality"), begins_with(view, "number")) == ("medium", "1"), "decided since"
    assert begins_with(view, "format") == "webp"
    await world.imagine("settings channel drafts", user="U0CAROL")
    await world.imagine("", user="U0BOB")
    assert submit_of(await form_of(world, "U0BOB")) == "Draw · $0.04", "the channel's default"
