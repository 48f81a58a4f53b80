"""A shelf in memory, which can be out of order."""

from __future__ import annotations

from datetime import datetime

from bot.errors import StoreUnavailable


class MemoryShelf:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, str, datetime]] = {}
        self.away = False

    async def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        self.kept[source_id] = (data, mimetype, expires_at)

    async def get(self, source_id: str) -> tuple[bytes, str] | None:
        if self.away:
            raise StoreUnavailable("away")
        found = self.kept.get(source_id)
        return found and (found[0], found[1])

    async def remove(self, source_id: str) -> None:
        self.kept.pop(source_id, None)
