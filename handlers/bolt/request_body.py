"""Parses the body of a Slack HTTP request, because Bolt misreads some of them.

slack-bolt 1.30 decides by ``"payload" in body`` whether a form is interactive, so that a slash command
whose text says "payload" becomes an empty request and a 404 (Slack reference 0.1 and 5.3). The fix is a
request class of ours instead of a patched module. ``tests/unit/handlers/bolt/test_bolt_request.py`` fails
when upstream reads such a body correctly: then this module can go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context
from slack_bolt.request.async_request import AsyncBoltRequest

FORWARDED = frozenset(
    {
        "content-type",
        "x-slack-request-timestamp",
        "x-slack-signature",
        "x-slack-retry-num",
        "x-slack-retry-reason",
    }
)
"""The headers that are passed to Bolt. Its own ``x-slack-bolt-lazy-*`` switches must not come from
outside."""


class UnreadableBody(ValueError):
    """The body is not JSON, or is nested more deeply than anything that Slack sends."""


def parse_body(body: str, content_type: str | None) -> dict[str, Any]:
    """A request body as Slack sends it: JSON for events, else a form with or without a ``payload`` field.

    Only a ``payload`` *field* makes a form interactive, and never beside a ``command`` field. JSON that is
    not an object, and text that is not a form, give an empty dict. Raises UnreadableBody for broken JSON.
    """
    if content_type == "application/json" or body.startswith("{"):
        return _object(body) if body else {}
    form = dict(parse_qsl(body, keep_blank_values=True))
    if "payload" in form and "command" not in form:
        return _object(form["payload"])
    return form


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(str(error)) from error
    return value if isinstance(value, dict) else {}


class SlackRequest(AsyncBoltRequest):
    """A Bolt request whose body was read by ``parse_body``. Raises UnreadableBody for broken JSON."""

    def __init__(
        self, *, body: str, headers: Mapping[str, str], context: dict[str, Any] | None = None
    ) -> None:
        kept = {name: value for name, value in headers.items() if name.lower() in FORWARDED}
        super().__init__(body="", headers=dict(kept))
        self._headers = kept
        self.raw_body = body
        self.body = parse_body(body, self.content_type)
        self.context = build_async_context(AsyncBoltContext(context or {}), self.body)

    def to_copyable(self) -> SlackRequest:
        """What a lazy listener gets: the same body, read the same way."""
        return SlackRequest(
            body=self.raw_body, headers=self._headers, context=dict(self.context.to_copyable())
        )
