"""HTTP mode: the same deliveries as signed POSTs to the app's request URL.

Facts: docs authentication/verifying-requests-from-slack, apis/events-api (retry headers and reasons).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.delivery import Outcome, Parcel
from sandbox.slack.options import Options


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpPush:
    """Posts parcels to ``options.request_url``."""

    name = "http"

    def __init__(self, *, options: Options, clock: Callable[[], float]) -> None:
        self._options = options
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, parcel: Parcel) -> Outcome:
        body, content_type = _encode(parcel)
        headers = self._headers(body, content_type)
        if parcel.retry_num:
            headers |= {
                "X-Slack-Retry-Num": str(parcel.retry_num),
                "X-Slack-Retry-Reason": parcel.retry_reason or "unknown_error",
            }
        return await self._post(body, headers)

    async def verify_url(self, url: str) -> bool:
        """The handshake Slack makes when a request URL is saved."""
        self._options.request_url = url
        challenge = hashlib.sha256(url.encode()).hexdigest()
        payload = {"type": "url_verification", "token": "sandbox", "challenge": challenge}
        outcome = await self.send(Parcel("events_api", payload))
        answer = outcome.payload
        return outcome.acked and (answer in (challenge, {"challenge": challenge}))

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _headers(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._options.signing_secret, timestamp, body),
        }

    async def _post(self, body: bytes, headers: dict[str, str]) -> Outcome:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        started = time.monotonic()
        limit = aiohttp.ClientTimeout(total=self._options.ack_seconds)
        try:
            async with self._session.post(
                str(self._options.request_url),
                data=body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as answer:
                text = await answer.text()
        except TimeoutError:
            return Outcome(acked=False, ms=_ms(started), error="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Outcome(acked=False, ms=_ms(started), error="dispatch_failed", reason="connection_failed")
        if not 200 <= answer.status < 300:
            final = answer.headers.get("X-Slack-No-Retry") == "1"
            return Outcome(
                acked=False, ms=_ms(started), error="dispatch_failed", reason="http_error", final=final
            )
        return Outcome(acked=True, ms=_ms(started), payload=_decode(answer.content_type, text))


def _encode(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    fields = parcel.payload
    if parcel.kind == "interactive":
        fields = {"payload": json.dumps(parcel.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _decode(content_type: str, text: str) -> Any:
    """JSON when it says so, else the text itself, or None for an empty answer."""
    if not text.strip():
        return None
    if content_type == "application/json":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _ms(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
