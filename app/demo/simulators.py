"""The two simulators alone, each as a process that runs until SIGTERM."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bot.domain.errors import SettingsError
from sandbox.imarouter import process as provider_process
from sandbox.slack import server as slack_process


@contextmanager
def listening_at(port: int) -> Iterator[None]:
    """One sentence about a port that cannot be had: raises SettingsError."""
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SettingsError([f"--port {port} cannot be used ({why}); choose another."]) from None


def _serve_slack(host: str, port: int) -> None:
    with listening_at(port):
        asyncio.run(slack_process.serve(host, port))


def _serve_imarouter(host: str, port: int) -> None:
    with listening_at(port):
        provider_process.serve(host, port)


SIMULATORS: Mapping[str, Callable[[str, int], None]] = {
    "slack": _serve_slack,
    "imarouter": _serve_imarouter,
}
"""The simulators alone: each prints its address and secrets and runs until SIGTERM."""
