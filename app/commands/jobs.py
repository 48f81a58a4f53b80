"""``imagine-bot jobs`` and ``imagine-bot jobs retry``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from app.commands.with_store import with_store
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.refusals import AskRefused
from bot.ports import Store
from bot.services.operations.records import Records
from bot.services.operations.retry_jobs import RetryJobs

Row = dict[str, Any]


def print_jobs(*, as_json: bool, status: str | None, team: str | None, limit: int, before: str | None) -> int:
    """Print a page of the jobs, newest first; for people also how the next page is called, and the steps that
    were given up and belong to no job. Returns the exit code: 1 when there is no job ``before``."""

    async def look(store: Store) -> tuple[list[Row], list[Row]]:
        records = Records(store)
        rows = await records.jobs(status=status, team=team, limit=limit + 1, before=before)
        return rows, [] if as_json or status or before else await records.parked(team=team)

    try:
        rows, steps = with_store(look)
    except AskRefused:
        click.echo(f"There is no job {before}.", err=True)
        return 1
    page, is_more = rows[:limit], len(rows) > limit
    if as_json:
        _print_json(page)
        return 0
    for row in page:
        click.echo(_job_line(row))
    if is_more:
        click.echo(
            f"There are more: --before {page[-1]['id']} shows what follows, --limit shows more at once."
        )
    _print_steps(step for step in steps if step["job_id"] is None)
    return 0


def print_parked(*, as_json: bool, team: str | None) -> None:
    """Print the steps that were given up, with their errors."""
    steps = with_store(lambda store: Records(store).parked(team=team))
    if as_json:
        _print_json(steps)
    else:
        _print_steps(steps)


def retry_job(job_id: str) -> int:
    """Take up again what was given up or lost of a job, or one step. Returns the exit code: 1 when there
    is nothing of the kind."""
    try:
        taken = with_store(lambda store: RetryJobs(store)(job_id))
    except AskRefused:
        click.echo(f"There is no job and no parked step {job_id}.", err=True)
        return 1
    if not taken:
        click.echo(f"Job {job_id} has no parked step and no lost picture.", err=True)
        return 1
    if taken.steps:
        click.echo(f"{taken.steps} step{'s' if taken.steps > 1 else ''} of {job_id} will be tried again.")
    if taken.pictures:
        lost = f"{taken.pictures} lost picture{'s' if taken.pictures > 1 else ''}"
        click.echo(f"{lost} of {job_id} will be fetched again; nothing is charged for it.")
    return 0


def _print_json(rows: list[Row]) -> None:
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False))


def _job_line(row: Row) -> str:
    cost = row["cost_micros"] if row["cost_micros"] is not None else row["estimate_micros"]
    error = f"  {row['error']['code']}" if row["error"] else ""
    stuck = f"  parked: {row['parked'][0]}" if row["parked"] else ""
    return (
        f"{row['id']}  {row['created_at'][:19]}  {row['status']:<10} {row['delivery']:<13} "
        f"{cost / 1_000_000:>8.4f}  {row['prompt'][:50]!r}{error}{stuck}"
    )


def _print_steps(steps: Iterable[Row]) -> None:
    for step in steps:
        whose = step["job_id"] or _whose(step)
        click.echo(
            f"{step['id']:<12}{step['parked_at'][:19]}  parked {step['kind']} of {whose}: {step['error']}"
        )


def _whose(step: Row) -> str:
    if step["user_id"] is None:
        return f"the workspace {step['team_id']}" if step["team_id"] else "this installation"
    what = "message" if step["kind"] == TaskKind.INTAKE else "request"
    return f"a {what} of {step['user_id']} in {step['channel_id']}"
