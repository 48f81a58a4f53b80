"""Who this bot is in Slack, asked once, and whether a request belongs to its workspace."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import BotError
from bot.errors import TryLater

_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
)
"""Slack's error codes that say nothing about the token: try again later."""


class TokenRefused(BotError):
    """Slack does not accept the token; ``code`` is Slack's own error word."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused the token: {code}")
        self.code = code


class OtherWorkspace(BotError):
    """The request comes from a workspace that this installation does not serve: answer, never act."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What ``auth.test`` says about the bot token.

    ``bot_name`` is what people type after the ``@``; ``scopes`` are those really granted.
    """

    team_id: str
    team_name: str
    bot_id: str
    bot_user_id: str
    bot_name: str
    scopes: frozenset[str]


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who the client's token is.

    Raises TokenRefused (also for a user's token: without a bot id Bolt cannot tell the bot's own
    messages) and TryLater when Slack cannot be reached or asks to wait.
    """
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise refusal("auth.test", error) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise TryLater(f"auth.test: {type(error).__name__}") from None
    except (AttributeError, ValueError):  # slack_sdk stumbles over an answer that is no JSON object
        raise TryLater("auth.test: unreadable answer") from None
    if not answer.get("bot_id"):
        raise TokenRefused("not_a_bot_token")
    granted = str(answer.headers.get("x-oauth-scopes", ""))
    return Identity(
        team_id=str(answer["team_id"]),
        team_name=str(answer.get("team", "")),
        bot_id=str(answer["bot_id"]),
        bot_user_id=str(answer["user_id"]),
        bot_name=str(answer.get("user") or "imagine"),
        scopes=frozenset(scope.strip() for scope in granted.split(",") if scope.strip()),
    )


def refusal(method: str, error: SlackApiError) -> TokenRefused | TryLater:
    """What a refused token check means. slack_sdk's ``response`` is an object or, at times, a dict."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str) or code in _PASSING:
        status = getattr(error.response, "status_code", None)
        return TryLater(f"{method}: {code or f'http_{status}'}")
    return TokenRefused(code)


class OneWorkspace(AsyncAuthorize):
    """Authorizes requests of the one workspace that the bot token belongs to.

    Bolt needs both bot ids to ignore the bot's own messages (Slack reference 2.3). ``auth.test`` is asked
    once and its answer is kept. The start-up check asks, so no listener waits for Slack.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    async def identity(self) -> Identity:
        """Who the bot is; one call to Slack in the life of the process. Raises as ``identify``."""
        if self._identity is None:
            async with self._asking:
                if self._identity is None:
                    self._identity = await identify(self._client)
        return self._identity

    async def __call__(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_others: Any,
    ) -> AuthorizeResult:
        """Raises OtherWorkspace for a request of another workspace, else as ``identity``."""
        identity = await self.identity()
        if team_id != identity.team_id:
            raise OtherWorkspace(f"a request of workspace {team_id}")
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
            bot_token=self._client.token,
        )
