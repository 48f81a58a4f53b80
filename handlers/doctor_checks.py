"""The checks of ``imagine-bot doctor`` that ask Slack: tokens, scopes, manifest, budget admins, the time."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SettingsError
from bot.errors import CannotPost, TryLater
from bot.http_date import read_date
from bot.services.operations.checks import Check, Finding, error, ok, warning
from bot.services.operations.connections import Connections
from handlers.conversation.people import list_admins, list_group
from handlers.manifest import OPTIONAL_SCOPES, SCOPES, Transport, build_manifest
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused
from handlers.web_api.history import HistoryLimit
from handlers.web_api.identity import Identity, TokenRefused, identify
from handlers.web_api.pacing import Pacing
from handlers.web_api.preflight import app_token_sentence, bot_token_sentence, open_connection


def few_calls(client: AsyncWebClient, identity: Identity) -> SlackApi:
    """A Web API client for a few calls, with pacing and availability of its own."""
    connections = Connections(wake=lambda: None, now=time.monotonic)
    return SlackApi(
        client,
        identity.bot_user_id,
        identity.bot_id,
        pacing=Pacing.of_this_loop(),
        availability=SlackAvailability(connections, identity.team_id),
        history=HistoryLimit("auto", now=time.monotonic),
    )


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


def check_scopes(
    client: AsyncWebClient | None, wanted: Collection[str] = SCOPES, *, optional: Collection[str] = ()
) -> Check:
    """Whether the installed app has the manifest's scopes. A scope that is added takes effect when the app is
    installed again. ``optional`` are scopes that this installation's settings make no use of: they may be
    missing."""

    async def check() -> Finding:
        name = "slack scopes"
        if client is None:
            return error(name, "unknown without a token.", "Set SLACK_BOT_TOKEN.")
        try:
            granted = (await identify(client)).scopes
        except TokenRefused:
            return error(name, "unknown: the token is refused.", "See slack token.")
        missing = sorted(set(wanted) - granted - set(optional))
        todo = "Update the app from imagine-bot manifest and install it again."
        if set(missing) - set(OPTIONAL_SCOPES):
            return error(name, f"missing: {', '.join(missing)}.", todo)
        if missing:
            lacks = "; ".join(OPTIONAL_SCOPES[scope] for scope in missing)
            return warning(name, f"missing: {', '.join(missing)}. Without: {lacks}.", todo)
        if extra := sorted(granted - set(wanted)):
            todo = "Update the app from imagine-bot manifest to ask for less."
            return warning(name, f"granted and not needed: {', '.join(extra)}.", todo)
        return ok(name, "as in the manifest.")

    return check


def check_manifest(
    client: AsyncWebClient | None,
    *,
    transport: Transport,
    url: str | None,
    command: str,
    optional: Collection[str] = (),
) -> Check:
    """Whether the installed app can be the one that ``imagine-bot manifest`` prints for these settings.

    A token shows only the scopes of the installed app, so the finding names what to compare by hand.
    """

    async def check() -> Finding:
        name = "manifest"
        try:
            manifest = build_manifest(transport=transport, url=url, command=command)
        except SettingsError as wrong:
            return warning(name, "none can be printed for these settings.", str(wrong))
        if client is None:
            return error(name, "not to be compared without a token.", "Set SLACK_BOT_TOKEN.")
        try:
            granted = (await identify(client)).scopes
        except TokenRefused:
            return error(name, "not to be compared: the token is refused.", "See slack token.")
        wanted = set(manifest["oauth_config"]["scopes"]["bot"])
        if wanted - granted - set(optional) or granted - wanted:
            todo = "Update the app from imagine-bot manifest and install it again."
            return warning(name, "the app has other scopes than imagine-bot manifest prints.", todo)
        way = "Socket Mode" if transport == "socket" else f"requests to {url}"
        unseen = f"whether it has {command} and {way} cannot be seen from here"
        return ok(name, f"the app has the scopes that imagine-bot manifest prints; {unseen}.")

    return check


def check_admins(client: AsyncWebClient | None, named: Collection[str], group: str | None) -> Check:
    """Who may decide about money: the named, a user group's members, the workspace's owners and admins."""
    name = "budget admins"

    async def check() -> Finding:
        if client is None:
            return error(name, "unknown without a token.", "Set SLACK_BOT_TOKEN.")
        try:
            identity = await identify(client)
        except TokenRefused:
            return error(name, "unknown: the token is refused.", "See slack token.")
        api = few_calls(client, identity)
        owners = await list_admins(api, identity.team_id)
        found = [f"{len(named)} named in IMAGINE_ADMINS"] if named else []
        if group is not None:
            try:
                found.append(f"{len(await list_group(api, group))} in the group {group}")
            except SlackRefused as refused:
                return _unusable_group(name, group, refused.code, others=bool(named or owners))
            except CannotPost as refused:  # raised for a missing scope, among others
                return error(name, f"{group} cannot be read ({refused.reason}).", "Install the app again.")
        if owners:
            found.append(f"the workspace's {len(owners)} owners and admins")
        if not found:
            return warning(name, "nobody: no request can be approved.", "Set IMAGINE_ADMINS.")
        return ok(name, f"{', '.join(found)}.")

    return check


def _unusable_group(name: str, group: str, code: str, *, others: bool) -> Finding:
    if code == "plan_upgrade_required" and others:
        todo = "Name the admins in IMAGINE_ADMINS instead: user groups need a paid Slack plan."
        return warning(name, f"{group} cannot be used ({code}); the others still count.", todo)
    return error(name, f"{group} cannot be used ({code}).", "Check IMAGINE_ADMIN_GROUP, or remove it.")


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
    """The time of Slack's clock, from the ``Date`` of an answer (``api.test`` needs no token); None if it has
    no readable one. Raises TryLater without an answer."""
    try:
        async with session.post(f"{api_url.rstrip('/')}/api.test") as answer:
            told = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        raise TryLater(f"Slack cannot be reached ({type(away).__name__})") from None
    return read_date(told)
