"""The settings as commands read them."""

from __future__ import annotations

from app.logs import configure_logs
from app.settings.settings import Settings, load_settings


def settings_with_logs(*, to_run: bool = False) -> Settings:
    """Read the settings and set up the logs as they say. ``to_run`` also asks for what ``run`` cannot do
    without. Raises SettingsError."""
    settings = load_settings(to_run=to_run)
    configure_logs(
        style=settings.imagine_log_format, level=settings.imagine_log_level, secrets=settings.secrets()
    )
    return settings
