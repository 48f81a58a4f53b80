"""What is said to a picture with a number, a size or a flag: it counts, or is answered free."""

from __future__ import annotations

import pytest

from tests.scenario.edit_kit import ALICE, reachable_bot, whispers
from tests.scenario.loop_kit import elements, labels, newest_job, press, reply, root, sheet
from tests.scenario.test_loop import in_thread
from tests.support.world import World


@pytest.mark.parametrize("words", ["#7", "vary 9", "finish #7"])
async def test_a_number_that_is_not_there_is_answered_free(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, words)

    (told,) = await whispers(world, ALICE, "There is no picture")
    assert "Here are 1, 2, 3 and 4." in told["text"]
    assert [job["id"] for job in await world.jobs()] == [first["id"]]


@pytest.mark.parametrize(
    ("words", "shown"),
    [("finish 2 in 16:9", "Final · 1536×864"), ("again 2048x1152", "4 drafts · 2048×1152")],
)
async def test_a_named_size_is_the_one_that_is_drawn(world: World, words: str, shown: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, words)

    await newest_job(world, 2, delivery="delivered")
    await reply(world, first, shown)


async def test_flags_after_a_verb_count_also_after_the_question_which_one(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, "again --n 2 --ar 16:9")
    again = await newest_job(world, 2, delivery="delivered")
    await reply(world, first, "2 drafts · 1536×864")
    await in_thread(world, first, "vary --n 2 -q medium")
    (asked,) = await whispers(world, ALICE, "Which one?")
    await press(world, asked, "choose_1")

    varied = await newest_job(world, 3, delivery="delivered")
    assert (again["n"], varied["n"], varied["parent_id"]) == (2, 2, again["id"])
    await reply(world, first, "from picture 1 of 2")
    assert varied["estimate_micros"] > 2 * 20_000, "medium, not low"


async def test_a_flag_that_does_not_fit_the_verb_buys_nothing(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, "finish 2 --q low")

    await whispers(world, ALICE, "--q low", "not possible after finish")
    assert [job["id"] for job in await world.jobs()] == [first["id"]]


@pytest.mark.parametrize("words", ["vary 1 and 2", "finish all of them", "both"])
async def test_of_several_pictures_one_has_to_be_chosen(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    await reply(world, first, "picture 3 of 4")

    await in_thread(world, first, words)

    await whispers(world, ALICE, "Which one?")
    assert [job["id"] for job in await world.jobs()] == [first["id"]]


@pytest.mark.parametrize("words", ["undo 2", "delete both", "again 3 times"])
async def test_a_verb_with_words_that_do_not_fit_it_buys_nothing(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    await press(world, await root(world, first), "use_3")
    await reply(world, first, "picture 3 of 4")

    await in_thread(world, first, words)

    (told,) = await whispers(world, ALICE, "That is not clear")
    assert labels(told)[0].startswith(f"Draw “{words}” · ")
    assert [job["id"] for job in await world.jobs()] == [first["id"]]


async def test_delete_names_a_picture_by_its_number(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, "delete the second one")

    (asked,) = await whispers(world, ALICE, "Delete this picture for everyone?")
    (button, *_) = elements(asked)
    assert button["value"] == f"{first['id']}.2"
