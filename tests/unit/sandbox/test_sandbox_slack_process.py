"""The sandbox alone in a process, and followed live."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import aiohttp

from sandbox.slack.client import SandboxSlackClient
from tests.unit.sandbox.slack_kit import room

SERVE = "import asyncio; from sandbox.slack.server import serve; asyncio.run(serve())"


async def test_process_says_where_it_is_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    url, *settings = line.split()
    async with SandboxSlackClient(url) as people:
        await people.message("U0ALICE", "C0DESIGN", "hello")
        texts = [m["text"] for m in await people.messages("C0DESIGN")]
    process.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(process.wait(), 60)

    assert texts == ["hello"]
    assert "SLACK_BOT_TOKEN=xoxb-sandbox" in settings
    assert f"IMAGINE_SLACK_API_URL={url}/api/" in settings
    assert code == 0


async def test_stream_tells_of_messages_and_calls() -> None:
    async with (
        room() as here,
        aiohttp.ClientSession() as session,
        session.get(f"{here.sandbox.base_url}/sandbox/stream") as stream,
    ):
        await stream.content.readline()
        await here.web.chat_postMessage(channel="C0DESIGN", text="x")
        seen = []
        while "call" not in seen:
            line = await asyncio.wait_for(stream.content.readline(), 60)
            if line.startswith(b"data: "):
                seen.append(json.loads(line[6:])["what"])

        assert seen[0] == "message"


async def test_users_channels_and_options_are_shown() -> None:
    async with room() as here:
        users = {user["id"]: user for user in await here.people.users()}
        channels = {channel["id"]: channel for channel in await here.people.channels()}
        options = await here.people.options(limits="slack-like", file_delay=0.5)

        assert (users["U0CAROL"]["is_admin"], users["U0DAN"]["is_restricted"]) == (True, True)
        assert "U0IMAGINE" in channels["C0DESIGN"]["members"]
        assert "U0IMAGINE" not in channels["G0SECRET"]["members"]
        assert (options["limits"]["factor"], options["file_delay"]) == (1.0, 0.5)
