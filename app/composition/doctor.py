"""Composes the doctor's checks for this installation: what ``imagine-bot doctor`` asks, and whom."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import SystemClock
from app.composition.decoder import compose_decoder
from app.settings.settings import Settings, load_settings
from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.errors import StoreUnavailable, TryLater
from bot.imarouter.client import ImaRouter
from bot.media.publish import problem_with
from bot.ports import Store
from bot.services.abilities import Ability, Measured, MessageAbilities
from bot.services.operations.checks import (
    Check,
    Finding,
    check_clock,
    check_database,
    check_provider,
    check_public_url,
    check_settings,
    examine,
    warning,
)
from handlers.doctor_checks import (
    check_admins,
    check_app_token,
    check_bot_token,
    check_manifest,
    check_scopes,
    slack_time,
)
from handlers.live.findings import finding
from handlers.web_api.client import new_client, new_session
from handlers.web_api.identity import OneWorkspace, TokenRefused
from storage.engine import open_store
from storage.migrate import schema_is_current


async def run_doctor() -> list[Finding]:
    """One finding a check. Wrong settings are a finding too; then only they are reported."""
    try:
        settings = load_settings()
    except SettingsError:
        return await examine({"settings": check_settings(_all_sentences)})
    async with AsyncExitStack() as stack:
        session = new_session()
        stack.push_async_callback(session.close)
        checks = _slack_checks(settings, session)
        store = open_store(settings.imagine_database_url.get_secret_value(), clock=SystemClock())
        stack.push_async_callback(store.close)
        checks["provider"] = _provider_check(settings, store, stack)
        checks["public url"] = check_public_url(
            settings.imagine_public_url,
            problem=partial(problem_with, trusted_hosts=settings.imagine_trusted_hosts),
            needed_by_transport=settings.transport == "http",
            has_storage=settings.imagine_s3_bucket is not None,
        )
        checks["database"] = _database_check(settings, store)
        checks["clock"] = check_clock(
            lambda: slack_time(session, settings.imagine_slack_api_url), lambda: datetime.now(UTC)
        )
        checks |= _ability_checks(settings, session, store)
        return await examine({"settings": check_settings(settings.missing_to_run), **checks})


def _all_sentences() -> list[str]:
    """What is wrong and what is missing, together. Raises SettingsError with it, as ``run`` would."""
    return load_settings(to_run=True).missing_to_run()


def _slack_checks(settings: Settings, session: aiohttp.ClientSession) -> dict[str, Check]:
    token, app_token = _plain(settings.slack_bot_token), _plain(settings.slack_app_token)
    optional = () if settings.imagine_admin_group else ("usergroups:read",)
    client: AsyncWebClient | None = None
    if token is not None:
        client = new_client(token, session=session, base_url=settings.imagine_slack_api_url)
    is_needed = settings.transport == "socket"
    return {
        "slack token": check_bot_token(client),
        "slack scopes": check_scopes(client, optional=optional),
        "manifest": check_manifest(
            client,
            transport=settings.transport,
            url=settings.imagine_public_url,
            command=settings.imagine_command,
            optional=optional,
        ),
        "slack app token": check_app_token(client, app_token, is_needed=is_needed),
        "budget admins": check_admins(client, settings.imagine_admins, settings.imagine_admin_group),
    }


def _provider_check(settings: Settings, store: Store, stack: AsyncExitStack) -> Check:
    provider = ImaRouter(
        base_url=settings.imarouter_base_url,
        api_key=settings.imarouter_api_key or SecretStr("missing"),
        api=settings.imarouter_api,
        model=settings.imarouter_model,
        store=store,
        inspect=compose_decoder(settings).inspect,
        trusted_hosts=settings.imagine_trusted_hosts,
    )
    stack.push_async_callback(provider.aclose)

    async def left() -> Money | None:
        return (await provider.balance()).balance

    return check_provider(left, provider.probe, asked_in=settings.imarouter_api)


def _database_check(settings: Settings, store: Store) -> Check:
    """A SQLite file that does not exist yet is made by ``run``; until then its folder has to be writable."""
    url = settings.imagine_database_url.get_secret_value()
    path = Path(url.removeprefix("sqlite:///"))

    async def is_current() -> bool:
        if await asyncio.to_thread(_is_yet_to_be_made, settings):
            return True
        return await schema_is_current(url)

    async def write() -> object:
        if await asyncio.to_thread(_is_yet_to_be_made, settings):
            return await asyncio.to_thread(_touch, path.parent)
        return await store.write(lambda tx: tx.key_values.put("doctor", tx.now.isoformat()))

    return check_database(is_current, write)


def _ability_checks(settings: Settings, session: aiohttp.ClientSession, store: Store) -> dict[str, Check]:
    """A line for each fact that ``doctor --live`` measures; none without a token, which names the
    workspace."""
    token = _plain(settings.slack_bot_token)
    if token is None:
        return {}
    workspace = OneWorkspace(new_client(token, session=session, base_url=settings.imagine_slack_api_url))
    abilities = MessageAbilities(store)

    async def known(ability: Ability) -> Measured | None:
        if await asyncio.to_thread(_is_yet_to_be_made, settings):
            return None
        return await abilities.known((await workspace.identity()).team_id, ability)

    async def check(ability: Ability) -> Finding:
        try:
            return finding(ability, await known(ability))
        except (TokenRefused, TryLater):
            return warning(ability, "unknown: Slack does not say whose token this is.", "See slack token.")
        except StoreUnavailable:
            return warning(ability, "unknown: the database cannot be read.", "See database.")

    return {ability.value: partial(check, ability) for ability in Ability}


def _is_yet_to_be_made(settings: Settings) -> bool:
    """Whether the database is a SQLite file that does not exist yet: ``run`` makes it."""
    url = settings.imagine_database_url.get_secret_value()
    return settings.is_sqlite and not Path(url.removeprefix("sqlite:///")).exists()


def _touch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".doctor"
    probe.touch()
    probe.unlink()


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
