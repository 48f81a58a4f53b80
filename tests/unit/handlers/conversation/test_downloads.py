"""Files from Slack's file hosts: the token to nobody else, web pages recognised, every oddity a reason."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp import HttpxAiohttpClient
from pydantic import SecretStr, ValidationError

from bot.domain.errors import BotError
from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source import SourceRole
from bot.domain.requests.source_refusals import SourceReason
from bot.errors import TryLater, WorkspaceGone
from bot.ports import FetchedSource
from handlers.conversation.downloads import TYPE_WAITS, SlackFiles, file_access
from handlers.incoming.slack_file import SlackFile
from handlers.web_api.client import new_client, new_session
from handlers.web_api.errors import error_for
from tests.support.collaborators import slack_api

TOKEN = "xoxb-the-token"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8000
LOGIN = "<!DOCTYPE html><html><head><title>Login | Slack</title></head></html>"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Desk:
    """A file host on loopback, a scripted ``files.info``, and what came of both."""

    folder: Path
    base: str = ""
    answer: Answer | None = None
    requests: list[web.Request] = field(default_factory=list)
    infos: list[dict[str, Any] | BotError] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    http: httpx.AsyncClient | None = None
    trusted: list[str] = field(default_factory=list)

    def file(self, **fields: Any) -> dict[str, Any]:
        link = f"{self.base}/files-pri/T1-F1/photo.png"
        given = {
            "id": "F1", "name": "photo.png", "mode": "hosted", "mimetype": "image/png", "filetype": "png",
            "url_private": link, "url_private_download": f"{self.base}/files-pri/T1-F1/download/photo.png",
        }  # fmt: skip
        return {name: value for name, value in {**given, **fields}.items() if value is not ...}

    def files(self, **options: Any) -> SlackFiles:
        assert self.http is not None
        return SlackFiles(
            http=self.http,
            folder=self.folder,
            sleep=self.sleep,
            **{"info": self.info, "token_for": self.token, "trusted_hosts": self.trusted, **options},
        )

    async def fetch(self, options: dict[str, Any] | None = None, **fields: Any) -> FetchedSource:
        file = SlackFile.model_validate(self.file(**fields))
        return await self.files(**(options or {})).fetch("T1", file, SourceRole.MASK)

    async def refusal(self, options: dict[str, Any] | None = None, **fields: Any) -> SourceReason:
        with pytest.raises(AskRefused) as caught:
            await self.fetch(options, **fields)
        left = list(self.folder.iterdir()) if self.folder.exists() else []

        assert caught.value.problem is Problem.BAD_SOURCE
        assert left == []
        assert TOKEN not in str(caught.value)
        assert "files-pri" not in str(caught.value)
        reason = caught.value.refusal.reason
        assert isinstance(reason, SourceReason)
        return reason

    async def info(self, team_id: str, file_id: str) -> dict[str, Any]:
        self.asked.append((team_id, file_id))
        found = self.infos.pop(0) if len(self.infos) > 1 else self.infos[0]
        if isinstance(found, BotError):
            raise found
        return {"ok": True, "file": found}

    async def token(self, team_id: str) -> SecretStr:
        assert team_id == "T1"
        return SecretStr(TOKEN)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if self.answer is not None:
            return await self.answer(request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPFound("/login")
        return web.Response(body=PICTURE, content_type="image/png")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "sources")
    app = web.Application()
    app.router.add_get("/{path:.*}", desk.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    desk.base, desk.trusted = f"http://{host}", [host]
    async with HttpxAiohttpClient() as desk.http:
        yield desk
    await runner.cleanup()


def answering(**options: Any) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(**options)

    return answer


# --- the ordinary way ------------------------------------------------------------------------------


async def test_the_bytes_come_with_the_token_and_stay_for_the_caller(desk: Desk) -> None:
    fetched = await desk.fetch()

    assert fetched.path.read_bytes() == PICTURE
    assert fetched.path.parent == desk.folder
    assert (fetched.name, fetched.role) == ("photo.png", SourceRole.MASK)
    assert fetched.path.stat().st_mode & 0o077 == 0
    assert list(desk.folder.iterdir()) == [fetched.path]
    assert [request.path for request in desk.requests] == ["/files-pri/T1-F1/download/photo.png"]
    assert desk.asked == []
    assert desk.slept == []


@pytest.mark.parametrize("absent", [..., None, ""])
async def test_without_a_download_link_the_private_one_is_used(desk: Desk, absent: Any) -> None:
    await desk.fetch(url_private_download=absent)

    assert [request.path for request in desk.requests] == ["/files-pri/T1-F1/photo.png"]


async def test_two_fetches_of_one_file_are_two_files(desk: Desk) -> None:
    one = await desk.fetch()
    other = await desk.fetch()

    assert one.path != other.path


# --- where the token may go ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "allowed"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", True),
        ("https://FILES.slack.com:443/a.png", True),
        ("https://slack-files.com/T1-F1-abc", True),
        ("http://127.0.0.1:8765/a.png", True),
        ("https://127.0.0.1:8765/a.png", True),
        ("http://127.0.0.1:8766/a.png", False),
        ("http://files.slack.com/a.png", False),
        ("https://files.slack.com:8443/a.png", False),
        ("https://files.slack.com.evil.example/a.png", False),
        ("https://evil-files.slack.com/a.png", False),
        ("https://a.slack-files.com/a.png", False),
        ("https://slack.com/a.png", False),
        ("https://files.slack.com@evil.example/a.png", False),
        ("https://evil.example\\@files.slack.com/a.png", False),
        ("https://x@files.slack.com/a.png", False),
        ("https://files.slack.com:x/a.png", False),
        ("https://evil.example/#files.slack.com", False),
        ("https://drive.google.com/a.png", False),
        ("file:///etc/passwd", False),
        ("//files.slack.com/a.png", False),
        ("data:image/png;base64,AAAA", False),
        ("", False),
    ],
)
async def test_only_slacks_file_hosts_are_asked(desk: Desk, link: str, *, allowed: bool) -> None:
    assert desk.files(trusted_hosts=["127.0.0.1:8765"]).may_ask(link) is allowed


async def test_a_foreign_link_is_refused_before_anything_is_sent(desk: Desk) -> None:
    options = {"trusted_hosts": []}

    assert await desk.refusal(options) is SourceReason.FOREIGN_ADDRESS
    assert desk.requests == []


async def test_of_two_links_the_one_of_slacks_is_taken(desk: Desk) -> None:
    await desk.fetch(url_private_download="https://evil.example/a.png")

    assert [request.path for request in desk.requests] == ["/files-pri/T1-F1/photo.png"]


async def test_other_hosts_are_a_matter_of_configuration(desk: Desk) -> None:
    files = desk.files(file_hosts=["files.slack-gov.com"])

    assert files.may_ask("https://files.slack-gov.com/a.png")
    assert not files.may_ask("https://files.slack.com/a.png")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_missing_permission_and_never_followed(desk: Desk, status: int) -> None:
    desk.answer = answering(status=status, headers={"Location": f"{desk.base}/login"})

    assert await desk.refusal() is SourceReason.NO_PERMISSION
    assert len(desk.requests) == 1


# --- what comes instead of the file ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (LOGIN, "text/html"),
        (LOGIN, "image/png"),
        ("\n  <HTML><body>Sign in</body></HTML>", "application/octet-stream"),
        ("Sign in", "text/html"),
    ],
)
async def test_the_login_page_is_recognised(desk: Desk, body: str, kind: str) -> None:
    desk.answer = answering(text=body, content_type=kind)

    assert await desk.refusal(size=len(PICTURE)) is SourceReason.NO_PERMISSION
    assert await desk.refusal() is SourceReason.NO_PERMISSION


async def test_a_web_page_that_was_sent_as_a_picture_is_not_called_a_login_page(desk: Desk) -> None:
    desk.answer = answering(text=LOGIN, content_type="image/png")

    assert await desk.refusal(size=len(LOGIN)) is SourceReason.WEB_PAGE


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, SourceReason.NO_PERMISSION),
        (403, SourceReason.NO_PERMISSION),
        (404, SourceReason.DELETED),
        (410, SourceReason.HIDDEN_BY_PLAN),
        (400, SourceReason.UNFETCHABLE),
        (206, SourceReason.UNFETCHABLE),
        (204, SourceReason.UNFETCHABLE),
    ],
)
async def test_every_status_has_its_reason(desk: Desk, status: int, reason: SourceReason) -> None:
    desk.answer = answering(status=status)

    assert await desk.refusal() is reason


@pytest.mark.parametrize(
    ("status", "header", "after"),
    [(429, "7", 7.0), (429, "soon", None), (503, None, None), (500, "2", 2.0), (408, None, None)],
)
async def test_an_outage_is_tried_later(
    desk: Desk, status: int, header: str | None, after: float | None
) -> None:
    desk.answer = answering(status=status, headers={"Retry-After": header} if header else {})
    with pytest.raises(TryLater) as caught:
        await desk.fetch()

    assert caught.value.after == after


async def test_zero_bytes_are_refused(desk: Desk) -> None:
    desk.answer = answering(body=b"", content_type="image/png")

    assert await desk.refusal() is SourceReason.EMPTY


async def test_a_declared_length_above_the_cap_is_refused_unread(desk: Desk) -> None:
    assert await desk.refusal({"max_bytes": len(PICTURE) - 1}) is SourceReason.TOO_MANY_BYTES
    fetched = await desk.fetch({"max_bytes": len(PICTURE)})

    assert fetched.path.stat().st_size == len(PICTURE)


async def test_a_length_above_the_cap_is_not_waited_for(desk: Desk) -> None:
    done = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "60000000"})
        await response.prepare(request)
        await done.wait()
        return response

    desk.answer = silent
    async with asyncio.timeout(60):
        assert await desk.refusal() is SourceReason.TOO_MANY_BYTES
    done.set()


async def test_the_cap_holds_while_streaming_whatever_slack_says(desk: Desk) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while sent < 200_000_000:
                await response.write(bytes(1 << 20))
                sent += 1 << 20
        except ConnectionError:
            pass
        return response

    desk.answer = endless

    assert await desk.refusal({"max_bytes": 3_000_000}, size=10) is SourceReason.TOO_MANY_BYTES
    assert sent < 60_000_000


async def test_a_download_that_breaks_off_is_tried_later_and_leaves_nothing(desk: Desk) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PICTURE))})
        await response.prepare(request)
        await response.write(PICTURE[:100_000])
        assert request.transport is not None
        request.transport.abort()
        return response

    desk.answer = broken
    with pytest.raises(TryLater) as caught:
        await desk.fetch()

    assert "files-pri" not in str(caught.value)
    assert list(desk.folder.iterdir()) == []


async def test_a_cancelled_download_leaves_nothing(desk: Desk) -> None:
    begun = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(PICTURE)
        begun.set()
        await asyncio.sleep(0.5)
        return response

    desk.answer = slow
    task = asyncio.create_task(desk.fetch())
    await begun.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert list(desk.folder.iterdir()) == []


async def test_a_dripping_download_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.conversation.downloads.WHOLE_SECONDS", -1.0)
    with pytest.raises(TryLater, match="slow"):
        await desk.fetch()

    assert list(desk.folder.iterdir()) == []


async def test_a_host_that_is_away_is_tried_later(desk: Desk) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TryLater) as caught:
        await desk.fetch(
            {"trusted_hosts": [host]}, url_private_download=..., url_private=f"http://{host}/a.png"
        )

    assert host not in str(caught.value)


# --- kinds of files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mode": "tombstone", "url_private": ..., "url_private_download": ...}, SourceReason.DELETED),
        ({"mode": "hidden_by_limit"}, SourceReason.HIDDEN_BY_PLAN),
        ({"mode": "external"}, SourceReason.EXTERNAL),
        ({"is_external": True}, SourceReason.EXTERNAL),
        ({"mode": "snippet"}, SourceReason.SNIPPET),
        ({"mode": "post"}, SourceReason.POST),
        ({"mode": "space"}, SourceReason.POST),
        ({"url_private": ..., "url_private_download": ...}, SourceReason.DELETED),
    ],
)
async def test_files_without_a_pictures_bytes_are_refused_unasked(
    desk: Desk, fields: dict[str, Any], reason: SourceReason
) -> None:
    assert await desk.refusal(**fields) is reason
    assert (desk.requests, desk.asked) == ([], [])


@pytest.mark.parametrize(
    "event",
    [
        {"id": "F1", "mode": "file_access", "file_access": "check_file_info"},
        {"id": "F1", "file_access": "check_file_info"},
        {"id": "F1"},
    ],
)
async def test_a_shared_channels_file_is_asked_about(desk: Desk, event: dict[str, Any]) -> None:
    desk.infos = [desk.file()]
    fetched = await desk.files().fetch("T1", SlackFile.model_validate(event), SourceRole.AUTO)

    assert fetched.path.read_bytes() == PICTURE
    assert fetched.name == "photo.png"

    assert desk.asked == [("T1", "F1")]
    assert desk.slept == []


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"id": "F1", "mode": "tombstone"}, SourceReason.DELETED),
        ({"id": "F1", "mode": "hidden_by_limit"}, SourceReason.HIDDEN_BY_PLAN),
        ({"id": "F1", "mode": "file_access", "file_access": "access_denied"}, SourceReason.NOT_VISIBLE),
        ({"id": "F1", "file_access": "check_file_info"}, SourceReason.NOT_VISIBLE),
        (error_for("files.info", "file_not_found"), SourceReason.DELETED),
        (error_for("files.info", "file_deleted"), SourceReason.DELETED),
        (error_for("files.info", "not_visible"), SourceReason.NOT_VISIBLE),
        (error_for("files.info", "missing_scope"), SourceReason.NO_PERMISSION),
        (error_for("files.info", "channel_not_found"), SourceReason.NOT_VISIBLE),
        (error_for("files.info", "two_factor_setup_required"), SourceReason.UNFETCHABLE),
    ],
)
async def test_what_info_says_is_believed(
    desk: Desk, found: dict[str, Any] | BotError, reason: SourceReason
) -> None:
    desk.infos = [found]

    assert await desk.refusal(mode="file_access") is reason
    assert desk.requests == []


@pytest.mark.parametrize("error", [TryLater("files.info: ratelimited", after=3.0), WorkspaceGone("gone")])
async def test_an_outage_of_info_is_passed_on(desk: Desk, error: TryLater) -> None:
    desk.infos = [error]
    with pytest.raises(type(error)) as caught:
        await desk.fetch(mode="file_access")

    assert caught.value is error


@pytest.mark.parametrize("answer", [None, [], {"name": "no id"}])
async def test_an_unreadable_info_is_tried_later(desk: Desk, answer: Any) -> None:
    desk.infos = [answer]
    with pytest.raises(TryLater):
        await desk.fetch(mode="file_access")


async def test_a_file_without_a_type_is_asked_about_until_it_has_one(desk: Desk) -> None:
    desk.infos = [desk.file(mimetype=""), desk.file(mimetype=None), desk.file()]
    fetched = await desk.fetch(mimetype="")

    assert fetched.path.read_bytes() == PICTURE

    assert desk.slept == [1.0, 2.0, 4.0]
    assert len(desk.asked) == 3


async def test_a_file_that_stays_without_a_type_is_judged_by_its_bytes_after_30_seconds(desk: Desk) -> None:
    desk.infos = [desk.file(mimetype="")]
    fetched = await desk.fetch(mimetype="")

    assert fetched.path.read_bytes() == PICTURE

    assert desk.slept == list(TYPE_WAITS)
    assert sum(desk.slept) == 30


async def test_a_file_that_is_deleted_while_we_wait_is_refused(desk: Desk) -> None:
    desk.infos = [desk.file(mimetype=""), {"id": "F1", "mode": "tombstone"}]

    assert await desk.refusal(mimetype="") is SourceReason.DELETED


# --- the model, and Slack's own client -------------------------------------------------------------


def test_a_file_is_read_whatever_else_is_wrong_with_it() -> None:
    file = SlackFile.model_validate(
        {"id": "F1", "name": None, "mimetype": 7, "size": "large", "is_external": "?", "thumb_64": "x"}
    )

    assert (file.name, file.mimetype, file.size, file.is_external) == ("", "", None, None)
    assert file.needs_info


def test_a_files_links_are_never_shown() -> None:
    file = SlackFile(
        id="F1", url_private="https://files.slack.com/secret", url_private_download="https://secret"
    )

    assert "secret" not in repr(file)
    with pytest.raises(ValidationError) as caught:
        SlackFile.model_validate({"id": "", "url_private": "https://secret"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mimetype": "image/heic", "name": "x"}, True),
        ({"mode": "file_access"}, True),
        ({"mimetype": "", "name": "photo.HEIC", "url_private": "u"}, True),
        ({"mimetype": "application/octet-stream", "name": "photo.heic", "url_private": "u"}, True),
        ({"mimetype": "", "name": "", "url_private": "u"}, True),
        ({"mimetype": "application/pdf", "name": "a.pdf", "url_private": "u"}, False),
        ({"mimetype": "video/mp4", "name": "a.mp4", "url_private": "u"}, False),
        ({"mimetype": "text/plain", "name": "notes", "url_private": "u"}, False),
    ],
)
def test_which_files_may_be_pictures(fields: dict[str, Any], *, expected: bool) -> None:
    assert SlackFile.model_validate({"id": "F1", **fields}).may_be_picture is expected


async def test_a_workspaces_api_gives_the_token_and_asks_info(desk: Desk) -> None:
    asked: list[dict[str, Any]] = []
    app = web.Application()

    async def info(request: web.Request) -> web.Response:
        asked.append(dict(await request.post()))
        return web.json_response({"ok": True, "file": desk.file()})

    app.router.add_post("/api/files.info", info)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with new_session() as session:
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        api = slack_api(new_client(TOKEN, session=session, base_url=base), "U0BOT")
        ask, token_for = file_access(api)
        files = desk.files(info=ask, token_for=token_for)
        fetched = await files.fetch("T1", SlackFile(id="F1"), SourceRole.AUTO)
        assert fetched.path.read_bytes() == PICTURE
    await runner.cleanup()

    assert asked == [{"file": "F1"}]
