"""Composes the measurements of ``imagine-bot doctor --live`` for this installation."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
from httpx_aiohttp import AiohttpTransport
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import SystemClock, new_owner_id
from app.composition.database import open_database
from app.logs import hide
from app.settings.settings import Settings, load_settings
from bot.cookies import no_cookies
from bot.domain.errors import SettingsError
from bot.errors import StoreUnavailable, TryLater
from bot.services.abilities import MessageAbilities
from bot.services.operations.checks import Finding, check_settings, error, examine
from bot.services.operations.press_marks import PressMarks
from handlers.doctor_checks import few_calls
from handlers.live.measurements import Measurements
from handlers.live.operator import Operator
from handlers.live.trial_thread import TrialThread
from handlers.web_api.client import new_client, new_session
from handlers.web_api.identity import Identity, TokenRefused, identify
from handlers.web_api.preflight import bot_token_sentence
from handlers.web_api.uploads import UploadClient


async def run_live_doctor(channel: str, operator: Operator, *, wait_seconds: float) -> list[Finding]:
    """Measure in ``channel`` and keep what was found: one finding a fact. What keeps the measurements from
    beginning is the only finding then. A cancelled run takes its messages away, too."""
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sentences = wrong.sentences
        return await examine({"settings": check_settings(lambda: sentences)})
    hide(*settings.secrets())
    if settings.slack_bot_token is None:
        return [
            error("slack token", "SLACK_BOT_TOKEN is missing.", "Copy it from your Slack app's OAuth page.")
        ]
    try:
        async with _measurements(settings, operator, wait_seconds) as measure:
            return await measure(channel)
    except TokenRefused as refused:
        return [error("slack token", f"refused ({refused.code}).", bot_token_sentence(refused))]
    except TryLater as away:
        return [error("slack token", f"{away}.", "Try again; look at the network.")]
    except StoreUnavailable as away:
        return [error("database", f"{away}.", "Check IMAGINE_DATABASE_URL, the disk and the server.")]


@asynccontextmanager
async def _measurements(
    settings: Settings, operator: Operator, wait_seconds: float
) -> AsyncIterator[Measurements]:
    """Raises TokenRefused and TryLater when Slack does not say who we are, and StoreUnavailable."""
    async with AsyncExitStack() as stack:
        client, identity = await _connect(stack, settings)
        clock, mark = SystemClock(), new_owner_id()
        store = await stack.enter_async_context(open_database(settings, clock))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-live-"))
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=AiohttpTransport(), cookies=no_cookies())
        )
        yield Measurements(
            thread=TrialThread(
                api=few_calls(client, identity),
                upload_client=UploadClient(http=http, trusted_hosts=settings.imagine_trusted_hosts),
                folder=Path(folder),
                clock=clock,
                mark=mark,
            ),
            abilities=MessageAbilities(store),
            presses=PressMarks(store),
            operator=operator,
            clock=clock,
            team_id=identity.team_id,
            mark=mark,
            wait_seconds=wait_seconds,
        )


async def _connect(stack: AsyncExitStack, settings: Settings) -> tuple[AsyncWebClient, Identity]:
    assert settings.slack_bot_token is not None
    session = new_session()
    stack.push_async_callback(session.close)
    client = new_client(
        settings.slack_bot_token.get_secret_value(), session=session, base_url=settings.imagine_slack_api_url
    )
    return client, await identify(client)
