"""What was asked of the simulator: every request as it came, without the key."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

_KEPT = 50_000
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})


@dataclass
class Entry:
    """One request. `status` 499: it was never answered; None: not answered yet."""

    at: float
    operation: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int | None = None


class Journal:
    """The requests in the order in which they came; the oldest fall out after 50,000."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=_KEPT)

    async def note(self, request: web.Request, operation: str, at: float) -> Entry:
        """Write a request down, before anything is done about it."""
        headers = {
            name.lower(): "(secret)" if name.lower() in _SECRET else value
            for name, value in request.headers.items()
        }
        entry = Entry(
            at=at,
            operation=operation,
            method=request.method,
            path=request.path,
            query=dict(request.query),
            headers=headers,
            body=None,
        )
        self.entries.append(entry)
        entry.body = _readable(await request.read())
        return entry

    def of(self, operation: str) -> list[Entry]:
        """The requests of one operation."""
        return [entry for entry in self.entries if entry.operation == operation]


def operation_of(request: web.Request) -> str:
    """The name under which faults know a request: submit, poll, download, balance, or other."""
    path = request.path
    if path.startswith("/results/"):
        return "download"
    if path == "/api/usage/token/user-balance":
        return "balance"
    if request.method == "POST" and path.startswith(("/v1/image/", "/v1/images/")):
        return "submit"
    if request.method == "GET" and path.startswith(("/v1/jobs/", "/v1/images/generations/")):
        return "poll"
    return "other"


def _readable(raw: bytes) -> Any:
    if not raw:
        return None
    text = raw.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text[:100_000]
