"""Pictures in threads become edits in the same thread: the real bot, real bytes, both sandboxes."""

import pytest

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
from tests.support.world import World, eventually


@pytest.mark.parametrize("mention", [True, False], ids=["mention", "no mention"])
async def test_a_picture_in_a_thread_of_the_bots_is_edited_there(world: World, mention: bool) -> None:
    await reachable_bot(world)
    parent = await made(world)
    data = picture()

    text = f"{'@imagine ' if mention else ''}make it blue --q low"
    said = await world.slack.message(
        BOB, DESIGN, text, thread_ts=parent["thread_ts"], files=[photo(data=data)]
    )

    job = await edited(world)
    assert (job["prompt"], job["user_id"]) == ("make it blue", BOB)
    assert job["thread_ts"] == parent["thread_ts"]
    assert job["parent_id"] is None
    assert len(await world.jobs()) == 2
    (source,) = sources(world)
    assert source["sha256"] == normal(data)
    assert "/media/" in source["url"]
    assert source["headers"]["x-content-type-options"] == "nosniff"
    thread = await world.thread(job)
    assert [bool(m["files"]) for m in thread if m["bot_id"]] == [False, True, True]
    await mood(world, said["ts"], "white_check_mark")
    used = [c["method"] for c in await world.slack.calls() if c["method"].startswith("reactions")]
    assert used[0] == "reactions.add"
    assert (await world.scope("workspace"))[0] == 0


async def test_a_mention_with_a_picture_opens_a_thread_on_the_message_itself(world: World) -> None:
    await reachable_bot(world)

    said = await world.slack.message(ALICE, DESIGN, "@imagine make it night --q low", files=[photo()])

    job = await edited(world)
    assert job["thread_ts"] == said["ts"]
    assert len(await world.jobs()) == 1
    await mood(world, said["ts"], "white_check_mark")
    await world.audit()


async def test_a_mention_without_a_picture_edits_the_newest_of_the_thread_and_chains(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=first["thread_ts"])
    second = await edited(world, parent_id=first["id"])
    await world.slack.message(BOB, DESIGN, "@imagine now with a hat --q low", thread_ts=first["thread_ts"])
    third = await edited(world, parent_id=second["id"])

    assert third["prompt"] == "now with a hat"
    assert {j["thread_ts"] for j in await world.jobs()} == {first["thread_ts"]}
    (source,) = sources(world)
    shown = (await world.thread(first))[-1]
    before = (await world.results(first))[1]
    assert source["sha256"] == normal(await world.slack.file(before["id"]))
    assert "Draft · 1024×1024 · $0.02 · from the picture above" in shown_text(shown)
    assert f"#{second['id']}" not in shown_text(shown)
    await world.audit()


async def test_the_newest_picture_may_be_a_persons_upload(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)
    data = picture(size=(800, 600))
    await world.slack.message(
        BOB,
        DESIGN,
        "look at this one",
        thread_ts=parent["thread_ts"],
        files=[photo("cat.png", data)],
        events=[],
    )

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", thread_ts=parent["thread_ts"])

    job = await edited(world)
    assert job["parent_id"] is None
    assert sources(world)[0]["sha256"] == normal(data)
    assert "Editing cat.png" in await details(world, job)


async def test_only_that_threads_pictures_count(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(BOB, DESIGN, "elsewhere", files=[photo()])
    root = await world.slack.message(ALICE, DESIGN, "an idea")

    await world.slack.message(ALICE, DESIGN, "@imagine a teapot --q low", thread_ts=root["ts"])

    job = await world.job(kind="generate", delivery="delivered")
    assert job["thread_ts"] == root["ts"]


async def test_a_mention_outside_a_thread_generates(world: World) -> None:
    await reachable_bot(world)

    said = await world.slack.message(ALICE, DESIGN, "@imagine a teapot --q low")

    job = await world.job(kind="generate", delivery="delivered")
    assert (job["prompt"], job["thread_ts"]) == ("a teapot", said["ts"])


async def test_in_a_direct_message_everything_counts(world: World) -> None:
    await reachable_bot(world)
    data = picture()

    said = await world.slack.message(ALICE, "im", "make it blue --q low", files=[photo(data=data)])
    job = await edited(world)
    await world.slack.message(ALICE, "im", "now green --q low", thread_ts=said["ts"])
    chained = await edited(world, parent_id=job["id"])

    assert (job["channel_id"], job["thread_ts"]) == (said["channel"], said["ts"])
    assert chained["prompt"] == "now green"
    assert len(await world.jobs()) == 2


async def test_a_mask_as_the_second_picture(world: World) -> None:
    await reachable_bot(world)
    data = picture()

    files = [photo(data=data), photo("mask.png", mask())]
    await world.slack.message(ALICE, DESIGN, "@imagine a blue half --q low", files=files)

    job = await edited(world)
    task = world.provider.tasks()[-1]
    assert [s["role"] for s in task["sources"]] == ["source", "mask"]
    assert task["mask_url"]
    assert "transparent part changes (50 %)" in await details(world, job)


async def test_a_mask_of_another_shape_is_told_and_free(world: World) -> None:
    await reachable_bot(world)

    files = [photo(), photo("mask.png", mask((480, 640)))]
    said = await world.slack.message(ALICE, DESIGN, "@imagine a blue half", files=files)

    job = await world.job(status="failed")
    assert job["error"]["code"] == "bad_mask"
    await whispers(
        world, ALICE, "mask (480x640) has another shape than the picture (640x480)", "nothing was charged"
    )
    await mood(world, said["ts"], "warning")
    assert world.provider.tasks() == []
    assert await world.scope("user") == (0, 0)


async def test_several_pictures_are_all_sent_in_order(world: World) -> None:
    await reachable_bot(world)
    one, two = picture(), picture(size=(500, 700))

    files = [photo("1.png", one), photo("2.png", two)]
    await world.slack.message(ALICE, DESIGN, "@imagine both together --q low", files=files)

    await edited(world)
    assert [s["sha256"] for s in sources(world)] == [normal(one), normal(two)]


def _turned() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif)


def _heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return picture("HEIF")


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("turned.jpg", _turned, (480, 640)),
        ("phone.heic", _heic, (640, 480)),
        ("odd.webp", lambda: picture("WEBP"), (640, 480)),
    ],
)
async def test_odd_but_good_pictures_arrive_upright_and_bare(world: World, name, make, size) -> None:  # type: ignore[no-untyped-def]
    await reachable_bot(world)
    data = make()

    await world.slack.message(ALICE, DESIGN, "@imagine bluer --q low", files=[photo(name, data)])

    await edited(world)
    (source,) = sources(world)
    assert tuple(source["size"]) == size
    assert source["sha256"] == normal(data)
    assert source["format"] in {"PNG", "JPEG"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("cut.png", picture()[:500], "damaged"),
        ("page.png", b"<!doctype html><html><body>hi</body></html>", "web page"),
        ("note.png", b"just some words that are no picture at all", "text"),
    ],
)
async def test_what_is_no_picture_is_told_and_free(world: World, name: str, data: bytes, words: str) -> None:
    await reachable_bot(world)

    said = await world.slack.message(ALICE, DESIGN, "@imagine bluer", files=[photo(name, data)])

    job = await world.job(status="failed")
    assert (job["error"]["code"], job["cost_micros"]) == ("bad_source", 0)
    await whispers(world, ALICE, words, "nothing was charged")
    assert len(await world.slack.messages(DESIGN)) == 1, "the channel stays quiet"
    await mood(world, said["ts"], "warning")
    assert world.provider.tasks() == []
    assert await world.scope("user") == (0, 0)


async def test_without_a_public_address_an_upload_is_refused_privately_and_free(world: World) -> None:
    await world.start_bot()

    said = await world.slack.message(ALICE, DESIGN, "@imagine bluer", files=[photo()])

    job = await world.job(status="failed")
    assert job["error"]["code"] == "no_public_address"
    await whispers(world, ALICE, "no public address", "nothing was charged")
    await mood(world, said["ts"], "warning")
    assert len(await world.slack.messages(DESIGN)) == 1
    assert world.provider.tasks() == []
    assert await world.scope("workspace") == (0, 0)


async def test_without_a_public_address_our_own_results_can_still_be_edited(world: World) -> None:
    await world.start_bot()
    first = await made(world)

    await world.slack.message(ALICE, DESIGN, "@imagine bluer --q low", thread_ts=first["thread_ts"])

    assert (await edited(world))["parent_id"] == first["id"]


async def test_a_picture_without_words_is_asked_about_privately(world: World) -> None:
    await reachable_bot(world)
    parent = await made(world)

    await world.slack.message(BOB, DESIGN, "", thread_ts=parent["thread_ts"], files=[photo()])

    (note,) = await whispers(world, BOB, "What should change in the picture")
    assert note["thread_ts"] == parent["thread_ts"]
    assert len(await world.jobs()) == 1


async def test_other_words_get_the_commands_answers_and_no_picture(world: World) -> None:
    await world.start_bot()
    for text, words in (
        ("help", "a lighthouse at dusk"),
        ("history", "not drawn"),
        ("budget", "budgets here"),
    ):
        said = await world.slack.message(ALICE, DESIGN, f"@imagine {text}")

        await whispers(world, ALICE, words)
        await mood(world, said["ts"])
    assert await world.jobs() == []


async def test_a_wrong_flag_in_a_mention_is_told_privately(world: World) -> None:
    await world.start_bot()

    said = await world.slack.message(ALICE, DESIGN, "@imagine a fox --sizzle 3")

    (note,) = await whispers(world, ALICE, "--sizzle")
    assert note["thread_ts"] is None, "a private note in a thread without replies is never seen"
    await mood(world, said["ts"], "warning")
    assert await world.jobs() == []


async def test_without_the_right_to_react_the_edit_arrives_all_the_same(world: World) -> None:
    await reachable_bot(world)
    kept = [s for s in (await world.slack.show("options"))["scopes"] if s != "reactions:write"]
    await world.slack.scopes(*kept)

    await world.slack.message(ALICE, DESIGN, "@imagine bluer --q low", files=[photo()])

    await edited(world)


async def test_sources_are_gone_when_the_job_has_ended(world: World) -> None:
    import httpx

    await reachable_bot(world)
    await world.slack.message(ALICE, DESIGN, "@imagine bluer --q low", files=[photo()])
    await edited(world)
    url = sources(world)[0]["url"]

    async def gone() -> bool:
        async with httpx.AsyncClient() as http:
            return (await http.get(url)).status_code == 404

    await eventually(gone)
    assert not list((world.folder / "incoming").glob("*")), "nothing of it is left on disk"


async def test_a_mention_is_answered_with_one_message_that_says_the_price(world: World) -> None:
    await reachable_bot(world)

    said = await world.slack.message(ALICE, DESIGN, "@imagine a fox in snow --q low")
    job = await world.job(status="succeeded", delivery="delivered")
    (answer,) = (await world.thread(job))[1:]
    assert job["thread_ts"] == said["ts"]
    assert "Draft · 1024×1024 · $0.01" in shown_text(answer)
    assert len(answer["files"]) == 1

    await world.slack.message(BOB, DESIGN, "@imagine bluer --q low", thread_ts=job["thread_ts"])
    await edited(world)
    *_, answer = await world.thread(job)
    assert "Draft · 1024×1024 · $0.02 · from the picture above" in shown_text(answer)
    assert len(await world.thread(job)) == 4, "what stood there while it was drawn is gone"
    private = [record for record in await world.slack.transcript() if record["ephemeral_for"]]
    assert private == []
