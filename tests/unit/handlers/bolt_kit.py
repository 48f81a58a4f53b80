"""The incoming half, whole: a sandbox workspace, our web server on a real socket, Bolt, the real services
on a real SQLite database. Only the worker is missing, so nothing is paid for."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import SystemClock, new_job_id
from bot.domain.budget.limits import Limits
from bot.domain.budget.pricing import PriceTable
from bot.domain.jobs.job import Job
from bot.domain.money import Money
from bot.media.signed_links import new_source_id
from bot.ports import Conversation
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.intake import Intake
from bot.services.requests.cancel import Cancel
from bot.services.requests.cancel_deleted import CancelDeleted
from bot.services.requests.edit_target import Origins
from bot.services.requests.lookup import Lookup
from bot.services.requests.start_job import StartJob
from handlers import parsing
from handlers.bolt.bolt_app import build_app, http_dispatch
from handlers.bolt.register import Listeners
from handlers.commands.dispatch import CommandDispatcher
from handlers.listeners.errors import Failures
from handlers.listeners.messages import MessageListener
from handlers.listeners.request_form import FormListener
from handlers.listeners.slash_command import CommandListener
from handlers.listeners.unhandled import Unhandled
from handlers.messages.status_message import Voice
from handlers.web_api.client import SlackApi, new_client, new_session, one_workspace
from handlers.web_api.identity import OneWorkspace
from sandbox.slack.client import SandboxSlackClient
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_ID
from storage.engine import open_store
from storage.store import SqlStore
from web.app import build_web
from web.server import Server
from web.slack_gate import SlackGate

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


def listeners(
    store: SqlStore,
    client: AsyncWebClient,
    *,
    user_limit: Money | None = None,
    command: str = "/imagine",
) -> Listeners:
    """The real listeners over the real services. What is heard is recorded; no worker runs."""
    accounts = Accounts(Limits(workspace=Money(50_000_000), user=user_limit or Money(10_000_000)))
    voice = Voice(command=command, bot_name="@imagine")
    submit = StartJob(
        store=store,
        prices=PriceTable.load(),
        accounts=accounts,
        new_id=new_job_id,
        new_source_id=new_source_id,
        wake=lambda: None,
    )
    api_for = one_workspace(SlackApi(client, BOT_USER, BOT_ID))
    answers = CommandDispatcher(
        lookup=Lookup(store=store, accounts=accounts),
        cancel=Cancel(store=store, accounts=accounts),
        voice=voice,
    )
    form = FormListener(submit=submit, origins=Origins(store=store), api_for=api_for, voice=voice)
    unused = cast("Conversation", None)
    intake = Intake(
        store=store, conversation=unused, submit=submit, read=parsing.read_message, wake=lambda: None
    )
    unhandled = Unhandled(command=command)
    return Listeners(
        command=command,
        on_command=CommandListener(submit=submit, answers=answers, form=form),
        on_message=MessageListener(
            intake=intake,
            withdraw=CancelDeleted(store=store, accounts=accounts, wake=lambda: None),
            api_for=api_for,
            clock=SystemClock(),
            unhandled=unhandled,
        ),
        form=form,
        unhandled=unhandled,
        failures=Failures(voice=voice),
    )


@asynccontextmanager
async def bench(
    database_url: str, *, user_limit: Money | None = None, **options: Any
) -> AsyncIterator[Bench]:
    """Everything started, the workspace sending its requests to us over HTTP."""
    slack = SandboxSlack(options=Options(**options))
    await slack.start()
    store = open_store(database_url, clock=SystemClock())
    session = new_session()
    client = new_client(slack.options.bot_token, session=session, base_url=f"{slack.base_url}/api/")
    app = build_app(
        client=client,
        authorize=OneWorkspace(client),
        signing_secret=SECRET,
        listeners=listeners(store, client, user_limit=user_limit),
    )
    gate = SlackGate(signing_secret=SECRET, dispatch=http_dispatch(app), clock=SystemClock())
    server = Server(build_web(readiness={}, slack=gate), host="127.0.0.1", port=0)
    base = f"http://127.0.0.1:{await server.start()}"
    slack.options.request_url = f"{base}/slack/events"
    try:
        async with SandboxSlackClient(slack.base_url) as people, aiohttp.ClientSession() as http:
            yield Bench(base, slack, people, client, store, app, http)
    finally:
        server.stop()
        await server.run()
        await session.close()
        await store.close()
        await slack.stop()


async def type_in(room: Bench, text: str, *, user: str = "U0ALICE", channel: str = "C0DESIGN") -> Json:
    """What the sandbox workspace got back for ``/imagine TEXT``; it refuses malformed answers."""
    typed = await room.people.command(user, channel, text)
    assert typed["acked"], typed
    assert await room.people.violations() == []
    answer: Json = typed["ack"]
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
    "listeners",
    "type_in",
]
