"""What the page may see and move behind the workspace. The demo builds it; nothing here knows the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.imarouter.control import Controlled

Json = dict[str, Any]


class BotControl(Protocol):
    """The process behind the workspace."""

    def state(self) -> Json:
        """``running``, ``pid``, ``exit_code``, ``starts``: plain data."""
        ...

    def log(self) -> list[str]:
        """Its last lines, oldest first."""
        ...

    async def start(self) -> None:
        """Start it; nothing happens when it runs."""
        ...

    async def stop(self) -> None:
        """Ask it to end and wait for that (SIGTERM)."""
        ...

    async def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """``jobs`` and ``audit`` answer what ``imagine-bot jobs --json`` and ``audit --json`` print."""

    bot: BotControl
    provider: Controlled
    manifest: Json
    jobs: Callable[[], Awaitable[list[Json]]]
    audit: Callable[[], Awaitable[Json]]
