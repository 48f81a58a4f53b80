"""Runs the missing migrations through Alembic, which only this module and the migrations import."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import StoreUnavailable
from storage.schema.revision import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the transaction that ``connection`` is in. Call it from one thread at a
    time: Alembic keeps the migration under way in module globals. Raises StoreUnavailable when the database
    is of a version that this program does not know."""
    config = alembic_config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        raise StoreUnavailable(
            "its schema is of another version of this bot, probably a newer one; run that version"
        ) from error


def alembic_config() -> Config:
    """Alembic, told where the migrations are; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
