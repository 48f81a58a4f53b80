"""``imagine-bot jobs``: a page at a time, each job once."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from bot.ports import Transaction
from storage.engine import open_store
from storage.migrate import migrate
from tests.contract.samples import START, a_job
from tests.support.databases import SetClock

NEWEST_FIRST = ["J2", "J5", "J4", "J3", "J1"]
"""J3, J4 and J5 are of the same moment."""


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five jobs in the database that the command opens."""
    url = f"sqlite:///{tmp_path / 'imagine.db'}"

    def unit(tx: Transaction) -> None:
        for name, minutes in (("J1", 1), ("J2", 9), ("J3", 5), ("J4", 5), ("J5", 5)):
            tx.jobs.add(a_job(name, created_at=START + timedelta(minutes=minutes)))

    async def fill() -> None:
        await migrate(url)
        store = open_store(url, clock=SetClock())
        await store.write(unit)
        await store.close()

    asyncio.run(fill())
    monkeypatch.setenv("IMAGINE_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)


def listed(*args: str) -> list[str]:
    result = CliRunner().invoke(cli, ["jobs", "--json", *args])
    assert result.exit_code == 0, result.output
    return [row["id"] for row in json.loads(result.output)]


def test_pages_follow_one_another_without_a_gap_or_a_job_twice() -> None:
    assert listed() == NEWEST_FIRST
    pages, before = [], []
    for _ in range(3):
        page = listed("--limit", "2", *before)
        pages += page
        before = ["--before", page[-1]]
    assert pages == NEWEST_FIRST
    assert listed(*before) == []


def test_people_are_told_how_to_go_on() -> None:
    first = CliRunner().invoke(cli, ["jobs", "--limit", "2"]).output.splitlines()
    last = CliRunner().invoke(cli, ["jobs", "--limit", "3", "--before", "J5"]).output.splitlines()

    assert [line.split()[0] for line in first] == ["J2", "J5", "There"]
    assert "--before J5" in first[-1]
    assert [line.split()[0] for line in last] == ["J4", "J3", "J1"]


def test_a_job_that_is_none_is_said() -> None:
    result = CliRunner().invoke(cli, ["jobs", "--before", "nothing"])

    assert (result.exit_code, result.stderr) == (1, "There is no job nothing.\n")
