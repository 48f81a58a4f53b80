"""The friction table (docs/friction.md), counted: each task as a person does it, in presses and typed lines.

Each thing that ``Hand`` does counts one. Choosing from a picture's menu is one with opening it, as the words
of a form are one with sending it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.edit_kit import reachable_bot
from tests.scenario.form_kit import begins_with, form_of
from tests.scenario.loop_kit import ALICE, DESIGN, elements, image_of, labels, newest_job, press, reply, root
from tests.support.world import Json, World, eventually

FOX = "a red fox in snow"


class Hand:
    """Alice's: everything she does to the sandbox goes through it and is counted."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.presses = 0
        self.lines = 0

    async def command(self, text: str) -> None:
        self.lines += 1
        await self._world.imagine(text)

    async def say(self, thread: Json, text: str) -> None:
        self.lines += 1
        await self._world.slack.message(ALICE, DESIGN, f"<@U0IMAGINE> {text}", thread_ts=thread["thread_ts"])

    async def press(self, message: Json, action_id: str, **more: Any) -> None:
        self.presses += 1
        await press(self._world, message, action_id, **more)

    async def choose(self, message: Json, what: str) -> Json:
        """Something in a picture's menu: the form that opens."""
        options = [o["value"] for e in elements(message) if e["type"] == "overflow" for o in e["options"]]
        await self.press(message, "pic_more", value=next(one for one in options if one.startswith(what)))
        return await form_of(self._world, ALICE)

    async def submit(self, view: Json, values: Json | None = None) -> None:
        self.presses += 1
        await self._world.slack.submit_view(ALICE, view["id"], values)

    @property
    def counted(self) -> str:
        """As the table says it."""
        parts = [(self.presses, "press", "presses"), (self.lines, "line", "lines")]
        return " and ".join(f"{n} {one if n == 1 else many}" for n, one, many in parts if n)


Task = Callable[[World, Hand], Awaitable[None]]


async def drawn(world: World) -> Json:
    """Four drafts that were there before the task begins, so they are not counted."""
    await world.imagine(FOX)
    return await newest_job(world, 1, delivery="delivered")


async def used(world: World) -> tuple[Json, Json]:
    """A sheet and its third picture alone, there before the task begins."""
    job = await drawn(world)
    await press(world, await root(world, job), "use_3")
    return job, await reply(world, job, "picture 3 of 4")


async def four_takes(world: World, hand: Hand) -> None:
    await hand.command(FOX)
    job = await newest_job(world, 1, delivery="delivered")
    assert (job["n"], job["prompt"]) == (4, FOX)
    assert image_of(await root(world, job)) is not None


async def look_at_one_large(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.press(await root(world, job), "use_3")
    assert image_of(await reply(world, job, "picture 3 of 4")) is not None


async def takes_on_one(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.press(await root(world, job), "vary_2")
    varied = await newest_job(world, 2, delivery="delivered")
    assert (varied["n"], varied["parent_id"]) == (4, job["id"])


async def same_again(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.press(await root(world, job), "pic_again")
    again = await newest_job(world, 2, delivery="delivered")
    assert (again["n"], again["prompt"], again["kind"]) == (4, FOX, "generate")


async def best_quality(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.press(await root(world, job), "use_3")
    await hand.press(await reply(world, job, "picture 3 of 4"), "pic_finish")
    await newest_job(world, 2, delivery="delivered", n=1, estimate_micros=230_000)


async def best_quality_used(world: World, hand: Hand) -> None:
    _, picture = await used(world)
    await hand.press(picture, "pic_finish")
    await newest_job(world, 2, delivery="delivered", n=1, estimate_micros=230_000)


async def best_quality_in_a_line(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.say(job, "finish 3")
    await newest_job(world, 2, delivery="delivered", n=1, estimate_micros=230_000)


async def other_words_same_settings(world: World, hand: Hand) -> None:
    job, picture = await used(world)
    await hand.press(picture, "pic_edit")
    view = await form_of(world, ALICE)
    assert begins_with(view, "quality") == "low"
    await hand.submit(view, {"change": {"value": "make it a grey fox"}})
    changed = await newest_job(world, 2, delivery="delivered")
    assert "make it a grey fox" in changed["prompt"]
    assert (changed["parent_id"], changed["estimate_micros"]) == (job["id"], 20_000)


async def change_one_thing(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.say(job, "make the third one blue")
    changed = await newest_job(world, 2, delivery="delivered")
    assert (changed["prompt"], changed["parent_id"]) == ("make it blue", job["id"])
    await reply(world, job, "from picture 3 of 4")


async def another_shape_in_a_line(world: World, hand: Hand) -> None:
    job, _ = await used(world)
    await hand.say(job, "16:9")
    await newest_job(world, 2, delivery="delivered")
    await reply(world, job, "1536×864", "from picture 3 of 4")


async def another_shape_by_the_menu(world: World, hand: Hand) -> None:
    job, picture = await used(world)
    view = await hand.choose(picture, "sizes")
    hand.presses += 1  # the box of a shape
    await hand.submit(view, {"shapes": {"sizes_chosen": ["wide"]}})
    await newest_job(world, 2, delivery="delivered")
    await reply(world, job, "1536×864", "from picture 3 of 4")


async def cancel(world: World, hand: Hand) -> None:
    world.provider.set_options(duration_seconds=600.0)
    await world.imagine("a blue fox")
    await world.job(status="running")
    await world.imagine(FOX)
    await newest_job(world, 2, status="queued")

    async def waiting() -> Json | None:
        messages = await world.slack.messages(DESIGN)
        return next((m for m in messages if FOX in m["text"] and labels(m) == ["Cancel"]), None)

    await hand.press(await eventually(waiting, what="the root with its Cancel"), "pic_cancel")
    await newest_job(world, 2, status="cancelled", cost_micros=0)


async def find_the_fox(world: World, hand: Hand) -> None:
    job = await drawn(world)
    hand.lines += 1
    await world.imagine("find fox")
    (found,) = await world.slack.views(ALICE)
    assert FOX in str(found)
    assert "Jump" in str(found)
    assert f"p{job['thread_ts'].replace('.', '')}" in str(found), "the way to it"


async def delete(world: World, hand: Hand) -> None:
    job = await drawn(world)
    await hand.submit(await hand.choose(await root(world, job), "delete"))

    async def gone() -> bool:
        return not [m for m in await world.slack.messages(DESIGN) if m["bot_id"]]

    await eventually(gone, what="no message of the bot is left")


TABLE = Path(__file__).parents[2] / "docs" / "friction.md"


def told(row: str) -> set[str]:
    """What the last column of the table says of a task."""
    lines = [line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    (cells,) = [cells for cells in lines if len(cells) == 5 and cells[1].strip() == row]
    return {one.strip() for one in cells[3].split(" or ")}


@pytest.mark.parametrize(
    ("row", "task", "counted"),
    [
        ("four takes on an idea", four_takes, "1 line"),
        ("look at one large", look_at_one_large, "1 press"),
        ("four takes on one of them", takes_on_one, "1 press"),
        ("same again", same_again, "1 press"),
        ("best quality of the winner", best_quality, "2 presses"),
        ("best quality of the winner", best_quality_used, "1 press"),
        ("best quality of the winner", best_quality_in_a_line, "1 line"),
        ("change words, keep settings", other_words_same_settings, "2 presses"),
        ("change one thing in picture 3", change_one_thing, "1 line"),
        ("another shape", another_shape_in_a_line, "1 line"),
        ("another shape", another_shape_by_the_menu, "3 presses"),
        ("cancel", cancel, "1 press"),
        ("find last week's fox", find_the_fox, "1 line"),
        ("delete", delete, "2 presses"),
    ],
)
async def test_a_task_takes_what_the_table_says(world: World, row: str, task: Task, counted: str) -> None:
    more = {"IMAGINE_USER_IN_FLIGHT": "1"} if task is cancel else {}
    await reachable_bot(world, IMAGINE_MODE="drafts", **more)
    hand = Hand(world)
    await task(world, hand)
    assert hand.counted == counted
    assert counted in told(row)
