"""Socket Mode against the sandbox workspace: connected, lost, back, silent, stopped (Slack reference 5.1)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from app.clock import SystemClock
from handlers.bolt.bolt_app import build_app
from handlers.bolt.socket_mode import MANY_CONNECTIONS, SocketLost, SocketMode
from handlers.web_api.client import new_client, new_session
from handlers.web_api.identity import OneWorkspace
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack
from storage.engine import open_store
from storage.store import SqlStore
from tests.support.world import eventually
from tests.unit.handlers.bolt_kit import composed_listeners, new_http


@dataclass
class Line:
    """A running Socket Mode connection and both of its ends."""

    socket: SocketMode
    running: asyncio.Task[None]
    slack: SandboxSlack
    people: SandboxSlackClient
    client: AsyncWebClient
    app: AsyncApp
    store: SqlStore

    async def connected(self, wanted: bool = True) -> None:
        await until(self._is, wanted)

    async def _is(self) -> bool:
        return await self.socket.ready() is None


async def until(look: Callable[[], Awaitable[Any]], wanted: Any) -> None:
    async def reached() -> bool:
        return bool(await look() == wanted)

    await eventually(reached, within=60.0, every=0.01)


@asynccontextmanager
async def line(
    database_url: str, *, silence: float = 5.0, app_token: str = "xapp-sandbox", **options: Any
) -> AsyncIterator[Line]:
    slack = SandboxSlack(options=Options(**options))
    await slack.start()
    store = open_store(database_url, clock=SystemClock())
    session, http = new_session(), new_http()
    client = new_client(slack.options.bot_token, session=session, base_url=f"{slack.base_url}/api/")
    app = build_app(
        client=client,
        authorize=OneWorkspace(client),
        signing_secret="",
        listeners=composed_listeners(store, client, http),
    )
    socket = SocketMode(
        app=app, client=client, app_token=app_token, silence_seconds=silence, ping_seconds=0.1
    )
    running = asyncio.create_task(socket.run())
    try:
        async with SandboxSlackClient(slack.base_url) as people:
            yield Line(socket, running, slack, people, client, app, store)
    finally:
        socket.stop()
        await asyncio.gather(running, return_exceptions=True)
        await http.aclose()
        await session.close()
        await store.close()
        await slack.stop()


async def test_a_command_over_the_socket_becomes_a_job(sqlite_url: str) -> None:
    async with line(sqlite_url) as phone:
        await phone.connected()
        typed = await phone.people.command("U0ALICE", "C0DESIGN", "a rocket with a payload bay")
        jobs = await phone.store.read(lambda tx: tx.jobs.newest())

    assert typed["acked"]
    assert not typed["ack"], "the message that comes is the receipt"
    assert [job.request.prompt for job in jobs] == ["a rocket with a payload bay"]


async def test_an_event_that_is_not_what_slack_documents_is_acknowledged_too(sqlite_url: str) -> None:
    async with line(sqlite_url) as phone:
        await phone.connected()
        await phone.people.event({"type": "message", "channel": 5, "ts": {}, "files": "x"})
        await phone.people.act("settle")
        (sent,) = await phone.people.deliveries()

    assert sent["acked"], sent


async def test_a_proxy_in_the_environment_is_not_used_for_a_plain_http_slack(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    async with line(sqlite_url) as phone:
        await phone.connected()


async def test_before_it_is_connected_it_is_not_ready(sqlite_url: str) -> None:
    async with line(sqlite_url) as phone:
        assert await phone.socket.ready() == "Socket Mode is not connected"
        await phone.connected()


async def test_an_event_of_an_unknown_type_is_acknowledged(sqlite_url: str) -> None:
    async with line(sqlite_url) as phone:
        await phone.connected()
        await phone.people.event({"type": "an_event_of_next_year"})
        await phone.people.settle()
        deliveries = await phone.people.deliveries()

    assert [delivery["acked"] for delivery in deliveries] == [True]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_connection_that_slack_replaces_goes_on(sqlite_url: str, reason: str) -> None:
    async with line(sqlite_url) as phone:
        await phone.connected()
        (old,) = phone.slack.core.sockets.state()
        await phone.people.disconnect(reason)

        async def is_replaced() -> bool:
            numbers = [link["number"] for link in phone.slack.core.sockets.state()]
            return len(numbers) == 1 and numbers != [old["number"]]

        await until(is_replaced, True)
        await phone.connected()
        typed = await phone.people.command("U0ALICE", "C0DESIGN", "help")

    assert typed["acked"]


async def test_a_loss_and_a_return_are_one_line_each(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK alone writes a traceback for every attempt in between."""
    caplog.set_level(logging.DEBUG, logger="handlers")
    with capture_logs() as logs:
        async with line(sqlite_url, silence=30) as phone:
            await phone.connected()
            port = int(phone.slack.base_url.rpartition(":")[2])
            await phone.slack.stop()
            await phone.connected(False)
            await asyncio.sleep(1.0)
            await phone.slack.start(port=port)
            await phone.connected()

    events = [entry["event"] for entry in logs]
    assert events == ["slack_connected", "slack_connection_lost", "slack_connection_back"]
    assert [record for record in caplog.records if record.name.startswith("handlers")] == []


async def test_a_slack_that_stays_away_is_waited_for(sqlite_url: str) -> None:
    """For longer than any silence allowed: an outage is no reason to end and lose the work in hand."""
    with capture_logs() as logs:
        async with line(sqlite_url, silence=0.3) as phone:
            await phone.connected()
            port = int(phone.slack.base_url.rpartition(":")[2])
            await phone.slack.stop()
            await phone.connected(False)
            await asyncio.sleep(1.5)
            assert not phone.running.done()
            await phone.slack.start(port=port)
            await phone.connected()
            typed = await phone.people.command("U0ALICE", "C0DESIGN", "help")

    assert typed["acked"]
    events = [entry["event"] for entry in logs if entry["event"].startswith("slack_conn")]
    assert events == ["slack_connected", "slack_connection_lost", "slack_connection_back"]


async def test_a_refused_app_token_ends_the_duty_instead_of_trying_for_ever(sqlite_url: str) -> None:
    """Slack reference E11: the SDK's connect() never raises."""
    async with line(sqlite_url, silence=0.6, app_token="xapp-wrong") as phone:
        with pytest.raises(SocketLost, match="refuses the app token"):
            await asyncio.wait_for(phone.running, 60)


async def test_a_quiet_workspace_is_no_loss(sqlite_url: str) -> None:
    """Pongs are signs of life: nobody types anything for much longer than the silence allowed."""
    async with line(sqlite_url, silence=0.6) as phone:
        await phone.connected()
        await asyncio.sleep(2.0)

        assert not phone.running.done()
        assert await phone.socket.ready() is None


async def test_a_connection_that_is_open_but_mute_ends_the_duty(sqlite_url: str) -> None:
    """Half-open sockets accept pings for ever and answer none; reconnecting into them is no sign of life."""
    opened = 0

    async def mute(request: web.Request) -> web.StreamResponse:
        nonlocal opened
        opened += 1
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await asyncio.sleep(60)
        return socket

    async with line(sqlite_url) as phone, mute_slack(mute) as base:
        assert phone.client.session is not None
        client = new_client("xoxb-sandbox", session=phone.client.session, base_url=f"{base}/api/")
        socket = SocketMode(
            app=phone.app, client=client, app_token="xapp-sandbox", silence_seconds=1.5, ping_seconds=0.1
        )

        with pytest.raises(SocketLost):
            await asyncio.wait_for(socket.run(), 55)
    assert opened > 1


@asynccontextmanager
async def mute_slack(socket: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A Slack whose only working part is the door to a web socket."""

    async def ticket(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"ws://{request.host}/link"})

    app = web.Application()
    app.add_routes([web.post("/api/apps.connections.open", ticket), web.get("/link", socket)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_stop_lets_a_listener_answer_and_leaves_no_task_behind(sqlite_url: str) -> None:
    before = asyncio.all_tasks()
    begun, answered = asyncio.Event(), asyncio.Event()

    async def slow(ack: AsyncAck) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        await ack("late but there")
        answered.set()

    async with line(sqlite_url) as phone:
        phone.app.command("/slow")(slow)
        phone.app._async_listeners.insert(0, phone.app._async_listeners.pop())
        await phone.connected()
        typing = asyncio.create_task(phone.people.command("U0ALICE", "C0DESIGN", "", command="/slow"))
        await begun.wait()
        phone.socket.stop()
        await asyncio.wait_for(phone.running, 60)
        typed = await typing

        assert answered.is_set()
        assert typed["ack"] == {"text": "late but there"}
    assert asyncio.all_tasks() - before == set()


async def test_stop_while_slack_is_away_is_quick_and_clean(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = asyncio.all_tasks()
    async with line(sqlite_url, silence=30) as phone:
        await phone.connected()
        await phone.slack.stop()
        await phone.connected(False)
        phone.socket.stop()
        await asyncio.wait_for(phone.running, 20)
    assert asyncio.all_tasks() - before == set()
    assert not [record for record in caplog.records if "Session is closed" in record.getMessage()]


async def test_stop_before_the_first_connection_is_quick(sqlite_url: str) -> None:
    async with line(sqlite_url, app_token="xapp-wrong", silence=30) as phone:
        await asyncio.sleep(0.2)
        phone.socket.stop()

        await asyncio.wait_for(phone.running, 20)


async def test_many_connections_are_warned_of(sqlite_url: str) -> None:
    """Half-open ghosts take payloads that are lost (python-slack-sdk#1940)."""
    with capture_logs() as logs:
        async with line(sqlite_url) as phone:
            await phone.connected()
            held = await ghosts(phone.client, MANY_CONNECTIONS)
            second = SocketMode(
                app=phone.app, client=phone.client, app_token="xapp-sandbox", ping_seconds=0.1
            )
            running = asyncio.create_task(second.run())
            await until(second.ready, None)
            await asyncio.sleep(0.2)
            second.stop()
            await running
            assert len(held) == MANY_CONNECTIONS

    warned = [entry["count"] for entry in logs if entry["event"] == "many_slack_connections"]
    assert warned == [MANY_CONNECTIONS + 2]


async def ghosts(client: AsyncWebClient, count: int) -> list[Any]:
    """Connections of the same app that nobody reads; they end with the sandbox."""
    assert client.session is not None
    tickets = [await client.apps_connections_open(app_token="xapp-sandbox") for _ in range(count)]
    return [await client.session.ws_connect(ticket["url"]) for ticket in tickets]
