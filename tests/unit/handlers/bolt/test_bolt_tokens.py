"""Asking Slack about our tokens: before the start, and for the doctor. Against the sandbox workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SettingsError
from bot.errors import TryLater
from bot.services.operations.checks import Check, Level, examine
from handlers.doctor_checks import (
    check_app_token,
    check_bot_token,
    check_manifest,
    check_scopes,
    slack_time,
)
from handlers.manifest import SCOPES
from handlers.web_api.client import new_client, new_session
from handlers.web_api.identity import OneWorkspace
from handlers.web_api.preflight import preflight
from sandbox.faults import Fault
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_ID


@asynccontextmanager
async def slack(
    token: str = "xoxb-sandbox", **options: Any
) -> AsyncIterator[tuple[SandboxSlack, AsyncWebClient, aiohttp.ClientSession]]:
    sandbox = SandboxSlack(options=Options(**options))
    await sandbox.start()
    async with new_session() as session:
        yield sandbox, new_client(token, session=session, base_url=f"{sandbox.base_url}/api/"), session
    await sandbox.stop()


async def test_good_tokens_say_who_the_bot_is() -> None:
    async with slack() as (_, client, _):
        identity = await preflight(OneWorkspace(client), client=client, app_token="xapp-sandbox")

    assert (identity.team_id, identity.bot_id, identity.bot_user_id) == (TEAM_ID, BOT_ID, BOT_USER)
    assert identity.bot_name == "imagine"
    assert "chat:write" in identity.scopes


async def test_a_bad_token_of_either_kind_is_one_sentence_without_the_token() -> None:
    async with slack(token="xoxb-wrong") as (_, client, _):
        with pytest.raises(SettingsError) as refused:
            await preflight(OneWorkspace(client), client=client, app_token="xapp-wrong")

    bot, app = refused.value.sentences
    assert bot.startswith("SLACK_BOT_TOKEN: Slack does not accept it (invalid_auth)")
    assert app.startswith("SLACK_APP_TOKEN: Slack does not accept it (invalid_auth)")
    assert "wrong" not in bot + app


async def test_the_two_tokens_mixed_up_are_named() -> None:
    async with slack(token="xapp-sandbox") as (_, client, _):
        with pytest.raises(SettingsError) as refused:
            await preflight(OneWorkspace(client), client=client, app_token="xoxb-sandbox")

    assert len(refused.value.sentences) == 2


async def test_http_mode_needs_no_app_token() -> None:
    async with slack() as (sandbox, client, _):
        await preflight(OneWorkspace(client), client=client, app_token=None)

        assert [call.method for call in sandbox.core.recorder.calls] == ["auth.test"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("auth.test", "drop_before"),
        Fault("auth.test", "status", status=503),
        Fault("auth.test", "nonsense"),
        Fault("auth.test", "nonsense", body="[1]"),
        Fault("auth.test", "truncate"),
        Fault("auth.test", "error", error="internal_error"),
        Fault("auth.test", "rate_limit", error="ratelimited", retry_after=1),
        Fault("apps.connections.open", "drop_before"),
        Fault("apps.connections.open", "status", status=500),
        Fault("apps.connections.open", "error", error="ratelimited"),
    ],
    ids=lambda fault: f"{fault.match}-{fault.kind}-{fault.error or fault.status}",
)
async def test_an_outage_is_no_wrong_setting_and_passes(fault: Fault) -> None:
    async with slack() as (sandbox, client, _):
        workspace = OneWorkspace(client)
        sandbox.core.faults.add(fault)
        with pytest.raises(TryLater):
            await preflight(workspace, client=client, app_token="xapp-sandbox")

        assert (await preflight(workspace, client=client, app_token="xapp-sandbox")).team_id == TEAM_ID


async def test_a_slack_that_is_not_there_is_an_outage() -> None:
    async with slack() as (sandbox, client, session):
        await sandbox.stop()

        with pytest.raises(TryLater):
            await preflight(OneWorkspace(client), client=client, app_token="xapp-sandbox")
        with pytest.raises(TryLater):
            await slack_time(session, f"{sandbox.base_url}/api/")


async def test_the_doctor_finds_all_well() -> None:
    async with slack(scopes=tuple(SCOPES)) as (_, client, _):
        findings = await examine(
            {
                "token": check_bot_token(client),
                "scopes": check_scopes(client),
                "app": check_app_token(client, "xapp-sandbox", is_needed=True),
            }
        )

    assert [finding.level for finding in findings] == [Level.OK] * 3
    assert findings[0].message == "@imagine in Sandbox (T0SANDBOX)."


async def test_the_doctor_names_missing_and_needless_scopes() -> None:
    wanted = set(SCOPES)
    async with slack(scopes=tuple(wanted - {"files:write", "im:history"})) as (_, client, _):
        (missing,) = await examine({"scopes": check_scopes(client)})
    async with slack(scopes=(*wanted, "channels:join")) as (_, client, _):
        (extra,) = await examine({"scopes": check_scopes(client)})
    async with slack(scopes=tuple(wanted - {"im:write"})) as (_, client, _):
        (older,) = await examine({"scopes": check_scopes(client)})

    assert older.level is Level.WARNING
    assert older.message == (
        "missing: im:write. Without: nothing can be asked for with --private, and a message about money "
        "whose posting was not confirmed may come twice."
    )
    new = wanted - {"channels:read", "groups:read", "reactions:read"}
    async with slack(scopes=tuple(new)) as (_, client, _):
        (before,) = await examine({"scopes": check_scopes(client)})
    assert before.level is Level.WARNING
    assert before.message == (
        "missing: channels:read, groups:read, reactions:read. Without: nobody is welcomed when the app joins "
        "a public channel; nobody is welcomed when the app joins a private channel; a cross on a picture is "
        "not heard."
    )
    assert (missing.level, missing.message) == (Level.ERROR, "missing: files:write, im:history.")
    assert (extra.level, extra.message) == (Level.WARNING, "granted and not needed: channels:join.")


def _manifest(client: AsyncWebClient | None, **more: Any) -> Check:
    return check_manifest(client, **{"transport": "socket", "url": None, "command": "/paint", **more})


async def test_the_doctor_compares_the_manifest_and_says_what_it_cannot_see() -> None:
    wanted = set(SCOPES)
    async with slack(scopes=tuple(wanted - {"usergroups:read"})) as (_, client, _):
        lesser, good = await examine(
            {"lesser": _manifest(client), "good": _manifest(client, optional=["usergroups:read"])}
        )
        (unprintable,) = await examine({"manifest": _manifest(client, transport="http")})
    async with slack(scopes=(*wanted, "channels:join")) as (_, client, _):
        (extra,) = await examine({"manifest": _manifest(client)})
    (blind,) = await examine({"manifest": _manifest(None)})

    assert [lesser.level, good.level, extra.level] == [Level.WARNING, Level.OK, Level.WARNING]
    assert "imagine-bot manifest" in lesser.todo
    assert "whether it has /paint and Socket Mode cannot be seen from here" in good.message
    assert (unprintable.level, "IMAGINE_PUBLIC_URL" in unprintable.todo) == (Level.WARNING, True)
    assert blind.is_error


async def test_the_doctor_knows_refused_and_missing_tokens() -> None:
    async with slack(token="xoxb-wrong") as (_, client, _):
        findings = await examine(
            {
                "token": check_bot_token(client),
                "scopes": check_scopes(client),
                "app": check_app_token(client, "xapp-wrong", is_needed=True),
                "no token": check_bot_token(None),
                "no scopes": check_scopes(None),
                "no app": check_app_token(client, None, is_needed=True),
            }
        )
        (not_needed,) = await examine({"app": check_app_token(client, None, is_needed=False)})

    assert [finding.level for finding in findings] == [Level.ERROR] * 6
    assert all(finding.todo for finding in findings)
    assert "wrong" not in " ".join(finding.line() for finding in findings)
    assert not_needed.level is Level.OK


async def test_slacks_time_is_read_from_an_answer() -> None:
    async with slack() as (sandbox, _, session):
        told = await slack_time(session, f"{sandbox.base_url}/api/")

    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)
