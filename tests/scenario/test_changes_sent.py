"""A picture that was changed: what the image service is sent for it, and what a screen reader is told of it.

An edit starts from the picture. The words of an earlier picture, sent once more, would be drawn once more.
"""

from __future__ import annotations

from tests.scenario.edit_kit import reachable_bot
from tests.scenario.form_kit import draw, form_of
from tests.scenario.loop_kit import ALICE, DESIGN, image_of, newest_job, press, reply, root, sheet, shown_text
from tests.support.world import Json, World, eventually

FOX = "a red fox in snow --n 1 --q low"
VARIED = "A new variation of the attached picture: same subject, style and colours, another composition."
FINISHED = (
    "Render the attached draft as a finished picture: keep composition, subject, colours and every word; "
    "add detail."
)
EXTENDED = (
    "Extend the attached picture to the new format: keep the subject, continue the background naturally."
)


def sent(world: World) -> str:
    """The words of the newest order, as the image service got them."""
    return str(world.provider.tasks()[-1]["prompt"])


async def changed(world: World, first: Json, text: str, count: int) -> Json:
    """The next job of the thread, asked for with ``text``; it is number ``count`` of the world."""
    await world.slack.message(ALICE, DESIGN, f"<@U0IMAGINE> {text}", thread_ts=first["thread_ts"])
    return await newest_job(world, count, delivery="delivered")


async def pressed(world: World, job: Json, action: str, count: int) -> Json:
    """The job that a button under the job's result starts."""
    await press(world, await buttons_of(world, job), action)
    return await newest_job(world, count, delivery="delivered")


async def buttons_of(world: World, job: Json) -> Json:
    """The message that has the job's buttons."""

    async def look() -> Json | None:
        for message in await world.thread(job):
            rows = [block for block in message["blocks"] or [] if block["type"] == "actions"]
            if any(f"{job['id']}." in str(row) for row in rows):
                return message
        return None

    found: Json = await eventually(look, what="the job's buttons")
    return found


async def test_a_change_of_a_change_sends_the_newest_words_alone(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world, FOX)
    assert sent(world) == "a red fox in snow"

    pink = await changed(world, first, "make the sky pink", 2)
    assert sent(world) == "make the sky pink"
    darker = await changed(world, first, "make it darker", 3)

    assert sent(world) == "make it darker"
    assert darker["parent_id"] == pink["id"], "it starts from the picture with the pink sky"
    assert [len(task["sources"]) for task in world.provider.tasks()] == [0, 1, 1]


async def test_a_step_after_a_change_sends_its_own_sentence_alone(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world, FOX)
    pink = await changed(world, first, "make the sky pink", 2)

    await pressed(world, pink, "pic_vary", 3)
    assert sent(world) == VARIED
    finished = await pressed(world, pink, "pic_finish", 4)
    assert sent(world) == FINISHED
    await changed(world, first, "16:9", 5)
    assert sent(world) == EXTENDED
    await pressed(world, finished, "pic_vary", 6)
    assert sent(world) == VARIED, "also two steps after the change"


async def test_a_step_from_what_was_drawn_sends_its_words_too(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world, FOX)

    await pressed(world, first, "pic_vary", 2)
    assert sent(world) == f"a red fox in snow\n{VARIED}"
    await pressed(world, first, "pic_finish", 3)
    assert sent(world) == f"a red fox in snow\n{FINISHED}"


async def test_the_form_says_what_stays_and_people_see_the_change_alone(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world, FOX)
    await press(world, await root(world, first), "pic_edit")
    await draw(world, ALICE, await form_of(world, ALICE), change="make the sky pink", keep="the fox.")
    pink = await newest_job(world, 2, delivery="delivered")

    assert sent(world) == "make the sky pink\nPreserve exactly: the fox.\nChange nothing else."
    shown = await buttons_of(world, pink)
    assert "make the sky pink" in shown_text(shown)
    assert "Preserve exactly" not in str(shown)

    await pressed(world, pink, "pic_finish", 3)
    assert sent(world) == FINISHED


async def test_a_change_is_described_with_what_was_before(world: World) -> None:
    """In the titles of its files, and wherever both pictures are shown."""
    await reachable_bot(world)
    first = await sheet(world, FOX)
    fox = "A red fox in snow. Drawn by AI from these words."
    above = image_of(await root(world, first))
    assert above is not None
    assert above["alt_text"] == fox

    await press(world, await root(world, first), "pic_edit")
    await draw(world, ALICE, await form_of(world, ALICE), change="make the sky pink")
    pink = await newest_job(world, 2, delivery="delivered")
    told = "Changed from an earlier picture: make the sky pink. Before: a red fox in snow. Drawn by AI."
    (file,) = (await buttons_of(world, pink))["files"]
    assert file["title"] == told

    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> before", thread_ts=first["thread_ts"])

    async def both() -> list[str] | None:
        blocks = (await world.thread(first))[-1]["blocks"] or []
        return [block["alt_text"] for block in blocks if block["type"] == "image"] or None

    assert await eventually(both, what="both pictures") == [fox, told]


async def test_a_sheet_is_described_as_its_pictures_are(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world, "a red fox in snow --n 4 --q low")

    above = image_of(await root(world, job))
    assert above is not None
    assert above["alt_text"] == "Four numbered drafts of: a red fox in snow. Drawn by AI."
    titles = [file["title"] for file in (await world.thread(job))[1]["files"]]
    assert titles[1:] == [
        f"{number} of 4 · A red fox in snow. Drawn by AI from these words." for number in range(1, 5)
    ]
    await press(world, await root(world, job), "use_3")
    used = image_of(await reply(world, job, "picture 3 of 4"))
    assert used is not None
    assert used["alt_text"] == "A red fox in snow. Drawn by AI from these words."
