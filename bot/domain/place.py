"""Where a request came from and where its answer goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where an ask came from and where its answer goes. ``thread_ts`` is None until the thread exists."""

    team_id: str
    channel_id: str
    thread_ts: str | None = None
