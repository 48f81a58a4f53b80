"""An ImaRouter client over a scripted wire, and the pieces its tests share."""

from __future__ import annotations

import io
import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from pydantic import SecretStr

from bot.domain.errors import BotError
from bot.domain.requests.request import Format, Quality, Size
from bot.imarouter.client import ImaRouter
from bot.imarouter.http import Timeouts
from bot.media.decoding.check_result import WholePicture, inspect
from bot.ports import Order, Receipt
from tests.unit.bot.memory_store import MemoryStore

KEY = "THEkeyNobodyMaySee"
"""Without a prefix that a pattern could know: only the client knows what it must hide."""
FAST = Timeouts(connect=30.0, submit=0.4, poll=0.4, download=0.4, whole_download=2.0)

Answer = httpx.Response | Exception


class Wire:
    """Answers from a script, the last one for ever; keeps what was sent."""

    def __init__(self, *answers: Answer | Callable[[httpx.Request], httpx.Response]) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    @property
    def body(self) -> Any:
        """The JSON of the one request that was sent."""
        (request,) = self.requests
        return json.loads(request.content)


def client(
    wire: Wire | None,
    *,
    api: Any = "images",
    store: MemoryStore | None = None,
    base_url: str = "https://api.imarouter.com",
    **changes: Any,
) -> ImaRouter:
    return ImaRouter(
        base_url=base_url,
        api_key=SecretStr(KEY),
        api=api,
        model="gpt-image-2",
        store=store or MemoryStore(),
        inspect=inspect_here,
        transport=httpx.MockTransport(wire) if wire is not None else None,
        **changes,
    )


async def inspect_here(path: Path) -> WholePicture:
    """In this process: its pictures are harmless."""
    return inspect(path)


def order(**changes: Any) -> Order:
    given: dict[str, Any] = {
        "prompt": "a red fox & <b>",
        "size": Size(1536, 1024),
        "quality": Quality.MEDIUM,
        "format": Format.PNG,
        "n": 1,
    }
    return Order(**{**given, **changes})


def answer(status: int, document: object = None, **headers: str) -> httpx.Response:
    content = b"" if document is None else json.dumps(document).encode()
    return httpx.Response(
        status, content=content, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, kind)
    return file.getvalue()


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


TASK = {"id": "task_1", "task_id": "task_1", "object": "image", "status": "queued", "progress": 0}
INVALID_URL = {"error": {"message": "Invalid URL (POST /v1/x)", "type": "invalid_request_error", "code": ""}}


async def submit(wire: Wire, given: Order | None = None, **changes: Any) -> Receipt:
    provider = client(wire, **changes)
    try:
        return await provider.submit(given or order())
    finally:
        await provider.aclose()


async def refusal(wire: Wire, given: Order | None = None, **changes: Any) -> BotError:
    with pytest.raises(BotError) as caught:
        await submit(wire, given, **changes)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value
