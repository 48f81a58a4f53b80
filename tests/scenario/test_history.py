"""Looking through pictures: `history` and `find`, their rows, pages and who sees what (loop reference 9)."""

from __future__ import annotations

import json

import pytest

from sandbox.faults import Fault
from tests.scenario.edit_kit import made, reachable_bot, whispers
from tests.scenario.form_kit import begins_with, form_of
from tests.scenario.loop_kit import ALICE, BOB, DESIGN, elements, labels, newest_job, press, sheet
from tests.support.world import Json, World, eventually

SECRET, GENERAL, CAROL = "G0SECRET", "C0GENERAL", "U0CAROL"
DRAFTS = {"IMAGINE_MODE": "drafts"}


def rows(view: Json) -> list[Json]:
    return [block for block in view["blocks"] if block["block_id"].startswith("lib.")]


def words(view: Json) -> list[str]:
    """The first line of each row: what was asked for."""
    return [row["text"]["text"].partition("\n")[0] for row in rows(view)]


def pictures(view: Json) -> list[str]:
    """The files that are shown."""
    return [row["accessory"]["slack_file"]["id"] for row in rows(view) if "accessory" in row]


def said(view: Json) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


async def library(world: World, user: str = ALICE, *, shows: int | None = None) -> Json:
    """The pictures on this person's screen, with ``shows`` thumbnails: all of them, if nothing is said."""

    async def look() -> Json | None:
        stack = await world.slack.views(user)
        view = stack[-1] if stack and stack[-1]["callback_id"] == "library" else None
        ready = view is not None and len(pictures(view)) == (len(rows(view)) if shows is None else shows)
        return view if ready else None

    found: Json = await eventually(look, every=0.05, what="the pictures to look through")
    return found


async def looked(
    world: World, text: str = "history", *, user: str = ALICE, channel: str = DESIGN, shows: int | None = None
) -> Json:
    """What a command shows: a modal, and not a word in the conversation."""
    asked = await world.imagine(text, user=user, channel=channel)
    assert not asked["ack"], "the modal is the answer"
    return await library(world, user, shows=shows)


async def nothing_bought(world: World, jobs: int) -> None:
    await world.audit()
    assert len(await world.jobs()) == jobs
    assert await world.slack.violations() == []


async def delivered(world: World, *texts: str, user: str = ALICE, channel: str = DESIGN) -> list[Json]:
    found = []
    for text in texts:
        count = len(await world.jobs()) + 1
        await world.imagine(text, user=user, channel=channel)
        found.append(await newest_job(world, count, delivery="delivered"))
    return found


@pytest.mark.parametrize("text", ["history fox", "find fox", "find FOX snow"])
async def test_21_history_fox_opens_the_pictures_with_fox(world: World, text: str) -> None:
    await world.start_bot(**DRAFTS)
    job = await sheet(world, "a red fox in snow")
    await delivered(world, "a lighthouse")
    before = await world.slack.transcript()

    view = await looked(world, text)

    (row,) = rows(view)
    first, facts = row["text"]["text"].split("\n")
    assert first == "a red fox in snow"
    assert facts == "1024×1024 · 4 drafts · $0.04 · just now"
    assert row["accessory"]["alt_text"].startswith("Four numbered drafts of: a red fox in snow.")
    shown = next(block for block in (await world.thread(job))[0]["blocks"] if block["type"] == "image")
    assert pictures(view) == [shown["slack_file"]["id"]], "our own copy in Slack: the sheet"
    jump, reuse, draw = elements(view)
    assert jump["text"]["text"] == "Jump"
    assert jump["url"].endswith(f"/p{job['thread_ts'].replace('.', '')}")
    assert reuse["text"]["text"] == "Use the words…"
    assert draw["text"]["text"] == f"Draw “{text}” · $0.04"
    assert job["id"] not in "".join(part["text"]["text"] for part in [row, *elements(view)])
    assert await world.slack.transcript() == before, "0 in the channel, 0 in threads"
    await nothing_bought(world, 2)


async def test_draw_in_the_modal_draws_what_was_typed(world: World) -> None:
    await world.start_bot(**DRAFTS)
    view = await looked(world, "history fox")
    draw = next(one for one in elements(view) if one["text"]["text"].startswith("Draw “"))

    await world.slack.view_action(ALICE, draw["action_id"], view_id=view["id"])

    job = await newest_job(world, 1, delivery="delivered")
    assert (job["prompt"], job["n"], job["channel_id"]) == ("history fox", 4, DESIGN)
    (told,) = await world.slack.views(ALICE)
    assert "Drawing 4 drafts, in the channel." in said(told)
    await nothing_bought(world, 1)


async def test_ten_a_page_newer_and_older_and_draw_stays(world: World) -> None:
    await world.start_bot()
    names = [f"fox number {index} --q low" for index in range(12)]
    await delivered(world, *names)
    newest = [name.removesuffix(" --q low") for name in reversed(names)]

    first = await looked(world, "find fox")
    assert words(first) == newest[:10]
    assert [label for label in labels(first) if label in {"Newer", "Older"}] == ["Older"]
    await world.slack.view_action(ALICE, "lib_older", view_id=first["id"])
    second = await eventually(lambda: turned(world, "Newer"), what="the second page")
    assert (words(second), second["id"]) == (newest[10:], first["id"])
    assert "Older" not in labels(second)
    assert "Draw “find fox” · $0.06" in labels(second)
    await world.slack.view_action(ALICE, "lib_newer", view_id=first["id"])
    again = await eventually(lambda: turned(world, "Older"), what="the first page")
    assert words(again) == newest[:10]
    assert all(call["args"].get("hash") for call in await world.slack.calls("views.update"))
    await nothing_bought(world, 12)


async def turned(world: World, label: str) -> Json | None:
    (view,) = await world.slack.views(ALICE)
    is_whole = len(pictures(view)) == len(rows(view))
    return view if label in labels(view) and is_whole else None


async def test_a_page_that_was_turned_meanwhile_stays(world: World) -> None:
    """Two presses on one view: the update of the second, with a hash of before, is refused by Slack."""
    await world.start_bot()
    await delivered(world, *[f"fox {index} --q low" for index in range(11)])
    view = await looked(world)
    await world.slack.fault(Fault("views.update", "error", error="hash_conflict"))

    pressed = await world.slack.view_action(ALICE, "lib_older", view_id=view["id"])

    assert pressed["acked"]
    await eventually(lambda: refused(world), what="the refused update")
    assert words(await library(world)) == words(view)
    assert await whispered(world, ALICE) == []


async def refused(world: World) -> bool:
    return any(call["error"] == "hash_conflict" for call in await world.slack.calls("views.update"))


async def whispered(world: World, user: str) -> list[Json]:
    return [m for m in await world.slack.transcript("", user) if m["ephemeral_for"] == user]


async def test_each_sees_their_own_everywhere_and_the_channels_only_there(world: World) -> None:
    await world.start_bot()
    await world.slack.invite(SECRET)
    await delivered(world, "a public fox --q low", channel=DESIGN)
    await delivered(world, "a secret fox --q low", channel=SECRET)
    await delivered(world, "a shy fox --q low", channel="im")
    await delivered(world, "bob's fox --q low", user=BOB, channel=GENERAL)

    async def seen(user: str, channel: str) -> list[str]:
        return words(await looked(world, user=user, channel=channel))

    mine = ["a shy fox", "a secret fox", "a public fox"]
    assert await seen(ALICE, DESIGN) == mine
    assert await seen(ALICE, "im") == mine
    assert await seen(ALICE, GENERAL) == ["bob's fox", *mine]
    assert await seen(BOB, DESIGN) == ["bob's fox", "a public fox"]
    assert await seen(BOB, SECRET) == ["bob's fox", "a secret fox"], "he is a member"
    assert await seen(BOB, "im") == ["bob's fox"]
    assert words(await looked(world, user="U0DAN", channel=DESIGN)) == ["a public fox"], "no member there"
    assert words(await looked(world, "find fox", user="U0DAN", channel=GENERAL)) == ["bob's fox"]
    await nothing_bought(world, 4)


async def test_what_came_only_to_one_person_is_nobody_elses(world: World) -> None:
    """Asked in the channel for "Only me": its place is the direct message."""
    await world.start_bot()
    await world.imagine("", channel=DESIGN)
    form = await form_of(world, ALICE)
    await world.slack.submit_view(
        ALICE, form["id"], {"prompt": {"value": "a private fox"}, "where": {"value": "me"}}
    )
    await newest_job(world, 1, delivery="delivered")

    assert "No pictures yet." in said(await looked(world, user=BOB, channel=DESIGN))
    mine = await looked(world, channel=DESIGN)
    assert words(mine) == ["a private fox"]
    assert "Jump" in labels(mine)


async def test_every_word_must_occur_in_the_words_or_the_alt_text(world: World) -> None:
    await world.start_bot()
    (job,) = await delivered(world, "a red FOX in snow --q low")
    (root,) = [m for m in await world.thread(job) if m["ts"] == job["thread_ts"]]
    await press(world, root, "pic_more", value=f"alt.{job['id']}.1")
    form = await form_of(world, ALICE)
    await world.slack.submit_view(ALICE, form["id"], {"alt": {"value": "A Straße at night"}})

    for text, count in (
        ("find fox", 1), ("find snow fox", 1), ("find STRASSE fox", 1), ("find night", 1),
        ("find fox green", 0), ("find drawn", 0),
    ):  # fmt: skip
        assert len(words(await looked(world, text))) == count, text


async def test_nothing_found_offers_to_draw(world: World) -> None:
    await world.start_bot(**DRAFTS)

    view = await looked(world, "find fox")
    assert "No pictures with “fox” yet." in said(view)
    assert labels(view) == ["Draw something…", "Draw “find fox” · $0.04"]
    await world.slack.view_action(ALICE, "draw_something", view_id=view["id"])
    await form_of(world, ALICE)
    assert len(await world.slack.views(ALICE)) == 2, "the form lies on top"

    assert "No pictures yet." in said(await looked(world, "history"))
    await nothing_bought(world, 0)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_arguments"])
async def test_without_pictures_where_slack_refuses_them(world: World, error: str) -> None:
    await world.start_bot()
    await delivered(world, "a fox --q low")
    await world.slack.fault(Fault("views.update", "error", error=error))

    view = await looked(world, "history", shows=0)
    await eventually(lambda: updated(world), what="the pictures are tried, and left")

    assert words(await library(world, shows=0)) == words(view) == ["a fox"]
    assert "Jump" in labels(view)


async def updated(world: World) -> bool:
    return len(await world.slack.calls("views.update")) >= 2


async def test_a_picture_that_its_viewer_may_not_see_costs_no_rows(world: World) -> None:
    """Alice has left the private channel where she drew; Slack refuses views with what she may not see."""
    await world.start_bot()
    await world.slack.invite(SECRET)
    await delivered(world, "a secret fox --q low", channel=SECRET)
    await delivered(world, "a fox --q low")
    world.sandbox.core.workspace.channels[SECRET].members.discard(ALICE)
    await world.slack.options(views_need_access=True)

    view = await looked(world, shows=0)
    await eventually(lambda: updated(world), what="the pictures are tried, and left")

    assert words(await library(world, shows=0)) == words(view) == ["a fox", "a secret fox"]


@pytest.mark.parametrize(("text", "button"), [("history", None), ("find fox", "Draw “find fox” · $0.06")])
async def test_a_trigger_that_is_too_old_gets_the_list_of_links(
    world: World, text: str, button: str | None
) -> None:
    await world.start_bot()
    (job,) = await delivered(world, "a fox --q low")
    await world.slack.fault(Fault("views.open", "error", error="expired_trigger_id"))

    answer = (await world.imagine(text))["ack"]

    assert "a fox" in answer["text"]
    assert f"/p{job['thread_ts'].replace('.', '')}" in json.dumps(answer)
    assert labels(answer) == ([button, "Leave it"] if button else [])
    assert await world.slack.views(ALICE) == []
    await nothing_bought(world, 1)


async def test_while_slack_is_slow_with_the_links_the_modal_asks_for_a_moment(world: World) -> None:
    await world.start_bot()
    await delivered(world, "a fox --q low")
    await world.slack.fault(Fault("chat.getPermalink", "delay", count=-1, seconds=1.5))

    asked = await world.imagine("history")

    assert not asked["ack"]
    (moment,) = await world.slack.views(ALICE)
    assert "One moment…" in said(moment)
    view = await library(world)
    assert (view["id"], labels(view)) == (moment["id"], ["Jump", "Use the words…"])


async def test_a_mention_gets_the_list_of_links(world: World) -> None:
    await world.start_bot()
    await delivered(world, "a fox --q low")

    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> history")
    (told,) = await whispers(world, ALICE, "Your latest pictures")
    assert "Jump" in json.dumps(told["blocks"])
    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> find fox")
    await whispers(world, ALICE, "Pictures with “fox”")
    assert await world.slack.views(ALICE) == []


async def test_my_pictures_opens_the_modal_from_help_and_from_the_home(world: World) -> None:
    await world.start_bot()
    await delivered(world, "a fox --q low")
    await delivered(world, "bob's fox --q low", user=BOB)
    await world.imagine("help")
    (helped,) = await whispered(world, ALICE)

    await press(world, {**helped, "channel": DESIGN}, "run_command_history")
    assert words(await library(world)) == ["bob's fox", "a fox"]
    await world.slack.close_view(ALICE)
    assert len(await whispered(world, ALICE)) == 1, "nothing is said beside the modal"

    await world.slack.open_home(ALICE)
    await eventually(lambda: world.slack.home(ALICE), what="the Home")
    await world.slack.view_action(ALICE, "run_command_history")
    assert words(await library(world)) == ["a fox"], "on the Home they are one's own"


async def test_use_the_words_opens_the_form_where_one_looks_and_closes_both(world: World) -> None:
    await world.start_bot(**DRAFTS)
    await delivered(world, "a fox --n 2 --ar 16:9")
    view = await looked(world, channel=GENERAL)

    await world.slack.view_action(ALICE, "lib_reuse", view_id=view["id"])
    form = await form_of(world, ALICE)
    assert (begins_with(form, "prompt"), begins_with(form, "number")) == ("a fox", "2")
    assert len(await world.slack.views(ALICE)) == 2, "the pictures are still below"
    await world.slack.submit_view(ALICE, form["id"], {"prompt": {"value": "a blue fox"}})

    job = await newest_job(world, 2, delivery="delivered")
    assert (job["prompt"], job["channel_id"], job["n"]) == ("a blue fox", GENERAL, 2)
    assert await world.slack.views(ALICE) == []
    assert await world.slack.violations() == []


async def test_the_words_of_a_change_go_again_to_its_picture(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    thread = first["thread_ts"]
    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> make it blue", thread_ts=thread)
    await newest_job(world, 2, delivery="delivered")
    view = await looked(world)
    assert words(view) == ["make it blue", "a red fox"]

    await world.slack.view_action(ALICE, "pic_words", view_id=view["id"])
    form = await form_of(world, ALICE)
    assert begins_with(form, "prompt") == "make it blue"
    await world.slack.submit_view(ALICE, form["id"], {"prompt": {"value": "make it green"}})

    job = await newest_job(world, 3, delivery="delivered")
    assert (job["kind"], job["thread_ts"], job["parent_id"]) == ("edit", thread, first["id"])


async def test_a_set_is_one_row_found_by_each_of_its_words(world: World) -> None:
    await world.start_bot(**DRAFTS)
    await world.imagine("a {red,blue} fox")
    (question,) = await whispered(world, ALICE)
    await press(world, {**question, "channel": DESIGN}, "draft_run")
    await newest_job(world, 2, delivery="delivered")
    await delivered(world, "a hare")

    for text in ("find fox", "find blue", "find red blue"):
        view = await looked(world, text)
        assert words(view) == ["a {red,blue} fox"], text
    (row,) = rows(view)
    assert row["text"]["text"].endswith("2 drafts · $0.02 · just now")
    await world.slack.view_action(ALICE, "lib_reuse", view_id=view["id"])
    assert begins_with(await form_of(world, ALICE), "prompt") == "a {red,blue} fox"


async def test_show_is_answered_as_before(world: World) -> None:
    await world.start_bot()
    (job,) = await delivered(world, "a fox --q low")

    answer = (await world.imagine(f"show {job['id']}"))["ack"]

    assert "a fox" in answer["text"]
    assert await world.slack.views(ALICE) == []


async def test_what_was_deleted_is_gone_from_the_pictures(world: World) -> None:
    await world.start_bot()
    job, _ = await delivered(world, "a fox --q low", "a hare --q low")
    (root,) = [m for m in await world.thread(job) if m["ts"] == job["thread_ts"]]
    await press(world, root, "pic_more", value=f"delete.{job['id']}.1")
    await world.slack.submit_view(ALICE, (await form_of(world, ALICE))["id"])

    assert words(await looked(world)) == ["a hare"]
