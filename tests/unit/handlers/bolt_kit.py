"""The incoming half, whole: a sandbox workspace, our web server on a real socket, Bolt, the real services
on a real SQLite database. Only the worker is missing, so nothing is paid for."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from unittest import mock
from urllib.parse import urlencode, urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import SystemClock
from app.composition.foundation import Foundation
from app.composition.listeners import compose_listeners
from app.composition.services import compose_services
from app.composition.slack import Slack
from app.settings.settings import Settings
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Job
from bot.domain.money import Money
from bot.domain.requests.pricing import PriceTable
from bot.services.budget.accounts import Accounts
from handlers.bolt import bolt_app
from handlers.bolt.bolt_app import build_app, http_dispatch
from handlers.bolt.register import Listeners
from handlers.conversation.notifier import SlackNotifier
from handlers.conversation.people import SlackPeople
from handlers.messages.wording import BotNames
from handlers.web_api.client import new_client, new_session
from handlers.web_api.identity import OneWorkspace
from handlers.web_api.people_directory import PeopleDirectory
from handlers.web_api.uploads import UploadClient
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_ID
from storage.engine import open_store
from storage.store import SqlStore
from tests.support.collaborators import TrustedClock, no_connections, slack_api
from tests.support.serving import serving
from web.app import build_web
from web.slack_gate import SlackGate, slack_routes

Json = dict[str, Any]
SECRET = "sandbox-signing-secret"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Json:
        answer: Json = json.loads(self.text)
        return answer


@dataclass
class Bench:
    """``base`` is where our web server listens; ``people`` act in the sandbox workspace."""

    base: str
    slack: SandboxSlack
    people: SandboxSlackClient
    client: AsyncWebClient
    store: SqlStore
    app: AsyncApp
    http: aiohttp.ClientSession

    async def send(self, body: str | bytes, content_type: str = FORM, **headers: str | None) -> Answer:
        """POST a signed request; ``headers`` replace (None: leave out) the ones that Slack would send."""
        raw = body.encode() if isinstance(body, str) else body
        stamp = headers.get("X_Slack_Request_Timestamp") or str(int(time.time()))
        sent: dict[str, str | None] = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(raw, stamp),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        kept = {name: value for name, value in sent.items() if value is not None}
        async with self.http.post(f"{self.base}/slack/events", data=raw, headers=kept) as answer:
            return Answer(answer.status, answer.headers, await answer.text())

    async def command(self, text: str, **fields: str) -> Answer:
        return await self.send(urlencode(command_fields(text, **fields)))

    async def event(self, event: Json, **envelope: Any) -> Answer:
        body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": event, **envelope}
        return await self.send(json.dumps(body), "application/json")

    async def interactive(self, payload: Json) -> Answer:
        whole = {"team": {"id": TEAM_ID}, "user": {"id": "U0ALICE"}, "trigger_id": "1.2", **payload}
        return await self.send(urlencode({"payload": json.dumps(whole)}))

    async def jobs(self) -> list[Job]:
        return await self.store.read(lambda tx: tx.jobs.newest())


_NUMBERS = itertools.count(1)


def command_fields(text: str, **fields: str) -> dict[str, str]:
    number = next(_NUMBERS)
    return {
        "team_id": TEAM_ID,
        "channel_id": "C0DESIGN",
        "channel_name": "design",
        "user_id": "U0ALICE",
        "command": "/imagine",
        "text": text,
        "trigger_id": f"{number}.trigger",
        "response_url": f"https://hooks.slack.com/commands/{number}/secret",
        "is_enterprise_install": "false",
        **fields,
    }


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def new_http() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)


def composed_listeners(
    store: SqlStore,
    client: AsyncWebClient,
    http: httpx.AsyncClient,
    *,
    user_limit: Money | None = None,
    command: str = "/imagine",
) -> Listeners:
    """The real listeners over the real services, as the program composes them. What is heard is recorded; no
    worker runs."""
    limits = Limits(workspace=Money(50_000_000), user=user_limit or Money(10_000_000))
    settings = Settings(
        imagine_command=command,
        imagine_confirm_usd=None,
        imagine_user_per_minute=None,
        imagine_channel_per_minute=None,
    )
    base = Foundation(
        settings=settings,
        clock=SystemClock(),
        store=store,
        owner="me",
        server=cast("Any", None),
        prices=PriceTable.load(),
        clock_guard=TrustedClock(),
        accounts=Accounts(limits, TrustedClock()),
        woken=asyncio.Event(),
        connections=no_connections(),
    )
    api = slack_api(client, BOT_USER, BOT_ID)
    upload_client = UploadClient(http=http, trusted_hosts=[urlsplit(client.base_url).netloc])
    slack = Slack(
        client=client,
        workspace=OneWorkspace(client),
        api=api,
        people=SlackPeople(api),
        directory=PeopleDirectory(api),
        notifier=SlackNotifier(api, upload_client),
        upload_client=upload_client,
        files=cast("Any", None),
        names=BotNames(command=command, bot_name="@imagine"),
    )
    return compose_listeners(AsyncExitStack(), base, slack, compose_services(base, slack))


@asynccontextmanager
async def bench(
    database_url: str, *, user_limit: Money | None = None, **options: Any
) -> AsyncIterator[Bench]:
    """Everything started, the workspace sending its requests to us over HTTP."""
    slack = SandboxSlack(options=Options(**options))
    await slack.start()
    store = open_store(database_url, clock=SystemClock())
    session, outgoing = new_session(), new_http()
    client = new_client(slack.options.bot_token, session=session, base_url=f"{slack.base_url}/api/")
    app = build_app(
        client=client,
        authorize=OneWorkspace(client),
        signing_secret=SECRET,
        listeners=composed_listeners(store, client, outgoing, user_limit=user_limit),
    )
    gate = SlackGate(signing_secret=SECRET, dispatch=http_dispatch(app), clock=SystemClock())
    site = build_web(readiness={})
    site.add_routes(slack_routes(gate))
    try:
        # A loaded machine is no reason to turn somebody away here.
        with mock.patch.object(bolt_app, "ANSWER_SECONDS", 60.0):
            async with (
                serving(site) as served,
                SandboxSlackClient(slack.base_url) as people,
                aiohttp.ClientSession() as http,
            ):
                slack.options.request_url = f"{served.base}/slack/events"
                yield Bench(served.base, slack, people, client, store, app, http)
    finally:
        await outgoing.aclose()
        await session.close()
        await store.close()
        await slack.stop()


async def type_in(room: Bench, text: str, *, user: str = "U0ALICE", channel: str = "C0DESIGN") -> Json:
    """What the sandbox workspace got back for ``/imagine TEXT``; it refuses malformed answers. Empty for an
    ask, whose receipt is the message that comes."""
    typed = await room.people.command(user, channel, text)
    assert typed["acked"], typed
    assert await room.people.violations() == []
    answer: Json = typed["ack"] or {}
    if not answer:
        return answer
    assert answer["response_type"] == "ephemeral"
    for block in answer["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    return answer


__all__ = [
    "BOT_ID",
    "BOT_USER",
    "FORM",
    "SECRET",
    "TEAM_ID",
    "Answer",
    "Bench",
    "bench",
    "composed_listeners",
    "type_in",
]
