"""`/imagine` from a signed request to rows and a private answer, over a real socket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.job import Delivery, Status
from bot.domain.money import Money
from bot.domain.request import Size
from bot.domain.task import TaskKind
from handlers.text_input import decode_command_text
from tests.unit.handlers.bolt_kit import TEAM_ID, Bench, bench

Json = dict[str, Any]


async def type_in(room: Bench, text: str, *, user: str = "U0ALICE", channel: str = "C0DESIGN") -> Json:
    """What the sandbox workspace got back for ``/imagine TEXT``; it refuses malformed answers."""
    typed = await room.people.command(user, channel, text)
    assert typed["acked"], typed
    assert await room.people.violations() == []
    answer: Json = typed["ack"]
    assert answer["response_type"] == "ephemeral"
    for block in answer["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    return answer


async def test_an_ask_is_one_job_with_its_place_key_hold_and_first_task(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox --ar 16:9 --n 2 --quality high")
        (job,) = await room.jobs()
        hold = await room.store.read(lambda tx: tx.budget.hold(job.id))
        (task,) = await room.store.write(
            lambda tx: tx.tasks.claim(TaskKind.ANNOUNCE, owner="t", limit=5, lease_seconds=1)
        )

    assert job.request_key == f"{TEAM_ID}:{typed['trigger_id']}"
    assert (job.place.team_id, job.place.channel_id, job.place.thread_ts) == (TEAM_ID, "C0DESIGN", None)
    assert (job.user_id, job.status, job.delivery) == ("U0ALICE", Status.QUEUED, Delivery.NONE)
    assert (job.request.prompt, job.request.n, job.request.quality) == ("a fox", 2, "high")
    assert job.request.size != Size(1024, 1024)
    assert job.reply_url == typed["response_url"]
    assert hold is not None
    assert hold.estimate == job.estimate
    assert task.job_id == job.id


async def test_the_receipt_says_price_and_the_two_tightest_budgets(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, "a fox")
        (job,) = await room.jobs()

    left = (Money(10_000_000) - job.estimate).as_room()
    assert f"≈ {job.estimate.as_cost()}" in answer["text"]
    assert f"you {left} left" in answer["text"]
    assert "workspace" in answer["text"]
    assert f"#{job.id}" in answer["text"]


async def test_no_call_leaves_before_the_acknowledgement_but_who_am_i_once(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        await type_in(room, "budget")
        await type_in(room, "a fox --bogus")
        calls = await room.people.calls()

    assert [call["method"] for call in calls] == ["auth.test"]


async def test_the_same_invocation_twice_is_one_job_and_one_hold(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox", repeat=2)
        jobs = await room.jobs()
        entries = await room.store.read(lambda tx: tx.budget.entries())

    assert len(jobs) == 1
    assert len({str(entry.scope) for entry in entries}) == len(entries) == 3
    assert "On it" in typed["ack"]["text"]
    assert "Already on it" in typed["repeats"][0]["ack"]["text"]


async def test_two_invocations_of_the_same_words_are_two_jobs(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        await type_in(room, "a fox")

        assert len(await room.jobs()) == 2


async def test_over_budget_says_whose_and_records_nothing(sqlite_url: str) -> None:
    async with bench(sqlite_url, user_limit=Money(1_000)) as room:
        answer = await type_in(room, "a fox")

        assert await room.jobs() == []
        assert await room.store.read(lambda tx: tx.budget.entries()) == []
    assert "your own budget" in answer["text"]
    assert "resets" in answer["text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a fox --bogus 3", ("--bogus", "Nothing was spent", "a fox")),
        ("a fox --seed 7", ("--seed", "Nothing was spent", "a fox")),
        ("a fox --n 9", ("--n", "9", "Nothing was spent")),
        ("a fox --size 100000x16", ("100000", "Nothing was spent")),
        ("--ar 16:9", ("Nothing was spent",)),
    ],
)
async def test_a_mistake_is_explained_to_the_asker_and_costs_nothing(
    sqlite_url: str, text: str, says: tuple[str, ...]
) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, text)

        assert await room.jobs() == []
    for words in says:
        assert words in answer["text"]
    assert "value" not in str(answer["blocks"])  # no button: nothing could be pressed twice


async def test_what_was_understood_is_kept_for_the_status_message(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox --n 2 --n 3")
        (job,) = await room.jobs()

    assert job.request.n == 3
    assert job.notes


@pytest.mark.parametrize("text", ["", "help", "  HELP  ", "a fox --help"])
async def test_help_is_short_and_shows_the_budget(sqlite_url: str, text: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, text)

        assert await room.jobs() == []
    assert "/imagine a lighthouse at dusk" in answer["text"]
    assert "$10.00 left" in str(answer["blocks"])


async def test_a_sub_word_in_a_prompt_is_a_prompt(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "budget airline poster")
        (job,) = await room.jobs()

    assert job.request.prompt == "budget airline poster"


async def test_the_bots_own_direct_message_works(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, "a fox", channel="im")
        (job,) = await room.jobs()

    assert job.place.channel_id == "D0ALICE"
    assert "On it" in answer["text"]


async def test_show_history_and_status_find_a_job(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        shown = await type_in(room, f"show {job.id}")
        history = await type_in(room, "history")
        status = await type_in(room, "status")
        someone_elses = await type_in(room, "history", user="U0BOB")

    for answer in (shown, history, status):
        assert job.id in answer["text"]
        assert "a fox" in str(answer["blocks"])
    assert job.id not in someone_elses["text"]


async def test_status_leaves_out_what_is_over(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        await type_in(room, f"cancel {job.id}")
        status = await type_in(room, "status")

    assert job.id not in status["text"]
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

    assert job.id in posting["text"]
    assert job.id not in posted["text"]


async def test_a_job_of_another_workspace_is_not_found(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        moved = replace(job, id="j0b0ther01", request_key="x", place=replace(job.place, team_id="T0OTHER"))
        await room.store.write(lambda tx: tx.jobs.add(moved))
        answer = await type_in(room, "show j0b0ther01")

    assert "I know no picture #j0b0ther01" in answer["text"]


async def test_cancel_gives_the_money_back(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, f"cancel #{job.id}")
        budget = await type_in(room, "budget")
        (after,) = await room.jobs()

    assert after.status is Status.CANCELLED
    assert "Nothing was spent" in answer["text"]
    assert "$10.00 of $10.00 left" in budget["text"]


async def test_somebody_elses_job_cannot_be_cancelled(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, f"cancel {job.id}", user="U0BOB")
        (after,) = await room.jobs()

    assert after.status is Status.QUEUED
    assert "somebody else's" in answer["text"]


async def test_budget_lists_every_scope_with_what_is_set_aside(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        (job,) = await room.jobs()
        answer = await type_in(room, "budget")

    lines = answer["text"].splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("you: ")  # the tightest comes first
    assert f"{job.estimate.as_cost()} set aside" in lines[1]
    assert "no limit" in lines[3]
    assert {"type": "channel", "channel_id": "C0DESIGN"} in elements(answer)


@pytest.mark.parametrize("text", ["budget set channel $20 month", "budget pause", "budget who"])
async def test_budget_commands_of_later_say_so(sqlite_url: str, text: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, text)

        assert await room.jobs() == []
    assert "not available yet" in answer["text"]


async def test_a_prompt_cannot_ping_anybody_through_an_answer(sqlite_url: str) -> None:
    async with bench(sqlite_url, command_escapes=True) as room:
        await type_in(room, "<!channel> @here @bob #general *bold* `code`")
        (job,) = await room.jobs()
        for text in (f"show {job.id}", "history", "status"):
            await type_in(room, text)
        shown = await room.people.transcript("C0DESIGN", "U0ALICE")

    assert len(shown) == 4
    assert {name for record in shown for name in record.get("pings", [])} <= {"U0ALICE"}  # the asker


async def test_an_escaped_prompt_reaches_the_job_as_it_was_typed(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await room.command("a &lt;b&gt; &amp; c")
        (job,) = await room.jobs()

    assert job.request.prompt == decode_command_text("a &lt;b&gt; &amp; c") == "a <b> & c"


async def test_a_command_without_its_ids_is_answered_and_logged_without_its_text(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await room.command("a fox", trigger_id="")

        assert await room.jobs() == []
    assert answer.status == 200
    assert "Something went wrong" in answer.json["text"]


def elements(answer: Json) -> list[Json]:
    """Every element with a type, however deep."""

    def walk(node: Any) -> list[Json]:
        if isinstance(node, dict):
            return [node, *(found for value in node.values() for found in walk(value))]
        return [found for item in node for found in walk(item)] if isinstance(node, list) else []

    return walk(answer["blocks"])
