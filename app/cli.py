"""The command line: run · demo · sandbox · migrate · doctor · manifest · jobs · audit."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.clock import SystemClock
from app.composition import database
from app.composition.app import assemble
from app.composition.doctor import run_doctor
from app.logs import configure_logs
from app.runtime import run_until_signalled
from app.settings.settings import Settings, load_settings
from bot.domain.errors import SettingsError
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import TaskKind
from bot.domain.requests.refusals import AskRefused
from bot.errors import StoreUnavailable
from bot.services.operations.records import Records
from bot.services.operations.retry_jobs import RetryJobs, TakenUp
from handlers.manifest import manifest_text

cli = typer.Typer(
    name="imagine-bot",
    help="Pictures from GPT Image 2 in the Slack thread that asked for them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
jobs_cli = typer.Typer(help="Jobs, newest first.")
cli.add_typer(jobs_cli, name="jobs")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def main() -> None:
    """Entry point. Wrong settings end with one sentence each, exit code 2, and no stack trace."""
    try:
        cli()
    except SettingsError as error:
        _stop(error.sentences, code=2)
    except StoreUnavailable as error:
        _stop([f"The database cannot be used: {error}"], code=1)


def _stop(sentences: list[str], *, code: int) -> NoReturn:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    sys.exit(code)


def _settings(*, to_run: bool = False) -> Settings:
    settings = load_settings(to_run=to_run)
    configure_logs(style=settings.imagine_log_format, level=settings.imagine_log_level)
    return settings


@cli.command()
def run() -> None:
    """Run the bot until SIGTERM: database migrated, Slack connected, worker running."""
    settings = _settings(to_run=True)
    raise typer.Exit(asyncio.run(run_until_signalled(assemble(settings, SystemClock()))))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the sandbox workspace listens.")] = 8765,
    data: Annotated[Path, typer.Option(help="Folder for the database and pictures.")] = Path("demo-data"),
    once: Annotated[
        str | None, typer.Option(help="Type /imagine TEXT, wait for the thread, print it and exit.")
    ] = None,
) -> None:
    """The real bot against a sandbox workspace and a sandbox provider; no account needed."""
    from app.demo.stage import run_demo, run_once  # noqa: PLC0415 - the sandbox is for this command only

    configure_logs(style=None, level="warning")
    work = run_once(once, data=data, port=port) if once is not None else run_demo(data=data, port=port)
    raise typer.Exit(asyncio.run(work))


@cli.command()
def sandbox(
    which: Annotated[str, typer.Argument(help="slack or imarouter")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
) -> None:
    """One of the two simulators alone, for tests and for developing against."""
    from app.demo.stage import SIMULATORS  # noqa: PLC0415 - the sandbox is for this command only

    if which not in SIMULATORS:
        raise typer.BadParameter("say slack or imarouter", param_hint="which")
    SIMULATORS[which]("127.0.0.1", port)


@cli.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    settings = _settings()
    asyncio.run(database.migrate_database(settings))
    typer.echo("The database is at the current schema.")


@cli.command()
def doctor(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Check settings, tokens, scopes, provider, database and clock, and say what to do."""
    findings = asyncio.run(run_doctor())
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            typer.echo(finding.line())
    raise typer.Exit(1 if any(finding.is_error for finding in findings) else 0)


@cli.command()
def manifest(
    transport: Annotated[str | None, typer.Option(help="socket or http")] = None,
    url: Annotated[str | None, typer.Option(help="Public https address, for http.")] = None,
    command: Annotated[str | None, typer.Option(help="The slash command's name.")] = None,
) -> None:
    """Print the Slack app manifest for this installation: as its settings say where no option does."""
    settings = load_settings()
    text = manifest_text(
        transport=transport or settings.manifest_transport,
        url=url if url is not None else settings.imagine_public_url,
        command=command if command is not None else settings.imagine_command,
    )
    typer.echo(text, nl=False)


@jobs_cli.callback(invoke_without_command=True)
def jobs(
    context: typer.Context,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
    status: Annotated[
        Status | None, typer.Option(case_sensitive=False, help="Only jobs of this status.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="Only this workspace's jobs.")] = None,
    parked: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--parked", help="Only the steps that were given up, with their errors.")
    ] = False,
) -> None:
    """Jobs, newest first; then what was given up and belongs to no job."""
    if context.invoked_subcommand is not None:
        return
    if parked:
        if status is not None:
            raise typer.BadParameter(
                "steps have no status: leave it out with --parked", param_hint="--status"
            )
        _print_parked(_read(lambda records: records.parked(team=team)), as_json=as_json)
        return

    async def look(records: Records) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        rows = await records.jobs(status=status, team=team)
        return rows, [] if as_json or status else await records.parked(team=team)

    rows, steps = _read(look)
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        _print_job(row)
    _print_parked([step for step in steps if step["job_id"] is None], as_json=False)


def _print_job(row: dict[str, Any]) -> None:
    cost = row["cost_micros"] if row["cost_micros"] is not None else row["estimate_micros"]
    error = f"  {row['error']['code']}" if row["error"] else ""
    stuck = f"  parked: {row['parked'][0]}" if row["parked"] else ""
    typer.echo(
        f"{row['id']}  {row['created_at'][:19]}  {row['status']:<10} {row['delivery']:<13} "
        f"{cost / 1_000_000:>8.4f}  {row['prompt'][:50]!r}{error}{stuck}"
    )


def _print_parked(steps: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(steps, indent=2, ensure_ascii=False))
        return
    for step in steps:
        whose = step["job_id"] or _whose(step)
        typer.echo(
            f"{step['id']:<12}{step['parked_at'][:19]}  parked {step['kind']} of {whose}: {step['error']}"
        )


def _whose(step: dict[str, Any]) -> str:
    if step["user_id"] is None:
        return f"the workspace {step['team_id']}" if step["team_id"] else "this installation"
    what = "message" if step["kind"] == TaskKind.INTAKE else "request"
    return f"a {what} of {step['user_id']} in {step['channel_id']}"


@jobs_cli.command()
def retry(job_id: Annotated[str, typer.Argument(metavar="ID", help="As `jobs` prints it.")]) -> None:
    """Take a job's parked steps and lost pictures, or one step, up again; a running bot does so at once."""
    settings = _settings()

    async def take_up() -> TakenUp:
        async with database.open_database(settings, SystemClock()) as store:
            return await RetryJobs(store)(job_id)

    try:
        taken = asyncio.run(take_up())
    except AskRefused:
        _stop([f"There is no job and no parked step {job_id}."], code=1)
    if not taken:
        _stop([f"Job {job_id} has no parked step and no lost picture."], code=1)
    if taken.steps:
        typer.echo(f"{taken.steps} step{'s' if taken.steps > 1 else ''} of {job_id} will be tried again.")
    if taken.pictures:
        lost = f"{taken.pictures} lost picture{'s' if taken.pictures > 1 else ''}"
        typer.echo(f"{lost} of {job_id} will be fetched again; nothing is charged for it.")


@cli.command()
def audit(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Check every invariant of the ledger; exit 1 on a violation."""
    result = _read(lambda records: records.audit())
    if as_json:
        typer.echo(json.dumps(result, indent=2))
    else:
        for violation in result["violations"]:
            typer.echo(f"{violation['rule']}: {violation['detail']}")
        count = len(result["scopes"])
        typer.echo(f"{'ok' if result['ok'] else 'VIOLATED'}: {count} scope periods replayed")
    raise typer.Exit(0 if result["ok"] else 1)


def _read(question: Callable[[Records], Coroutine[Any, Any, Any]]) -> Any:
    settings = _settings()

    async def answer() -> Any:
        async with database.open_database(settings, SystemClock()) as store:
            return await question(Records(store))

    return asyncio.run(answer())
