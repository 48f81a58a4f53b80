"""The doctor's questions to Slack: tokens, granted scopes, the app-level token, the time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import TryLater
from bot.services.doctor import Check, Finding, error, ok, warning
from handlers.authorize import TokenRefused, identify
from handlers.manifest import SCOPES
from handlers.preflight import app_token_sentence, bot_token_sentence, open_connection


def check_bot_token(client: AsyncWebClient | None) -> Check:
    """Whether Slack accepts SLACK_BOT_TOKEN, and which bot of which workspace it is."""

    async def check() -> Finding:
        name = "slack token"
        if client is None:
            return error(name, "SLACK_BOT_TOKEN is missing.", "Copy it from your Slack app's OAuth page.")
        try:
            identity = await identify(client)
        except TokenRefused as refused:
            return error(name, f"refused ({refused.code}).", bot_token_sentence(refused))
        return ok(name, f"@{identity.bot_name} in {identity.team_name} ({identity.team_id}).")

    return check


def check_scopes(client: AsyncWebClient | None, wanted: Collection[str] = SCOPES) -> Check:
    """Whether the installed app has the manifest's scopes; a new one takes effect by installing again."""

    async def check() -> Finding:
        name = "slack scopes"
        if client is None:
            return error(name, "unknown without a token.", "Set SLACK_BOT_TOKEN.")
        try:
            granted = (await identify(client)).scopes
        except TokenRefused:
            return error(name, "unknown: the token is refused.", "See slack token.")
        if missing := sorted(set(wanted) - granted):
            todo = "Update the app from imagine-bot manifest and install it again."
            return error(name, f"missing: {', '.join(missing)}.", todo)
        if extra := sorted(granted - set(wanted)):
            todo = "Update the app from imagine-bot manifest to ask for less."
            return warning(name, f"granted and not needed: {', '.join(extra)}.", todo)
        return ok(name, "as in the manifest.")

    return check


def check_app_token(client: AsyncWebClient | None, app_token: str | None, *, is_needed: bool) -> Check:
    """Whether Slack gives a Socket Mode connection for SLACK_APP_TOKEN (asked for, not opened)."""

    async def check() -> Finding:
        name = "slack app token"
        if app_token is None or client is None:
            if is_needed:
                return error(name, "missing.", "Socket Mode needs an app-level token: SLACK_APP_TOKEN.")
            return ok(name, "not needed in HTTP mode.")
        try:
            await open_connection(client, app_token)
        except TokenRefused as refused:
            return error(name, f"refused ({refused.code}).", app_token_sentence(refused))
        return ok(name, "Socket Mode connections are given.")

    return check


async def slack_time(session: aiohttp.ClientSession, api_url: str) -> datetime | None:
    """The ``Date`` of an answer of Slack's (``api.test`` needs no token). Raises TryLater without one."""
    try:
        async with session.post(f"{api_url.rstrip('/')}/api.test") as answer:
            told = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        raise TryLater(f"Slack cannot be reached ({type(away).__name__})") from None
    try:
        return parsedate_to_datetime(told) if told else None
    except ValueError:
        return None
