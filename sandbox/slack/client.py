"""The control API from another process: the same verbs as `Control`, over httpx."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Any

import httpx

from sandbox.faults import Fault

Json = dict[str, Any]


class SandboxRefusedError(Exception):
    """The sandbox says a person cannot do that."""


class SandboxSlackClient:
    """Acts as the workspace's people and reads what happened. Use as an async context manager."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.AsyncClient(base_url=self.base_url, timeout=30)

    async def __aenter__(self) -> SandboxSlackClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def act(self, verb: str, **what: Any) -> Json:
        """POST /sandbox/<verb>; SandboxRefusedError when it answers 400."""
        answer = await self._http.post(f"/sandbox/{verb}", json=what)
        body: Json = answer.json()
        if answer.status_code == 400:
            raise SandboxRefusedError(body["error"])
        answer.raise_for_status()
        return body

    async def show(self, what: str, **query: str) -> Any:
        """GET /sandbox/<what>."""
        answer = await self._http.get(f"/sandbox/{what}", params=query)
        answer.raise_for_status()
        return answer.json()

    async def command(self, user: str, channel: str, text: str, **more: Any) -> Json:
        return await self.act("command", user=user, channel=channel, text=text, **more)

    async def message(self, user: str, channel: str, text: str = "", **more: Any) -> Json:
        return await self.act("message", user=user, channel=channel, text=text, **more)

    async def edit_message(self, user: str, channel: str, ts: str, text: str) -> Json:
        return await self.act("edit_message", user=user, channel=channel, ts=ts, text=text)

    async def delete_message(self, user: str, channel: str, ts: str) -> Json:
        return await self.act("delete_message", user=user, channel=channel, ts=ts)

    async def reaction(self, user: str, channel: str, ts: str, name: str, **more: Any) -> Json:
        return await self.act("reaction", user=user, channel=channel, ts=ts, name=name, **more)

    async def action(self, user: str, channel: str, message_ts: str, action_id: str, **more: Any) -> Json:
        return await self.act(
            "action", user=user, channel=channel, message_ts=message_ts, action_id=action_id, **more
        )

    async def view_action(
        self, user: str, action_id: str, *, view_id: str | None = None, **more: Any
    ) -> Json:
        """Press something in a modal, or on the Home when no view is named."""
        return await self.act("action", user=user, action_id=action_id, view_id=view_id, **more)

    async def shortcut(self, user: str, callback_id: str, **more: Any) -> Json:
        return await self.act("shortcut", user=user, callback_id=callback_id, **more)

    async def submit_view(self, user: str, view_id: str | None = None, values: Json | None = None) -> Json:
        return await self.act("submit_view", user=user, view_id=view_id, values=values or {})

    async def close_view(self, user: str, view_id: str | None = None, **more: Any) -> Json:
        return await self.act("close_view", user=user, view_id=view_id, **more)

    async def open_home(self, user: str, *, tab: str = "home") -> Json:
        return await self.act("home", user=user, tab=tab)

    async def invite(self, channel: str, **more: Any) -> Json:
        return await self.act("invite", channel=channel, **more)

    async def add_user(self, user: str, name: str, **more: Any) -> Json:
        return await self.act("user", id=user, name=name, **more)

    async def kick(self, channel: str, **more: Any) -> Json:
        return await self.act("kick", channel=channel, **more)

    async def archive(self, channel: str, *, archived: bool = True) -> Json:
        return await self.act("archive", channel=channel, archived=archived)

    async def scopes(self, *scopes: str) -> Json:
        return await self.act("scopes", scopes=list(scopes))

    async def revoke_token(self, error: str | None = "token_revoked") -> Json:
        return await self.act("revoke_token", error=error)

    async def options(self, **values: Any) -> Json:
        return await self.act("options", **values)

    async def change_file(self, file_id: str, **values: Any) -> Json:
        return await self.act("file", id=file_id, **values)

    async def event(self, event: Json, **more: Any) -> Json:
        return await self.act("event", event=event, **more)

    async def disconnect(self, reason: str = "refresh_requested", *, ghost: bool = False) -> Json:
        return await self.act("disconnect", reason=reason, ghost=ghost)

    async def settle(self) -> None:
        await self.act("settle")

    async def fault(self, fault: Fault) -> None:
        (await self._http.post("/sandbox/faults", json=asdict(fault))).raise_for_status()

    async def refuse_upload_blocks(self, error: str = "invalid_blocks", *, count: int = -1) -> None:
        """Refuse blocks beside uploaded files, and take the files without them."""
        await self.fault(Fault("upload_blocks", "error", count=count, error=error))

    async def all_well(self) -> Json:
        """No fault is armed, and every switch that makes Slack fail is back."""
        return await self.act("all_well")

    async def clear_faults(self) -> None:
        (await self._http.delete("/sandbox/faults")).raise_for_status()

    async def transcript(self, channel: str = "", user: str = "") -> list[Json]:
        found: list[Json] = await self.show("transcript", channel=channel, user=user)
        return found

    async def messages(self, channel: str) -> list[Json]:
        found: list[Json] = await self.show(f"messages/{channel}")
        return found

    async def calls(self, method: str | None = None) -> list[Json]:
        found: list[Json] = await self.show("calls", **({"method": method} if method else {}))
        return found

    async def violations(self) -> list[Json]:
        found: list[Json] = await self.show("violations")
        return found

    async def deliveries(self) -> list[Json]:
        found: list[Json] = await self.show("deliveries")
        return found

    async def views(self, user: str) -> list[Json]:
        found: Json = await self.show("views")
        stack: list[Json] = found.get(user, [])
        return stack

    async def home(self, user: str) -> Json | None:
        found: Json | None = await self.show(f"home/{user}")
        return found

    async def users(self) -> list[Json]:
        found: list[Json] = await self.show("users")
        return found

    async def channels(self) -> list[Json]:
        found: list[Json] = await self.show("channels")
        return found

    async def file(self, file_id: str) -> bytes:
        answer = await self._http.get(f"/sandbox/file/{file_id}")
        answer.raise_for_status()
        return answer.content

    async def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return len(await self.show("sockets"))

    async def until(
        self, look: Callable[[list[Json]], Any], *, channel: str = "", seconds: float = 10
    ) -> Any:
        """Poll the transcript until ``look`` finds something true in it; TimeoutError with the last look."""
        async with asyncio.timeout(seconds):
            while True:
                found = look(await self.transcript(channel))
                if found:
                    return found
                await asyncio.sleep(0.05)


def upload(name: str, data: bytes, **more: Any) -> Json:
    """A file for `SandboxSlackClient.message`."""
    return {"name": name, "content_base64": base64.b64encode(data).decode(), **more}
