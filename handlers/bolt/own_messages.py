"""Drops the events that the bot's own messages cause, except that one of them was deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.middleware.ignoring_self_events.async_ignoring_self_events import AsyncIgnoringSelfEvents
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.incoming.message_events import deleted_in


class IgnoringOwnMessages(AsyncIgnoringSelfEvents):
    """As Bolt's own, which also hides deletions: in them it takes the message's author for the person who
    acted (Slack reference 2.3)."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        event = req.body.get("event")
        if isinstance(event, dict) and deleted_in(event) is not None:
            return await next()
        return await super().async_process(req=req, resp=resp, next=next)
