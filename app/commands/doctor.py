"""``imagine-bot doctor``."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterable, Sequence

import click

from app.commands.terminal import Terminal
from app.composition.doctor import run_doctor
from app.composition.live_doctor import run_live_doctor
from app.logs import configure_logs
from bot.services.abilities import Ability
from bot.services.operations.checks import Finding
from handlers.live.operator import Answer


def print_findings(*, as_json: bool) -> int:
    """Print one finding a check. Returns the exit code: 1 when one of them is an error."""
    return _printed(asyncio.run(run_doctor()), as_json=as_json)


def measure_live(channel: str, *, seen: Iterable[tuple[str, str]], wait_seconds: float, as_json: bool) -> int:
    """Measure in ``channel`` and print one finding a fact. Returns the exit code: 1 when one of them is an
    error, or when it was stopped; its messages are taken away then, too."""
    configure_logs(style=None, level="warning")
    terminal = Terminal({Ability(name): Answer(answer) for name, answer in seen})
    try:
        findings = asyncio.run(_stoppable(channel, terminal, wait_seconds))
    except (KeyboardInterrupt, asyncio.CancelledError):
        terminal.tell("Stopped.")
        return 1
    return _printed(findings, as_json=as_json)


async def _stoppable(channel: str, terminal: Terminal, wait_seconds: float) -> list[Finding]:
    """SIGTERM ends it as Ctrl-C does: by a cancellation, which leaves time to clean up."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run_live_doctor(channel, terminal, wait_seconds=wait_seconds)


def _printed(findings: Sequence[Finding], *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(finding.line())
    return 1 if any(finding.is_error for finding in findings) else 0
