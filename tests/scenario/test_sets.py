"""Several orders of one ask: one message, one sheet, each with a hold of its own (loop reference 7,
row 35)."""

from __future__ import annotations

from tests.scenario.budget_kit import press as press_private
from tests.scenario.edit_kit import reachable_bot, whispers
from tests.scenario.loop_kit import (
    ALICE,
    BOB,
    DESIGN,
    elements,
    image_of,
    labels,
    newest_job,
    press,
    reply,
    root,
    shown_text,
)
from tests.support.world import Json, World, eventually

WORDS = "a {red,blue} fox in {snow,rain}"


async def ask(world: World, words: str = WORDS, *, draw: bool = True) -> Json:
    """Ask for a set, and agree to its price."""
    asked = await world.imagine(words)
    if draw:
        await press_private(world, ALICE, DESIGN, "draft_run")
    return asked["ack"]


async def the_set(world: World, count: int, **wanted: str) -> list[Json]:
    """The jobs of the newest set, its first one first, once all have these values."""

    async def look() -> list[Json] | None:
        rows = [row for row in await world.jobs() if row["set_id"]]
        newest = [row for row in rows if row["set_id"] == rows[0]["set_id"]] if rows else []
        there = len(newest) == count and all(row[k] == v for row in newest for k, v in wanted.items())
        return newest if there else None

    jobs: list[Json] = await eventually(look, every=0.1, what=f"a set of {count} with {wanted}")
    lead = next(job for job in jobs if job["id"] == job["set_id"])
    return [lead, *(job for job in jobs if job is not lead)]


async def roots(world: World, channel: str = DESIGN) -> list[Json]:
    return [m for m in await world.slack.messages(channel) if m.get("thread_ts") in {None, m["ts"]}]


async def prompts(world: World) -> list[str]:
    return [task.order.prompt for task in world.provider.gateway.book.tasks.values()]


async def test_35_a_list_is_asked_about_then_drawn_as_one_message(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    asked = await ask(world, "a {red,blue} fox", draw=False)
    assert asked["response_type"] == "ephemeral"
    assert asked["text"].startswith("2 drafts for $0.02?")
    assert labels(asked) == ["Draw 2 · $0.02", "Change…", "Leave it"]
    assert await world.jobs() == []
    await press_private(world, ALICE, DESIGN, "draft_run")

    lead, other = await the_set(world, 2, status="succeeded", delivery="delivered")
    assert {lead["prompt"], other["prompt"]} == {"a red fox", "a blue fox"}
    assert (lead["prompt"], lead["thread_ts"]) == ("a red fox", other["thread_ts"])
    assert sorted(await prompts(world)) == ["a blue fox", "a red fox"]
    assert (await world.scope("user"))[1] == 20_000

    async def done() -> Json | None:
        shown = await root(world, lead)
        return shown if image_of(shown) else None

    shown = await eventually(done, what="the sheet in the root")
    assert "a {red,blue} fox" in shown_text(shown)
    assert "2 drafts · 1024×1024 · $0.02" in shown_text(shown)
    assert "1 red · 2 blue" in shown_text(shown)
    assert labels(shown) == ["Use 1", "Use 2", "Again · $0.02", "Edit…"]
    assert len(await roots(world)) == 1
    thread = await world.thread(lead)
    assert len(thread) == 2, "the sheet, and the pictures at full size"
    assert len(thread[1]["files"]) == 3
    assert [file["name"][-6:] for file in thread[1]["files"][1:]] == ["-1.png", "-2.png"]
    assert {file["title"][:6] for file in thread[1]["files"]} == {"All 2 ", "1 of 2", "2 of 2"}
    await world.audit()


async def test_a_picture_of_a_set_is_used_varied_and_named_by_its_number(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await ask(world)
    lead, *_ = await the_set(world, 4, delivery="delivered")
    sheet = await root(world, lead)

    await press(world, sheet, "use_3")
    alone = await reply(world, lead, "a blue fox in snow", "picture 3 of 4")
    assert labels(alone)[:2] == ["Vary ×4 · $0.08", "Edit…"]
    await press(world, alone, "pic_vary", user=BOB)
    varied = await newest_job(world, 5, delivery="delivered")
    assert (varied["user_id"], varied["kind"], varied["n"]) == (BOB, "edit", 4)
    assert varied["prompt"] == "a blue fox in snow"
    await reply(world, varied, "from picture 3 of 4")

    text = "@imagine make the second one green"
    await world.slack.message(ALICE, DESIGN, text, thread_ts=lead["thread_ts"])
    # The newest set of several is the variation: its second picture is meant.
    changed = await newest_job(world, 6, delivery="delivered")
    assert changed["parent_id"] == varied["id"]
    await world.audit()


async def test_in_the_thread_of_a_set_numbers_and_undo_are_about_its_sheet(world: World) -> None:
    await reachable_bot(world, IMAGINE_MODE="drafts")
    await ask(world)
    jobs = await the_set(world, 4, delivery="delivered")
    lead, thread = jobs[0], jobs[0]["thread_ts"]
    (third,) = [job for job in jobs if job["prompt"] == "a blue fox in snow"]

    await world.slack.message(ALICE, DESIGN, "@imagine make it darker", thread_ts=thread)
    (which,) = await whispers(world, ALICE, "Which one")
    assert labels(which)[:4] == ["1 · $0.02", "2 · $0.02", "3 · $0.02", "4 · $0.02"]
    await press_private(world, ALICE, DESIGN, "draft_pick_3")
    changed = await newest_job(world, 5, delivery="delivered")
    assert changed["parent_id"] == third["id"]
    await reply(world, changed, "from picture 3 of 4")
    await world.slack.message(ALICE, DESIGN, "@imagine undo", thread_ts=thread)
    await reply(world, lead, "a blue fox in snow", "picture 3 of 4")

    await world.slack.message(ALICE, DESIGN, "@imagine use 2", thread_ts=thread)
    await reply(world, lead, "a red fox in rain", "picture 2 of 4")
    assert len(await world.jobs()) == 5
    await world.audit()


async def test_again_of_a_sheet_is_the_whole_set_and_of_one_picture_that_one(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    await ask(world, "a {red,blue} fox")
    first, _ = await the_set(world, 2, delivery="delivered")
    sheet = await root(world, first)

    await press(world, sheet, "pic_again")
    again, other = await the_set(world, 2, delivery="delivered")
    assert again["set_id"] != first["set_id"]
    assert [again["prompt"], other["prompt"]] == ["a red fox", "a blue fox"]

    await press(world, sheet, "use_2")
    alone = await reply(world, first, "a blue fox", "picture 2 of 2")
    await press(world, alone, "pic_again")
    single = await newest_job(world, 5, delivery="delivered")
    assert (single["prompt"], single["set_id"]) == ("a blue fox", None)
    await world.audit()


async def test_what_is_refused_is_said_and_costs_nothing_and_the_rest_is_there(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    world.provider.next("moderate")

    await ask(world, "a {red,blue} fox")

    lead, *_ = await the_set(world, 2, delivery="delivered")
    shown = await eventually(lambda: _with(world, lead, "1 of 2 drafts"), what="the sheet")
    assert "one was refused, not charged" in shown_text(shown)
    assert (await world.scope("user"))[1] == 10_000
    assert len([e for e in elements(shown) if e["action_id"].startswith("use_")]) == 1
    await world.audit()


async def _with(world: World, job: Json, words: str) -> Json | None:
    shown = await root(world, job)
    return shown if words in shown_text(shown) else None


async def test_cancel_takes_the_whole_set_back(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts", IMAGINE_USER_IN_FLIGHT="1")
    world.provider.set_options(duration_seconds=30.0)
    await world.imagine("a slow owl")
    await world.job(status="running")

    await ask(world, "a {red,blue} fox")
    lead, _ = await the_set(world, 2, status="queued", delivery="announced")
    waiting = await root(world, lead)
    assert labels(waiting) == ["Cancel"]
    await press(world, waiting, "pic_cancel")

    await the_set(world, 2, status="cancelled")
    (told,) = await whispers(world, ALICE, "Cancelled. Nothing was charged.")
    assert labels(told) == ["Draw it after all · $0.02"]
    await eventually(lambda: _gone(world, waiting), what="the root is deleted")
    await world.audit()


async def _gone(world: World, message: Json) -> bool:
    return message["ts"] not in {m["ts"] for m in await world.slack.messages(DESIGN)}


async def test_deleting_one_picture_leaves_the_others_and_all_takes_the_message(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    await ask(world, "a {red,blue} fox")
    lead, _ = await the_set(world, 2, delivery="delivered")
    await press(world, await root(world, lead), "use_2")
    alone = await reply(world, lead, "a blue fox", "picture 2 of 2")

    await world.slack.message(ALICE, DESIGN, "@imagine delete", thread_ts=lead["thread_ts"])
    await whispers(world, ALICE, "Delete")
    await press_private(world, ALICE, DESIGN, "pic_delete")
    await eventually(lambda: _gone_from(world, lead, alone), what="the picture's message is deleted")
    shown = await eventually(lambda: _with(world, lead, "1 of 2 drafts"), what="one is left")
    assert [e["action_id"] for e in elements(shown) if e["action_id"].startswith("use_")] == ["use_1"]


async def _gone_from(world: World, job: Json, message: Json) -> bool:
    return message["ts"] not in {m["ts"] for m in await world.thread(job)}


async def test_in_a_thread_a_set_is_one_file_message(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    asked = await world.slack.message(BOB, DESIGN, "what shall we draw?")

    await world.slack.message(ALICE, DESIGN, "@imagine a {red,blue} fox", thread_ts=asked["ts"])
    await whispers(world, ALICE, "2 drafts for $0.02?")
    await press_private(world, ALICE, DESIGN, "draft_run")

    lead, _ = await the_set(world, 2, delivery="delivered")
    thread = await world.thread(lead)
    files = [m for m in thread if m.get("files")]
    assert len(files) == 1
    assert "1 red · 2 blue" in shown_text(files[0])
    assert labels(files[0])[:2] == ["Use 1", "Use 2"]
    await world.audit()


async def test_twelve_pictures_are_one_sheet_with_twelve_buttons(world: World) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")

    await ask(world, "a {red,blue,green} {fox,owl,cat,dog} --format webp")

    lead, *_ = await the_set(world, 12, delivery="delivered")
    shown = await root(world, lead)
    assert labels(shown)[:12] == [f"Use {number}" for number in range(1, 13)]
    await press(world, shown, "use_12")
    alone = await reply(world, lead, "a green dog", "picture 12 of 12")
    assert image_of(alone), "the PNG that stands for the WebP"
    await world.audit()


async def test_a_restart_in_the_middle_loses_and_doubles_nothing(world: World) -> None:
    bot = await world.start_bot(IMAGINE_MODE="drafts")
    world.provider.set_options(duration_seconds=4.0)
    await ask(world)
    await the_set(world, 4, delivery="announced")
    await bot.kill()
    await world.start_bot("second", IMAGINE_MODE="drafts")

    lead, *_ = await the_set(world, 4, delivery="delivered")
    assert len(await roots(world)) == 1
    assert len(await prompts(world)) == 4
    assert (await world.scope("user"))[1] == 40_000
    assert len(await world.thread(lead)) == 2
    await world.audit()
