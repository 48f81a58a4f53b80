"""What operators type, as processes of their own beside a running bot."""

import contextlib
import json
import sqlite3

from tests.support.world import World


async def test_jobs_and_audit_beside_a_running_bot(world: World) -> None:
    await world.start_bot()
    await world.imagine("a red fox --q low")
    job = await world.job(status="succeeded", delivery="delivered")

    code, out, _ = await world.cli("jobs", "--json")
    assert (code, [row["id"] for row in json.loads(out)]) == (0, [job["id"]])
    assert job["id"] in (await world.cli("jobs"))[1]
    assert json.loads((await world.cli("jobs", "--parked", "--json"))[1]) == []
    code, out, _ = await world.cli("audit", "--json")
    assert (code, json.loads(out)) == (0, await world.audit())
    assert await world.cli("health") == (0, "", "")


async def test_audit_ends_with_1_when_the_books_do_not_balance(world: World) -> None:
    bot = await world.start_bot()
    await world.imagine("a red fox --q low")
    await world.job(status="succeeded", delivery="delivered")
    assert await bot.stop() == 0
    code, _, reason = await world.cli("health")
    assert (code, "No bot answers" in reason) == (1, True)
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE scope_periods SET spent_micros = spent_micros + 1")
        db.commit()

    code, out, _ = await world.cli("audit", "--json")

    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert {violation["rule"] for violation in found["violations"]} >= {"I2", "I8"}


async def test_no_job_is_left_out_of_a_long_list(world: World) -> None:
    bot = await world.start_bot()
    await world.imagine("a red fox --q low")
    await world.job(status="succeeded", delivery="delivered")
    assert await bot.stop() == 0
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        own = {"id": "'copy' || number", "request_key": "'copy' || number"}
        columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)")]
        values = ", ".join(own.get(name, f"jobs.{name}") for name in columns)
        db.execute(
            "WITH RECURSIVE copies(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies"
            f" WHERE number < 1000) INSERT INTO jobs SELECT {values} FROM jobs, copies"
        )
        db.commit()

    async def page(*more: str) -> list[str]:
        code, out, _ = await world.cli("jobs", "--json", "--status", "SUCCEEDED", "--limit", "600", *more)
        assert code == 0
        return [job["id"] for job in json.loads(out)]

    first = await page()
    second = await page("--before", first[-1])

    assert (len(first), len(second)) == (600, 401)
    assert len({*first, *second}) == 1001
