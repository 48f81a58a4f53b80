"""`/imagine show | history | status | cancel | budget`, over a real socket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, Status
from bot.domain.problem import Failure, Problem
from tests.unit.handlers.bolt_kit import bench, type_in

Json = dict[str, Any]
REFUSED = Failure(Problem.MODERATED)


async def test_show_history_and_status_find_a_job(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        shown = await type_in(room, f"show {job.id}")
        history = await type_in(room, "history")
        status = await type_in(room, "status")
        someone_elses = await type_in(room, "history", user="U0BOB")

    for answer in (shown, history, status):
        assert "a fox" in answer["text"]
        assert "a fox" in str(answer["blocks"])
    assert "a fox" not in someone_elses["text"]
    assert job.id not in history["text"] + status["text"]
    (cancel,) = status["blocks"][-1]["elements"]
    assert (cancel["action_id"], cancel["value"]) == ("pic_cancel", f"{job.id}.0")


async def test_status_leaves_out_what_is_over(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        await type_in(room, f"cancel {job.id}")
        status = await type_in(room, "status")

    assert "a fox" not in status["text"]
    assert "Nothing is being drawn" in status["text"]


async def test_status_keeps_a_picture_that_is_not_posted_yet(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        ended = replace(job, status=Status.SUCCEEDED, delivery=Delivery.DELIVERING)
        await room.store.write(lambda tx: tx.jobs.save(ended))
        posting = await type_in(room, "status")
        await room.store.write(lambda tx: tx.jobs.save(replace(ended, delivery=Delivery.DELIVERED)))
        posted = await type_in(room, "status")
        failed = replace(job, status=Status.FAILED, delivery=Delivery.ANNOUNCED, failure=REFUSED)
        await room.store.write(lambda tx: tx.jobs.save(failed))
        over = await type_in(room, "status")

    assert "a fox" in posting["text"]
    assert "a fox" not in posted["text"]
    assert "a fox" not in over["text"]


async def test_a_job_of_another_workspace_is_not_found(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        moved = replace(job, id="j0b0ther01", request_key="x", place=replace(job.place, team_id="T0OTHER"))
        await room.store.write(lambda tx: tx.jobs.add(moved))
        answer = await type_in(room, "show j0b0ther01")

    assert "There is no such picture here." in answer["text"]


async def test_what_was_asked_in_a_direct_message_is_shown_to_its_asker_only(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a secret poster")
        (job,) = await room.jobs()
        private = replace(job, place=replace(job.place, channel_id="D0ALICE"))
        await room.store.write(lambda tx: tx.jobs.save(private))
        own = await type_in(room, f"show {job.id}")
        others = await type_in(room, f"show {job.id}", user="U0BOB")
        await room.store.write(lambda tx: tx.jobs.save(job))
        here = await type_in(room, f"show {job.id}", user="U0BOB")

    assert "a secret poster" in str(own)
    assert "secret" not in str(others)
    assert "There is no such picture here." in others["text"]
    assert "a secret poster" in str(here), "everybody there has seen it being asked"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.RUNNING, "cannot take it back"),
        (Status.UNKNOWN, "may have this already"),
        (Status.TIMED_OUT, "may have this already"),
        (Status.SUCCEEDED, "ended already"),
        (Status.FAILED, "ended already"),
    ],
)
async def test_what_can_no_longer_be_cancelled_says_why(sqlite_url: str, status: Status, said: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        await room.store.write(lambda tx: tx.jobs.save(replace(job, status=status)))
        answer = await type_in(room, f"cancel {job.id}")

        assert said in answer["text"]
        assert (await room.jobs())[0].status is status


async def test_cancel_gives_the_money_back(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, f"cancel #{job.id}")
        budget = await type_in(room, "budget")
        (after,) = await room.jobs()

    assert after.status is Status.CANCELLED
    assert "Nothing was charged." in answer["text"]
    assert "$10.00 of $10.00 left" in budget["text"]


async def test_somebody_elses_job_cannot_be_cancelled(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, f"cancel {job.id}", user="U0BOB")
        (after,) = await room.jobs()

    assert after.status is Status.QUEUED
    assert "Only whoever asked" in answer["text"]


async def test_budget_lists_every_scope_with_what_is_set_aside(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, "budget")

    lines = answer["text"].splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("You: ")  # the tightest comes first
    assert f"{job.estimate.as_cost()} set aside" in lines[1]
    assert "no limit" in lines[3]
    assert {"type": "channel", "channel_id": "C0DESIGN"} in elements(answer)


def elements(answer: Json) -> list[Json]:
    """Every element with a type, however deep."""

    def walk(node: Any) -> list[Json]:
        if isinstance(node, dict):
            return [node, *(found for value in node.values() for found in walk(value))]
        return [found for item in node for found in walk(item)] if isinstance(node, list) else []

    return walk(answer["blocks"])
