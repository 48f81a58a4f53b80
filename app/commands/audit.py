"""``imagine-bot audit``."""

from __future__ import annotations

import json

import click

from app.commands.with_store import with_store
from bot.services.operations.records import Records


def print_audit(*, as_json: bool) -> int:
    """Replay the ledger and print what does not balance. Returns the exit code: 1 on a violation."""
    result = with_store(lambda store: Records(store).audit())
    if as_json:
        click.echo(json.dumps(result, indent=2))
    else:
        for violation in result["violations"]:
            click.echo(f"{violation['rule']}: {violation['detail']}")
        count = len(result["scopes"])
        click.echo(f"{'ok' if result['ok'] else 'VIOLATED'}: {count} scope periods replayed")
    return 0 if result["ok"] else 1
