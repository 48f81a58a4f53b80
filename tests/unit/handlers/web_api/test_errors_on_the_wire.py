"""One place turns everything that can go wrong on the wire into our errors; nothing is sent twice."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.domain.errors import BotError
from bot.errors import OutcomeUnknown, TryLater, WorkspaceGone
from handlers.web_api.client import SlackApi, new_client, new_session
from tests.support.collaborators import slack_api
from tests.unit.handlers.delivery_kit import outgoing

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
POST = "chat.postMessage"
READ = "files.info"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "nonsense"])
async def test_a_lost_answer_to_a_post_is_unknown_and_sent_once(kind: str) -> None:
    async with outgoing() as kit:
        kit.fault(POST, kind)

        with pytest.raises(OutcomeUnknown):
            await kit.api.call(POST, channel="C0GENERAL", text="hello")

        assert len(kit.calls(POST)) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "nonsense"])
async def test_a_lost_answer_to_a_question_is_asked_again_later(kind: str) -> None:
    async with outgoing() as kit:
        kit.fault(READ, kind)

        with pytest.raises(TryLater):
            await kit.api.call(READ, file="F1")

        assert len(kit.calls(READ)) == 1


async def test_a_rate_limit_carries_its_wait() -> None:
    async with outgoing() as kit:
        kit.fault(POST, "rate_limit", retry_after=17)

        with pytest.raises(TryLater) as raised:
            await kit.api.call(POST, channel="C0GENERAL", text="hello")

        assert raised.value.after == 17


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_error_is_ambiguous_for_a_post_only(status: int) -> None:
    async with outgoing() as kit:
        kit.fault("*", "status", status=status, count=2)

        with pytest.raises(OutcomeUnknown):
            await kit.api.call(POST, channel="C0GENERAL", text="hello")
        with pytest.raises(TryLater):
            await kit.api.call(READ, file="F1")


async def test_a_revoked_token_is_a_workspace_that_is_gone() -> None:
    async with outgoing() as kit:
        kit.slack.core.token_error = "token_revoked"

        with pytest.raises(WorkspaceGone):
            await kit.api.call(READ, file="F1")


async def test_nobody_listening_means_nothing_was_sent() -> None:
    async with outgoing(base_url="http://127.0.0.1:9/api") as kit:
        with pytest.raises(TryLater):
            await kit.api.call(POST, channel="C0GENERAL", text="hello")


async def test_texts_travel_in_the_body_never_in_the_address() -> None:
    async with outgoing() as kit:
        await kit.api.call(POST, channel="C0GENERAL", text="secret words", thread_ts=None)
        with pytest.raises(BotError):
            await kit.api.call("files.completeUploadExternal", files=[{"id": "F1"}], initial_comment="words")

        posted, completed = kit.calls()
        assert posted.content_type == "application/json"
        assert completed.content_type == "application/x-www-form-urlencoded"
        assert "thread_ts" not in posted.args
        assert completed.args["files"] == '[{"id": "F1"}]'


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[tuple[SlackApi, list[str]]]:
    seen: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request.path_qs)
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    session = new_session()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
        yield slack_api(new_client("xoxb-1", session=session, base_url=url), "U0"), seen
    finally:
        await session.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"OK", "text/plain"),
        (b"[1, 2]", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b"{}", "application/json"),
        (b'{"ok": "no"', "application/json"),
    ],
)
async def test_an_answer_that_is_no_answer_is_unknown(body: bytes, kind: str) -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": kind})

    async with answering(handler) as (api, seen):
        with pytest.raises(OutcomeUnknown):
            await api.call(POST, channel="C1", text="x")

        assert seen == ["/api/chat.postMessage"]


async def test_a_slow_answer_times_out_by_the_sessions_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web_api.client.TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    async def handler(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.json_response({"ok": True})

    async with answering(handler) as (api, seen):
        with pytest.raises(OutcomeUnknown):
            await api.call(POST, channel="C1", text="x")

        assert len(seen) == 1


@pytest.mark.parametrize("given", ["abc", "-5", "nan", "inf", "1e9", ""])
async def test_a_strange_retry_after_is_harmless(given: str) -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"ok": False, "error": "whatever"}, status=429, headers={"Retry-After": given}
        )

    async with answering(handler) as (api, _):
        with pytest.raises(TryLater) as raised:
            await api.call(POST, channel="C1", text="x")

        assert raised.value.after is None or 0 <= raised.value.after <= 3600


async def test_neither_token_nor_text_reaches_logs_or_errors(caplog: pytest.LogCaptureFixture) -> None:
    async with outgoing() as kit:
        with caplog.at_level(logging.DEBUG):
            await kit.api.call(POST, channel="C0GENERAL", text="private prompt")
            with pytest.raises(BotError) as raised:
                await kit.api.call(POST, channel="C0NOWHERE", text="private prompt")

        assert "private prompt" not in caplog.text + str(raised.value)
        assert "xoxb" not in caplog.text + str(raised.value)
        assert raised.value.__cause__ is None


async def test_a_plain_address_is_never_sent_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with outgoing() as kit:
        assert (await kit.api.call(POST, channel="C0GENERAL", text="x"))["ok"] is True
