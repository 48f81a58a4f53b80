"""The control API under ``/sandbox/``: tests and the browser page act as people and look at everything."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from sandbox.faults import faults_routes
from sandbox.slack.core import Core
from sandbox.slack.emoji import EMOJI
from sandbox.slack.errors import ImpossibleActError, SlackError
from sandbox.slack.gestures import Gestures
from sandbox.slack.payloads import channel_json, user_json
from sandbox.slack.people import People
from sandbox.slack.reference import Reference
from sandbox.slack.transcript import home_record, message_record, transcript, views_record
from sandbox.slack.workspace import Json

Act = Callable[[Json], Json | Awaitable[Json]]


class Control:
    """Every verb of the control API, as routes."""

    def __init__(self, core: Core, reference: Reference) -> None:
        self._core = core
        self._reference = reference
        self.people = People(core)
        self.gestures = Gestures(core, self.people)

    def routes(self) -> list[web.RouteDef]:
        shows: dict[str, Callable[[web.Request], Any]] = {
            "transcript": self._transcript,
            "messages/{channel}": self._messages,
            "calls": lambda request: self._records("calls", request),
            "violations": lambda request: self._records("violations", request),
            "deliveries": lambda request: self._records("deliveries", request),
            "users": lambda _: [user_json(user) for user in self._core.workspace.users.values()],
            "channels": self._channels,
            "emoji": lambda _: EMOJI,
            "views": lambda _: views_record(self._core),
            "home/{user}": lambda request: home_record(self._core, request.match_info["user"]),
            "sockets": lambda _: self._core.sockets.state(),
            "options": lambda _: self._options(),
            "stats": lambda _: {"rate_limited": self._core.recorder.rate_limited},
        }
        found = [web.post(f"/sandbox/{name}", _acting(act)) for name, act in self.acts().items()]
        found += [web.get(f"/sandbox/{name}", _showing(show)) for name, show in shows.items()]
        found += [
            web.get("/sandbox/file/{id}", self.file_bytes),
            web.get("/sandbox/stream", self.stream),
        ]
        return found + faults_routes(self._core.faults)

    def acts(self) -> dict[str, Act]:
        """The verbs, by name."""
        people, gestures = self.people, self.gestures
        return {
            "command": people.command,
            "message": people.message,
            "edit_message": people.edit,
            "delete_message": people.delete,
            "reaction": people.react,
            "action": gestures.action,
            "shortcut": gestures.shortcut,
            "submit_view": gestures.submit,
            "close_view": gestures.close,
            "home": people.open_home,
            "invite": people.invite,
            "user": people.add_user,
            "kick": people.kick,
            "archive": people.archive,
            "scopes": self._scopes,
            "revoke_token": self._revoke,
            "options": self._change,
            "all_well": self._all_well,
            "file": self._change_file,
            "upload": self._upload,
            "event": self._event,
            "disconnect": self._disconnect,
            "settle": self._settle,
        }

    async def file_bytes(self, request: web.Request) -> web.StreamResponse:
        """The stored bytes of a file, without any token; inert in a browser, whatever they are."""
        file = self._core.workspace.files.get(request.match_info["id"])
        if file is None:
            return web.json_response({"ok": False, "error": "no such file"}, status=404)
        headers = {
            "Cache-Control": "private, max-age=3600",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        kind = file.mimetype or "application/octet-stream"
        if kind == "text/csv":
            kind = "text/plain"  # a browser shows this and would only save the other
        charset = "utf-8" if kind == "text/plain" else None
        return web.Response(body=file.data, content_type=kind, charset=charset, headers=headers)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one line for each change."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "close"}
        )
        queue = self._core.recorder.listen()  # before anybody can know that the stream is there
        try:
            await response.prepare(request)
            await response.write(b": listening\n\n")
            while True:
                try:
                    async with asyncio.timeout(15):
                        change = await queue.get()
                    await response.write(f"data: {json.dumps(change)}\n\n".encode())
                except TimeoutError:
                    await response.write(b": still here\n\n")
        except ConnectionError:
            return response
        finally:
            self._core.recorder.unlisten(queue)

    def _transcript(self, request: web.Request) -> Any:
        channel, user = request.query.get("channel"), request.query.get("user")
        return transcript(self._core, channel=channel or None, user=user or None)

    def _messages(self, request: web.Request) -> Any:
        found = self._core.workspace.channel_messages(request.match_info["channel"])
        return [message_record(self._core, message) for message in found]

    def _records(self, what: str, request: web.Request) -> list[Json]:
        wanted = request.query.get("method")
        found = [r for r in self._core.recorder.as_json(what) if wanted in {None, r.get("method")}]
        return found[-int(request.query.get("last", 0)) :]

    def _channels(self, _request: web.Request) -> list[Json]:
        workspace = self._core.workspace
        return [
            channel_json(workspace, channel) | {"name": channel.name, "members": sorted(channel.members)}
            for channel in workspace.channels.values()
        ]

    def _options(self) -> Json:
        values = asdict(self._core.options)
        return {name: value for name, value in values.items() if name != "reference"}

    def _scopes(self, act: Json) -> Json:
        """Grant exactly these scopes from now on."""
        self._core.options.scopes = tuple(act["scopes"])
        self._reference.check_scopes(self._core.options.scopes)
        return {"scopes": list(self._core.options.scopes)}

    async def _revoke(self, act: Json) -> Json:
        """Take the installation back: ``token_revoked``, ``account_inactive``, or null to restore."""
        self._core.token_error = act.get("error", "token_revoked")
        if self._core.token_error and act.get("events", True):
            for event in (
                {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0IMAGINE"]}},
                {"type": "app_uninstalled"},
            ):
                if event["type"] in self._core.options.events:
                    self._core.events.send({**event, "event_ts": self._core.workspace.ts()})
        return {"error": self._core.token_error}

    def _all_well(self, _act: Json) -> Json:
        """Everything that was made to fail works again: faults, switches, the taken token."""
        self._core.faults.clear()
        self._core.options.recover()
        self._core.token_error = None
        return {}

    async def _change(self, act: Json) -> Json:
        """New values for options; a new request_url gets Slack's handshake first."""
        url = act.get("request_url")
        self._core.options.change(act)
        answer = self._options()
        if url:
            answer["url_verified"] = await self._core.http.verify_url(url)
        return answer

    def _change_file(self, act: Json) -> Json:
        """Make a file odd: mode, access, mimetype, ready, deleted, download_url, size_shown, ..."""
        file = self._core.workspace.files.get(str(act.pop("id")))
        if file is None:
            raise ImpossibleActError("no such file")
        changed = replace(file, **act)  # refuses unknown names
        for name in act:
            setattr(file, name, getattr(changed, name))
        return {"id": file.id}

    def _upload(self, act: Json) -> Json:
        """A person's file that is in no message: what a form's ``file_input`` holds before it is sent."""
        return {"id": self._core.files.attach(act, str(act["user"])).id}

    def _event(self, act: Json) -> Json:
        """Send any event; ``callback`` merges into its envelope, for ids and teams of other workspaces."""
        payload = self._core.events.callback(act["event"]) | (act.get("callback") or {})
        self._core.delivery.event(
            payload,
            delay=float(act.get("delay", 0)),
            retry_num=int(act.get("retry_num", 0)),
            retry_reason=str(act.get("retry_reason", "")),
        )
        return {"event_id": payload["event_id"]}

    async def _disconnect(self, act: Json) -> Json:
        """Close the sockets with a reason; ``ghost`` leaves them open but deaf, as a dead NAT does."""
        if act.get("ghost"):
            return {"connections": self._core.sockets.haunt()}
        return {
            "connections": await self._core.sockets.disconnect(str(act.get("reason", "refresh_requested")))
        }

    async def _settle(self, _act: Json) -> Json:
        """Wait until uploads are processed and every event has been tried once."""
        await self._core.files.settle()
        await self._core.delivery.settle()
        return {}


def _acting(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def run(request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json() if request.can_read_body else {}
            result = act(body)
            answer = await result if inspect.isawaitable(result) else result
        except KeyError as missing:
            return _refused(f"missing or unknown: {missing}")
        except (ImpossibleActError, SlackError, TypeError, ValueError) as wrong:
            return _refused(str(wrong))
        return web.json_response({"ok": True, **answer})

    return run


def _showing(show: Callable[[web.Request], Any]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(show(request))
        except KeyError as missing:
            return _refused(f"unknown: {missing}")

    return run


def _refused(why: str) -> web.StreamResponse:
    return web.json_response({"ok": False, "error": why}, status=400)
