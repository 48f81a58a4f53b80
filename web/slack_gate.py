"""Verifies requests to ``POST /slack/events``: only those that Slack signed within minutes reach the app.

It stands in front of Bolt because Bolt turns a malformed timestamp into a 500, logs the whole body of a
badly signed request, and answers unsigned ``ssl_check`` forms (Slack reference 5.2 and E9). Facts:
docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.ports import Clock
from web.bodies import Bodies, Crowded, TooSlow
from web.seldom import Seldom

log = structlog.get_logger(__name__)

PATH = "/slack/events"

MAX_BYTES = 1024 * 1024
"""More than any request of Slack's; the application's ``client_max_size`` says the same."""

WINDOW_SECONDS = 300
"""How old (or how far ahead) a signed request may be."""

READ_SECONDS = 5.0
"""Slack gives up after 3 s, so a body that takes longer is not Slack's."""

LATER = {"Retry-After": "1"}
"""Slack sends an event again that gets no 2xx (Slack reference 2.2)."""

CONTENT_TYPES = frozenset({"application/x-www-form-urlencoded", "application/json"})

Submit = Callable[[Mapping[str, str], str], Awaitable[tuple[int, str, str]]]
"""Takes a verified request (headers, body) and returns (status, content type, body). May raise ValueError for
a body that cannot be read, and must raise nothing else."""


class RequestRejected(Exception):
    """The request is refused. ``reason`` is logged and sent back; it holds nothing of the request itself."""

    def __init__(self, status: int, reason: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class SlackGate:
    """Verifies requests and passes them to ``dispatch``. Raises ValueError for an empty secret: anybody could
    sign with it."""

    def __init__(self, *, signing_secret: str, dispatch: Submit, clock: Clock) -> None:
        if not signing_secret:
            raise ValueError("requests cannot be verified without a signing secret")
        self._secret = signing_secret.encode()
        self._dispatch = dispatch
        self._clock = clock
        self._bodies = Bodies()
        self._refusals: defaultdict[str, Seldom] = defaultdict(Seldom)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request: as ``dispatch`` does if Slack signed it, else with 4xx, or 503 where too many
        bodies come at once. A signed body that cannot be read also gets 400."""
        try:
            body = await self._admit(request)
            return await self._pass_on(request, body)
        except RequestRejected as refused:
            self._log(refused)
            return web.Response(status=refused.status, text=refused.reason, headers=refused.headers)

    def _log(self, refused: RequestRejected) -> None:
        """A line for each reason, but few: anybody can send us requests that we refuse."""
        left_out = self._refusals[refused.reason].due()
        if left_out is not None:
            more = {"not_logged": left_out} if left_out else {}
            log.info("slack_request_refused", reason=refused.reason, status=refused.status, **more)

    async def _admit(self, request: web.Request) -> bytes:
        """The body of a request that Slack signed within the window. Raises RequestRejected."""
        if request.content_type not in CONTENT_TYPES:
            raise RequestRejected(415, "unsupported content type")
        if "Content-Encoding" in request.headers:  # Slack packs nothing, and the server unpacks nothing
            raise RequestRejected(415, "unsupported content encoding")
        if (request.content_length or 0) > MAX_BYTES:
            raise RequestRejected(413, "too large")
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not self._is_recent(timestamp):
            raise RequestRejected(401, "no recent timestamp")
        body = await self._read(request)
        if not self._is_signed(timestamp, signature, body):
            raise RequestRejected(401, "bad signature")
        return body

    async def _read(self, request: web.Request) -> bytes:
        """The raw body, capped and within the time limit. Raises RequestRejected."""
        try:
            return await self._bodies.read(request, most=MAX_BYTES, seconds=READ_SECONDS)
        except web.HTTPRequestEntityTooLarge as error:
            raise RequestRejected(413, "too large") from error
        except TooSlow as error:
            raise RequestRejected(408, "too slow") from error
        except Crowded as error:
            raise RequestRejected(503, "too many bodies at once", headers=LATER) from error

    def _is_recent(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        return abs(self._clock.now().timestamp() - int(timestamp)) <= WINDOW_SECONDS

    def _is_signed(self, timestamp: str, signature: str, body: bytes) -> bool:
        base = b"v0:" + timestamp.encode() + b":" + body
        expected = "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogateescape"))

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        if _is_ssl_check(request, body):
            return web.Response()
        try:
            status, content_type, text = await self._dispatch(request.headers, body.decode())
        except ValueError as error:  # also UnicodeDecodeError, JSONDecodeError
            raise RequestRejected(400, "unreadable body") from error
        return web.Response(status=status, text=text, content_type=content_type)


def _is_ssl_check(request: web.Request, body: bytes) -> bool:
    """Whether this is Slack's certificate check of a command URL, which wants a 200 and nothing else.

    Only a signed one gets here; an unsigned one is refused like any other request.
    """
    return request.content_type == "application/x-www-form-urlencoded" and b"ssl_check=1" in body.split(b"&")


def slack_routes(gate: SlackGate) -> list[web.RouteDef]:
    """Every request of Slack's in HTTP mode: events, commands and interactivity come to one address."""
    return [web.post(PATH, gate.handle)]
