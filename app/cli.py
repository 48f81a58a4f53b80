"""The table of commands: their names, options and help.

What a command does is in ``app.commands``. It is imported when the command runs, so that help and mistakes of
use, which load click only, are answered at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

STATUSES = ("queued", "submitting", "running", "unknown", "succeeded", "failed", "cancelled", "timed_out")
"""The values of ``bot.domain.jobs.job.Status``, without its import."""

PORT = click.IntRange(0, 65535)

json_flag = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


SEEN = ("block_post", "block_update")
"""The values of ``bot.services.abilities.Ability`` that a person tells, without its import."""

ANSWERS = ("yes", "no", "unknown")


def read_seen(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Facts and answers. Raises BadParameter for any other."""
    pairs = [(fact, answer) for fact, _, answer in (one.partition("=") for one in given)]
    if any(fact not in SEEN or answer not in ANSWERS for fact, answer in pairs):
        raise click.BadParameter(f"say {' or '.join(SEEN)}, then =, then {', '.join(ANSWERS)}")
    return pairs


class CommandTable(click.Group):
    """Lists the commands in the order of this file, each with its whole first line of help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - named so by click
        return list(self.commands)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.short_help = (cmd.help or "").partition("\n")[0]  # click cuts it off at the terminal's edge
        super().add_command(cmd, name)


@click.group(cls=CommandTable, context_settings={"show_default": True})
def cli() -> None:
    """Pictures from GPT Image 2 in the Slack thread that asked for them."""


@cli.command()
def run() -> None:
    """Run the bot until SIGTERM: database migrated, Slack connected, worker running."""
    from app.commands.run import run_bot

    sys.exit(run_bot())


@cli.command()
@click.option("--port", type=PORT, default=8765, help="Where the sandbox workspace listens.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("demo-data"),
    help="Folder for the database and pictures.",
)
@click.option("--once", metavar="TEXT", help="Type /imagine TEXT, wait for the thread, print it and exit.")
def demo(*, port: int, data: Path, once: str | None) -> None:
    """The real bot against a sandbox workspace and a sandbox provider; no account needed."""
    from app.commands.demo import demonstrate

    sys.exit(demonstrate(port=port, data=data, once=once))


@cli.command()
@click.argument("which", metavar="slack|imarouter")
@click.option("--port", type=PORT, default=0, help="0 takes any free port.")
def sandbox(*, which: str, port: int) -> None:
    """One of the two simulators alone, for tests and for developing against."""
    if which not in {"slack", "imarouter"}:
        raise click.BadParameter("say slack or imarouter", param_hint="which")
    from app.demo.simulators import SIMULATORS

    SIMULATORS[which]("127.0.0.1", port)


@cli.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    from app.commands.migrate import bring_up_to_date

    bring_up_to_date()


@cli.command()
@json_flag
@click.option("--live", metavar="CHANNEL", help="Measure in this channel what only the workspace can tell.")
@click.option(
    "--seen",
    metavar="FACT=ANSWER",
    multiple=True,
    callback=read_seen,
    help="With --live: what a second member sees, so that nobody is asked (block_post=yes, block_update=no).",
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    default=120,
    help="With --live: seconds to wait for the press of the test button.",
)
def doctor(*, as_json: bool, live: str | None, seen: list[tuple[str, str]], wait: float) -> None:
    """Check settings, tokens, scopes, provider, database and clock, and say what to do.

    With --live it posts test messages in CHANNEL (an id, or #name) while the bot runs, says what to press and
    to look at, keeps what it finds, and takes everything away again. Nothing is spent.
    """
    from app.commands.doctor import measure_live, print_findings

    if live is not None:
        sys.exit(measure_live(live, seen=seen, wait_seconds=wait, as_json=as_json))
    if seen:
        raise click.UsageError("--seen needs --live CHANNEL.")
    sys.exit(print_findings(as_json=as_json))


@cli.command()
def health() -> None:
    """Ask the bot that runs on this machine whether it is ready; exit 1 when it is not."""
    from app.commands.health import check_health

    sys.exit(check_health())


@cli.command()
@click.option("--transport", help="socket or http")
@click.option("--url", help="Public https address, for http.")
@click.option("--command", help="The slash command's name.")
def manifest(*, transport: str | None, url: str | None, command: str | None) -> None:
    """Print the Slack app manifest for this installation: as its settings say where no option does."""
    from app.commands.manifest import print_manifest

    print_manifest(transport=transport, url=url, command=command)


@cli.command()
@json_flag
def audit(*, as_json: bool) -> None:
    """Check every invariant of the ledger; exit 1 on a violation."""
    from app.commands.audit import print_audit

    sys.exit(print_audit(as_json=as_json))


@cli.group(cls=CommandTable, invoke_without_command=True)
@json_flag
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only jobs of this status.")
@click.option("--team", help="Only this workspace's jobs.")
@click.option("--limit", type=click.IntRange(1), default=50, help="At most so many jobs.")
@click.option("--before", metavar="ID", help="The jobs that follow this one in the list: the next page.")
@click.option("--parked", is_flag=True, help="Only the steps that were given up, with their errors.")
@click.pass_context
def jobs(
    context: click.Context,
    *,
    as_json: bool,
    status: str | None,
    team: str | None,
    limit: int,
    before: str | None,
    parked: bool,
) -> None:
    """Jobs, newest first."""
    if context.invoked_subcommand is not None:
        return
    if parked and status is not None:
        raise click.BadParameter("steps have no status: leave it out with --parked", param_hint="--status")
    from app.commands.jobs import print_jobs, print_parked

    if parked:
        print_parked(as_json=as_json, team=team)
    else:
        sys.exit(print_jobs(as_json=as_json, status=status, team=team, limit=limit, before=before))


@jobs.command()
@click.argument("job_id", metavar="ID")
def retry(*, job_id: str) -> None:
    """Take a job's parked steps and lost pictures, or one step, up again; a running bot does so at once.

    ID is as `jobs` prints it.
    """
    from app.commands.jobs import retry_job

    sys.exit(retry_job(job_id))
