"""``imagine-bot run``."""

from __future__ import annotations

import asyncio

from app.clock import SystemClock
from app.commands.settings import settings_with_logs
from app.composition.app import assemble
from app.runtime import run_until_signalled


def run_bot() -> int:
    """Run the bot until SIGTERM. Returns the exit code. Raises SettingsError and StoreUnavailable."""
    settings = settings_with_logs(to_run=True)
    return asyncio.run(run_until_signalled(assemble(settings, SystemClock())))
