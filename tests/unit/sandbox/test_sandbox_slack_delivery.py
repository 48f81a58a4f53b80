"""Deliveries to a real Bolt app: Socket Mode and signed HTTP, acknowledgements, retries, notes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from sandbox.faults import Fault
from sandbox.slack.client import upload
from tests.unit.sandbox.slack_kit import Json, bolt, eventually, picture, room


class Heard:
    """What a small Bolt app was told."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.bodies: list[Json] = []
        self.headers: list[Json] = []

    def register(self, app: AsyncApp) -> None:
        async def hear(event: Json, body: Json, request: Any, ack: Any) -> None:
            self.events.append(event)
            self.bodies.append(body)
            self.headers.append({k: v[0] for k, v in request.headers.items()})
            await ack()

        for kind in ("message", "app_mention", "app_home_opened"):
            app.event(kind)(hear)

    def kinds(self) -> list[tuple[str, str | None]]:
        return sorted((event["type"], event.get("subtype") or "") for event in self.events)


async def test_mention_with_a_file_arrives_as_two_events_with_one_ts() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        sent = await here.people.message(
            "U0ALICE", "C0DESIGN", "@imagine a <b> & c", files=[upload("cat.png", picture())]
        )
        await eventually(lambda: len(heard.events) == 2)

        assert heard.kinds() == [("app_mention", ""), ("message", "file_share")]
        assert {event["ts"] for event in heard.events} == {sent["ts"]}
        assert {event["text"] for event in heard.events} == {"<@U0IMAGINE> a &lt;b&gt; &amp; c"}
        assert len({body["event_id"] for body in heard.bodies}) == 2
        assert all(event["files"][0]["name"] == "cat.png" for event in heard.events)


async def test_planned_events_come_late_bare_repeated_and_with_retry_headers() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        plan = [
            {"type": "app_mention", "files": False, "repeat": 2},
            {"type": "message", "delay": 0.1, "retry_num": 1, "retry_reason": "http_timeout"},
        ]
        files = [upload("cat.png", picture())]
        await here.people.message("U0ALICE", "C0DESIGN", "@imagine x", files=files, events=plan)
        await eventually(lambda: len(heard.events) == 3)

        assert [event["type"] for event in heard.events] == ["app_mention", "app_mention", "message"]
        assert ["files" in event for event in heard.events] == [False, False, True]
        assert heard.bodies[0]["event_id"] == heard.bodies[1]["event_id"]
        assert heard.headers[2]["x-slack-retry-num"] == "1"


async def test_direct_message_has_no_app_mention_and_missing_scope_no_event() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        await here.people.message("U0ALICE", "im", "@imagine hi")
        await here.people.settle()
        assert heard.kinds() == [("message", "")]
        assert heard.events[0]["channel_type"] == "im"
        await here.people.scopes("chat:write")
        sent = await here.people.message("U0ALICE", "C0DESIGN", "@imagine hi")

        assert sent["event_ids"] == []


async def test_mention_before_the_invitation_arrives_with_it() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        sent = await here.people.message("U0ALICE", "C0RANDOM", "@imagine a fox")
        await here.people.invite("C0RANDOM")
        await eventually(lambda: heard.events)

        assert sent["event_ids"] == []
        assert (heard.events[0]["type"], heard.events[0]["ts"]) == ("app_mention", sent["ts"])


async def test_edit_and_delete_are_hidden_events() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        ts = (await here.people.message("U0ALICE", "C0DESIGN", "one"))["ts"]
        await here.people.edit_message("U0ALICE", "C0DESIGN", ts, "two")
        await here.people.delete_message("U0ALICE", "C0DESIGN", ts)
        await eventually(lambda: len(heard.events) == 3)

        changed = next(e for e in heard.events if e.get("subtype") == "message_changed")
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
        assert ("message", "message_deleted") in heard.kinds()


async def test_unacked_event_is_redelivered_with_the_same_id() -> None:
    tries: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.event("app_mention")
        async def fail_twice(body: Json, request: Any) -> None:
            tries.append({"id": body["event_id"], "num": request.headers.get("x-slack-retry-num")})
            if len(tries) < 3:
                raise RuntimeError("not yet")

        @app.event("message")
        async def ignore() -> None: ...

    async with room(ack_seconds=0.1, speed=600) as here, bolt(here, register):
        await here.people.message("U0ALICE", "C0DESIGN", "@imagine x")
        await eventually(lambda: len(tries) == 3)
        await asyncio.sleep(0.2)

        assert len({one["id"] for one in tries}) == 1
        assert [one["num"] for one in tries] == [["0"], ["1"], ["2"]]


async def test_command_answer_is_shown_to_its_author_only() -> None:
    def register(app: AsyncApp) -> None:
        @app.command("/imagine")
        async def answer(ack: Any, command: Json) -> None:
            await ack(f"You said {command['text']}")

    async with room() as here, bolt(here, register):
        result = await here.people.command("U0ALICE", "D0ALICEBOB", "a rocket with a payload bay")
        [record] = await here.people.transcript("D0ALICEBOB", "U0ALICE")

        assert (result["acked"], result["note"]) == (True, None)
        assert record["text"] == "You said a rocket with a payload bay"
        assert record["ephemeral_for"] == "U0ALICE"
        assert await here.people.transcript("D0ALICEBOB", "U0BOB") == []


async def test_late_command_is_a_timeout_note_and_is_not_retried() -> None:
    calls: list[str] = []

    def register(app: AsyncApp) -> None:
        @app.command("/imagine")
        async def slow(ack: Any) -> None:
            calls.append("x")
            await asyncio.sleep(0.3)
            await ack("too late")

    async with room(ack_seconds=0.1) as here, bolt(here, register):
        result = await here.people.command("U0ALICE", "C0DESIGN", "x")
        await asyncio.sleep(0.4)
        records = await here.people.transcript("C0DESIGN", "U0ALICE")

        assert (result["note"], len(calls)) == ("operation_timeout", 1)
        assert [(r["note"], r["ephemeral_for"]) for r in records] == [("operation_timeout", "U0ALICE")]


async def test_command_without_an_app_is_dispatch_failed() -> None:
    async with room() as here:
        result = await here.people.command("U0ALICE", "C0DESIGN", "x")

        assert (result["delivered"], result["note"]) == (False, "dispatch_failed")


async def test_repeated_command_has_one_trigger_id() -> None:
    seen: list[str] = []

    def register(app: AsyncApp) -> None:
        @app.command("/imagine")
        async def note(ack: Any, command: Json) -> None:
            seen.append(command["trigger_id"])
            await ack()

    async with room() as here, bolt(here, register):
        await here.people.command("U0ALICE", "C0DESIGN", "x", repeat=2)

        assert (len(seen), len(set(seen))) == (2, 1)


async def test_refresh_makes_the_real_client_reconnect() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        await here.people.disconnect("refresh_requested")
        await eventually(lambda: [x for x in here.sandbox.core.sockets.state() if x["number"] == 2])
        await here.people.message("U0ALICE", "C0DESIGN", "still there?")
        await eventually(lambda: heard.events)

        assert heard.kinds() == [("message", "")]


async def test_eleventh_connection_is_sent_away() -> None:
    async with room(max_connections=1) as here, bolt(here, lambda app: None):
        opened = await AsyncClientSession.open(here)

        assert opened == {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}}


class AsyncClientSession:
    @staticmethod
    async def open(here: Any) -> Json:
        """Connect by hand; the first frame."""
        import aiohttp

        app_web = type(here.web)(token="xapp-sandbox", base_url=here.web.base_url)
        url = (await app_web.apps_connections_open(app_token="xapp-sandbox"))["url"]
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            frame: Json = await socket.receive_json()
            return frame


@asynccontextmanager
async def listener(answers: list[Any]) -> AsyncIterator[tuple[str, list[Json]]]:
    """A bare HTTP app that notes signed requests and answers from a list, then with 200."""
    got: list[Json] = []
    verifier = SignatureVerifier("sandbox-signing-secret")

    async def receive(request: web.Request) -> web.Response:
        body = await request.text()
        headers = {key.lower(): value for key, value in request.headers.items()}
        got.append({"body": body, "headers": headers, "valid": verifier.is_valid_request(body, headers)})
        data = await request.json() if request.content_type == "application/json" else {}
        if data.get("type") == "url_verification":
            return web.json_response({"challenge": data["challenge"]})
        return answers.pop(0) if answers else web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", got
    finally:
        await runner.cleanup()


async def test_http_mode_signs_commands_and_shows_the_answer() -> None:
    async with room() as here, listener([web.json_response({"text": "ok!"})]) as (url, got):
        # the handshake is answered outside the list
        changed = await here.people.options(request_url=url)
        await here.people.command("U0ALICE", "C0DESIGN", "caf\u00e9 & payload")
        [record] = await here.people.transcript("C0DESIGN")

        assert changed["url_verified"] is True
        assert all(one["valid"] for one in got)
        assert parse_qs(got[1]["body"])["text"] == ["caf\u00e9 & payload"]
        assert record["text"] == "ok!"


async def test_http_mode_retries_events_with_headers_until_success() -> None:
    failures = [web.Response(status=500), web.Response(status=503)]
    async with room(speed=600) as here, listener(failures) as (url, got):
        await here.people.options(request_url=url)
        await here.people.message("U0ALICE", "C0DESIGN", "hello")
        await eventually(lambda: len(got) == 4)
        await asyncio.sleep(0.1)

        assert len(got) == 4
        assert [one["headers"].get("x-slack-retry-num") for one in got[1:]] == [None, "1", "2"]
        assert got[2]["headers"]["x-slack-retry-reason"] == "http_error"
        assert len({one["body"] for one in got[1:]}) == 1


async def test_http_mode_stops_retrying_when_asked() -> None:
    refusal = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    async with room(speed=600) as here, listener([refusal]) as (url, got):
        await here.people.options(request_url=url)
        await here.people.message("U0ALICE", "C0DESIGN", "hello")
        await asyncio.sleep(0.3)

        assert len(got) == 2


async def test_event_whose_socket_dies_before_the_ack_comes_again() -> None:
    tries: list[str] = []

    def register(app: AsyncApp) -> None:
        @app.event("message")
        async def hang_once(body: Json) -> None:
            tries.append(body["event_id"])
            if len(tries) == 1:
                await asyncio.sleep(0.5)

    async with room(speed=600) as here, bolt(here, register):
        await here.people.message("U0ALICE", "C0DESIGN", "x")
        await eventually(lambda: tries)
        await here.people.disconnect("refresh_requested")
        await eventually(lambda: len(tries) > 1)

        assert len(set(tries)) == 1


async def test_ghost_connection_swallows_a_command() -> None:
    async with room(ack_seconds=0.1) as here, bolt(here, lambda app: None):
        await here.people.disconnect(ghost=True)
        result = await here.people.command("U0ALICE", "C0DESIGN", "x")

        assert result["note"] == "operation_timeout"


async def test_a_workspace_stops_although_a_connection_is_lost_at_that_moment() -> None:
    """The lost connection ends the try, and the stop ends what would try again in five minutes."""
    async with room(ack_seconds=60) as here, bolt(here, lambda app: None):
        await here.people.disconnect(ghost=True)
        await here.people.message("U0ALICE", "C0DESIGN", "x")
        sockets, delivery = here.sandbox.core.sockets, here.sandbox.core.delivery
        await eventually(lambda: any(link.waiting for link in sockets._links))

        for link in sockets._links:
            for waiter in link.waiting.values():
                waiter.set_exception(ConnectionError())
        async with asyncio.timeout(10):
            await delivery.stop()


async def test_unheard_ack_makes_slack_deliver_again() -> None:
    heard = Heard()
    async with room(speed=600) as here, bolt(here, heard.register):
        await here.people.fault(Fault("events_api", "drop_after"))
        await here.people.message("U0ALICE", "C0DESIGN", "x")
        await eventually(lambda: len(heard.events) == 2)

        assert heard.bodies[0]["event_id"] == heard.bodies[1]["event_id"]
        assert heard.headers[1]["x-slack-retry-num"] == "1"


async def test_outsider_carries_their_own_team() -> None:
    heard = Heard()
    async with room() as here, bolt(here, heard.register):
        await here.people.add_user("U0EVE", "eve", team_id="T0OTHER", channels=["C0DESIGN"])
        await here.people.message("U0EVE", "C0DESIGN", "@imagine x")
        await eventually(lambda: len(heard.events) == 2)

        assert {event["user_team"] for event in heard.events} == {"T0OTHER"}
