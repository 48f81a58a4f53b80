"""``doctor --live``: each fact both ways, nothing left behind, and what the bot does with what is known."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.scenario.loop_kit import ALICE, BOB, DESIGN, elements, labels, newest_job
from tests.support.shared_world import QUICK
from tests.support.world import Json, World, eventually

SEEN = ("--seen", "block_post=yes", "--seen", "block_update=no")
HASTE = QUICK | {
    "handlers.live.measurements.SHARES_SECONDS": 1.0,
    "handlers.live.measurements.LATE_SECONDS": 1.0,
    "handlers.live.measurements.PROCESSING_SECONDS": 1.0,
    "handlers.live.measurements.PAUSE_SECONDS": 0.1,
    "handlers.live.trial_thread.PAUSE_SECONDS": 0.2,
}
FACTS = ["file_buttons", "block_post", "block_update", "alt_txt"]


async def doctor(world: World, *args: str) -> tuple[int, dict[str, Json]]:
    """The exit code and the findings of ``doctor ARGS --json``; no output holds a token."""
    code, out, err = await world.cli("doctor", *args, "--json", BOT_PATCH=json.dumps(HASTE))
    assert "xoxb" not in out + err
    assert "Traceback" not in out + err
    return code, {one["check"]: one for one in json.loads(out)}


async def measured(
    world: World, *presses: str, wait: str = "30", seen: Sequence[str] = SEEN
) -> dict[str, Json]:
    """What a run finds in which Alice presses the buttons with these labels, in this order."""
    asked = len(world.provider.journal.entries)
    running = asyncio.create_task(doctor(world, "--live", DESIGN, "--wait", wait, *seen))
    for label in presses:
        await press(world, label)
    code, findings = await running
    assert code == 0, findings
    assert list(findings) == FACTS
    assert len(world.provider.journal.entries) == asked
    await assert_clean(world)
    return findings


async def press(world: World, label: str) -> None:
    """As soon as the button can be seen."""

    async def pressed() -> bool:
        for message in await world.slack.messages(DESIGN):
            for one in elements(message):
                if one["type"] == "button" and one["text"]["text"] == label:
                    await world.slack.action(ALICE, DESIGN, message["ts"], "live_button", value=one["value"])
                    return True
        return False

    await eventually(pressed, what=f"a button {label!r}")


async def assert_clean(world: World) -> None:
    """No message and no file is left, nothing was ordered, and no press is awaited any more."""
    await world.slack.settle()
    assert await world.slack.messages(DESIGN) == []
    files = world.sandbox.core.workspace.files.values()
    assert [file.name for file in files if file.completed and not file.deleted] == []
    assert not world.provider.gateway.book.tasks
    assert await kept(world, "press:") == []


async def kept(world: World, prefix: str) -> list[str]:
    """The keys with this prefix in the database."""

    def read() -> list[str]:
        path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path)) as db:
            rows = db.execute("SELECT key FROM memos WHERE key LIKE ?", (f"{prefix}%",)).fetchall()
        return [key for (key,) in rows]

    return await asyncio.to_thread(read)


def words(findings: dict[str, Json]) -> list[str]:
    return [findings[fact]["message"].partition(":")[0] for fact in FACTS]


async def test_what_works_is_proven_and_kept(world: World) -> None:
    await world.start_bot()
    before = (await doctor(world))[1]
    assert words(before) == ["never measured"] * 4

    found = await measured(world, "Press me first")
    assert words(found) == ["proven", "proven", "not proven", "proven"]
    assert "the press arrived" in found["file_buttons"]["message"]

    after = (await doctor(world))[1]
    assert {fact: after[fact] for fact in FACTS} == found


async def test_a_database_that_is_not_ours_yet_hides_no_other_finding(world: World) -> None:
    path = Path(world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")).with_name("empty.db")
    await asyncio.to_thread(path.touch)

    code, out, err = await world.cli("doctor", "--json", IMAGINE_DATABASE_URL=f"sqlite:///{path}")

    findings = {one["check"]: one for one in json.loads(out)}
    assert (code, findings["database"]["status"]) == (1, "error")
    assert {findings[fact]["status"] for fact in FACTS} == {"warning"}, out + err
    assert {findings[fact]["todo"] for fact in FACTS} == {"See database."}


async def test_a_dead_button_on_a_file_is_told_from_a_bot_that_does_not_run(world: World) -> None:
    await world.start_bot()
    await world.slack.options(file_buttons=False)

    found = await measured(world, "Press me first", "Then press me")

    assert words(found)[0] == "not proven"
    assert "only the press on a message without files" in found["file_buttons"]["message"]


async def test_without_a_press_the_fact_stays_unknown(world: World) -> None:
    await world.start_bot()
    await measured(world, "Press me first")

    found = await measured(world, wait="0.5")

    assert (found["file_buttons"]["status"], words(found)[0]) == ("warning", "unknown")
    assert words((await doctor(world))[1])[0] == "proven"


async def test_blocks_that_are_refused_beside_a_file_need_no_press(world: World) -> None:
    await world.start_bot()
    await world.slack.refuse_upload_blocks()

    found = await measured(world)

    assert "refused (invalid_blocks)" in found["file_buttons"]["message"]
    assert words(found) == ["not proven", "proven", "not proven", "proven"]


async def test_a_description_that_hides_the_share(world: World) -> None:
    await world.start_bot()
    await world.slack.options(alt_txt_hides_shares=True)

    found = await measured(world, "Press me first")

    assert words(found) == ["proven", "proven", "not proven", "not proven"]


async def test_pictures_that_are_refused_in_blocks_are_asked_about_by_nobody(world: World) -> None:
    await world.start_bot()
    await world.slack.options(slack_file_needs_share=True)

    found = await measured(
        world, "Press me first", seen=("--seen", "block_post=yes", "--seen", "block_update=yes")
    )

    assert words(found) == ["proven", "not proven", "not proven", "proven"]
    assert "refused (invalid_blocks)" in found["block_update"]["message"]


async def test_without_a_terminal_nobody_is_asked(world: World) -> None:
    await world.start_bot()

    found = await measured(world, "Press me first", seen=())

    assert words(found) == ["proven", "unknown", "unknown", "proven"]
    assert "--seen block_post=yes" in found["block_post"]["todo"]
    assert sorted(await kept(world, "ability:")) == [
        "ability:alt_txt:T0SANDBOX", "ability:file_buttons:T0SANDBOX",
    ]  # fmt: skip


async def test_a_channel_of_others_and_a_wrong_word(world: World) -> None:
    await world.start_bot()
    await world.slack.kick(DESIGN)

    code, findings = await doctor(world, "--live", DESIGN, *SEEN)
    assert (code, list(findings), findings["channel"]["status"]) == (1, ["channel"], "error")
    assert "not_in_channel" in findings["channel"]["message"]
    await assert_clean(world)

    for wrong in (["--live", DESIGN, "--seen", "alt_txt=yes"], ["--seen", "block_post=yes"]):
        code, out, err = await world.cli("doctor", *wrong)
        assert (code, out) == (2, "")
        assert "--seen" in err


@pytest.mark.parametrize("method", ["files.completeUploadExternal", "chat.postMessage", "chat.update"])
async def test_answers_that_are_lost_leave_nothing(world: World, method: str) -> None:
    await world.start_bot()
    await world.slack.fault(Fault(method, "drop_after", count=1))

    code, findings = await doctor(world, "--live", DESIGN, "--wait", "0", *SEEN)

    assert code == 1
    assert any(one["status"] == "error" for one in findings.values())
    await world.slack.settle()
    await assert_clean(world)


async def test_slack_that_is_away_while_cleaning_up_is_said(world: World) -> None:
    await world.start_bot()
    await world.slack.fault(Fault("chat.delete", "error", error="internal_error", count=-1))

    code, findings = await doctor(world, "--live", DESIGN, "--wait", "0", *SEEN)

    assert (code, findings["clean-up"]["status"]) == (1, "error")
    assert "Delete them in Slack" in findings["clean-up"]["todo"]


async def test_a_channel_by_its_name_and_lines_for_people(world: World) -> None:
    await world.start_bot()
    code, out, err = await world.cli(
        "doctor", "--live", "#design", "--wait", "0", *SEEN, BOT_PATCH=json.dumps(HASTE)
    )

    assert code == 0, out + err
    lines = out.splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == FACTS
    assert "Press both buttons in the thread now" in err
    await assert_clean(world)


class Typist:
    """Somebody at a terminal of its own, in front of ``doctor --live``."""

    def __init__(self, process: asyncio.subprocess.Process, terminal: int, said: Path) -> None:
        self.process = process
        self._terminal = terminal
        self._said = said

    async def reads(self, words: str) -> None:
        async def is_said() -> bool:
            return words in await asyncio.to_thread(self._said.read_text)

        await eventually(is_said, what=f"{words!r} on the terminal")

    def types(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    async def ended(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 90)


def heed_keys() -> None:
    """A terminal's programs heed Ctrl-C, also where whoever runs the tests ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def at_a_terminal(world: World, *args: str) -> Typist:
    ours, theirs = pty.openpty()
    said = world.folder / "terminal.txt"
    env = {**world.env, "BOT_PATCH": json.dumps(HASTE)}
    with said.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.launch", "doctor", "--live", DESIGN, *args,
            cwd=world.folder, env=env, stdin=theirs, stdout=file, stderr=file, start_new_session=True,
            preexec_fn=heed_keys,
        )  # fmt: skip
    os.close(theirs)
    return Typist(process, ours, said)


async def test_the_operator_answers_what_a_second_member_sees(world: World) -> None:
    """Bob looks: what the sandbox shows him is what is answered."""
    await world.start_bot()
    typist = await at_a_terminal(world, "--wait", "30")
    await typist.reads("Press both buttons")
    await press(world, "Press me first")

    answers = []
    for colour in ("blue", "yellow"):
        await typist.reads(f"see the {colour} square")
        answers.append("y" if await bob_sees(world, colour) else "what")
        typist.types(f"{answers[-1]}\n")
    typist.types("n\n")  # what was not understood is asked again

    assert await typist.ended() == 0
    assert answers == ["y", "what"]
    assert words((await doctor(world))[1]) == ["proven", "proven", "not proven", "proven"]
    await assert_clean(world)


async def bob_sees(world: World, colour: str) -> bool:
    for record in await world.slack.transcript(DESIGN):
        for picture in record["pictures"]:
            if f"{colour} square" in json.dumps(record["blocks"]):
                return BOB not in picture["hidden_from"]
    raise AssertionError(colour)


async def stop_by_signal(typist: Typist) -> None:
    typist.process.send_signal(signal.SIGTERM)


async def stop_by_key(typist: Typist) -> None:
    typist.process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("stop", [stop_by_signal, stop_by_key])
@pytest.mark.parametrize("moment", ["The test messages", "Press both buttons", "see the blue square"])
async def test_stopped_at_any_moment_it_leaves_nothing(
    world: World, moment: str, stop: Callable[[Typist], Awaitable[None]]
) -> None:
    await world.start_bot()
    typist = await at_a_terminal(world, "--wait", "1" if moment.startswith("see") else "60")
    await typist.reads(moment)

    await stop(typist)

    assert await typist.ended() == 1
    await typist.reads("Stopped.")
    await assert_clean(world)


# --- what is known is used -------------------------------------------------------------------------------


async def test_files_are_described_once_that_is_proven(world: World) -> None:
    await world.start_bot()
    await world.imagine("a red fox --n 2")
    job = await newest_job(world, 1, delivery="delivered")
    assert [file["alt_txt"] for file in (await world.thread(job))[1]["files"]] == [None] * 3
    await world.sandbox.reset()
    world.provider.reset()

    await measured(world, wait="0")
    await world.imagine("a red fox --n 2")
    job = await newest_job(world, 2, delivery="delivered")

    described = [file["alt_txt"] for file in (await world.thread(job))[1]["files"]]
    one = "A red fox. Drawn by AI from these words."
    assert described == ["Two numbered pictures of: a red fox. Drawn by AI.", one, one]


async def test_a_result_in_a_thread_has_its_buttons_where_they_work(world: World) -> None:
    await world.start_bot()
    started = await world.slack.message(ALICE, DESIGN, "a thread")
    ask = {"thread_ts": started["ts"]}
    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> a red fox", **ask)
    job = await newest_job(world, 1, delivery="delivered")
    with_files = [m for m in await world.thread(job) if m["files"]]
    assert ["Again" in " ".join(labels(m)) for m in with_files] == [True]
    await world.sandbox.reset()
    world.provider.reset()

    await world.slack.options(file_buttons=False)
    await measured(world, "Press me first", "Then press me")
    started = await world.slack.message(ALICE, DESIGN, "another thread")
    await world.slack.message(ALICE, DESIGN, "<@U0IMAGINE> a blue fox", thread_ts=started["ts"])
    job = await newest_job(world, 2, delivery="delivered")

    async def buttons() -> list[Json]:
        return [m for m in await world.thread(job) if "Again" in " ".join(labels(m))]

    (message,) = await eventually(buttons, what="the buttons of the result")
    assert message["files"] == []
    (files,) = [m for m in await world.thread(job) if m["files"]]
    assert labels(files) == []
