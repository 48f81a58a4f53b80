"""Uploads, downloads and pictures in blocks."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.slack.client import upload
from sandbox.slack.options import BOT_SCOPES
from tests.unit.sandbox.slack_kit import Room, bomb, picture, room


async def fetch(url: str, token: str = "xoxb-sandbox", *, follow: bool = True) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(url, allow_redirects=follow) as answer,
    ):
        return answer.status, answer.content_type, await answer.read()


async def test_upload_appears_later_as_one_message_with_all_files() -> None:
    async with room(file_delay=0.1, share_delay=0.2) as here:
        root = (await here.web.chat_postMessage(channel="C0DESIGN", text="root"))["ts"]
        files = []
        for name in ("a.png", "b.png"):
            data = picture()
            ticket = await here.web.files_getUploadURLExternal(
                filename=name, length=len(data), alt_txt="teal"
            )
            async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=data):
                files.append({"id": ticket["file_id"], "title": name})
        await here.web.files_completeUploadExternal(files=files, channel_id="C0DESIGN", thread_ts=root)
        early = (await here.web.files_info(file=files[0]["id"]))["file"]
        before = len(await here.people.messages("C0DESIGN"))
        await here.people.settle()
        late = (await here.web.files_info(file=files[0]["id"]))["file"]
        shared = (await here.people.messages("C0DESIGN"))[-1]

        assert (early["mimetype"], early["shares"], before) == ("", {}, 1)
        assert (late["mimetype"], late["original_w"], late["mode"]) == ("image/png", 64, "hosted")
        assert late["shares"]["public"]["C0DESIGN"][0]["thread_ts"] == root
        assert late["shares"]["public"]["C0DESIGN"][0]["ts"] == shared["ts"]
        assert [file["name"] for file in shared["files"]] == ["a.png", "b.png"]
        assert shared["files"][0]["alt_txt"] == "teal"
        assert await here.people.file(files[0]["id"]) == picture()


async def test_upload_as_form_is_taken_and_a_wrong_length_is_not() -> None:
    async with room() as here:
        ticket = await here.web.files_getUploadURLExternal(filename="a.png", length=5)
        async with aiohttp.ClientSession() as session:
            async with session.post(ticket["upload_url"], data=b"1234") as short:
                assert short.status == 400
            form = aiohttp.FormData()
            form.add_field("file", b"12345", filename="a.png")
            async with session.post(ticket["upload_url"], data=form) as exact:
                assert exact.status == 200

        assert [v["rule"] for v in await here.people.violations()] == ["length"]


async def test_second_completion_is_refused_and_posts_nothing() -> None:
    async with room() as here:
        file_id = await here.upload("a.png", picture(), "C0DESIGN")
        again = here.web.files_completeUploadExternal(files=[{"id": file_id}], channel_id="C0DESIGN")

        assert await here.refused(again) == "file_not_found"
        await here.people.settle()
        assert len(await here.people.messages("C0DESIGN")) == 1


async def test_completion_without_bytes_and_info_before_completion_are_refused() -> None:
    async with room() as here:
        ticket = await here.web.files_getUploadURLExternal(filename="a.png", length=5)
        complete = here.web.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])

        assert await here.refused(complete) == "file_not_found"
        assert await here.refused(here.web.files_info(file=ticket["file_id"])) == "file_not_found"


async def test_completion_wants_a_conversation_id_and_membership() -> None:
    async with room() as here:

        async def code(channel: str) -> str:
            complete = here.web.files_completeUploadExternal(files=[{"id": "F1"}], channel_id=channel)
            return await here.refused(complete)

        assert await code("U0ALICE") == "invalid_arguments"
        assert await code("C0RANDOM") == "not_in_channel"
        assert await code("G0SECRET") == "channel_not_found"


async def test_long_alt_text_is_refused() -> None:
    async with room() as here:
        ask = here.web.files_getUploadURLExternal(filename="a.png", length=5, alt_txt="x" * 1001)

        assert await here.refused(ask) == "alt_txt_too_large"


async def _with_picture(here: Room, file_id: str) -> str:
    blocks = [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a"}]
    refusal = await here.refusal(here.web.chat_postMessage(channel="C0DESIGN", text="x", blocks=blocks))
    assert refusal["error"] == "invalid_blocks"
    return str(refusal["response_metadata"]["messages"][0])


async def test_slack_file_of_webp_or_of_nothing_known_is_invalid() -> None:
    async with room() as here:
        file_id = await here.upload("a.webp", picture("WEBP"), "C0DESIGN")
        await here.people.settle()

        for name in (file_id, "F0NOSUCH"):
            message = await _with_picture(here, name)
            assert message == "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"


async def test_a_file_shared_nowhere_is_refused_only_by_order() -> None:
    async with room(slack_file_needs_share=True) as here:
        file_id = await here.upload("a.png", picture())
        await here.people.settle()

        assert "invalid slack file" in await _with_picture(here, file_id)


def _image(**reference: str) -> list[dict[str, object]]:
    return [{"type": "image", "block_id": "i", "slack_file": reference, "alt_text": "a"}]


async def test_people_see_a_file_that_a_new_message_shows_and_none_that_an_update_swaps_in() -> None:
    async with room() as here:
        shown, swapped, shared = [
            await here.upload("a.png", picture(), channel) for channel in (None, None, "C0DESIGN")
        ]
        await here.people.settle()
        post = await here.web.chat_postMessage(channel="C0DESIGN", text="x", blocks=_image(id=shown))
        url = (await here.web.files_info(file=shared))["file"]["url_private"]

        async def pictures() -> list[tuple[object, object]]:
            record = (await here.people.messages("C0DESIGN"))[-1]
            return [(p["file"], p["hidden_from"]) for p in record["pictures"]]

        first = await pictures()
        await here.web.chat_update(channel="C0DESIGN", ts=post["ts"], text="x", blocks=_image(id=swapped))
        second = await pictures()
        await here.web.chat_update(channel="C0DESIGN", ts=post["ts"], text="x", blocks=_image(url=url))
        third = await pictures()

    everybody = ["U0ALICE", "U0BOB", "U0CAROL", "U0DAN", "U0OWNER"]
    assert (first, second, third) == ([(shown, [])], [(swapped, everybody)], [(shared, [])])


async def test_a_file_of_a_private_place_is_not_seen_elsewhere() -> None:
    async with room(post_shares_files=False) as here:
        await here.people.invite("G0SECRET")
        file_id = await here.upload("a.png", picture(), "G0SECRET")
        await here.people.settle()
        await here.web.chat_postMessage(channel="C0DESIGN", text="x", blocks=_image(id=file_id))
        (seen,) = (await here.people.messages("C0DESIGN"))[-1]["pictures"]
        home = {"type": "home", "blocks": _image(id=file_id)}
        homes = []
        for user in ("U0ALICE", "U0DAN"):
            await here.web.views_publish(user_id=user, view=home)
            homes.append((await here.people.home(user) or {})["pictures"][0]["visible"])

        assert (seen["visible"], seen["hidden_from"]) == (False, ["U0DAN", "U0OWNER"])
        assert homes == [True, False]


async def test_alt_text_hides_shares_by_order() -> None:
    async with room(alt_txt_hides_shares=True) as here:
        data = picture()
        ticket = await here.web.files_getUploadURLExternal(filename="a.png", length=len(data), alt_txt="teal")
        async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=data):
            pass
        done = here.web.files_completeUploadExternal
        await done(files=[{"id": ticket["file_id"]}], channel_id="C0DESIGN")
        await here.people.settle()

        assert (await here.web.files_info(file=ticket["file_id"]))["file"]["shares"] == {}
        assert len(await here.people.messages("C0DESIGN")) == 1


async def test_slack_file_is_invalid_until_processed_then_shown() -> None:
    async with room(file_delay=0.1) as here:
        file_id = await here.upload("a.png", picture(), "C0DESIGN")
        assert "invalid slack file" in await _with_picture(here, file_id)
        await here.people.settle()
        blocks = [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a"}]
        await here.web.chat_postMessage(channel="C0DESIGN", text="x", blocks=blocks)

        assert (await here.people.messages("C0DESIGN"))[-1]["blocks"][0]["slack_file"] == {"id": file_id}


async def test_download_with_a_bad_token_or_scope_ends_at_a_login_page() -> None:
    async with room() as here:
        sent = await here.people.message("U0ALICE", "C0DESIGN", files=[upload("cat.png", picture())])
        info = (await here.web.files_info(file=sent["files"][0]))["file"]
        good = await fetch(info["url_private"])
        bad = await fetch(info["url_private_download"], "xoxb-wrong")
        unfollowed = await fetch(info["url_private"], "xoxb-wrong", follow=False)
        await here.people.scopes(*(scope for scope in BOT_SCOPES if scope != "files:read"))
        scopeless = await fetch(info["url_private"])

        assert good == (200, "image/png", picture())
        assert bad[:2] == (200, "text/html")
        assert bad[2].startswith(b"<!DOCTYPE html>")
        assert (unfollowed[0], scopeless[1]) == (302, "text/html")


async def test_odd_files_show_as_slack_shows_them() -> None:
    async with room() as here:
        files = [
            upload("late.png", picture(), pending_seconds=0.2),
            upload("guest.png", picture(), access="check_file_info"),
            upload("old.png", picture(), mode="hidden_by_limit"),
            upload("plain.png", picture(), download_url=False, size=9),
        ]
        sent = await here.people.message("U0ALICE", "C0DESIGN", files=files)
        await here.people.change_file(sent["files"][3], deleted=False)
        shown = (await here.web.conversations_history(channel="C0DESIGN"))["messages"][0]["files"]
        hidden = here.sandbox.core.workspace.files[sent["files"][2]]
        gone = await fetch(f"{here.sandbox.base_url}/files-pri/T0SANDBOX-{hidden.id}/old.png")
        checked = (await here.web.files_info(file=sent["files"][1]))["file"]

        assert shown[0]["mimetype"] == ""
        assert shown[1] == {"id": sent["files"][1], "mode": "file_access", "file_access": "check_file_info"}
        assert (shown[2]["mode"], gone[0]) == ("hidden_by_limit", 410)
        assert ("url_private_download" in shown[3], shown[3]["size"]) == (False, 9)
        assert checked["mimetype"] == "image/png"


async def test_deleted_file_becomes_a_tombstone() -> None:
    async with room() as here:
        file_id = await here.upload("a.png", picture(), "C0DESIGN")
        await here.people.settle()
        await here.web.files_delete(file=file_id)
        shown = (await here.web.conversations_history(channel="C0DESIGN"))["messages"][0]["files"]

        assert shown == [{"id": file_id, "mode": "tombstone"}]
        assert await here.refused(here.web.files_info(file=file_id)) == "file_deleted"


async def test_thumbnails_are_scaled_pictures_behind_the_token() -> None:
    async with room() as here:
        big = picture(size=(800, 400))
        sent = await here.people.message("U0ALICE", "C0DESIGN", files=[upload("cat.png", big)])
        info = (await here.web.files_info(file=sent["files"][0]))["file"]
        status, kind, data = await fetch(info["thumb_360"])

        assert (status, kind, data[:4]) == (200, "image/png", b"\x89PNG")
        assert (info["thumb_360_w"], info["thumb_360_h"]) == (360, 180)
        assert (await fetch(info["thumb_360"], "wrong"))[1] == "text/html"


@pytest.mark.parametrize("edge", [10_000, 20_000])
async def test_picture_too_large_to_decode_is_kept_without_a_preview(edge: int) -> None:
    """Pillow warns of the first and refuses the second."""
    async with room() as here:
        files = [upload("bomb.png", bomb(edge))]
        sent = await here.people.message("U0ALICE", "C0DESIGN", "for size", files=files)
        info = (await here.web.files_info(file=sent["files"][0]))["file"]
        status, kind, data = await fetch(info["url_private"])

        assert (status, kind, data) == (200, "image/png", bomb(edge))
        assert [key for key in info if key.startswith(("thumb_", "original_"))] == []
