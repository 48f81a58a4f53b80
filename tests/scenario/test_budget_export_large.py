"""A workspace with many jobs orders its table and has its ledger read again, and nobody waits for either."""

from __future__ import annotations

import sqlite3

from bot.services.operations.records import Records
from tests.scenario.budget_kit import DESIGN, all_of, direct, told
from tests.support.world import World, eventually

MANY = 20_000
UNLIMITED = {"IMAGINE_BUDGET_USER": "none", "IMAGINE_BUDGET_WORKSPACE": "none"}


def many_like(path: str, job_id: str) -> None:
    """Copy a finished job with its money MANY times, and the counters along."""
    with sqlite3.connect(path) as db:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
        db.execute(f"CREATE TEMP TABLE number AS {numbers} SELECT i FROM n")
        for table, names in (
            ("jobs", {"id": "'J' || i", "request_key": "'K' || i"}),
            ("submissions", {"id": "'S' || i", "job_id": "'J' || i", "provider_task_id": "NULL"}),
            ("holds", {"job_id": "'J' || i"}),
            ("hold_legs", {"job_id": "'J' || i"}),
            ("ledger_entries", {"job_id": "'J' || i"}),
        ):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            if table == "ledger_entries":
                columns.remove("id")
            values = ", ".join(names.get(column, column) for column in columns)
            key = "id" if table == "jobs" else "job_id"
            db.execute(
                f"INSERT INTO {table} ({', '.join(columns)})"
                f" SELECT {values} FROM {table}, number WHERE {key} = ?",
                (job_id,),
            )
        db.execute(f"UPDATE scope_periods SET spent_micros = spent_micros * {MANY + 1}")


async def test_twenty_thousand_jobs_are_exported_and_verified_while_everybody_draws(world: World) -> None:
    bot = await world.start_bot(**UNLIMITED)
    await world.imagine("a red fox --q low")
    job = await world.job(status="succeeded", delivery="delivered")
    assert await bot.stop() == 0
    await world.close_stores()
    many_like(world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///"), job["id"])
    await world.start_bot(**UNLIMITED)

    ordered = await world.imagine("budget export", user="U0CAROL")
    verified = await world.imagine("budget verify", user="U0CAROL")
    asks, before_the_verdict = [], 0
    for number in range(8):
        asks.append(await world.imagine(f"fox number {number} --q low"))
        before_the_verdict += not any("The books" in all_of(m) for m in await world.slack.transcript(DESIGN))

    assert "on its way" in all_of(ordered["ack"])
    assert (verified["acked"], verified["ack"]) == (True, None), "a receipt, before anything is known"
    for ask in asks:
        assert (ask["acked"], ask["ack"]) == (True, None), "taken while the books are read"
    assert before_the_verdict, "answered while the ledger is read"
    verdict = await told(world, DESIGN, "The books")
    assert "The books are right." in all_of(verdict), "what was bought meanwhile is whole or not seen"
    assert verdict["ephemeral_for"] == "U0CAROL"
    desk = await direct(world, "U0CAROL")

    async def table() -> bytes | None:
        files = [f for m in await world.slack.messages(desk) for f in m.get("files", [])]
        return await world.slack.file(files[0]["id"]) if files else None

    lines = (await eventually(table, what="the table")).splitlines()
    assert len(lines) > MANY

    async def delivered() -> bool:
        jobs = await Records(world.store).jobs(limit=len(asks))
        return all(job["delivery"] == "delivered" for job in jobs)

    await eventually(delivered, what="the pictures that were asked for meanwhile")
    await world.audit()
