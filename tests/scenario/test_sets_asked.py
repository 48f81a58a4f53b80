"""Many at once, as far as the asking goes: lists and sizes, the question, the refusals (loop reference 7)."""

from __future__ import annotations

import pytest

from tests.scenario.budget_kit import all_of, buttons, direct, press
from tests.scenario.edit_kit import ALICE, DESIGN, made, reachable_bot, whispers
from tests.scenario.form_kit import begins_with, draw, form_of, submit_of, sum_of
from tests.scenario.loop_kit import labels
from tests.support.world import Json, World, eventually

CAROL = "U0CAROL"  # a budget admin
SNOW = "a {red,blue} fox in {snow,rain}"


async def drawn(world: World, count: int, **wanted: object) -> list[Json]:
    """The jobs in the order in which they were asked for, once there are ``count`` and all are delivered."""

    async def look() -> list[Json] | None:
        rows = [job for job in await world.jobs() if all(job[key] == value for key, value in wanted.items())]
        return rows[::-1] if len(rows) == count and {j["delivery"] for j in rows} == {"delivered"} else None

    found: list[Json] = await eventually(look, every=0.1, what=f"{count} delivered jobs")
    return found


def prompts(jobs: list[Json]) -> set[str]:
    return {job["prompt"] for job in jobs}


async def test_a_list_is_asked_about_with_its_total_also_where_nothing_else_is(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="none")

    asked = await world.imagine(SNOW)

    assert asked["ack"]["response_type"] == "ephemeral"
    assert asked["ack"]["text"].startswith("4 drafts for $0.04?")
    assert labels(asked["ack"]) == ["Draw 4 · $0.04", "Change…", "Leave it"]
    assert await world.jobs() == []
    assert await world.slack.messages(DESIGN) == []
    await press(world, ALICE, DESIGN, "draft_run")
    jobs = await drawn(world, 4)
    assert prompts(jobs) == {
        "a red fox in snow", "a red fox in rain", "a blue fox in snow", "a blue fox in rain",
    }  # fmt: skip
    assert {(job["n"], job["estimate_micros"]) for job in jobs} == {(1, 10_000)}
    assert len([m for m in await world.slack.messages(DESIGN) if m.get("thread_ts") in {None, m["ts"]}]) == 1
    await world.audit()


async def test_in_single_mode_each_is_a_medium_picture_and_flags_count_for_each(world: World) -> None:
    await world.start_bot()

    for words, question in (
        ("a {red,blue} fox", "2 medium pictures for $0.12?"),
        ("a {red,blue} fox --n 3 --q low", "6 drafts for $0.06?"),
        ("a {red,blue} fox --final", "2 finals for $0.44?"),
        ("a fox --sizes square,story,banner --q low", "3 drafts for $0.03?"),
        ("a {red,blue} fox --sizes square,story --q low", "4 drafts for $0.04?"),
    ):
        asked = await world.imagine(words)
        assert asked["ack"]["text"].startswith(question), asked["ack"]["text"]
    assert await world.jobs() == []


async def test_leave_it_is_nothing(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    await world.imagine(SNOW)

    await press(world, ALICE, DESIGN, "draft_cancel")

    await whispers(world, ALICE, "Nothing was charged.")
    assert await world.jobs() == []
    assert await world.slack.messages(DESIGN) == []


async def test_mentions_and_direct_messages_ask_the_same(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    await world.slack.message(ALICE, DESIGN, f"@imagine {SNOW}")
    await whispers(world, ALICE, "4 drafts for $0.04?")
    await world.slack.message(ALICE, "im", "an owl --sizes square,story")

    async def look() -> Json | None:
        channel = await direct(world, ALICE)
        said = [m for m in await world.slack.transcript(channel) if "2 drafts for $0.02?" in m["text"]]
        return said[0] if said else None

    said: Json = await eventually(look, what="the question in the direct message")
    assert labels(said) == ["Draw 2 · $0.02", "Change…", "Leave it"]
    assert await world.jobs() == []


async def test_a_change_in_a_thread_is_an_edit_each_of_the_pictures_quality(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    job = await made(world, "a red fox --n 3")

    words = "@imagine make the third one {blue,green}"
    await world.slack.message(ALICE, DESIGN, words, thread_ts=job["thread_ts"])

    await whispers(world, ALICE, "2 drafts for $0.04?")
    await press(world, ALICE, DESIGN, "draft_run")
    edits = await drawn(world, 2, kind="edit")
    assert prompts(edits) == {"make it blue", "make it green"}
    assert {edit["thread_ts"] for edit in edits} == {job["thread_ts"]}
    await world.audit()


async def test_too_many_are_refused_with_a_form_to_change_them_in(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_SET_MOST="6")

    refused = await world.imagine(f"{SNOW} --n 2")

    assert refused["ack"]["text"] == "That makes 8 pictures; 6 is the most at once."
    assert labels(refused["ack"]) == ["Change…", "Leave it"]
    many = await world.imagine("{a,b} {a,b} {a,b} {a,b}")
    assert many["ack"]["text"] == "That makes 16 pictures; 6 is the most at once."
    assert await world.jobs() == []
    message = await buttons(world, DESIGN, ALICE)
    await world.slack.action(ALICE, DESIGN, message["ts"], "draft_change")
    view = await form_of(world, ALICE)
    assert begins_with(view, "prompt") == "{a,b} {a,b} {a,b} {a,b}"
    sent = await draw(world, ALICE, view, prompt="{a,b} {c,d} {e,f}", number="1")
    assert "That makes 8 pictures; 6 is the most at once." in all_of(sent)
    assert await world.jobs() == []


async def test_change_opens_the_form_with_the_words_as_typed_and_the_price_of_the_set(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    await world.imagine("a {red,blue} fox --sizes square,story")

    await press(world, ALICE, DESIGN, "draft_change")

    view = await form_of(world, ALICE)
    assert begins_with(view, "prompt") == "a {red,blue} fox --sizes square,story"
    assert (begins_with(view, "number"), begins_with(view, "quality")) == ("1", "low")
    assert (submit_of(view), sum_of(view).split(" · ")[0]) == ("Draw · $0.04", "4 drafts")
    await draw(world, ALICE, view)
    assert prompts(await drawn(world, 4)) == {"a red fox", "a blue fox"}
    await world.audit()


async def test_words_with_a_list_are_priced_anew_when_the_form_is_sent(world: World) -> None:
    await world.start_bot()
    await world.imagine("")
    view = await form_of(world, ALICE)
    assert submit_of(view) == "Draw · $0.06"

    await draw(world, ALICE, view, prompt="a {red,blue} fox")

    again = await form_of(world, ALICE)
    assert (submit_of(again), sum_of(again).split(" · ")[0]) == ("Draw · $0.12", "2 medium")
    assert await world.jobs() == []
    await draw(world, ALICE, again, prompt="a {red,blue} fox")
    assert prompts(await drawn(world, 2)) == {"a red fox", "a blue fox"}


@pytest.mark.parametrize(("left", "offered"), [("0.02", "2 drafts · $0.02"), ("0.01", "1 draft · $0.01")])
async def test_over_budget_as_many_as_fit_are_offered_in_order(world: World, left: str, offered: str) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_BUDGET_USER=left)

    over = await world.imagine("a {red,blue,green} fox")

    assert over["ack"]["text"].startswith(f"$0.03 is more than you have left (${left}).")
    assert labels(over["ack"]) == [offered, "Ask an admin", "Leave it"]
    assert await world.jobs() == []
    assert (await world.audit())["scopes"] == []
    await press(world, ALICE, DESIGN, "draft_cheaper")
    count = int(offered[0])
    assert prompts(await drawn(world, count)) == set(["a red fox", "a blue fox"][:count])
    await world.audit()


async def test_a_dear_set_has_a_cheaper_button_and_above_a_dollar_a_second_thought(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_CONFIRM_USD="0.50")

    asked = await world.imagine("a {red,blue,green,grey,black} fox --final")

    assert asked["ack"]["text"].startswith("5 finals for $1.10?")
    assert labels(asked["ack"]) == ["Draw 5 · $1.10", "5 medium · $0.30", "Change…", "Leave it"]
    by_id = {e["action_id"]: e for b in asked["ack"]["blocks"] for e in b.get("elements", [])
             if "action_id" in e}  # fmt: skip
    assert by_id["draft_run"]["confirm"]["text"]["text"] == "5 finals for $1.10."
    await press(world, ALICE, DESIGN, "draft_cheaper")
    jobs = await drawn(world, 5)
    assert {job["estimate_micros"] for job in jobs} == {60_000}
    assert len(prompts(jobs)) == 5


async def test_an_admin_is_asked_for_the_whole_set_and_a_yes_draws_it(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_BUDGET_USER="0.03", IMAGINE_ADMINS=CAROL)
    over = await world.imagine(SNOW)
    assert labels(over["ack"]) == ["3 drafts · $0.03", "Ask an admin", "Leave it"]

    await press(world, ALICE, DESIGN, "draft_ask")

    card = await buttons(world, await direct(world, CAROL), CAROL)
    assert "4 drafts" in all_of(card)
    assert SNOW in all_of(card)
    await press(world, CAROL, await direct(world, CAROL), "petition_once")
    assert len(prompts(await drawn(world, 4))) == 4
    await world.audit()


async def test_a_wrong_size_of_a_set_is_refused_and_one_alone_is_an_ordinary_ask(world: World) -> None:
    await world.start_bot()

    wrong = await world.imagine("a fox --sizes square,1000x1000")
    assert "1008x1008" in wrong["ack"]["text"]
    assert await world.jobs() == []
    await world.imagine("a fox --sizes story --q low")
    job = await world.job(delivery="delivered")
    assert (job["n"], job["prompt"]) == (1, "a fox")


async def test_which_picture_is_asked_with_the_price_of_the_set(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    job = await made(world, "a red fox --n 2")

    words = "@imagine make it {blue,green}"
    await world.slack.message(ALICE, DESIGN, words, thread_ts=job["thread_ts"])

    (said,) = await whispers(world, ALICE, "Which one?")
    assert labels(said) == ["1 · $0.04", "2 · $0.04", "Leave it"]
    await world.slack.action(ALICE, DESIGN, said["ts"], "draft_pick_2")
    assert prompts(await drawn(world, 2, kind="edit")) == {"make it blue", "make it green"}


async def test_again_under_a_set_is_the_whole_set_for_the_price_on_its_button(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    await world.imagine("a {red,blue} fox")
    await press(world, ALICE, DESIGN, "draft_run")
    first = await drawn(world, 2)

    async def sheet() -> Json | None:
        shown = (await world.thread(first[0]))[0]
        return shown if "Again · $0.02" in labels(shown) else None

    shown = await eventually(sheet, what="the sheet of the set with Again")
    await world.slack.action(ALICE, DESIGN, shown["ts"], "pic_again")

    jobs = await drawn(world, 4)
    assert prompts(jobs) == {"a red fox", "a blue fox"}
    assert {job["thread_ts"] for job in jobs} == {first[0]["thread_ts"]}
    await world.audit()
