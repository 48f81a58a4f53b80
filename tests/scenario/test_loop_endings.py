"""The loop where something ends otherwise: refused, cancelled, lost, deleted, shared, described.

The numbers are those of the acceptance table that the loop was designed with.
"""

from __future__ import annotations

from tests.scenario.edit_kit import reachable_bot, sources, whispers
from tests.scenario.loop_kit import (
    ALICE,
    BOB,
    DESIGN,
    elements,
    image_of,
    labels,
    newest_job,
    press,
    reply,
    root,
    sheet,
    shown_text,
)
from tests.support.world import Json, World, eventually


async def channel(world: World) -> list[Json]:
    """The messages of the bot in the channel, outside threads."""
    return [m for m in await world.slack.messages(DESIGN) if m["bot_id"] and not m.get("thread_ts")]


async def until_roots(world: World, count: int) -> list[Json]:
    await eventually(lambda: _is(world, count), what=f"{count} messages in the channel")
    return await channel(world)


async def _is(world: World, count: int) -> bool:
    return len(await channel(world)) == count


async def menu(world: World, message: Json, what: str, user: str = ALICE) -> Json:
    """Choose something in the menu of a picture: the form that opens."""
    option = next(
        option["value"]
        for one in elements(message)
        if one["type"] == "overflow"
        for option in one["options"]
        if option["value"].startswith(what)
    )
    await press(world, message, "pic_more", user=user, value=option)
    view: Json = (await world.slack.views(user))[-1]
    return view


async def test_3_webp_has_a_png_sheet_and_its_own_files(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world, "a red fox --n 3 --q low --format webp")
    message = await root(world, job)
    assert image_of(message) is not None
    files = (await world.thread(job))[1]["files"]
    assert [f["mimetype"] for f in files if "sheet" in f["name"]] == ["image/png"]
    assert sum(f["mimetype"] == "image/webp" for f in files) == 3
    await press(world, message, "use_2")
    assert image_of(await reply(world, job, "picture 2 of 3")) is not None


async def test_26_moderated_words_leave_nothing_in_the_channel(world: World) -> None:
    await reachable_bot(world)
    await world.imagine("a castle [moderate] --q low")
    (told,) = await whispers(world, ALICE, "safety check")
    assert "Change the words…" in labels(told)
    assert "a castle" in str(told["blocks"])
    await until_roots(world, 0)
    assert await world.scope("user") == (0, 0)


async def test_27_a_root_with_replies_says_only_that_it_did_not_work_out(world: World) -> None:
    await reachable_bot(world)
    world.provider.set_options(duration_seconds=4.0)
    await world.imagine("a castle [fail] --q low")
    (message,) = await until_roots(world, 1)
    await world.slack.message(BOB, DESIGN, "nice idea", thread_ts=message["ts"])
    await whispers(world, ALICE, "broke off")

    async def closed() -> bool:
        (now,) = await channel(world)
        return "did not work out" in now["text"] and not labels(now)

    await eventually(closed, what="the root says that it did not work out")


async def test_29_and_30_cancel_while_it_waits(world: World) -> None:
    await reachable_bot(world, IMAGINE_USER_IN_FLIGHT="1")
    world.provider.set_options(duration_seconds=600.0)
    await world.imagine("a red fox --q low")
    await newest_job(world, 1, status="running")
    await world.imagine("a blue fox --q low")
    await newest_job(world, 2, status="queued")
    message = next(m for m in await until_roots(world, 2) if "blue fox" in m["text"])
    assert labels(message) == ["Cancel"]

    await press(world, message, "pic_cancel", user=BOB)
    (refused,) = await whispers(world, BOB, "only")
    assert {"type": "user", "user_id": ALICE} in refused["blocks"][0]["elements"][0]["elements"]
    assert (await world.jobs())[0]["status"] == "queued"
    await press(world, message, "pic_cancel")

    (told,) = await whispers(world, ALICE, "Cancelled. Nothing was charged.")
    assert labels(told) == ["Draw it after all · $0.01"]
    await until_roots(world, 1)
    await press(world, told, "pic_redraw")
    assert (await newest_job(world, 3, status="queued"))["prompt"] == "a blue fox"


async def test_what_is_drawn_already_comes_to_the_asker_alone_after_cancel(world: World) -> None:
    await reachable_bot(world)
    world.provider.set_options(duration_seconds=5.0)
    await world.imagine("a red fox --q low")
    await newest_job(world, 1, status="running")

    async def drawing() -> Json | None:
        found = await channel(world)
        return found[0] if found and "pic_withdraw" in str(found[0]["blocks"]) else None

    message = await eventually(drawing, within=20, what="the message says that it is drawn")
    (button,) = elements(message)
    assert "may still be charged" in button["confirm"]["text"]["text"]
    await press(world, message, "pic_withdraw", confirmed=True)

    await whispers(world, ALICE, "Cancelled here")
    await until_roots(world, 0)
    job = await newest_job(world, 1, delivery="delivered")
    assert job["channel_id"].startswith("D")
    (result,) = [m for m in await world.slack.messages(job["channel_id"]) if m["files"]]
    assert "Vary ×4 · $0.08" in labels(result)
    assert shown_text(result).startswith("Your picture was drawn before it could be cancelled.")
    assert await world.scope("user") == (0, 10_000)


async def test_sizes_above_a_dollar_are_asked_about_once_more(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world, "a red fox --q high")
    view = await menu(world, await root(world, job), "sizes")
    chosen = {"shapes": {"sizes_chosen": ["2k", "4k", "story"]}}

    asked = (await world.slack.submit_view(ALICE, view["id"], chosen))["view"]

    total = asked["submit"]["text"].removeprefix("Draw · $")
    assert float(total) > 1
    assert f"3 pictures for ${total}?" in str(asked["blocks"])
    assert len(await world.jobs()) == 1, "nothing is bought before the second yes"
    await world.slack.submit_view(ALICE, asked["id"])
    await newest_job(world, 4, delivery="delivered")
    made = (await world.jobs())[:3]
    assert sum(one["estimate_micros"] for one in made) == round(float(total) * 1_000_000)
    await world.audit()


async def test_31_a_lost_answer_is_one_public_line_and_one_private(world: World) -> None:
    await reachable_bot(world)
    await world.imagine("[lost] a red fox --q low")
    await newest_job(world, 1, status="unknown")

    async def said() -> Json | None:
        (message,) = await channel(world)
        return message if "No answer from the image service" in shown_text(message) else None

    message = await eventually(said, what="the public line")
    (button,) = elements(message)
    assert button["text"]["text"] == "Order again · $0.01"
    assert "up to $0.02 in all" in button["confirm"]["text"]["text"]
    await whispers(world, ALICE, "$0.01")
    assert (await world.scope("user"))[0] == 10_000


async def test_37_alt_text_is_the_askers(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    await press(world, await root(world, job), "use_3")
    used = await reply(world, job, "picture 3 of 4")
    text = "A fox that looks back over its shoulder"

    view = await menu(world, used, "alt", user=BOB)
    refused = await world.slack.submit_view(BOB, view["id"], {"alt": {"value": text}})
    assert "errors" in str(refused)
    view = await menu(world, used, "alt")
    await world.slack.submit_view(ALICE, view["id"], {"alt": {"value": text}})

    async def everywhere() -> bool:
        sheet_text = image_of(await root(world, job))
        alone = next(m for m in await world.thread(job) if m["ts"] == used["ts"])
        own = image_of(alone)
        assert sheet_text is not None
        assert own is not None
        return own["alt_text"] == text and f"3: {text}" in sheet_text["alt_text"]

    await eventually(everywhere, what="the text is wherever the picture is")


async def test_38_delete_takes_messages_and_files(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    message = await root(world, job)
    await press(world, message, "use_3")
    await reply(world, job, "picture 3 of 4")
    files = [f["id"] for f in (await world.thread(job))[1]["files"]]

    view = await menu(world, message, "delete", user=BOB)
    await world.slack.submit_view(BOB, view["id"])
    (refused,) = await whispers(world, BOB, "only")
    assert {"type": "user", "user_id": ALICE} in refused["blocks"][0]["elements"][0]["elements"]
    view = await menu(world, message, "delete")
    assert "stays spent" in str(view["blocks"])
    await world.slack.submit_view(ALICE, view["id"])

    await until_roots(world, 0)

    async def gone() -> bool:
        return not [m for m in await world.slack.messages(DESIGN) if m["bot_id"]]

    await eventually(gone, what="no message of the bot is left")
    deleted = {call["args"]["file"] for call in await world.slack.calls("files.delete")}
    assert deleted == set(files)
    assert await world.scope("user") == (0, 40_000)


async def test_a_deleted_picture_is_said_to_be_gone(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    message = await root(world, job)
    view = await menu(world, message, "delete")
    await world.slack.submit_view(ALICE, view["id"])
    await until_roots(world, 0)
    assert len(await world.jobs()) == 1


async def test_39_an_expired_link_of_the_service_is_not_noticed(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    await press(world, await root(world, job), "use_3")
    used = await reply(world, job, "picture 3 of 4")
    await press(world, used, "pic_finish")
    final = await newest_job(world, 2, delivery="delivered")
    assert final["estimate_micros"] == 230_000
    (source,) = sources(world)
    assert f"127.0.0.1:{world.env['IMAGINE_PORT']}/media/" in source["url"], (
        "our copy, not the service's link"
    )


async def test_a_picture_is_shared_elsewhere_with_its_buttons(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    await press(world, await root(world, job), "use_3")
    used = await reply(world, job, "picture 3 of 4")
    view = await menu(world, used, "share")
    said = {"where": {"value": "C0GENERAL"}, "line": {"value": "Look at this one"}}
    await world.slack.submit_view(ALICE, view["id"], said)

    async def there() -> Json | None:
        found = [m for m in await world.slack.messages("C0GENERAL") if m["bot_id"] and image_of(m)]
        return found[0] if found else None

    shared = await eventually(there, what="the picture in the other channel")
    assert "Finish · $0.23" in labels(shared)
    assert "Look at this one" in str(shared["blocks"])
    await world.slack.action(BOB, "C0GENERAL", shared["ts"], "pic_vary")
    varied = await newest_job(world, 2, delivery="delivered")
    assert (varied["channel_id"], varied["thread_ts"]) == ("C0GENERAL", shared["ts"])


async def test_sizes_are_one_ask_and_one_message(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world, "a red fox --q low")
    view = await menu(world, await root(world, job), "sizes")
    options = [o["value"] for b in view["blocks"] if b["type"] == "input" for o in b["element"]["options"]]
    assert options == ["story", "banner", "wide", "tall", "2k", "4k"]
    await world.slack.submit_view(ALICE, view["id"], {"shapes": {"sizes_chosen": ["story", "banner"]}})
    await newest_job(world, 3, delivery="delivered")
    await reply(world, job, "story", "banner")
    made = (await world.jobs())[:2]
    assert {row["estimate_micros"] for row in made} == {20_000}
    assert {row["thread_ts"] for row in made} == {job["thread_ts"]}
    assert len([m for m in await world.thread(job) if "banner" in str(m["blocks"])]) == 1


async def test_a_cross_asks_its_asker_and_nobody_else(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    await world.slack.reaction(BOB, DESIGN, job["thread_ts"], "x")
    await world.slack.reaction(ALICE, DESIGN, job["thread_ts"], "x")

    async def asked() -> Json | None:
        records = await world.slack.transcript("", ALICE)
        found = [r for r in records if "Delete this picture for everyone?" in r["text"]]
        return found[0] if found else None

    question = await eventually(asked, what="the question in a direct message")
    assert not [r for r in await world.slack.transcript("", BOB) if "Delete this" in r["text"]]
    await world.slack.action(ALICE, question["channel"], question["ts"], "pic_delete")
    await until_roots(world, 0)


async def test_the_words_of_a_deleted_picture_can_be_used(world: World) -> None:
    await reachable_bot(world)
    job = await sheet(world)
    message = await root(world, job)
    await press(world, message, "use_3")
    used = await reply(world, job, "picture 3 of 4")
    view = await menu(world, used, "delete")
    await world.slack.submit_view(ALICE, view["id"])

    async def gone() -> bool:
        return used["ts"] not in {m["ts"] for m in await world.thread(job)}

    await eventually(gone, what="the picture alone is gone")
    assert "Vary 3" not in labels(await root(world, job))
    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> vary 3", thread_ts=job["thread_ts"])
    (told,) = await whispers(world, ALICE, "That picture was deleted.")
    assert labels(told) == ["Use the words…"]
    assert len(await world.jobs()) == 1


async def test_an_asker_hears_that_an_admin_has_cancelled(world: World) -> None:
    await reachable_bot(world, IMAGINE_USER_IN_FLIGHT="1")
    world.provider.set_options(duration_seconds=600.0)
    await world.imagine("a red fox --q low")
    await newest_job(world, 1, status="running")
    await world.imagine("a blue fox --q low")
    await newest_job(world, 2, status="queued")
    message = next(m for m in await until_roots(world, 2) if "blue fox" in m["text"])
    await press(world, message, "pic_cancel", user="U0CAROL")
    (told,) = await whispers(world, ALICE, "Cancelled. Nothing was charged.")
    assert labels(told) == ["Draw it after all · $0.01"]


async def test_a_closed_channel_offers_ones_own_messages(world: World) -> None:
    await reachable_bot(world)
    await world.slack.kick(DESIGN)
    await world.imagine("a red fox --q low")
    (told,) = await whispers(world, ALICE, "Nothing was charged.")
    assert labels(told)[0] == "Draw it in my messages · $0.01"
    await press(world, told, "pic_in_messages")
    job = await newest_job(world, 2, delivery="delivered")
    assert job["channel_id"].startswith("D")
    assert await world.scope("user") == (0, 10_000)


async def test_what_failed_is_tried_again_where_it_was_asked(world: World) -> None:
    await reachable_bot(world)
    world.provider.gateway.next.add(["fail"], 1)
    await world.imagine("a red fox --q low")
    (told,) = await whispers(world, ALICE, "broke off")
    await until_roots(world, 0)

    await press(world, told, "pic_retry")

    job = await newest_job(world, 2, delivery="delivered")
    (message,) = await until_roots(world, 1)
    assert (job["channel_id"], job["thread_ts"]) == (DESIGN, message["ts"]), "a root of its own"
    assert image_of(message) is not None
