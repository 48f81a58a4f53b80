"""The shortcut, the Edit… button and the form, from the click to the picture in the thread."""

import json

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
from tests.support.world import Json, World, eventually


async def form_of(world: World, user: str) -> Json:
    async def look() -> Json | None:
        stack = await world.slack.views(user)
        return stack[-1] if stack else None

    found: Json = await eventually(look, what="an open form")
    return found


def blocks_of(view: Json) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def filled(prompt: str, **more: object) -> Json:
    return {"prompt": {"value": prompt}, "quality": {"value": "low"}} | {
        block: {"value": value} for block, value in more.items()
    }


async def button_of(world: World, job: Json) -> Json:
    """The Edit… button of a job's status message, once it is there."""

    async def look() -> Json | None:
        for message in await world.thread(job):
            for block in message["blocks"]:
                if block["type"] == "actions" and block["elements"][0].get("value") == job["id"]:
                    return {"ts": message["ts"], "block": block}
        return None

    found: Json = await eventually(look, what="an Edit… button")
    return found


async def test_the_shortcut_opens_a_form_that_edits_in_the_messages_thread(world: World) -> None:
    await reachable_bot(world)
    data = picture()
    said = await world.slack.message(BOB, DESIGN, "my cat", files=[photo("cat.png", data)])

    pressed = await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])
    view = await form_of(world, ALICE)
    sent = await world.slack.submit_view(
        ALICE, view["id"], filled("make it blue", number="2", size="landscape_3_2", format="jpeg")
    )

    assert pressed["acked"]
    assert sent["view"] is None, "closed"
    assert len(view["private_metadata"]) < 200
    assert "cat" not in view["private_metadata"]
    job = await edited(world)
    assert (job["prompt"], job["n"], job["user_id"], job["thread_ts"]) == (
        "make it blue",
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
    assert button["block"]["elements"][0]["value"] == first["id"], "ids only"

    await world.slack.action(BOB, DESIGN, button["ts"], "edit_result")
    view = await form_of(world, BOB)
    await world.slack.submit_view(BOB, view["id"], filled("with hats", which="2"))

    job = await edited(world, parent_id=first["id"])
    assert (job["thread_ts"], job["user_id"]) == (first["thread_ts"], BOB)
    made_by_provider = await world.provider.gallery.picture(
        next(iter(world.provider.gateway.book.tasks.values())), 1, plain=False
    )
    import hashlib

    assert sources(world)[0]["sha256"] == hashlib.sha256(made_by_provider).hexdigest(), "the second one"
    status = [m for m in await world.thread(job) if m["metadata"]][-1]
    assert f"Editing picture 2 of #{first['id']}" in str(status["blocks"])


async def test_one_result_needs_no_choice(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    button = await button_of(world, first)

    await world.slack.action(ALICE, DESIGN, button["ts"], "edit_result")

    view = await form_of(world, ALICE)
    assert "which" not in blocks_of(view)
    assert {"prompt", "size", "quality", "number", "format", "pictures", "mask"} <= set(blocks_of(view))


async def test_the_shortcut_on_a_result_knows_its_job(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    reply = next(m for m in await world.thread(first) if m["files"])

    await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=reply["ts"])
    view = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, view["id"], filled("bluer"))

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
    values = filled("put the logo there", pictures=[extra["id"]], mask=[painted["id"]])
    await world.slack.submit_view(ALICE, view["id"], values)

    await edited(world)
    assert [s["role"] for s in sources(world)] == ["source", "source", "mask"]
    assert sources(world)[1]["size"] == (300, 300)


async def test_the_bare_command_opens_the_form_for_a_new_picture(world: World) -> None:
    await reachable_bot(world)

    typed = await world.imagine("")
    view = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, view["id"], filled("a teapot", size="portrait_2_3"))

    assert typed["acked"]
    assert not typed["ack"]
    job = await world.job(kind="generate", delivery="delivered")
    assert (job["prompt"], job["channel_id"]) == ("a teapot", DESIGN)
    assert world.provider.tasks()[-1]["size"] == "1024x1536"


async def test_the_global_shortcut_asks_where(world: World) -> None:
    await reachable_bot(world)

    await world.slack.shortcut(ALICE, "generate_image")
    view = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, view["id"], filled("a teapot", where=DESIGN))

    assert (await world.job(delivery="delivered"))["channel_id"] == DESIGN


@pytest.mark.parametrize(
    ("prompt", "field", "words"),
    [
        ("a fox --sizzle 3", "prompt", "--sizzle"),
        ("a fox --size 1920x1080", "prompt", "1920x1088"),
        ("...", "prompt", "no picture described"),
        ("help", "prompt", "no picture described"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_the_form_stays(
    world: World, prompt: str, field: str, words: str
) -> None:
    await world.start_bot()
    await world.imagine("")
    view = await form_of(world, ALICE)

    sent = await world.slack.submit_view(ALICE, view["id"], filled(prompt))

    assert list(sent["view"]["errors"]) == [field]
    assert words in sent["view"]["errors"][field].replace("×", "x")
    assert await world.jobs() == []
    again = await world.slack.submit_view(ALICE, view["id"], filled("a fox"))
    assert again["view"] is None
    await world.job(delivery="delivered")


async def test_over_budget_is_said_in_the_form(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.10")
    await world.imagine("")
    view = await form_of(world, ALICE)

    sent = await world.slack.submit_view(ALICE, view["id"], filled("a fox", quality="high", number="2"))

    said = json.dumps(sent["view"]["blocks"])
    assert "$0.44" in said
    assert "$0.10" in said
    assert (await world.slack.views(ALICE))[0]["id"] == view["id"], "what was typed is still there, below"
    assert await world.jobs() == []


async def test_a_dear_ask_from_the_form_waits_for_run(world: World) -> None:
    await reachable_bot(world, IMAGINE_CONFIRM_USD="0.20")
    said = await world.slack.message(BOB, DESIGN, "my cat", files=[photo()])
    await world.slack.shortcut(ALICE, "edit_image", channel=DESIGN, message_ts=said["ts"])
    view = await form_of(world, ALICE)

    sent = await world.slack.submit_view(ALICE, view["id"], filled("a fox", quality="high", number="2"))

    assert sent["view"] is None
    (note,) = await whispers(world, ALICE, "2 finals for $0.46?")
    assert note["thread_ts"] is None, "nothing is in that thread yet: nobody would see it there"
    assert world.provider.tasks() == []


async def test_a_mask_without_a_picture_and_a_file_that_is_none_are_refused_in_the_form(world: World) -> None:
    await world.start_bot()
    painted = await world.slack.act("upload", user=ALICE, **photo("m.png", mask()))
    text = await world.slack.act("upload", user=ALICE, **photo("notes.txt", b"words, words"))
    await world.imagine("")
    view = await form_of(world, ALICE)

    lonely = await world.slack.submit_view(ALICE, view["id"], filled("a fox", mask=[painted["id"]]))
    wrong = await world.slack.submit_view(ALICE, view["id"], filled("a fox", pictures=[text["id"]]))

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
    await world.slack.submit_view(ALICE, view["id"], filled("bluer", pictures=[added["id"]]))

    assert (await edited(world))["thread_ts"] == said["ts"]
    assert sources(world)[0]["sha256"] == normal(data)


async def test_outsiders_get_no_form(world: World) -> None:
    await reachable_bot(world)
    await world.slack.add_user("U0OUTSIDE", "olga", team_id="T0OTHER", channels=[DESIGN])
    first = await made(world)
    button = await button_of(world, first)

    await world.slack.action("U0OUTSIDE", DESIGN, button["ts"], "edit_result")

    await whispers(world, "U0OUTSIDE", "another workspace")
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
        ("C0RANDOM", ("/invite @imagine", "nothing was spent")),
        ("G0SECRET", ("/invite @imagine", "nothing was spent")),
        ("D0ALICEBOB", ("direct message between people", "ask in a channel")),
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
    sent = await world.slack.submit_view(ALICE, view["id"], filled("make it blue"))

    error = sent["view"]["errors"]["prompt"].lower()
    assert all(word in error for word in words), error
    assert ("/invite" in error) == (channel != "D0ALICEBOB")
    assert await world.jobs() == []


async def test_an_invited_bot_takes_the_same_form(world: World) -> None:
    await reachable_bot(world)
    said = await world.slack.message(BOB, "C0RANDOM", "my cat", files=[photo()])
    await world.slack.shortcut(ALICE, "edit_image", channel="C0RANDOM", message_ts=said["ts"])
    view = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, view["id"], filled("make it blue"))

    await world.slack.invite("C0RANDOM")
    again = await world.slack.submit_view(ALICE, view["id"], filled("make it blue"))

    assert again["view"] is None
    assert (await edited(world))["channel_id"] == "C0RANDOM"


async def test_a_chosen_channel_without_the_bot_is_said_at_the_choice(world: World) -> None:
    await reachable_bot(world)
    await world.slack.shortcut(ALICE, "generate_image")
    view = await form_of(world, ALICE)

    sent = await world.slack.submit_view(ALICE, view["id"], filled("a teapot", where="C0RANDOM"))

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

    await world.slack.submit_view(ALICE, view["id"], filled("make it blue"))

    job = await world.job(status="failed")
    assert job["error"]["code"] == "cannot_post"
    note = await direct_note(world, "/invite @imagine")
    assert "deleted" not in note["text"]
    assert " here" not in note["text"]
    assert "that channel" in note["text"]
    assert "C0RANDOM" in json.dumps(note["blocks"]), "the channel is named: this is a direct message"
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

    await world.slack.submit_view(ALICE, view["id"], filled("a teapot --n 1", number="4"))

    assert (await world.job(delivery="delivered"))["n"] == 1
