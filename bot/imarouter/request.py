"""Sends one request and reads one answer; when there is none, says whether anything was sent."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx

from bot.imarouter.http import WIRE_ERRORS, surely_unsent


class Unsent(Exception):
    """No byte of the request was sent. The message names the class of the error, nothing else."""


class NoAnswer(Exception):
    """The request may have arrived, but its answer did not. The message names the class of the error."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with its headers and body. ``body`` is None when it was lost on the way or was too large."""

    status: int
    headers: httpx.Headers
    body: bytes | None


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    *,
    timeout: httpx.Timeout,  # noqa: ASYNC109 - httpx's own setting, not a cancellation
    max_bytes: int,
    payload: dict[str, Any] | None = None,
) -> Answer:
    """Send one request, never again by itself. Raises Unsent or NoAnswer, with the original error as
    cause."""
    content, headers = None, {}
    if payload is not None:
        # A lone surrogate from a chat would otherwise raise here; it becomes a question mark.
        content = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
        headers["Content-Type"] = "application/json"
    try:
        async with client.stream(method, path, content=content, headers=headers, timeout=timeout) as response:
            body = await _read(response, max_bytes=max_bytes, seconds=timeout.read or 60.0)
            return Answer(response.status_code, response.headers, body)
    except WIRE_ERRORS as error:
        kind = type(error.__cause__ or error).__name__
        raise (Unsent(kind) if surely_unsent(error) else NoAnswer(kind)) from error


async def _read(response: httpx.Response, *, max_bytes: int, seconds: float) -> bytes | None:
    """The body; None when it broke off, is too large, or drips for longer than ``seconds``."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    parts: list[bytes] = []
    size = 0
    try:
        async for part in response.aiter_bytes():
            size += len(part)
            if size > max_bytes or clock() > end:
                return None
            parts.append(part)
    except WIRE_ERRORS:
        return None
    return b"".join(parts)
