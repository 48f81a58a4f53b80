"""What is asked for privately comes to the asker's direct messages, and nowhere else (loop reference 10)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.options import BOT_SCOPES
from tests.scenario.budget_kit import all_of, buttons
from tests.scenario.budget_kit import press as press_newest
from tests.scenario.edit_kit import ALICE, BOB, DESIGN, message, reachable_bot, whispers
from tests.scenario.form_kit import draw, form_of
from tests.scenario.loop_kit import elements, image_of, labels, newest_job, press, sheet, shown_text
from tests.support.world import Json, World, eventually

CAROL = "U0CAROL"  # a budget admin
RECEIPT = "It comes to your messages with me."


async def seen(world: World, channel: str, user: str | None = None) -> list[Json]:
    """What stands in a conversation: for all, or for ``user`` alone."""
    return [m for m in await world.slack.transcript(channel, user or ALICE) if m["ephemeral_for"] == user]


async def the_direct_job(world: World, count: int = 1, **wanted: Any) -> Json:
    """The newest of ``count`` jobs, delivered in a direct message."""
    job = await newest_job(world, count, delivery="delivered", **wanted)
    assert job["channel_id"].startswith("D"), job
    return job


def urls(said: Json) -> list[str]:
    return [
        one["url"] for b in said["blocks"] if b["type"] == "actions" for one in b["elements"] if "url" in one
    ]


@pytest.mark.parametrize("flag", ["--private", "-private", "—private", "--stealth"])
async def test_row_36_all_happens_in_the_direct_messages(world: World, flag: str) -> None:
    await world.start_bot(IMAGINE_MODE="drafts")
    before = await seen(world, DESIGN)

    answered = await world.imagine(f"a red fox in snow {flag}")

    assert answered["ack"]["response_type"] == "ephemeral"
    assert (answered["ack"]["text"], labels(answered["ack"])) == (RECEIPT, ["Open"])
    job = await the_direct_job(world)
    assert (job["prompt"], job["n"], job["estimate_micros"]) == ("a red fox in snow", 4, 40_000)
    (url,) = urls(answered["ack"])
    assert url.endswith(f"channel={job['channel_id']}")
    shown, files = await world.thread(job)
    assert ("Use 1" in labels(shown), len(files["files"])) == (True, 5), "as any job in a direct message"
    assert await seen(world, DESIGN) == before, "no trace in the channel"
    privately = [m for m in await world.slack.transcript("", ALICE) if m["ephemeral_for"] == ALICE]
    assert [m["text"] for m in privately] == [RECEIPT], (
        "one private answer, and one message in the direct messages"
    )
    top = [
        m
        for m in await world.slack.messages(job["channel_id"])
        if not m["thread_ts"] or m["thread_ts"] == m["ts"]
    ]
    assert [m["ts"] for m in top] == [shown["ts"]]
    assert (await world.scope("user"))[1] == 40_000


async def test_row_36_a_picture_is_posted_from_there_as_one_root(world: World) -> None:
    await reachable_bot(world)
    before = await seen(world, DESIGN)
    await world.imagine("a red fox in snow --private --q low")
    job = await the_direct_job(world)
    (shown, _), paid = await world.thread(job), await world.scope("user")
    more = next(one for one in elements(shown) if one["type"] == "overflow")
    assert "Post to channel…" in [option["text"]["text"] for option in more["options"]]
    assert await seen(world, DESIGN) == before

    view = await post_to_channel(world, job, shown)
    assert view["blocks"][0]["element"]["type"] == "conversations_select"
    await world.slack.submit_view(ALICE, view["id"], {"where": {"value": DESIGN}})

    root, files = await eventually(lambda: posted(world, before), what="a root with a picture and its file")
    assert "a red fox in snow" in shown_text(root)
    assert {"type": "user", "user_id": ALICE} in root["blocks"][1]["elements"][0]["elements"]
    assert root["blocks"][0]["slack_file"] == {"id": files["files"][0]["id"]}, "the copy, seen by all"
    assert "Finish · $0.23" in labels(root)
    assert (await world.scope("user"), len(await world.jobs())) == (paid, 1), "it costs nothing"
    await press(world, root, "pic_vary", user=BOB)
    varied = await newest_job(world, 2, delivery="delivered")
    assert (varied["channel_id"], varied["thread_ts"], varied["user_id"]) == (DESIGN, root["ts"], BOB)
    await world.audit()


async def post_to_channel(world: World, job: Json, shown: Json, user: str = ALICE) -> Json:
    """The form behind *Post to channel…*."""
    value = f"share.{job['id']}.1"
    await world.slack.action(user, job["channel_id"], shown["ts"], "pic_more", selected_option=value)
    return await form_of(world, user)


async def posted(world: World, before: list[Json]) -> tuple[Json, Json] | None:
    """The new messages in the channel, once they are a root with a picture and one message in its thread."""
    known = {m["ts"] for m in before}
    new = [m for m in await seen(world, DESIGN) if m["ts"] not in known]
    if len(new) != 2 or image_of(new[0]) is None:
        return None
    root, files = new
    return (root, files) if files["thread_ts"] == root["ts"] and not root.get("files") else None


async def test_a_form_for_only_me_does_the_same(world: World) -> None:
    await world.start_bot()
    before = await seen(world, DESIGN)
    await world.imagine("")

    await draw(world, ALICE, await form_of(world, ALICE), prompt="a red fox", where="me")

    job = await the_direct_job(world)
    assert job["prompt"] == "a red fox"
    (told,) = await whispers(world, ALICE, RECEIPT)
    assert urls(told)[0].endswith(job["channel_id"])
    assert await seen(world, DESIGN) == before
    await world.imagine("")
    await draw(world, ALICE, await form_of(world, ALICE), prompt="an owl --private")
    assert (await the_direct_job(world, 2))["prompt"] == "an owl"


async def test_a_mention_in_a_thread_changes_a_picture_privately(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    said = await world.slack.message(
        ALICE, DESIGN, "@imagine make the third one blue --private", thread_ts=first["thread_ts"]
    )

    job = await the_direct_job(world, 2)

    assert (job["kind"], job["prompt"], job["parent_id"]) == ("edit", "make it blue", first["id"])
    (told,) = await whispers(world, ALICE, RECEIPT)
    assert (told["channel"], told["thread_ts"], labels(told)) == (DESIGN, first["thread_ts"], ["Open"])
    asked = await message(world, said["ts"])
    assert asked["reactions"] == {}
    assert [m["ts"] for m in await world.thread(first)][-1] == said["ts"], "nothing follows it in the thread"
    (last, _) = await world.thread(job)
    assert "from picture 3 of 4" in shown_text(last)


@pytest.mark.parametrize("words", ["vary 2 --private", "vary --private"])
async def test_a_verb_in_a_thread_is_carried_out_privately(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    said = await world.slack.message(ALICE, DESIGN, f"@imagine {words}", thread_ts=first["thread_ts"])
    if words == "vary --private":
        asked = (await whispers(world, ALICE, "Which one?"))[0]
        await press(world, asked, "choose_2")

    job = await the_direct_job(world, 2)

    assert (job["kind"], job["n"]) == ("edit", 4)
    await whispers(world, ALICE, RECEIPT)
    assert (await message(world, said["ts"]))["reactions"] == {}
    assert [m["ts"] for m in await world.thread(first)][-1] == said["ts"]


async def test_in_a_direct_message_it_changes_nothing(world: World) -> None:
    await world.start_bot()

    answered = await world.imagine("a red fox --private", channel="im")
    job = await the_direct_job(world)
    await world.slack.message(ALICE, "im", "an owl --private")
    later = await the_direct_job(world, 2)

    assert not answered["ack"]
    assert (job["prompt"], later["prompt"]) == ("a red fox", "an owl")
    assert RECEIPT not in all_of(await world.slack.transcript("", ALICE))


async def test_a_question_is_asked_where_it_was_typed_and_draws_privately(world: World) -> None:
    await world.start_bot(IMAGINE_CONFIRM_USD="0.50")
    before = await seen(world, DESIGN)

    asked = await world.imagine("a red fox --final --n 4 --private")
    assert labels(asked["ack"])[0] == "Draw · $0.88"
    await press_newest(world, ALICE, DESIGN, "draft_run")

    job = await the_direct_job(world)
    assert job["estimate_micros"] == 880_000
    (told,) = await whispers(world, ALICE, RECEIPT)
    assert labels(told) == ["Open"]
    assert all_of((await buttons(world, DESIGN, ALICE))["blocks"]) == all_of(told["blocks"]), "in its place"
    assert await seen(world, DESIGN) == before


async def test_which_picture_is_asked_in_the_thread_and_drawn_privately(world: World) -> None:
    await reachable_bot(world)
    first = await sheet(world)
    said = await world.slack.message(
        ALICE, DESIGN, "@imagine make it darker --private", thread_ts=first["thread_ts"]
    )

    asked = (await whispers(world, ALICE, "Which one?"))[0]
    assert (asked["channel"], asked["thread_ts"]) == (DESIGN, first["thread_ts"])
    await press(world, asked, "draft_pick_2")

    job = await the_direct_job(world, 2)
    assert (job["kind"], job["parent_id"], job["prompt"]) == ("edit", first["id"], "make it darker")
    await whispers(world, ALICE, RECEIPT)
    assert (await message(world, said["ts"]))["reactions"] == {}
    assert [m["ts"] for m in await world.thread(first)][-1] == said["ts"]


async def test_several_at_once_come_privately_too(world: World) -> None:
    await world.start_bot()
    before = await seen(world, DESIGN)

    await world.imagine("a {red,blue} fox --private")
    await press_newest(world, ALICE, DESIGN, "draft_run")

    async def both() -> bool:
        jobs = await world.jobs()
        return len(jobs) == 2 and all(one["delivery"] == "delivered" for one in jobs)

    await eventually(both, what="both pictures")
    assert {one["channel_id"][0] for one in await world.jobs()} == {"D"}
    assert await seen(world, DESIGN) == before


async def test_a_flag_of_other_bots_is_left_out_and_the_rest_stays_private(world: World) -> None:
    await world.start_bot()

    refused = await world.imagine("a red fox --private --seed 5")
    assert labels(refused["ack"])[0].startswith("Draw without it")
    await press_newest(world, ALICE, DESIGN, "draft_run")

    assert (await the_direct_job(world))["prompt"] == "a red fox"
    said = await world.slack.message(BOB, DESIGN, "@imagine an owl --private --seed 5")
    await whispers(world, BOB, "--seed doesn't exist here.")
    await press_newest(world, BOB, DESIGN, "draft_run")
    assert (await the_direct_job(world, 2))["prompt"] == "an owl"
    assert (await message(world, said["ts"]))["reactions"] == {}


@pytest.mark.parametrize("how", ["command", "mention", "form"])
async def test_where_no_direct_message_can_be_opened_nothing_is_spent(world: World, how: str) -> None:
    await world.start_bot()
    await world.slack.scopes(*(scope for scope in BOT_SCOPES if scope != "im:write"))
    words = "Our direct messages can't be opened from here."

    if how == "command":
        answered = await world.imagine("a red fox --private")
        assert answered["ack"]["response_type"] == "ephemeral"
        assert answered["ack"]["text"].startswith(words)
    elif how == "mention":
        await world.slack.message(ALICE, DESIGN, "@imagine a red fox --private")
        await whispers(world, ALICE, words)
    else:
        await world.imagine("")
        told = await draw(world, ALICE, await form_of(world, ALICE), prompt="a red fox", where="me")
        assert words in all_of(told)

    assert await world.jobs() == []
    assert world.provider.tasks() == []


async def test_a_refusal_stays_in_the_direct_messages(world: World) -> None:
    await world.start_bot()
    before = await seen(world, DESIGN)

    await world.imagine("a red fox [moderate] --private")

    job = await newest_job(world, 1, status="failed")
    told = await eventually(lambda: told_in(world, job["channel_id"], "safety check"), what="the refusal")
    assert told["ephemeral_for"] is None, "nobody looks there just now: it is a message that stays"
    assert "Change the words…" in labels(told)
    assert await seen(world, DESIGN) == before
    assert "safety check" not in all_of(await seen(world, DESIGN, ALICE))


async def told_in(world: World, channel: str, words: str) -> Json | None:
    found = [m for m in await world.slack.transcript(channel, ALICE) if words in all_of(m)]
    return found[-1] if found else None


async def test_others_find_nothing_of_it(world: World) -> None:
    await world.start_bot()
    await world.imagine("a red fox in snow --private")
    job = await the_direct_job(world)

    for typed in ("history", "history fox", f"show {job['id']}", "status", "budget"):
        assert "snow" not in all_of(await world.imagine(typed, user=BOB)), typed


async def test_it_counts_for_the_person_and_the_workspace_and_not_for_the_channel(world: World) -> None:
    await world.start_bot(IMAGINE_CHANNEL_PER_MINUTE="1")
    await world.imagine("budget set channel $0.01", user=CAROL)

    await world.imagine("a red fox --private --q low --n 2")
    await the_direct_job(world)

    scopes = {row["scope"].partition(":")[0]: row for row in (await world.audit())["scopes"]}
    assert (scopes["user"]["spent_micros"], scopes["workspace"]["spent_micros"]) == (20_000, 20_000)
    assert f"channel:T0SANDBOX/{DESIGN}" not in {row["scope"] for row in (await world.audit())["scopes"]}
    over = await world.imagine("an owl --q low --n 2")
    assert "is more than" in over["ack"]["text"], "the channel's budget is looked at, its rate was not used"


@pytest.mark.parametrize(
    ("user", "channel", "words"),
    [(ALICE, "C0RANDOM", "no member"), ("U0NEW", DESIGN, "Only people in that channel")],
)
async def test_a_picture_is_posted_only_where_the_bot_and_the_person_are(
    world: World, user: str, channel: str, words: str
) -> None:
    await reachable_bot(world)
    await world.slack.add_user("U0NEW", "new", channels=["C0GENERAL"])
    before = await world.slack.messages(channel)
    await world.imagine("a red fox --private --q low", user=user, channel="C0GENERAL")
    job = await the_direct_job(world)
    view = await post_to_channel(world, job, (await world.thread(job))[0], user)

    refused = await world.slack.submit_view(user, view["id"], {"where": {"value": channel}})

    assert words in all_of(refused), refused
    assert (await form_of(world, user))["id"] == view["id"], "the form stays open"
    assert await world.slack.messages(channel) == before


async def test_a_posted_webp_is_shown_described_and_deleted_as_the_first(
    world: World,
) -> None:
    await reachable_bot(world)
    before = await seen(world, DESIGN)
    await world.imagine("a red fox --private --q low --format webp")
    job = await the_direct_job(world)
    shown = (await world.thread(job))[0]
    view = await post_to_channel(world, job, shown)
    await world.slack.submit_view(ALICE, view["id"], {"where": {"value": DESIGN}, "line": {"value": "Look"}})

    root, files = await eventually(lambda: posted(world, before), what="the root")

    assert "Look" in shown_text(root)
    names = {file["id"]: file["mimetype"] for file in files["files"]}
    assert sorted(names.values()) == ["image/png", "image/webp"]
    assert names[str((image_of(root) or {})["slack_file"]["id"])] == "image/png"
    await world.slack.action(
        ALICE, job["channel_id"], shown["ts"], "pic_more", selected_option=f"alt.{job['id']}.1"
    )
    view = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, view["id"], {"alt": {"value": "A fox that sleeps"}})
    await eventually(lambda: described(world, root, "A fox that sleeps"), what="the new alt text")
    await world.slack.action(
        ALICE, job["channel_id"], shown["ts"], "pic_more", selected_option=f"delete.{job['id']}.1"
    )
    await world.slack.submit_view(ALICE, (await form_of(world, ALICE))["id"])
    await eventually(lambda: only(world, before), what="nothing of it in the channel")


async def described(world: World, root: Json, text: str) -> bool:
    return (image_of(await message(world, root["ts"])) or {}).get("alt_text") == text


async def only(world: World, before: list[Json]) -> bool:
    return [m["ts"] for m in await seen(world, DESIGN)] == [m["ts"] for m in before]
