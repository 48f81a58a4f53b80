"""Calls to Slack's Web API: one request each, never repeated here, every error one of ours.

slack_sdk's own retries would post twice, its argument encoding puts texts into the URL of files.* methods,
and it ignores ``timeout`` once it is given a session (Slack reference 3.1, 4, E3, E5, E6).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.deadline import seconds_left
from bot.domain.errors import BotError
from bot.errors import TryLater, WorkspaceGone
from bot.retry_after import retry_after
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.errors import error_for, error_for_status, outcome_unknown
from handlers.web_api.history import HistoryLimit
from handlers.web_api.pacing import Pace

TIMEOUT = aiohttp.ClientTimeout(total=30.0, connect=10.0)
"""Seconds. Longer than Slack takes even when it is slow; a lease is longer still."""

FORM_ONLY = frozenset({"chat.getPermalink"})
"""Methods of ``chat`` that take no JSON (docs: they are asked with GET)."""

LEAST_SECONDS = 1.0
"""The time for a call that begins shortly before the deadline. A private note that comes too late for Slack's
answer is still read; one that was cut off is not."""

_sdk_logger = logging.getLogger("handlers.web_api.client.sdk")
_sdk_logger.setLevel(logging.WARNING)  # slack_sdk logs whole messages and upload links at DEBUG


def _ignore_date(_date: str | None) -> None:
    """For sessions whose answers nobody compares with our clock."""


def new_session(*, on_date: Callable[[str | None], None] = _ignore_date) -> aiohttp.ClientSession:
    """A session for Slack calls. Its timeout is set here because slack_sdk does not use its own with a
    session. ``on_date`` is called with every answer's ``Date`` header.

    A connection is dropped after 15 s without a call: when Slack has closed it meanwhile, the next call would
    end without saying whether it happened.
    """
    return aiohttp.ClientSession(
        timeout=TIMEOUT,
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=15.0),
        trace_configs=[_tracing(on_date)],
    )


def _tracing(on_date: Callable[[str | None], None]) -> aiohttp.TraceConfig:
    async def ended(
        _session: aiohttp.ClientSession, _context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        on_date(params.response.headers.get("Date"))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def new_client(token: str, *, session: aiohttp.ClientSession, base_url: str) -> AsyncWebClient:
    """A slack_sdk client that sends once, over ``session``; ``base_url`` with or without a final slash."""
    client = AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=_sdk_logger
    )
    if urlsplit(base_url).scheme != "https":
        client.proxy = None  # slack_sdk reads HTTPS_PROXY and knows no NO_PROXY: a sandbox is here, not there
    return client


@dataclass(frozen=True, slots=True)
class SlackApi:
    """One workspace's Web API, and who we are there."""

    client: AsyncWebClient
    bot_user_id: str
    bot_id: str | None
    pacing: Pace
    availability: SlackAvailability
    history: HistoryLimit

    async def call(self, method: str, /, **args: Any) -> dict[str, Any]:
        """Send one request and return Slack's answer. Arguments that are None are left out.

        Raises TryLater (not done, or harmless to repeat), OutcomeUnknown (a method whose repetition shows
        twice may have been carried out), CannotPost, SlackRefused (a GivenUp) or WorkspaceGone. Repeating
        is the caller's decision. Errors name the method and Slack's code, never an argument. Waits for its
        turn under Slack's rates, a few seconds at most; a longer wait is TryLater. A call for somebody who
        waits (``bot.deadline``) does not stand in that queue, and ends at the deadline.
        """
        given = {name: value for name, value in args.items() if value is not None}
        left = _time_for_call()
        if left is None:
            await self.pacing.turn(method, given.get("channel"))
        try:
            async with asyncio.timeout(left):
                answer = await self._send(method, given)
        except SlackApiError as refused:
            raise self._translate_and_note(method, refused) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as broken:
            if left is None:  # a deadline says when somebody stops waiting, not that Slack is away
                self.availability.failed(type(broken).__name__)
            raise _broken(method, broken) from None
        except (AttributeError, ValueError):
            # slack_sdk stumbles over bodies that are not a JSON object (text/plain, a list, bad UTF-8).
            self.availability.failed("unreadable answer")
            raise outcome_unknown(method, "unreadable answer") from None
        self.availability.worked()
        found = dict(answer.data) if isinstance(answer.data, dict) else {}
        self.history.answered(method, given, found)
        return found

    async def _send(self, method: str, given: dict[str, Any]) -> AsyncSlackResponse:
        if method.startswith("chat.") and method not in FORM_ONLY:
            return await self.client.api_call(method, json=given)
        return await self.client.api_call(method, data=_form(given))

    def _translate_and_note(self, method: str, refused: SlackApiError) -> BotError:
        """Our error for the refusal. Notes on the way what it says about rates, outages and the token."""
        error, status = _translated(method, refused), _status_of(refused)
        if status == 429:
            after = error.after if isinstance(error, TryLater) else None
            self.pacing.refused(method, after)
            self.history.refused(method, after)
        if status >= 500:
            self.availability.failed(f"http_{status}")
        elif isinstance(error, WorkspaceGone):
            self.availability.disconnected(error)
        else:
            self.availability.worked()
        return error


def _time_for_call() -> float | None:
    """Seconds; None where nobody waits."""
    left = seconds_left()
    return None if left is None else max(left, LEAST_SECONDS)


def _form(args: Mapping[str, Any]) -> dict[str, str]:
    return {name: _field(value) for name, value in args.items()}


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _translated(method: str, refused: SlackApiError) -> BotError:
    """slack_sdk raises one class for all answers, and its ``response`` has three shapes."""
    response: Any = refused.response
    status = _status_of(refused)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    after = retry_after(headers, datetime.now(UTC))
    if status == 429:
        return TryLater(f"{method}: ratelimited", after=after)
    if isinstance(code, str) and code:
        return error_for(method, code, retry_after=after)
    return error_for_status(method, status, retry_after=after)


def _status_of(refused: SlackApiError) -> int:
    response: Any = refused.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.ClientProxyConnectionError,
)


def _broken(method: str, broken: Exception) -> BotError:
    """Our error for a failed connection: if it was never made nothing was sent, else the call may have
    been."""
    why = type(broken).__name__
    if isinstance(broken, _NEVER_SENT):
        return TryLater(f"{method}: {why}")
    return outcome_unknown(method, why)
