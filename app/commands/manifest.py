"""``imagine-bot manifest``."""

from __future__ import annotations

import click

from app.settings.settings import load_settings
from handlers.manifest import manifest_text


def print_manifest(*, transport: str | None, url: str | None, command: str | None) -> None:
    """Print the manifest as YAML; what is None is as the settings say. Raises SettingsError."""
    settings = load_settings()
    text = manifest_text(
        transport=transport or settings.manifest_transport,
        url=url if url is not None else settings.imagine_public_url,
        command=command if command is not None else settings.imagine_command,
    )
    click.echo(text, nl=False)
