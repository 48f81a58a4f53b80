"""The page's own routes beside the control API, without a browser and without a bot."""

from __future__ import annotations

import base64
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from sandbox.imarouter import Options as ProviderOptions
from sandbox.imarouter import SandboxImaRouter
from sandbox.page.guard import guard
from sandbox.page.site import STATIC, Page
from sandbox.page.stage import Stage
from sandbox.slack.server import SandboxSlack

MANIFEST = {
    "display_information": {"name": "Imagine"},
    "features": {"slash_commands": [{"command": "/imagine", "usage_hint": "a fox"}]},
}


@dataclass
class FakeBot:
    acts: list[str] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        return {"running": True}

    def log(self) -> list[str]:
        return ["a line"]

    async def start(self) -> None:
        self.acts.append("start")

    async def stop(self) -> None:
        self.acts.append("stop")

    async def kill(self) -> None:
        self.acts.append("kill")


@dataclass
class Served:
    http: httpx.AsyncClient
    slack: SandboxSlack
    provider: SandboxImaRouter
    bot: FakeBot


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async def jobs() -> list[dict[str, Any]]:
        return [{"id": "k3f9"}]

    async def audit() -> dict[str, Any]:
        return {"ok": True}

    slack, bot = SandboxSlack(), FakeBot()
    provider = SandboxImaRouter(clock=lambda: 0.0, random=random.Random(1), options=ProviderOptions())
    page = Page(Stage(bot, provider, MANIFEST, jobs, audit))
    url = await slack.start(routes=page.routes(), middlewares=[guard])
    async with httpx.AsyncClient(base_url=url) as http:
        yield Served(http, slack, provider, bot)
    await slack.stop()
    await provider.stop()


async def test_the_page_and_its_files_come_with_a_policy_that_allows_only_themselves(served: Served) -> None:
    for name in ["", *(f"page/{path.name}" for path in STATIC.iterdir())]:
        answer = await served.http.get(f"/{name}")

        assert answer.status_code == 200, name
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "require-trusted-types-for 'script'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["site.py", "..%2fsite.py", "nothing.js"])
async def test_nothing_but_the_static_files_is_served(served: Served, name: str) -> None:
    assert (await served.http.get(f"/page/{name}")).status_code == 404


async def test_no_page_file_names_another_host_or_writes_html() -> None:
    for path in STATIC.glob("*.js"):
        source = path.read_text()
        assert "innerHTML" not in source, path.name
        assert "insertAdjacentHTML" not in source, path.name
        assert "//cdn" not in source, path.name
        assert source.count("\n") < 300, path.name


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Host": "example.org"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_pages_and_rebound_names_are_refused(served: Served, headers: dict[str, str]) -> None:
    answer = await served.http.post("/sandbox/bot/kill", headers=headers)

    assert answer.status_code == 403
    assert served.bot.acts == []


async def test_the_page_itself_and_programs_are_let_in(served: Served) -> None:
    own = {"Origin": str(served.http.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}

    assert (await served.http.post("/sandbox/bot/restart", headers=own)).json()["log"] == ["a line"]
    assert (await served.http.post("/sandbox/bot/stop")).status_code == 200
    assert served.bot.acts == ["kill", "start", "stop"]


async def test_the_manifest_says_what_people_may_use(served: Served) -> None:
    app = (await served.http.get("/sandbox/app")).json()

    assert app["commands"] == MANIFEST["features"]["slash_commands"]
    assert app["shortcuts"] == []


async def test_the_page_learns_the_emoji_of_the_workspace(served: Served) -> None:
    assert (await served.http.get("/sandbox/emoji")).json()["tada"] == "🎉"


async def test_the_books_are_those_of_the_bot(served: Served) -> None:
    assert (await served.http.get("/sandbox/bot/jobs")).json() == [{"id": "k3f9"}]
    assert (await served.http.get("/sandbox/bot/audit")).json() == {"ok": True}


async def test_the_provider_is_controlled_on_the_same_port(served: Served) -> None:
    changed = await served.http.post("/sandbox/provider/options", json={"speed": 7})
    armed = await served.http.post("/sandbox/provider/faults", json={"match": "*", "kind": "drop_before"})
    summary = (await served.http.get("/sandbox/provider")).json()

    assert changed.json()["speed"] == 7
    assert served.provider.options.speed == 7
    assert armed.status_code == 200
    assert summary["faults"][0]["kind"] == "drop_before"


async def test_an_uploaded_page_is_inert_in_a_browser(served: Served) -> None:
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    body = {"user": "U0ALICE", "name": "a.html", "content_base64": data, "mimetype": "text/html"}
    ident = (await served.http.post("/sandbox/upload", json=body)).json()["id"]

    answer = await served.http.get(f"/sandbox/file/{ident}")

    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_reaction_counts_once_and_goes_away_with_its_last_person(served: Served) -> None:
    control = served.slack.control
    ts = control.people.message({"user": "U0ALICE", "channel": "C0DESIGN", "text": "hi"})["ts"]
    act = {"user": "U0BOB", "channel": "C0DESIGN", "ts": ts, "name": "tada"}

    control.people.react(act)
    control.people.react(act)
    [message] = served.slack.core.workspace.channel_messages("C0DESIGN")
    assert message.reactions == {"tada": ["U0BOB"]}

    control.people.react({**act, "remove": True})
    assert message.reactions == {}


async def test_records_can_be_asked_for_from_the_end(served: Served) -> None:
    for number in range(4):
        served.slack.core.recorder.violation("m", "r", str(number))

    last = (await served.http.get("/sandbox/violations?last=2")).json()

    assert [violation["detail"] for violation in last] == ["2", "3"]
