"""The hot queries use their indexes, so that their cost follows what is due and not what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool
from sqlalchemy.dialects import sqlite

from bot.domain.budget.periods import Window
from bot.domain.jobs.task import TaskKind
from storage.connect import driver, sqlite_engine
from storage.repositories import fair_queue as turns
from storage.repositories import inbox, jobs, ledger, tasks
from tests.contract.samples import START, TEAM


def plan(path: Path, statement: Any, **values: Any) -> str:
    with sqlite_engine(path, busy_seconds=1, pool=NullPool).connect() as connection:
        compiled = statement.compile(dialect=sqlite.dialect())
        parameters = compiled.construct_params(values)
        bound = [
            compiled._bind_processors.get(name, lambda value: value)(parameters[name])
            for name in compiled.positiontup
        ]
        rows = driver(connection).execute(f"EXPLAIN QUERY PLAN {compiled}", bound)
        return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (
            tasks.DUE,
            {"of_kind": TaskKind.POLL, "now": START, "most": 5, "least_starts": 0, "most_starts": 9},
            "USING INDEX ix_tasks_due",
        ),
        (tasks.soonest(frozenset(TaskKind)), {}, "USING COVERING INDEX ix_tasks_due"),
        (turns.RUNNING_IN_TEAM, {"of_team": "T1"}, "INDEX ix_jobs_running"),
        (turns.WAITING, {"of_team": "T1", "now": START, "claimed": START}, "INDEX ix_tasks_due"),
        (
            tasks.IN_TURN,
            {"of_kind": TaskKind.SUBMIT, "now": START, "most": 5, "least_starts": 0, "most_starts": 9},
            "USING INDEX ix_tasks_due",
        ),
        (
            jobs.IN_THREAD,
            {"team_id": "T1", "channel_id": "C1", "thread_ts": "17.1"},
            "USING INDEX ix_jobs_team_id_channel_id_thread_ts",
        ),
        (jobs.IN_SET, {"set_id": "J1"}, "USING INDEX ix_jobs_set_id"),
        (
            inbox.IN_THREAD,
            {"of_team": "T1", "of_channel": "C1", "of_thread": "17.1"},
            "USING INDEX ix_inbox_team_id_channel_id_thread_ts",
        ),
        (jobs.NEWEST.where(jobs.jobs.c.team_id == "T1"), {}, "USING INDEX ix_jobs_team_id_created_at"),
        (
            ledger.NEWEST,
            {"of_scope": TEAM, "of_window": Window.MONTH},
            "USING INDEX ix_scope_periods_scope_per_start_utc",
        ),
    ],
    ids=[
        "claim",
        "next_due",
        "running",
        "waiting",
        "claim_in_turn",
        "in_thread",
        "in_set",
        "heard",
        "newest",
        "period",
    ],
)
def test_query_uses_its_index(sqlite_path: Path, statement: Any, values: dict[str, Any], index: str) -> None:
    seen = plan(sqlite_path, statement, **values)

    assert index in seen
    assert "SCAN tasks" not in seen
    assert "SCAN jobs" not in seen
    assert "SCAN scope_periods" not in seen


def test_claim_sorts_nothing_but_ties(sqlite_path: Path) -> None:
    seen = plan(
        sqlite_path, tasks.DUE, of_kind=TaskKind.POLL, now=START, most=5, least_starts=0, most_starts=9
    )

    assert "kind=? AND due_at<?" in seen
    assert "USE TEMP B-TREE FOR ORDER BY" not in seen
