"""``imagine-bot doctor``."""

from __future__ import annotations

import asyncio
import json

import click

from app.composition.doctor import run_doctor


def print_findings(*, as_json: bool) -> int:
    """Print one finding a check. Returns the exit code: 1 when one of them is an error."""
    findings = asyncio.run(run_doctor())
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(finding.line())
    return 1 if any(finding.is_error for finding in findings) else 0
