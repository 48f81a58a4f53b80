"""A store in memory for what the adapters of ``bot`` keep: key values and published sources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.errors import StoreUnavailable
from bot.ports import PublishedSource

PIECE = 100_000


class MemoryStore:
    """Implements ``bot.ports.Store`` for units that use these two repositories. ``away`` refuses all units,
    ``is_read_only`` those that write."""

    def __init__(self, key_values: dict[str, str] | None = None) -> None:
        self.key_values = MemoryKeyValues(key_values or {})
        self.published_sources = MemoryPublishedSources()
        self.away = False
        self.is_read_only = False

    async def read(self, unit: Callable[[Any], Any]) -> Any:
        if self.away:
            raise StoreUnavailable("away")
        return unit(self)

    async def write(self, unit: Callable[[Any], Any]) -> Any:
        if self.away or self.is_read_only:
            raise StoreUnavailable("no disk")
        return unit(self)


class MemoryKeyValues:
    def __init__(self, kept: dict[str, str]) -> None:
        self.kept = kept
        self.puts: list[tuple[str, str]] = []

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, value: str) -> None:
        self.puts.append((key, value))
        self.kept[key] = value


class MemoryPublishedSources:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, str, datetime]] = {}

    def put(self, source_id: str, data: bytes, mimetype: str, expires_at: datetime) -> None:
        self.kept[source_id] = (data, mimetype, expires_at)

    def describe(self, source_id: str) -> PublishedSource | None:
        found = self.kept.get(source_id)
        return found and PublishedSource(len(found[0]), found[1])

    def piece(self, source_id: str, number: int) -> bytes:
        found = self.kept.get(source_id)
        return found[0][number * PIECE : (number + 1) * PIECE] if found else b""

    def remove(self, source_id: str) -> None:
        self.kept.pop(source_id, None)
