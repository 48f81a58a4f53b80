"""The loop around a picture, from outside: see four, pick one, change it, finish it.

The numbers are those of the acceptance table that the loop was designed with.
"""

from __future__ import annotations

import pytest

from tests.scenario.edit_kit import reachable_bot, sources, whispers
from tests.scenario.loop_kit import (
    ALICE,
    BOB,
    DESIGN,
    SHEET,
    elements,
    image_of,
    labels,
    newest_job,
    press,
    reply,
    root,
    sheet,
    shown_text,
)
from tests.support.world import Json, World, eventually


async def test_1_a_sheet_with_three_rows_and_one_message_in_the_channel(world: World) -> None:
    await reachable_bot(world)
    answer = await world.imagine(SHEET)
    assert answer.get("text", "") == ""
    job = await newest_job(world, 1, delivery="delivered")
    message = await root(world, job)
    assert image_of(message) is not None
    assert labels(message) == [
        "Use 1", "Use 2", "Use 3", "Use 4", "Vary 1", "Vary 2", "Vary 3", "Vary 4", "Again · $0.04", "Edit…",
    ]  # fmt: skip
    assert "4 drafts · 1024×1024 · $0.04 · Vary: four new takes on one, $0.08" in shown_text(message)
    thread = await world.thread(job)
    assert len(thread) == 2
    assert f"<@{ALICE}>" in thread[1]["text"]
    assert len(thread[1]["files"]) == 5
    assert await whispered(world, ALICE) == 0
    assert await world.scope("user") == (0, 40_000)


async def whispered(world: World, user: str) -> int:
    records = await world.slack.transcript("", user)
    return sum(record["ephemeral_for"] == user for record in records)


async def test_2_a_final_offers_4k(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world, "a red fox in snow --q high")
    message = await root(world, job)
    assert labels(message) == ["Vary ×4 · $0.08", "Edit…", "4K · $0.58", "Again · $0.22"]
    assert "Final · 1024×1024 · $0.22" in shown_text(message)


async def test_4_and_5_a_picture_is_used_once(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    await press(world, await root(world, job), "use_3")
    used = await reply(world, job, "Draft · 1024×1024 · $0.01 · picture 3 of 4")
    assert labels(used) == ["Vary ×4 · $0.08", "Edit…", "Finish · $0.23", "Again · $0.04"]
    assert image_of(used) is not None
    await press(world, await root(world, job), "use_3", user=BOB)
    await whispers(world, BOB, "Jump")
    assert len(await world.thread(job)) == 3
    assert await world.scope("user") == (0, 40_000)


async def test_6_vary_makes_a_sheet_at_the_cost_of_who_pressed(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "vary_2", user=BOB)
    job = await newest_job(world, 2, delivery="delivered")
    assert (job["user_id"], job["estimate_micros"], job["parent_id"]) == (BOB, 80_000, first["id"])
    message = await reply(world, first, "from picture 2 of 4")
    assert len(message["files"]) == 5
    assert labels(message)[:4] == ["Use 1", "Use 2", "Use 3", "Use 4"]
    assert len(await world.thread(first)) == 3  # the working message is gone
    assert "A new variation of the attached picture" in world.provider.tasks()[-1]["prompt"]
    assert len(sources(world)) == 1


async def test_7_and_8_finish_and_again_from_a_used_picture(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    used = await reply(world, first, "picture 3 of 4")
    await press(world, used, "pic_finish")
    final = await newest_job(world, 2, delivery="delivered")
    assert (final["estimate_micros"], final["n"]) == (230_000, 1)
    shown = await reply(world, first, "Final · 1024×1024 · $0.23 · from picture 3 of 4")
    assert "4K · $0.58" in labels(shown)
    await press(world, used, "pic_again")
    await press(world, used, "pic_again")
    again = await newest_job(world, 3, delivery="delivered")
    assert (again["estimate_micros"], again["prompt"]) == (40_000, "a red fox in snow")


async def test_9_buttons_work_after_a_restart(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    message = await root(world, first)
    await world.bots[-1].kill()
    await reachable_bot(world)
    await press(world, message, "vary_1")
    job = await newest_job(world, 2, delivery="delivered")
    assert job["parent_id"] == first["id"]


async def in_thread(world: World, job: Json, text: str, user: str = ALICE) -> Json:
    return await world.slack.message(user, DESIGN, f"<@U0IMAGINE> {text}", thread_ts=job["thread_ts"])


async def test_10_a_named_picture_is_changed(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await in_thread(world, first, "make the third one blue")
    job = await newest_job(world, 2, delivery="delivered")
    assert (job["prompt"], job["estimate_micros"], job["n"]) == ("make it blue", 20_000, 1)
    await reply(world, first, "from picture 3 of 4")


async def test_11_to_13_which_one_then_undo(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await in_thread(world, first, "make it darker")
    (asked,) = await whispers(world, ALICE, "Which one?")
    assert [one["text"]["text"] for one in elements(asked)][:4] == [
        "1 · $0.02", "2 · $0.02", "3 · $0.02", "4 · $0.02",
    ]  # fmt: skip
    assert len(await world.jobs()) == 1
    pick = next(one for one in elements(asked) if one["text"]["text"].startswith("2 "))
    await press(world, asked, pick["action_id"])
    await newest_job(world, 2, delivery="delivered")
    await reply(world, first, "from picture 2 of 4")
    await in_thread(world, first, "undo")
    back = await reply(world, first, "picture 2 of 4", "Draft")
    await eventually(lambda: _has_image(world, first), what="the picture is there again")
    assert back is not None


async def _has_image(world: World, job: Json) -> bool:
    newest = (await world.thread(job))[-1]
    return image_of(newest) is not None and "pic_vary" in {one["action_id"] for one in elements(newest)}


@pytest.mark.parametrize("words", ["vary 2", "v2"])
async def test_14_vary_by_words(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await in_thread(world, first, words)
    job = await newest_job(world, 2, delivery="delivered")
    assert (job["estimate_micros"], job["n"]) == (80_000, 4)
    await reply(world, first, "from picture 2 of 4")


async def test_16_another_shape_after_use(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_1")
    await reply(world, first, "picture 1 of 4")
    await in_thread(world, first, "16:9")
    job = await newest_job(world, 2, delivery="delivered")
    assert (job["estimate_micros"], job["n"]) == (20_000, 1)
    await reply(world, first, "1536×864", "from picture 1 of 4")


async def test_15_a_final_in_4k_by_words_is_asked_about(world: World) -> None:
    await reachable_bot(world, IMAGINE_CONFIRM_USD="0.50")
    first = await sheet(world)
    await in_thread(world, first, "finish 3 in 4k")
    (asked,) = await whispers(world, ALICE, "$0.58")
    assert len(await world.jobs()) == 1
    await press(world, asked, "draft_run", confirmed=True)
    job = await newest_job(world, 2, delivery="delivered")
    assert job["estimate_micros"] == 580_000
    await reply(world, first, "Final · ", "from picture 3 of 4")


async def test_before_shows_both_and_vote_puts_numbers(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await in_thread(world, first, "vote")

    async def numbered() -> bool:
        return {"one", "two", "three", "four"} <= set((await root(world, first))["reactions"])

    await eventually(numbered, what="the numbers on the sheet")
    await in_thread(world, first, "make the third one blue")
    await newest_job(world, 2, delivery="delivered")
    await reply(world, first, "from picture 3 of 4")
    await in_thread(world, first, "before")

    async def pair() -> bool:
        blocks = (await world.thread(first))[-1]["blocks"]
        titles = [block["title"]["text"] for block in blocks if block["type"] == "image"]
        return titles == ["Before", "After"]

    await eventually(pair, what="both pictures")


async def test_how_to_go_on_is_said_once(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    assert "Like one? Use it, then Finish." in shown_text(await root(world, first))
    await world.imagine(SHEET)
    second = await newest_job(world, 2, delivery="delivered")
    assert "Like one?" not in shown_text(await root(world, second))


async def test_a_verb_without_a_number_asks_which_one(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await in_thread(world, first, "vary")
    (asked,) = await whispers(world, ALICE, "Which one?")
    assert [one["text"]["text"] for one in elements(asked)] == [f"{n} · $0.08" for n in (1, 2, 3, 4)]
    await press(world, asked, "choose_3")
    varied = await newest_job(world, 2, delivery="delivered")
    assert (varied["thread_ts"], varied["parent_id"]) == (first["thread_ts"], first["id"])
    await reply(world, first, "from picture 3 of 4")


async def test_undo_after_use_offers_the_others(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    await reply(world, first, "picture 3 of 4")
    await in_thread(world, first, "undo")
    (asked,) = await whispers(world, ALICE, "Which one?")
    assert [one["text"]["text"] for one in elements(asked)] == ["1", "2", "3", "4"]
    await press(world, asked, "choose_2")
    await reply(world, first, "picture 2 of 4")
    assert len(await world.jobs()) == 1
