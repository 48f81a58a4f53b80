"""Commands whose answer may take longer than Slack waits: a receipt first, the answer after it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from handlers.listeners.errors import ErrorHandler
from handlers.listeners.late_answers import LateAnswers
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.wording import BotNames
from handlers.web_api.uploads import UploadClient
from tests.unit.handlers.bolt_kit import Bench, bench

Json = dict[str, Any]
URL = "https://hooks.slack.com/commands/T1/2/abc"


class Posted(UploadClient):
    """What is sent to response_urls, instead of being sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def answer(self, url: str, body: Json) -> bool:
        self.sent.append((url, body["text"]))
        return True


async def test_a_receipt_that_need_not_wait_waits_for_nothing() -> None:
    posted, receipts, may_go = Posted(), [], asyncio.Event()
    late = LateAnswers(upload_client=posted, errors=ErrorHandler(names=BotNames("/imagine", "@imagine")))

    async def answer() -> Notice:
        await may_go.wait()
        return notice(["The ledger balances."])

    async def ack(*said: Any) -> None:
        receipts.append(said)

    await late.after_receipt(answer, {"response_url": URL}, ack)
    assert (receipts, posted.sent) == ([()], []), "acknowledged, empty, before there is an answer"
    may_go.set()
    await late.finish()

    assert (receipts, posted.sent) == ([()], [(URL, "The ledger balances.")])


async def verified(room: Bench, user: str) -> Json:
    """What ``user`` is told, in the end, about ``budget verify``; its receipt was empty."""
    typed = await room.people.command(user, "C0DESIGN", "budget verify")
    assert typed["acked"]
    assert not typed["ack"]
    while True:
        told = [m for m in await room.people.transcript("C0DESIGN") if m["ephemeral_for"] == user]
        if told:
            assert await room.people.violations() == []
            answer: Json = told[-1]
            return answer
        await asyncio.sleep(0.01)


async def test_verify_has_an_empty_receipt_and_is_answered_after_it(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        told = await verified(room, "U0CAROL")

    assert "The books are right." in json.dumps(told)


async def test_whoever_may_not_verify_is_told_after_the_receipt(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        told = await verified(room, "U0ALICE")

    assert "Only a budget admin can do that." in json.dumps(told)
