"""Asks Slack, before anything starts, whether the tokens in the settings are good."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SettingsError
from bot.errors import TryLater
from handlers.web_api.identity import Identity, OneWorkspace, TokenRefused, refusal


async def preflight(workspace: OneWorkspace, *, client: AsyncWebClient, app_token: str | None) -> Identity:
    """Who the bot is, both tokens tried (``app_token`` None in HTTP mode).

    Raises SettingsError with one sentence a bad token, and TryLater when Slack cannot be reached now.
    """
    sentences = []
    identity = None
    try:
        identity = await workspace.identity()
    except TokenRefused as refused:
        sentences.append(bot_token_sentence(refused))
    if app_token is not None:
        try:
            await open_connection(client, app_token)
        except TokenRefused as refused:
            sentences.append(app_token_sentence(refused))
    if identity is None or sentences:
        raise SettingsError(sentences)
    return identity


async def open_connection(client: AsyncWebClient, app_token: str) -> None:
    """Ask for a Socket Mode connection and do not use it: ``connect`` retries a bad token for ever (Slack
    reference E11).

    Raises TokenRefused, or TryLater when Slack cannot be reached now.
    """
    method = "apps.connections.open"
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise refusal(method, error) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise TryLater(f"{method}: {type(error).__name__}") from None
    except (AttributeError, ValueError):  # slack_sdk stumbles over an answer that is no JSON object
        raise TryLater(f"{method}: unreadable answer") from None


def bot_token_sentence(refused: TokenRefused) -> str:
    todo = "copy the Bot User OAuth Token (xoxb-…) from your Slack app's OAuth page"
    return f"SLACK_BOT_TOKEN: Slack does not accept it ({refused.code}); {todo}."


def app_token_sentence(refused: TokenRefused) -> str:
    todo = "make an app-level token (xapp-…) with connections:write under Basic Information"
    return f"SLACK_APP_TOKEN: Slack does not accept it ({refused.code}); {todo}."
