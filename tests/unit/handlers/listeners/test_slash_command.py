"""`/imagine` from a signed request to rows and a private answer, over a real socket."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.jobs.job import Delivery, Status
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.request import Size
from handlers.parsing.text_input import decode_command_text
from tests.unit.handlers.bolt_kit import TEAM_ID, bench, type_in

Json = dict[str, Any]


async def test_an_ask_is_one_job_with_its_place_key_hold_and_first_task(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox --ar 16:9 --n 2 --quality high")
        (job,) = await room.jobs()
        hold = await room.store.read(lambda tx: tx.ledger.hold(job.id))
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


async def test_an_ask_is_acknowledged_without_a_word(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, "a fox")
        (job,) = await room.jobs()
        shown = await room.people.transcript("C0DESIGN", "U0ALICE")

    assert answer == {}, "the message that comes is the receipt"
    assert job.request.prompt == "a fox"
    assert shown == []


async def test_only_who_am_i_and_who_asks_are_asked_before_the_acknowledgement_each_once(
    sqlite_url: str,
) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        await type_in(room, "budget")
        await type_in(room, "a fox --bogus")
        calls = await room.people.calls()

    assert [call["method"] for call in calls] == ["auth.test", "users.info"]


async def test_the_same_invocation_twice_is_one_job_and_one_hold(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        typed = await room.people.command("U0ALICE", "C0DESIGN", "a fox", repeat=2)
        jobs = await room.jobs()
        entries = await room.store.read(lambda tx: tx.ledger.entries())

    assert len(jobs) == 1
    assert len({str(entry.scope) for entry in entries}) == len(entries) == 3
    assert not typed["ack"]
    assert not typed["repeats"][0]["ack"]


async def test_two_invocations_of_the_same_words_are_two_jobs(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox")
        await type_in(room, "a fox")

        assert len(await room.jobs()) == 2


async def test_over_budget_says_whose_and_records_nothing(sqlite_url: str) -> None:
    async with bench(sqlite_url, user_limit=Money(1_000)) as room:
        answer = await type_in(room, "a fox")

        assert await room.jobs() == []
        assert await room.store.read(lambda tx: tx.ledger.entries()) == []
    assert "is more than you have left ($0.00)." in answer["text"]
    assert "Starts anew on 1 " in answer["text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a fox --bogus 3", ("--bogus doesn't exist here.",)),
        ("a fox --seed 7", ("--seed doesn't exist here.",)),
        ("a fox --n 9", ("--n", "9")),
        ("a fox --size 100000x16", ("100000",)),
        ("--ar 16:9", ("nothing to draw",)),
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
    actions = [block for block in answer["blocks"] if block["type"] == "actions"]
    assert "fox" not in str(actions), "a button carries an id, never the ask"


async def test_what_was_understood_is_kept_for_the_status_message(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await type_in(room, "a fox --n 2 --n 3")
        (job,) = await room.jobs()

    assert job.request.n == 3
    assert job.notes


@pytest.mark.parametrize("text", ["help", "  HELP  ", "a fox --help"])
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
        await type_in(room, "a fox", channel="im")
        (job,) = await room.jobs()

    assert job.place.channel_id == "D0ALICE"


@pytest.mark.parametrize("text", ["budget set channel $20 month", "budget pause", "budget who"])
async def test_budget_commands_of_anybody_but_an_admin_change_nothing(sqlite_url: str, text: str) -> None:
    async with bench(sqlite_url) as room:
        answer = await type_in(room, text)

        assert await room.jobs() == []
    assert "Only a budget admin can do that." in answer["text"]


async def test_a_prompt_cannot_ping_anybody_through_an_answer(sqlite_url: str) -> None:
    async with bench(sqlite_url, command_escapes=True) as room:
        await type_in(room, "<!channel> @here @bob #general *bold* `code`")
        (job,) = await room.jobs()
        for text in (f"show {job.id}", "history", "status"):
            await type_in(room, text)
        shown = await room.people.transcript("C0DESIGN", "U0ALICE")

    assert len(shown) == 3
    assert {name for record in shown for name in record.get("pings", [])} <= {"U0ALICE"}  # the asker


async def test_an_escaped_prompt_reaches_the_job_as_it_was_typed(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        await room.command("a &lt;b&gt; &amp; c")
        (job,) = await room.jobs()

    assert job.request.prompt == decode_command_text("a &lt;b&gt; &amp; c") == "a <b> & c"


async def test_a_command_without_its_ids_is_answered_and_logged_without_its_text(sqlite_url: str) -> None:
    async with bench(sqlite_url) as room:
        with capture_logs() as logs:
            answer = await room.send("team_id=T0SANDBOX&command=%2Fimagine&text=fox")

        assert await room.jobs() == []
    assert answer.status == 200
    assert "Something went wrong" in answer.json["text"]
    assert "trigger_id" in str(logs[0]["exc_info"])
    assert "fox" not in str(logs[0]["exc_info"])
