"""The whole way in: our web server, the gate, Bolt, the services and a database."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from handlers.bolt import bolt_app
from tests.unit.handlers.bolt_kit import bench, command_fields

BODY = urlencode(command_fields("a fox"))


async def test_bolt_itself_would_have_taken_the_unsigned_ssl_check(sqlite_url: str) -> None:
    """The whole way in: a forged command with ssl_check in it, and a replayed old one, make no job."""
    async with bench(sqlite_url) as room:
        forged = await room.send(BODY + "&ssl_check=1", X_Slack_Signature="v0=forged")
        old = await room.send(BODY, X_Slack_Request_Timestamp=str(int(time.time()) - 400))
        jobs = await room.jobs()

    assert (forged.status, old.status) == (401, 401)
    assert jobs == []


async def test_sixty_four_commands_at_once_are_sixty_four_jobs(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bolt_app, "ANSWER_SECONDS", 60.0)  # a slow machine may take longer than Slack waits
    async with bench(sqlite_url) as room:
        for number in range(64):
            await room.people.add_user(f"U0USER{number:02d}", f"user{number}", channels=["C0DESIGN"])

        async def ask(number: int) -> Any:
            return await room.command(f"fox number {number}", user_id=("U0ALICE", "U0BOB")[number % 2])

        answers = await asyncio.gather(*map(ask, range(64)))
        jobs = await room.jobs()

    assert {answer.status for answer in answers} == {200}
    assert len({job.request.prompt for job in jobs}) == 64
