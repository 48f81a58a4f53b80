"""Time, from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...
