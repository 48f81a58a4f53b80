"""Jobs to talk about, and the real delivery against the sandbox workspace (one fake, in sandbox/slack)."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from httpx_aiohttp import AiohttpTransport
from PIL import Image

from app.clock import SystemClock
from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, Status, Submission, SubmissionState
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.ports import JobView
from handlers.conversation.conversation import SlackConversation
from handlers.conversation.downloads import SlackFiles, file_access
from handlers.conversation.names_in_text import NamesOfPeople
from handlers.messages.wording import BotNames
from handlers.web_api.client import SlackApi, new_client, new_session
from handlers.web_api.uploads import UploadClient
from sandbox.faults import Fault
from sandbox.slack.options import Options
from sandbox.slack.server import SandboxSlack, find_reference
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_ID
from tests.support.collaborators import slack_api

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PRICES = PriceTable.load()
NASTY = (
    "<!channel> @here <@U1> <http://x|y> *b* ```code``` `c` &lt;!here&gt; <!subteam^S1> @everyone #general"
)
"""The injection table of Slack reference 8, in one prompt."""


def a_request(**changes: Any) -> PictureRequest:
    request = PictureRequest(
        Kind.GENERATE, "a lighthouse at dusk", Size(1536, 1024), Quality.HIGH, Format.PNG, 1
    )
    return replace(request, **changes)


def a_job(**changes: Any) -> Job:
    job = Job(
        id="k3f9q2ab",
        request_key="key",
        place=Place(TEAM_ID, "C0GENERAL"),
        user_id="U0ALICE",
        request=a_request(),
        status=Status.QUEUED,
        delivery=Delivery.NONE,
        estimate=Money(165_000),
        price_version="v1",
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(job, **changes)


def a_picture(index: int = 0, **changes: Any) -> Picture:
    picture = Picture(
        id=f"p{index}",
        job_id="k3f9q2ab",
        submission_id="s0",
        ordinal=index,
        state=PictureState.SHARED,
        url="https://pictures.example/1",
        size_bytes=100,
        width=1536,
        height=1024,
        format="png",
        file_id=f"F{index}",
    )
    return replace(picture, **changes)


def a_submission(index: int = 0, **changes: Any) -> Submission:
    submission = Submission(f"s{index}", "k3f9q2ab", index, 1, SubmissionState.SUCCEEDED)
    return replace(submission, **changes)


def a_view(job: Job | None = None, *pictures: Picture, **changes: Any) -> JobView:
    view = JobView(job or a_job(), list(pictures), [], NOW, None)
    return replace(view, **changes)


def every_view(prompt: str = "a lighthouse at dusk") -> dict[str, JobView]:
    """A view for every state that people get to see."""
    request = a_request(prompt=prompt, n=2)
    noted = a_job(request=request, notes=(prompt,), parent_id="aa11bb22")
    opened = replace(
        noted, place=Place(TEAM_ID, "C1", "1.1"), status_ts="1.1", started_at=NOW, finished_at=NOW
    )
    both = [a_picture(0), a_picture(1)]
    views = {"queued": a_view(noted, expected_seconds=40.0)}
    for status in Status:
        views[f"status {status}"] = a_view(replace(opened, status=status))
    for problem in Problem:
        failure = Failure(problem, prompt)
        views[f"failed {problem}"] = a_view(replace(opened, status=Status.FAILED, failure=failure))
        lost = replace(
            opened, status=Status.SUCCEEDED, delivery=Delivery.UNDELIVERABLE, failure=failure, cost=Money(5)
        )
        views[f"undeliverable {problem}"] = a_view(lost, *both)
        partly = a_submission(1, state=SubmissionState.FAILED, failure=failure)
        views[f"partly {problem}"] = a_view(
            replace(opened, status=Status.SUCCEEDED, cost=Money(80_000)),
            both[0],
            submissions=[a_submission(0), partly],
        )
    again = a_submission(0, state=SubmissionState.PLANNED, reorders=1)
    views["tried again"] = a_view(replace(opened, status=Status.RUNNING), submissions=[again])
    views["done"] = a_view(replace(opened, status=Status.SUCCEEDED, cost=Money(80_000)), *both)
    return views


@dataclass
class Kit:
    """The outgoing half on the sandbox workspace."""

    slack: SandboxSlack
    api: SlackApi
    upload_client: UploadClient
    talk: SlackConversation
    http: httpx.AsyncClient

    def fault(self, match: str, kind: str, **more: Any) -> None:
        self.slack.core.faults.add(Fault(match=match, kind=kind, **more))

    def calls(self, method: str | None = None) -> list[Any]:
        return [c for c in self.slack.core.recorder.calls if method in {None, c.method}]

    def messages(self, channel: str = "C0GENERAL") -> list[Any]:
        return self.slack.core.workspace.channel_messages(channel)

    def no_violations(self) -> bool:
        return self.slack.core.recorder.violations == []


@asynccontextmanager
async def outgoing(
    options: Options | None = None, *, base_url: str | None = None, **conversation: Any
) -> AsyncIterator[Kit]:
    options = options or Options(file_delay=0.02, share_delay=0.02)
    options.reference = find_reference()
    slack = SandboxSlack(options=options)
    url = await slack.start()
    session = new_session()
    http = httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)
    try:
        client = new_client(options.bot_token, session=session, base_url=base_url or f"{url}/api/")
        api = slack_api(client, BOT_USER, BOT_ID)
        upload_client = UploadClient(http=http, trusted_hosts=[urlsplit(url).netloc])
        info, token_for = file_access(api)
        folder = Path(tempfile.mkdtemp(prefix="sources-"))
        files = SlackFiles(
            info=info,
            token_for=token_for,
            http=http,
            folder=folder,
            sleep=asyncio.sleep,
            trusted_hosts=[urlsplit(url).netloc],
        )
        defaults: dict[str, Any] = {
            "clock": SystemClock(),
            "names": BotNames(),
            "files": files,
            "prices": PRICES,
            "people": NamesOfPeople(api),
        }
        settings = defaults | conversation
        talk = SlackConversation(api=api, upload_client=upload_client, **settings)
        yield Kit(slack, api, upload_client, talk, http)
    finally:
        await http.aclose()
        await session.close()
        await slack.stop()


def a_png(folder: Path, name: str = "1.png", size: tuple[int, int] = (32, 24)) -> Path:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 60, 20)).save(buffer, "PNG")
    path = folder / name
    path.write_bytes(buffer.getvalue())
    return path
