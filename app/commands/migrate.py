"""``imagine-bot migrate``."""

from __future__ import annotations

import asyncio

import click

from app.commands.settings import settings_with_logs
from app.composition.database import migrate_database


def bring_up_to_date() -> None:
    """Run the missing migrations, if there are any. Raises SettingsError and StoreUnavailable."""
    asyncio.run(migrate_database(settings_with_logs()))
    click.echo("The database is at the current schema.")
