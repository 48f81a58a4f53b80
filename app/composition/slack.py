"""Composes how Slack is called: who we are there, one client, its pace, people, files and messages."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from slack_sdk.web.async_client import AsyncWebClient

from app.composition.foundation import Foundation
from app.settings.settings import Settings
from bot.cookies import no_cookies
from bot.errors import TryLater
from bot.ports import Clock
from handlers.conversation.downloads import SlackFiles, file_access
from handlers.conversation.notifier import SlackNotifier
from handlers.conversation.people import SlackPeople
from handlers.messages.wording import BotNames
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.client import SlackApi, new_client, new_session
from handlers.web_api.history import HistoryLimit
from handlers.web_api.identity import Identity, OneWorkspace
from handlers.web_api.pacing import Pacing
from handlers.web_api.people_directory import PeopleDirectory
from handlers.web_api.preflight import preflight
from handlers.web_api.shared_pacing import SharedPacing
from handlers.web_api.uploads import UploadClient

log = structlog.get_logger(__name__)

START_RETRY_SECONDS = 5.0
"""How often an unreachable Slack is asked again while the bot starts."""


@dataclass(frozen=True, slots=True)
class Slack:
    """One workspace, called over one client and session for the life of the process."""

    client: AsyncWebClient
    workspace: OneWorkspace
    api: SlackApi
    people: SlackPeople
    directory: PeopleDirectory
    notifier: SlackNotifier
    upload_client: UploadClient
    files: SlackFiles
    names: BotNames


async def compose_slack(stack: AsyncExitStack, base: Foundation) -> Slack:
    """Everything opened here is closed by ``stack``.

    Waits while Slack is away. Raises SettingsError when it refuses a token.
    """
    settings = base.settings
    session = new_session(on_date=partial(base.clock_guard.note_date, "slack"))
    stack.push_async_callback(session.close)
    assert settings.slack_bot_token is not None, "run needs a token; load_settings(to_run=True) has asked"
    token, url = settings.slack_bot_token.get_secret_value(), settings.imagine_slack_api_url
    client = new_client(token, session=session, base_url=url)
    workspace = OneWorkspace(client)
    identity = await _identity(settings, workspace, client, base.clock)
    base.connections.returned(identity.team_id)
    api = _api(base, client, identity)
    files_client = httpx.AsyncClient(transport=AiohttpTransport(), cookies=no_cookies())
    http = await stack.enter_async_context(files_client)
    upload_client = UploadClient(http=http, trusted_hosts=settings.imagine_trusted_hosts)
    return Slack(
        client=client,
        workspace=workspace,
        api=api,
        people=SlackPeople(api),
        directory=PeopleDirectory(api),
        notifier=SlackNotifier(api, upload_client),
        upload_client=upload_client,
        files=_files(settings, api, http),
        names=BotNames(command=settings.imagine_command, bot_name=f"@{identity.bot_name}"),
    )


def _api(base: Foundation, client: AsyncWebClient, identity: Identity) -> SlackApi:
    """Calls go at the pace that Slack allows; replicas share it through their database."""
    team, alone = identity.team_id, Pacing.of_this_loop()
    return SlackApi(
        client,
        identity.bot_user_id,
        identity.bot_id,
        pacing=alone if base.settings.is_sqlite else SharedPacing(base.store, team, alone),
        availability=SlackAvailability(base.connections, team),
        history=HistoryLimit(base.settings.imagine_history, now=time.monotonic),
    )


def _files(settings: Settings, api: SlackApi, http: httpx.AsyncClient) -> SlackFiles:
    info, token_for = file_access(api)
    return SlackFiles(
        info=info,
        token_for=token_for,
        http=http,
        folder=settings.data_folder / "incoming",
        sleep=asyncio.sleep,
        trusted_hosts=settings.imagine_trusted_hosts,
    )


async def _identity(
    settings: Settings, workspace: OneWorkspace, client: AsyncWebClient, clock: Clock
) -> Identity:
    """Who we are in Slack. A refused token ends the start; an outage is waited for, said once."""
    app_token = settings.slack_app_token if settings.transport == "socket" else None
    token = app_token.get_secret_value() if app_token else None
    said = False
    while True:
        try:
            return await preflight(workspace, client=client, app_token=token)
        except TryLater as away:
            if not said:
                log.error("slack_unreachable", reason=str(away))
                said = True
            await clock.sleep(away.after or START_RETRY_SECONDS)
