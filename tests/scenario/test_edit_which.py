"""Which picture an ask is about: never a guess that costs, and said for all to read."""

import io
from typing import Any

import pytest
from PIL import Image

from sandbox.faults import Fault
from sandbox.slack.client import upload
from tests.scenario.edit_kit import (
    ALICE,
    BOB,
    DESIGN,
    details,
    edited,
    made,
    mask,
    mood,
    normal,
    photo,
    picture,
    reachable_bot,
    sources,
    whispers,
)
from tests.scenario.loop_kit import shown_text
from tests.support.world import Json, World, eventually

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 100


async def nothing_came_of_it(world: World, *, tasks: int = 0) -> None:
    """Nothing was ordered and nothing is held; what was made before is all that there is."""
    assert len(world.provider.tasks()) == tasks
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("brief.pdf", PDF, "PDF files cannot be changed"), ("clip.mp4", MP4, "videos cannot be changed")],
)
@pytest.mark.parametrize("where", ["mention", "direct", "thread"])
async def test_what_is_attached_to_an_ask_is_meant_whatever_it_is(
    world: World, where: str, name: str, data: bytes, words: str
) -> None:
    await reachable_bot(world)
    thread = (await made(world))["thread_ts"] if where == "thread" else None
    before = len(world.provider.tasks())

    text = "make it blue --q low" if where == "direct" else "@imagine make it blue --q low"
    await world.slack.message(
        ALICE, "im" if where == "direct" else DESIGN, text, files=[upload(name, data)], thread_ts=thread
    )

    job = await world.job(kind="edit", status="failed", cost_micros=0)
    if where == "direct":  # there it is told by a message that stays

        async def told() -> bool:
            said = [m["text"].lower() for m in await world.slack.messages(job["channel_id"])]
            return any(words.lower() in text and "nothing was charged" in text for text in said)

        await eventually(told, what="it is told in the direct messages")
    else:
        await whispers(world, ALICE, words, "nothing was charged")
    await nothing_came_of_it(world, tasks=before)


async def test_a_picture_that_its_name_and_type_do_not_tell_is_edited(world: World) -> None:
    await reachable_bot(world)
    data = picture()

    file = upload("IMG", data, mimetype="application/octet-stream")
    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[file])

    await edited(world)
    assert [s["sha256"] for s in sources(world)] == [normal(data)]


async def test_a_document_in_talk_that_is_not_for_the_bot_stays_talk(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)

    await world.slack.message(
        BOB, DESIGN, "the contract", thread_ts=parent["thread_ts"], files=[upload("brief.pdf", PDF)]
    )
    await world.slack.message(BOB, DESIGN, "bluer --q low", thread_ts=parent["thread_ts"], files=[photo()])

    await edited(world, prompt="bluer")  # heard later than the document, and done
    assert len(await world.jobs()) == 2


async def test_a_refused_edit_makes_nobodys_thread_ours(world: World) -> None:
    await reachable_bot(world)
    root = await world.slack.message(ALICE, DESIGN, "holiday pictures")
    await world.slack.message(
        ALICE, DESIGN, "@imagine bluer", thread_ts=root["ts"], files=[photo("cut.png", picture()[:500])]
    )
    refused = await world.job(status="failed")
    assert refused["delivery"] == "none"

    await world.slack.message(BOB, DESIGN, "mine is nicer", thread_ts=root["ts"], files=[photo()])
    await world.slack.message(ALICE, DESIGN, "@imagine bluer --q low", files=[photo()])

    job = await edited(world)  # heard later than the reply, and done
    assert job["thread_ts"] != root["ts"]
    assert len(await world.jobs()) == 2


@pytest.mark.parametrize("in_thread", [True, False], ids=["in a thread", "outside of any"])
async def test_a_picture_that_no_event_brings_is_read_from_the_message(world: World, in_thread: bool) -> None:
    await reachable_bot(world)
    thread = (await made(world))["thread_ts"] if in_thread else None
    data = picture()
    read = "conversations.replies" if in_thread else "conversations.history"
    await world.slack.fault(Fault(read, "status", status=503))

    await world.slack.message(
        ALICE,
        DESIGN,
        "@imagine make it blue --q low",
        files=[photo(data=data)],
        thread_ts=thread,
        events=[{"type": "app_mention", "files": False}],
    )

    job = await edited(world)
    assert job["parent_id"] is None
    assert [s["sha256"] for s in sources(world)] == [normal(data)]


async def unreadable(world: World) -> None:
    await world.slack.fault(Fault("conversations.replies", "error", count=-1, error="missing_scope"))


async def test_where_the_thread_cannot_be_read_nothing_new_is_bought(world: World) -> None:
    await reachable_bot(world)
    root = await world.slack.message(BOB, DESIGN, "our cat", files=[photo("cat.png")])
    await unreadable(world)

    said = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=root["ts"])

    (note,) = await whispers(world, ALICE, "does not show this bot the thread", "attach the picture")
    assert note["thread_ts"] == root["ts"]
    await mood(world, said["ts"], "warning")
    assert await world.jobs() == []
    await nothing_came_of_it(world)

    await world.slack.message(ALICE, DESIGN, "@imagine help", thread_ts=root["ts"])
    await whispers(world, ALICE, "a lighthouse at dusk")


async def test_in_an_unreadable_thread_with_results_the_newest_of_them_is_edited(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)
    await unreadable(world)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=parent["thread_ts"])

    job = await edited(world, parent_id=parent["id"])
    assert "from the picture above" in shown_text((await world.thread(job))[-1])


async def files_of_results(world: World, job: Json) -> list[str]:
    return [file["id"] for file in await world.results(job) if file["name"].startswith("imagine-")]


async def test_a_deleted_result_is_not_edited(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)
    for file in await files_of_results(world, parent):
        await world.slack.change_file(file, deleted=True)

    said = await world.slack.message(
        ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=parent["thread_ts"]
    )

    await whispers(world, ALICE, "no picture to change here")
    await mood(world, said["ts"], "warning")
    assert len(await world.jobs()) == 1
    await nothing_came_of_it(world, tasks=1)


async def test_of_several_results_the_asker_chooses_one(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world, "a red fox --q low --n 3")
    results = await files_of_results(world, parent)
    thread = parent["thread_ts"]

    said = await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=thread)
    (asked,) = await whispers(world, ALICE, "Which one?")
    labels = [element["text"]["text"] for element in asked["blocks"][-1]["elements"]]
    assert labels == ["1 · $0.02", "2 · $0.02", "3 · $0.02", "Leave it"]
    await nothing_came_of_it(world, tasks=1)
    await world.slack.action(ALICE, DESIGN, asked["ts"], "draft_pick_2")

    job = await edited(world, parent_id=parent["id"])
    assert "from picture 2 of 3" in shown_text((await world.thread(job))[-1])
    assert [source["sha256"] for source in sources(world)] == [normal(await world.slack.file(results[1]))]
    await mood(world, said["ts"], "white_check_mark")


async def test_the_picture_that_is_named_is_the_one(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world, "a red fox --q low --n 3")
    first, _, third = await files_of_results(world, parent)
    thread = parent["thread_ts"]

    await world.slack.message(ALICE, DESIGN, "@imagine make the third one blue --q low", thread_ts=thread)
    await edited(world, prompt="make it blue")
    assert [source["sha256"] for source in sources(world)] == [normal(await world.slack.file(third))]
    # The edit is the thread's newest picture now; a number still means the set.
    await world.slack.message(ALICE, DESIGN, "@imagine put a hat on #1 --q low", thread_ts=thread)
    await edited(world, prompt="put a hat on it")
    assert [source["sha256"] for source in sources(world)] == [normal(await world.slack.file(first))]


async def test_where_several_pictures_are_named_the_asker_chooses_and_none_is_refused(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world, "a red fox --q low --n 3")
    files, thread = await files_of_results(world, parent), parent["thread_ts"]

    await world.slack.message(ALICE, DESIGN, "@imagine make the third and first one red", thread_ts=thread)
    (asked,) = await whispers(world, ALICE, "Which one?")
    await world.slack.message(ALICE, DESIGN, "@imagine make #7 blue --q low", thread_ts=thread)
    await whispers(world, ALICE, "There is no picture 7 here. Here are 1, 2 and 3.")
    assert len(world.provider.tasks()) == 1, "nothing was bought but the set"
    await world.slack.action(ALICE, DESIGN, asked["ts"], "draft_pick_2")

    await edited(world, prompt="make the third and first one red")
    assert [source["sha256"] for source in sources(world)] == [normal(await world.slack.file(files[1]))]


async def test_in_a_direct_conversation_what_goes_on_changes_the_picture_before_it(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(ALICE, "im", "four foxes --q low --n 2")
    parent = await world.job(status="succeeded", delivery="delivered")
    files = await files_of_results(world, parent)

    await world.slack.message(ALICE, "im", "make the second one blue --q low")
    job = await edited(world, prompt="make it blue")
    assert job["parent_id"] == parent["id"]
    assert [source["sha256"] for source in sources(world)] == [normal(await world.slack.file(files[1]))]

    await world.slack.message(ALICE, "im", "without the tree --q low")
    assert (await edited(world, prompt="without the tree"))["parent_id"] == job["id"]
    await world.slack.message(ALICE, "im", "a blue whale --q low")
    assert (await world.job(prompt="a blue whale", delivery="delivered"))["kind"] == "generate"


async def test_at_the_top_of_a_channel_nothing_is_gone_on_from(world: World) -> None:
    await reachable_bot(world)
    await made(world)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low")

    assert (await world.job(prompt="make it blue", delivery="delivered"))["kind"] == "generate"


async def test_of_several_results_the_last_one_left_needs_no_choice(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world, "a red fox --q low --n 3")
    for gone in (await files_of_results(world, parent))[::2]:
        await world.slack.change_file(gone, deleted=True)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=parent["thread_ts"])

    job = await edited(world, parent_id=parent["id"])
    assert "from picture 2 of 3" in shown_text((await world.thread(job))[-1])


async def test_of_several_pictures_of_a_person_the_asker_chooses_one(world: World) -> None:
    await reachable_bot(world)
    data = [picture(size=(640, 480)), picture(size=(600, 400))]
    root = await world.slack.message(BOB, DESIGN, "two logos", files=[photo(data=one) for one in data])

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=root["ts"])
    (asked,) = await whispers(world, ALICE, "Which one?")
    await world.slack.action(ALICE, DESIGN, asked["ts"], "draft_pick_1")

    await edited(world)
    assert [source["sha256"] for source in sources(world)] == [normal(data[0])]


async def test_a_mask_may_come_first(world: World) -> None:
    await reachable_bot(world)
    data = picture()

    files = [photo("mask.png", mask()), photo(data=data)]
    await world.slack.message(ALICE, DESIGN, "@imagine a blue half --q low", files=files)

    job = await edited(world)
    task = world.provider.tasks()[-1]
    assert sorted(s["role"] for s in task["sources"]) == ["mask", "source"]
    assert len(task["sources"]) == 2
    assert "Mask: the transparent part changes (50 %)." in await details(world, job)


async def test_of_two_masks_none_is_chosen(world: World) -> None:
    await reachable_bot(world)

    files = [photo(), photo("mask1.png", mask()), photo("mask2.png", mask())]
    await world.slack.message(ALICE, DESIGN, "@imagine a blue half --q low", files=files)

    job = await world.job(status="failed")
    assert job["error"]["code"] == "bad_mask"
    await whispers(world, ALICE, "one can be used", "nothing was charged")
    await nothing_came_of_it(world)


@pytest.mark.parametrize("mention", [True, False], ids=["mention", "no mention"])
async def test_a_mask_alone_is_laid_on_the_newest_picture_of_its_thread(world: World, mention: bool) -> None:
    await reachable_bot(world)
    parent = await made(world)
    (made_picture,) = await world.made()
    size = Image.open(io.BytesIO(made_picture)).size

    await world.slack.message(
        ALICE,
        DESIGN,
        f"{'@imagine ' if mention else ''}a blue half --q low",
        thread_ts=parent["thread_ts"],
        files=[photo("mask.png", mask(size))],
    )

    job = await edited(world, parent_id=parent["id"])
    task: dict[str, Any] = world.provider.tasks()[-1]
    assert [s["role"] for s in task["sources"]] == ["source", "mask"]
    assert "from the picture above" in shown_text((await world.thread(job))[-1])
    assert "Mask: the transparent part changes (50 %)." in await details(world, job)


async def test_a_mask_without_any_picture_is_told_and_free(world: World) -> None:
    await reachable_bot(world)

    said = await world.slack.message(
        ALICE, DESIGN, "@imagine a blue half --q low", files=[photo("mask.png", mask())]
    )

    await whispers(world, ALICE, "the picture that it belongs to", "nothing was charged")
    await mood(world, said["ts"], "warning")
    assert await world.jobs() == []
    await nothing_came_of_it(world)
