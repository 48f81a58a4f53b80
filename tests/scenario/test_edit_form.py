"""The shortcut, the Edit… button and the form, from the click to the picture in the thread."""

import hashlib

import pytest

from tests.scenario.edit_kit import (
    ALICE,
    BOB,
    DESIGN,
    edited,
    made,
    mask,
    normal,
    photo,
    picture,
    reachable_bot,
    sources,
    whispers,
)
from tests.scenario.form_kit import begins_with, blocks_of, choose, draw, field, form_of, press
from tests.support.world import Json, World, eventually

ALL = "\nKeep everything else exactly as it is."


async def button_of(world: World, job: Json) -> Json:
    """The Edit… button of a job's status message, once it is there."""

    async def look() -> Json | None:
        for message in await world.thread(job):
            for block in message["blocks"]:
                for element in block["elements"] if block["type"] == "actions" else ():
                    if element["action_id"] == "pic_edit" and element["value"].startswith(job["id"]):
                        return {"ts": message["ts"], "element": element}
        return None

    found: Json = await eventually(look, what="an Edit… button")
    return found


async def test_the_shortcut_opens_a_form_that_edits_in_the_messages_thread(world: World) -> None:
    await reachable_bot(world)
    data = picture()
    said = await world.slack.message(BOB, DESIGN, "my cat", files=[photo("cat.png", data)])

    pressed = await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])
    view = await form_of(world, ALICE)
    sent = await draw(
        world,
        ALICE,
        view,
        change="make it blue",
        quality="low",
        number="2",
        size="landscape_3_2",
        format="jpeg",
    )

    assert pressed["acked"]
    assert sent["view"] is None, "closed"
    assert len(view["private_metadata"]) < 300
    assert "cat" not in view["private_metadata"]
    job = await edited(world)
    assert (job["prompt"], job["n"], job["user_id"], job["thread_ts"]) == (
        f"make it blue{ALL}",
        2,
        ALICE,
        said["ts"],
    )
    task = world.provider.tasks()[-1]
    assert (task["size"], task["format"]) == ("1536x1024", "jpeg")
    assert sources(world)[0]["sha256"] == normal(data)
    assert len(await world.jobs()) == 1
    await world.audit()


async def test_the_edit_button_asks_which_of_several_and_knows_the_parent(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "two owls --n 2 --q low")
    button = await button_of(world, first)
    assert button["element"]["value"] == f"{first['id']}.0", "ids only"

    await world.slack.action(BOB, DESIGN, button["ts"], "pic_edit")
    view = await form_of(world, BOB)
    assert [o["value"] for o in field(view, "which")["element"]["options"]] == ["1", "2"]
    await draw(world, BOB, view, change="with hats", which="2")

    job = await edited(world, parent_id=first["id"])
    assert (job["thread_ts"], job["user_id"]) == (first["thread_ts"], BOB)
    made_by_provider = await world.provider.gallery.picture(
        next(iter(world.provider.gateway.book.tasks.values())), 1, plain=False
    )
    assert sources(world)[0]["sha256"] == hashlib.sha256(made_by_provider).hexdigest(), "the second one"
    stored = await world.store.read(lambda tx: tx.jobs.get(job["id"]))
    assert stored is not None
    assert stored.parent_picture == 2


async def test_one_picture_of_several_is_shown_and_needs_no_choice(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "two owls --n 2 --q low")

    await press(world, ALICE, "pic_edit", f"{first['id']}.2")

    view = await form_of(world, ALICE)
    pictures = await world.store.read(lambda tx: tx.pictures.of_job(first["id"]))
    assert field(view, "src")["text"]["text"] == "Picture 2 of 2 · two owls"
    assert field(view, "src")["accessory"]["slack_file"] == {"id": pictures[1].file_id}
    assert "which" not in blocks_of(view)
    await draw(world, ALICE, view, change="with hats")
    job = await edited(world, parent_id=first["id"])
    stored = await world.store.read(lambda tx: tx.jobs.get(job["id"]))
    assert stored is not None
    assert stored.parent_picture == 2


async def test_one_result_needs_no_choice(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    button = await button_of(world, first)

    await world.slack.action(ALICE, DESIGN, button["ts"], "pic_edit")

    view = await form_of(world, ALICE)
    assert blocks_of(view) == [
        "mode", "change", "keep", "quality", "size", "number", "format", "pictures", "mask", "where",
    ]  # fmt: skip
    assert (begins_with(view, "quality"), begins_with(view, "size")) == ("low", "same")
    assert field(view, "src")["text"]["text"] == "a red fox"


async def test_drawing_anew_sends_the_words_and_no_picture(world: World) -> None:
    await reachable_bot(world)
    first = await made(world, "a red fox --q low")
    await press(world, BOB, "pic_edit", first["id"])
    view = await form_of(world, BOB)

    anew = await choose(world, BOB, view, "mode", "anew")
    assert begins_with(anew, "prompt") == "a red fox"
    assert not {"change", "keep"} & set(blocks_of(anew))
    assert anew["submit"]["text"] == "Draw · $0.01"
    await draw(world, BOB, anew, prompt="a blue fox")

    job = await world.job(kind="generate", user_id=BOB, delivery="delivered")
    assert (job["prompt"], job["parent_id"], job["thread_ts"]) == (
        "a blue fox",
        first["id"],
        first["thread_ts"],
    )
    assert not world.provider.tasks()[-1]["sources"]
    await world.audit()


async def test_the_shortcut_on_a_result_knows_its_job(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    reply = next(m for m in await world.thread(first) if m["files"])

    await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=reply["ts"])
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, change="bluer")

    job = await edited(world, parent_id=first["id"])
    assert job["thread_ts"] == first["thread_ts"]


async def test_more_pictures_and_a_mask_come_from_the_form(world: World) -> None:
    await reachable_bot(world)
    base, logo = picture(), picture(size=(300, 300))
    said = await world.slack.message(BOB, DESIGN, "the poster", files=[photo(data=base)])
    extra = await world.slack.act("upload", user=ALICE, **photo("logo.png", logo))
    painted = await world.slack.act("upload", user=ALICE, **photo("anything.png", mask()))

    await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, change="put the logo there", pictures=[extra["id"]], mask=[painted["id"]])

    await edited(world)
    assert [s["role"] for s in sources(world)] == ["source", "source", "mask"]
    assert sources(world)[1]["size"] == (300, 300)


async def test_the_bare_command_opens_the_form_for_a_new_picture(world: World) -> None:
    await reachable_bot(world)

    typed = await world.imagine("")
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, prompt="a teapot", size="portrait_2_3")

    assert typed["acked"]
    assert not typed["ack"]
    job = await world.job(kind="generate", delivery="delivered")
    assert (job["prompt"], job["channel_id"]) == ("a teapot", DESIGN)
    assert world.provider.tasks()[-1]["size"] == "1024x1536"


async def test_the_global_shortcut_asks_where(world: World) -> None:
    await reachable_bot(world)

    await world.slack.shortcut(ALICE, "generate_image")
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, prompt="a teapot", where=DESIGN)

    assert (await world.job(delivery="delivered"))["channel_id"] == DESIGN


@pytest.mark.parametrize(
    ("prompt", "field", "words"),
    [
        ("a fox --sizzle 3", "prompt", "--sizzle"),
        ("a fox --size 1920x1080", "prompt", "1920x1088"),
        ("...", "prompt", ""),
        ("help", "prompt", ""),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_the_form_stays(
    world: World, prompt: str, field: str, words: str
) -> None:
    await world.start_bot()
    await world.imagine("")
    view = await form_of(world, ALICE)

    sent = await draw(world, ALICE, view, prompt=prompt)

    assert list(sent["view"]["errors"]) == [field]
    assert words in sent["view"]["errors"][field].replace("×", "x")
    assert await world.jobs() == []
    again = await draw(world, ALICE, view, prompt="a fox")
    assert again["view"] is None
    await world.job(delivery="delivered")


async def test_a_mask_without_a_picture_and_a_file_that_is_none_are_refused_in_the_form(world: World) -> None:
    await world.start_bot()
    painted = await world.slack.act("upload", user=ALICE, **photo("m.png", mask()))
    text = await world.slack.act("upload", user=ALICE, **photo("notes.txt", b"words, words"))
    await world.imagine("")
    view = await form_of(world, ALICE)

    lonely = await draw(world, ALICE, view, prompt="a fox", mask=[painted["id"]])
    view = await form_of(world, ALICE)
    wrong = await draw(world, ALICE, view, prompt="a fox", mask=[], pictures=[text["id"]])

    assert list(lonely["view"]["errors"]) == ["pictures"]
    assert list(wrong["view"]["errors"]) == ["pictures"]
    assert await world.jobs() == []


async def test_the_shortcut_on_a_message_without_a_picture_insists_on_one(world: World) -> None:
    await reachable_bot(world)
    said = await world.slack.message(BOB, DESIGN, "no picture here")
    data = picture()
    added = await world.slack.act("upload", user=ALICE, **photo(data=data))

    await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])
    view = await form_of(world, ALICE)
    assert not next(b for b in view["blocks"] if b.get("block_id") == "pictures")["optional"]
    await draw(world, ALICE, view, change="bluer", pictures=[added["id"]])

    assert (await edited(world))["thread_ts"] == said["ts"]
    assert sources(world)[0]["sha256"] == normal(data)


async def test_outsiders_get_no_form(world: World) -> None:
    await reachable_bot(world)
    await world.slack.add_user("U0OUTSIDE", "olga", team_id="T0OTHER", channels=[DESIGN])
    first = await made(world)
    button = await button_of(world, first)

    await world.slack.action("U0OUTSIDE", DESIGN, button["ts"], "pic_edit")

    await whispers(world, "U0OUTSIDE", "only people of this workspace")
    assert await world.slack.views("U0OUTSIDE") == []


async def test_when_the_form_does_not_open_the_person_is_told(world: World) -> None:
    from sandbox.faults import Fault

    await reachable_bot(world)
    said = await world.slack.message(BOB, DESIGN, "my cat", files=[photo()])
    await world.slack.fault(Fault(match="views.open", kind="error", error="trigger_expired"))

    pressed = await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])

    assert pressed["acked"]
    await whispers(world, ALICE, "form did not open")


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("C0RANDOM", ("/invite @imagine", "nothing was charged")),
        ("G0SECRET", ("/invite @imagine", "nothing was charged")),
        ("D0ALICEBOB", ("messages between people", "ask in your messages")),
    ],
    ids=["a public channel", "a private channel", "a direct message of two people"],
)
async def test_where_the_bot_is_no_member_the_form_says_so_and_keeps_what_was_typed(
    world: World, channel: str, words: tuple[str, ...]
) -> None:
    await reachable_bot(world)
    said = await world.slack.message(BOB, channel, "my cat", files=[photo()])

    await world.slack.shortcut(ALICE, "edit_image", channel=channel, message_ts=said["ts"])
    view = await form_of(world, ALICE)
    sent = await draw(world, ALICE, view, change="make it blue")

    (error,) = (said.lower() for said in sent["view"]["errors"].values())
    assert list(sent["view"]["errors"]) == ["change" if channel == "D0ALICEBOB" else "where"]
    assert all(word in error for word in words), error
    assert ("/invite" in error) == (channel != "D0ALICEBOB")
    assert await world.jobs() == []


async def test_an_invited_bot_takes_the_same_form(world: World) -> None:
    await reachable_bot(world)
    said = await world.slack.message(BOB, "C0RANDOM", "my cat", files=[photo()])
    await world.slack.shortcut(ALICE, "edit_image", channel="C0RANDOM", message_ts=said["ts"])
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, change="make it blue")

    await world.slack.invite("C0RANDOM")
    again = await draw(world, ALICE, view, change="make it blue")

    assert again["view"] is None
    assert (await edited(world))["channel_id"] == "C0RANDOM"


async def test_a_chosen_channel_without_the_bot_is_said_at_the_choice(world: World) -> None:
    await reachable_bot(world)
    await world.slack.shortcut(ALICE, "generate_image")
    view = await form_of(world, ALICE)

    sent = await draw(world, ALICE, view, prompt="a teapot", where="C0RANDOM")

    assert list(sent["view"]["errors"]) == ["where"]
    assert "/invite" in sent["view"]["errors"]["where"]
    assert await world.jobs() == []


async def test_a_picture_that_the_bot_cannot_see_was_not_deleted(world: World) -> None:
    from sandbox.faults import Fault

    await reachable_bot(world)
    said = await world.slack.message(BOB, "C0RANDOM", "my cat", files=[photo()])
    await world.slack.shortcut(ALICE, "edit_image", channel="C0RANDOM", message_ts=said["ts"])
    view = await form_of(world, ALICE)
    await world.slack.fault(Fault("conversations.history", "status", status=503))

    await draw(world, ALICE, view, change="make it blue")

    job = await world.job(status="failed")
    assert job["error"]["code"] == "cannot_post"
    note = await direct_note(world, "/invite @imagine")
    assert "deleted" not in note["text"]
    assert " here" not in note["text"]
    assert "that channel" in note["text"]
    assert "C0RANDOM" in str(note["blocks"]), "the channel is named: this is a direct message"
    assert world.provider.tasks() == []
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])


async def direct_note(world: World, words: str) -> Json:
    async def look() -> Json | None:
        seen = await world.slack.transcript("", ALICE)
        found = [r for r in seen if r["bot_id"] and not r["ephemeral_for"] and words in r["text"].lower()]
        return found[-1] if found else None

    found: Json = await eventually(look, what=f"a direct message with {words}")
    return found


async def test_flags_among_the_words_win_over_the_fields(world: World) -> None:
    await reachable_bot(world)
    await world.imagine("")
    view = await form_of(world, ALICE)

    await draw(world, ALICE, view, prompt="a teapot --n 1", number="4")

    assert (await world.job(delivery="delivered"))["n"] == 1
