"""``imagine-bot demo``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.demo.stage import run_demo, run_once
from app.logs import configure_logs
from app.open_files import allow_more_open_files


def demonstrate(*, port: int, data: Path, once: str | None) -> int:
    """Serve the sandbox workspace until SIGTERM, or type ``once`` into it and end. Returns the exit code.
    Raises SettingsError when the port or the folder cannot be used."""
    configure_logs(style=None, level="warning")
    allow_more_open_files()
    work = run_demo(data=data, port=port) if once is None else run_once(once, data=data, port=port)
    return asyncio.run(work)
