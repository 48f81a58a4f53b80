"""The database of the previous version, with a job in every state: the bot starts on it and carries on."""

from __future__ import annotations

import re
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.scenario.budget_kit import all_of, direct, form_of, told
from tests.scenario.edit_kit import ALICE, DESIGN, photo, reachable_bot
from tests.scenario.form_kit import draw
from tests.support.crash import at_rest
from tests.support.previous import DUMP
from tests.support.world import Json, World, eventually

CAROL = "U0CAROL"
IN_DOUBT = {"sending1", "unknown1"}
"""May have been taken and paid for: never sent again by themselves."""

PARKED = {"stuck001", "unshown1"}
"""Given up before: they wait for an operator."""

TAKEN = {"running1": 2, "repriced": 1, "late0001": 1, "showing1": 1}
"""With the provider, each as one task of so many pictures."""


DRAWN_ANEW = {"firstone", "waiting1", "approjob", "edit0new", "edit0go1"}
"""Waited before anything was sent: each is ordered now."""


@dataclass
class Restored:
    """What the dump speaks of, made anew in a workspace and at a provider that know nothing of it."""

    world: World
    sql: str

    async def messages(self) -> None:
        """The bot's status messages, with the buttons of the version that posted them; and the asks of edits,
        with their pictures."""
        for job_id, old in re.findall(
            r"INSERT INTO \"jobs\" VALUES\('(\w+)'[^\n]*?'(1763100000\.\d+)'", self.sql
        ):
            self.sql = self.sql.replace(f"'{old}'", f"'{await self._status(job_id)}'")
        for old in sorted(set(re.findall(r"'(1763000000\.\d+)'", self.sql))):
            ask = await self.world.slack.message(ALICE, DESIGN, "@Imagine make it blue", files=[photo()])
            self.sql = self.sql.replace(old, ask["ts"])
            (file,) = (await self._message(ask["ts"]))["files"]
            self.sql = self.sql.replace(f"'F0SOURCE{int(old[-6:])}'", f"'{file['id']}'")
        shown = await self.world.slack.message(ALICE, DESIGN, "its picture", files=[photo()])
        (file,) = (await self._message(shown["ts"]))["files"]
        self.sql = self.sql.replace("'F0SHOWN0010'", f"'{file['id']}'")

    async def tasks(self) -> None:
        """The paid calls that the provider has taken, and where their pictures are."""
        headers = {"Authorization": f"Bearer {self.world.provider.api_key}"}
        async with httpx.AsyncClient(base_url=self.world.provider_url, headers=headers) as http:
            for job_id, n in TAKEN.items():
                body = {
                    "model": "gpt-image-2",
                    "prompt": "a fox",
                    "size": "1024x1024",
                    "quality": "low",
                    "n": n,
                }
                answer = await http.post("/v1/images/generations", json=body)
                task = answer.raise_for_status().json()["id"]
                self.sql = self.sql.replace(f"'task-{job_id}-0'", f"'{task}'")
                if job_id == "showing1":
                    link = await eventually(
                        lambda task=task: self._link(http, task), what="its picture is drawn"
                    )
                    self.sql = self.sql.replace("https://results.example/showing1/0.png", link)
        # Other results are gone from there, as they are after a few hours.
        self.sql = self.sql.replace("https://results.example", self.world.provider_url)

    def file(self, path: Path, public: str) -> None:
        """The database, as if it had been written just now."""
        with sqlite3.connect(path) as db:
            db.executescript(self.sql.replace("https://media.example", public))
            (then,) = db.execute("SELECT max(at) FROM ledger_entries").fetchone()
            later = int(time.time() * 1_000_000) - then
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for column in [row[1] for row in db.execute(f"PRAGMA table_info({table})")]:
                    if column == "at" or column.endswith("_at"):
                        db.execute(f"UPDATE {table} SET {column} = {column} + ?", (later,))

    async def _status(self, job_id: str) -> str:
        buttons = {"unknown1": "run_again", "shown001": "edit_result"}
        blocks: list[Json] = [{"type": "section", "text": {"type": "plain_text", "text": f"#{job_id}"}}]
        if job_id in buttons:
            pressed = {"type": "button", "action_id": buttons[job_id], "value": job_id}
            pressed["text"] = {"type": "plain_text", "text": "Press"}
            block_id = "results:1" if job_id == "shown001" else "run_again"
            blocks.append({"type": "actions", "block_id": block_id, "elements": [pressed]})
        metadata = {"event_type": "imagine_job", "event_payload": {"job_id": job_id}}
        answer = await self._post(channel=DESIGN, text=f"#{job_id}", blocks=blocks, metadata=metadata)
        return str(answer["ts"])

    async def _post(self, **message: Any) -> Json:
        async with httpx.AsyncClient(base_url=self.world.slack_url) as http:
            token = {"Authorization": f"Bearer {self.world.env['SLACK_BOT_TOKEN']}"}
            answer: Json = (await http.post("/api/chat.postMessage", json=message, headers=token)).json()
        assert answer["ok"], answer
        return answer

    async def _message(self, ts: str) -> Json:
        return next(m for m in await self.world.slack.messages(DESIGN) if m["ts"] == ts)

    async def _link(self, http: httpx.AsyncClient, task: str) -> str | None:
        data = (await http.get(f"/v1/images/generations/{task}")).json().get("data")
        return data[0]["url"] if isinstance(data, list) and data else (data or {}).get("url")


async def start_on_the_previous_database(world: World) -> None:
    restored = Restored(world, DUMP.read_text())
    await restored.messages()
    await restored.tasks()
    path = Path(world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///"))
    restored.file(path, f"http://127.0.0.1:{world.env['IMAGINE_PORT']}")
    await reachable_bot(
        world, IMAGINE_SECRET_KEY="a secret of the previous version", IMAGINE_ADMINS=CAROL,
        IMAGINE_BUDGET_USER="10", IMAGINE_BUDGET_WORKSPACE="50",
    )  # fmt: skip


async def status_message(world: World, job: Json) -> Json:
    messages = await world.slack.messages(DESIGN)
    return next(
        m for m in messages if ((m["metadata"] or {}).get("event_payload") or {}).get("job_id") == job["id"]
    )


async def test_every_job_of_the_previous_version_is_carried_on(world: World) -> None:
    sent_before = len(TAKEN)
    await start_on_the_previous_database(world)
    await at_rest(world, within=180)

    jobs = {job["id"]: job for job in await world.jobs()}
    each_job_ended_as_it_should(jobs)
    nothing_was_paid_for_again(world, sent_before)
    for name in IN_DOUBT:
        assert "No answer from the image service" in all_of(await status_message(world, jobs[name]))
    await world.audit()
    await limits_hold_and_are_changed(world)
    await old_buttons_work(world, jobs)
    await what_waited_for_people_goes_on(world)
    await world.audit()


def each_job_ended_as_it_should(jobs: dict[str, Json]) -> None:
    ends = {name: (job["status"], job["delivery"]) for name, job in jobs.items()}
    waiting = {
        name for name, (status, _) in ends.items() if status not in {"succeeded", "failed", "cancelled"}
    }
    assert waiting == IN_DOUBT | {"stuck001"}, ends
    assert {name for name, job in jobs.items() if job["parked"]} == PARKED
    for name in DRAWN_ANEW | {"running1", "repriced", "late0001", "showing1"}:
        assert ends[name] == ("succeeded", "delivered"), (name, ends[name], jobs[name]["error"])
    for name, error in (("refused1", "moderated"), ("latebill", "provider_failed")):
        assert (ends[name][0], jobs[name]["error"]["code"]) == ("failed", error)
    assert ends["calledof"][0] == "cancelled"


def nothing_was_paid_for_again(world: World, sent_before: int) -> None:
    """Of what the previous version may have sent, nothing is sent a second time."""
    paid = [task["prompt"] for task in world.provider.tasks()]
    assert len(paid) == sent_before + len(DRAWN_ANEW)
    assert not any(name in prompt for name in IN_DOUBT | PARKED for prompt in paid)


async def limits_hold_and_are_changed(world: World) -> None:
    refused = all_of((await world.imagine("a fox --q high --n 4", user=ALICE))["ack"])
    assert "is more than you have left today" in refused
    changed = await world.imagine("budget set user U0ALICE $9 day", user=CAROL)
    assert "has $9.00 a day" in all_of(changed["ack"]), changed["ack"]


async def old_buttons_work(world: World, jobs: dict[str, Json]) -> None:
    """Those of messages that the previous version posted."""
    old = await status_message(world, jobs["unknown1"])
    await world.slack.action(ALICE, DESIGN, old["ts"], "run_again")
    again = await world.job(status="succeeded", delivery="delivered")
    assert again["id"] not in jobs
    assert again["thread_ts"] == jobs["unknown1"]["thread_ts"]
    old = await status_message(world, jobs["shown001"])
    await world.slack.action(ALICE, DESIGN, old["ts"], "edit_result")
    view = await form_of(world, ALICE)
    await draw(world, ALICE, view, change="bluer", quality="low")
    edited = await world.job(kind="edit", status="succeeded", delivery="delivered")
    assert edited["parent_id"] == "shown001"


async def what_waited_for_people_goes_on(world: World) -> None:
    """A request that waited for an admin, and a step that waited for an operator."""
    card = await told(world, await direct(world, CAROL), "asks for")
    await world.slack.action(CAROL, card["channel"], card["ts"], "petition_once")
    approved = await world.job(status="succeeded", delivery="delivered")
    assert approved["prompt"] == "a fox called petition"
    code, _, errors = await world.cli("jobs", "retry", "stuck001")
    assert code == 0, errors

    async def carried_on() -> bool:
        (job,) = [job for job in await world.jobs() if job["id"] == "stuck001"]
        return (job["status"], job["delivery"]) == ("succeeded", "delivered")

    await eventually(carried_on, what="the parked job is delivered")
