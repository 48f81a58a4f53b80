"""Builds the Bolt app, configured by our arguments alone and never by environment variables."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.deadline import answer_within
from bot.errors import StoreUnavailable, TryLater
from handlers.bolt.own_messages import IgnoringOwnMessages
from handlers.bolt.register import Listeners, register
from handlers.bolt.request_body import SlackRequest, UnreadableBody

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 2.5
"""Slack wants its answer within 3 s; half a second is left for the way there and back (Slack reference 1)."""

READ_BY_BOLT = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_SCOPES",
    "SLACK_USER_SCOPES",
)
"""The environment variables that Bolt reads by itself. With a client id and secret there, it ignores the
token, serves many workspaces and makes a token store in the home directory (Slack reference 5.3, E10)."""


def build_app(
    *,
    client: AsyncWebClient,
    authorize: Callable[..., Awaitable[AuthorizeResult]],
    signing_secret: str,
    listeners: Listeners,
) -> AsyncApp:
    """Build the Bolt app. It answers a request with what its listener acknowledges; one that no listener
    takes gets 200 instead of Bolt's 404.

    ``client`` carries the bot token, our own HTTP session and no retry handlers; it is not used before an
    acknowledgement. ``signing_secret`` may be empty in Socket Mode only. Listeners run before the
    response is sent, so that every acknowledged ask has been recorded. It is faster as well
    (performance reference 4.1: 0.06 ms instead of 11 ms an ack).
    """
    with _blank_environment():
        app = AsyncApp(
            name="imagine",
            logger=_bolt_logger(),
            client=_without_token(client),
            authorize=authorize,
            signing_secret=signing_secret,
            process_before_response=True,
            raise_error_for_unhandled_request=True,  # becomes a 200 in listeners/errors.py, never a 404
            ignoring_self_events_enabled=False,  # handlers/bolt/own_messages.py does it
            ssl_check_enabled=False,  # web/slack_gate.py answers it, once it is signed
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    app.use(IgnoringOwnMessages(app.logger))
    app.middleware(_name_in_logs)
    register(app, listeners)
    return app


async def _name_in_logs(
    body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
) -> None:
    """Every line about this request says whose it is. Each request is answered in a task of its own, so it is
    in no other's lines; it cannot be taken back here, as Bolt goes on to the listener after this has
    returned."""
    named = {"team": context.team_id, "event_id": body.get("event_id")}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in named.items() if value})
    await next_()


def http_dispatch(app: AsyncApp) -> Callable[[Mapping[str, str], str], Awaitable[tuple[int, str, str]]]:
    """The function to which ``web`` passes verified requests: (headers, body) → (status, content type, body).

    Raises ValueError (UnreadableBody) for a body that is broken JSON.
    """

    async def dispatch(headers: Mapping[str, str], body: str) -> tuple[int, str, str]:
        answer = await answered(lambda: app.async_dispatch(SlackRequest(body=body, headers=headers)))
        kind = answer.headers["content-type"][0].partition(";")[0]
        return answer.status, kind, answer.body

    return dispatch


async def answered(dispatch: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
    """Run ``dispatch`` with a deadline of ANSWER_SECONDS and return its answer. Raises UnreadableBody.

    503 if the store or Slack is unavailable. If Bolt itself fails before any listener runs, on a payload that
    is not as Slack documents it, the error is logged and the answer is 200: Slack would send the same again.
    """
    structlog.contextvars.bind_contextvars(request_id=secrets.token_hex(4))
    try:
        with answer_within(ANSWER_SECONDS):
            return await dispatch()
    except UnreadableBody:
        raise
    except (StoreUnavailable, TryLater) as error:
        log.warning("request_failed", error=type(error).__name__, reason=str(error))
        return BoltResponse(status=503)
    except Exception as error:
        log.error("payload_not_understood", reference=secrets.token_hex(4), exc_info=error)
        return BoltResponse(status=200)


def _bolt_logger() -> logging.Logger:
    """Bolt's loggers take over this one's level: below WARNING they print bodies, prompts included."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(max(logging.WARNING, logger.level))
    return logger


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt prefers a client's token to ``authorize`` and warns about it; it copies the rest of the client."""
    copy = AsyncWebClient(
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=list(client.retry_handlers),
        logger=client.logger,
    )
    copy.proxy = client.proxy  # the constructor reads HTTPS_PROXY where it is given none
    return copy


@contextmanager
def _blank_environment() -> Iterator[None]:
    """Hide what Bolt would read. Synchronous, so nothing else on the loop can see it."""
    hidden = {name: os.environ.pop(name) for name in READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
