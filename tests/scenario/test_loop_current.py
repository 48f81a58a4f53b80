"""Which picture words are about, from outside: never another one than was named, looked at or chosen last."""

from __future__ import annotations

from tests.scenario.edit_kit import reachable_bot, whispers
from tests.scenario.loop_kit import (
    ALICE,
    BOB,
    DESIGN,
    SHEET,
    elements,
    image_of,
    newest_job,
    press,
    reply,
    root,
    sheet,
)
from tests.scenario.test_loop_endings import menu
from tests.support.world import Json, World, eventually


async def say(world: World, job: Json, text: str) -> Json:
    return await world.slack.message(ALICE, DESIGN, f"<@U0IMAGINE> {text}", thread_ts=job["thread_ts"])


def links(told: Json) -> list[str]:
    parts = [part for block in told["blocks"] for one in block["elements"] for part in one["elements"]]
    return [part["text"] for part in parts if part["type"] == "link"]


async def test_a_number_in_a_thread_is_one_of_its_sheet(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await say(world, first, "make the third one blue")
    await newest_job(world, 2, delivery="delivered")

    await say(world, first, "finish 1")

    final = await newest_job(world, 3, delivery="delivered")
    assert final["parent_id"] == first["id"]
    await reply(world, first, "Final", "from picture 1 of 4")


async def test_a_number_in_a_direct_conversation_is_of_the_newest_job_that_has_it(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(ALICE, "im", SHEET)
    first = await newest_job(world, 1, delivery="delivered")
    await world.slack.message(ALICE, "im", "a blue whale --n 2 --q low")
    await newest_job(world, 2, delivery="delivered")

    await world.slack.message(ALICE, "im", "finish 3")

    final = await newest_job(world, 3, delivery="delivered")
    assert final["parent_id"] == first["id"]
    await reply(world, final, "from picture 3 of 4")


async def test_a_picture_that_is_used_again_is_what_words_are_about(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    for number in (1, 2):
        await press(world, await root(world, first), f"use_{number}")
        await reply(world, first, f"picture {number} of 4")

    await say(world, first, "use 1")
    (told,) = await whispers(world, ALICE, "That picture is here already:")
    assert links(told) == ["Jump"], told
    await say(world, first, "finish")

    final = await newest_job(world, 2, delivery="delivered")
    assert final["parent_id"] == first["id"]
    await reply(world, first, "Final", "from picture 1 of 4")


async def test_before_on_a_sheet_asks_which_one_and_chooses_none(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await say(world, first, "vary 2")
    await newest_job(world, 2, delivery="delivered")

    await say(world, first, "before")
    (asked,) = await whispers(world, ALICE, "Which one?")
    assert [one["text"]["text"] for one in elements(asked)] == ["1", "2", "3", "4"]
    await press(world, asked, "choose_3")
    await _titles(world, first, ["Before", "After"])
    await say(world, first, "finish")

    async def asked_again() -> bool:
        said = await whispers(world, ALICE, "Which one?")
        return "1 · $0.23" in [one["text"]["text"] for one in elements(said[-1])]

    await eventually(asked_again, what="which one to finish")
    assert len(await world.jobs()) == 2


async def _titles(world: World, job: Json, wanted: list[str]) -> None:
    async def look() -> bool:
        blocks = (await world.thread(job))[-1].get("blocks") or []
        return [one["title"]["text"] for one in blocks if one["type"] == "image"] == wanted

    await eventually(look, what=f"the pictures {wanted}")


async def test_in_a_direct_conversation_words_go_on_from_what_was_chosen(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(ALICE, "im", SHEET)
    first = await newest_job(world, 1, delivery="delivered")
    await world.slack.message(ALICE, "im", "use 2")
    await reply(world, first, "picture 2 of 4")

    await world.slack.message(ALICE, "im", "make it blue")
    blue = await newest_job(world, 2, delivery="delivered")
    assert blue["parent_id"] == first["id"]
    await reply(world, blue, "from picture 2 of 4")

    await world.slack.message(ALICE, "im", "before")
    await _titles(world, blue, ["Before", "After"])
    await world.slack.message(ALICE, "im", "undo")
    await _shown_alone(world, first, 2)
    await world.slack.message(ALICE, "im", "finish")

    final = await newest_job(world, 3, delivery="delivered")
    assert final["parent_id"] == first["id"]
    await reply(world, final, "Final", "from picture 2 of 4")


async def _shown_alone(world: World, job: Json, times: int) -> None:
    """So many messages of the job's thread show a single picture with its buttons."""

    async def look() -> bool:
        thread = await world.thread(job)
        return sum("pic_vary" in {one["action_id"] for one in elements(each)} for each in thread) == times

    await eventually(look, what=f"{times} single pictures in the thread")


async def test_an_edit_of_a_deleted_picture_is_refused_and_none_is_taken_instead(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    used = await reply(world, first, "picture 3 of 4")
    view = await menu(world, used, "delete")
    await world.slack.submit_view(ALICE, view["id"])

    async def gone() -> bool:
        return used["ts"] not in {message["ts"] for message in await world.thread(first)}

    await eventually(gone, what="the picture alone is gone")
    await press(world, await root(world, first), "use_1")
    await reply(world, first, "picture 1 of 4")

    await say(world, first, "make the third one green")

    await whispers(world, ALICE, "There is no picture 3 here. Here are 1, 2 and 4.")
    assert len(await world.jobs()) == 1


async def test_in_the_thread_of_a_shared_picture_an_edit_is_of_that_picture(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    view = await menu(world, await reply(world, first, "picture 3 of 4"), "share")
    await world.slack.submit_view(ALICE, view["id"], {"where": {"value": "C0GENERAL"}})

    async def there() -> Json | None:
        found = [one for one in await world.slack.messages("C0GENERAL") if one["bot_id"] and image_of(one)]
        return found[0] if found else None

    shared = await eventually(there, what="the picture in the other channel")
    await world.slack.message(BOB, "C0GENERAL", "<@U0IMAGINE> make it blue", thread_ts=shared["ts"])

    blue = await newest_job(world, 2, delivery="delivered")
    assert (blue["parent_id"], blue["quality"]) == (first["id"], "low")
    await reply(world, blue, "from picture 3 of 4")
    await world.slack.message(BOB, "C0GENERAL", "<@U0IMAGINE> undo", thread_ts=shared["ts"])
    await _shown_alone(world, blue, 3)
    await world.slack.message(BOB, "C0GENERAL", "<@U0IMAGINE> finish", thread_ts=shared["ts"])
    final = await newest_job(world, 3, delivery="delivered")
    assert final["parent_id"] == first["id"]


async def test_a_vote_is_on_the_newest_sheet_of_the_thread(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await say(world, first, "make the third one blue")
    await newest_job(world, 2, delivery="delivered")

    await say(world, first, "vote")

    async def numbered() -> bool:
        return {"one", "two", "three", "four"} <= set((await root(world, first))["reactions"])

    await eventually(numbered, what="the numbers on the sheet")


async def test_an_edit_of_our_picture_has_its_size_and_one_price(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world, "a red fox --ar 16:9 --n 2 --q high")

    await say(world, first, "make the second one blue")
    blue = await newest_job(world, 2, delivery="delivered")
    assert world.provider.tasks()[-1]["size"] == "1536x864"
    await say(world, first, "again")

    again = await newest_job(world, 3, delivery="delivered")
    assert again["estimate_micros"] == blue["estimate_micros"]
    await say(world, first, "make it green --ar 1:1")
    await newest_job(world, 4, delivery="delivered")
    assert world.provider.tasks()[-1]["size"] == "1024x1024"
