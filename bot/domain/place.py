"""Where a request came from and where its answer goes."""

from __future__ import annotations

from dataclasses import dataclass, field

PRIVATE = "(private)"
"""Stands for words that were said where not everybody may read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an ask came from and where its answer goes. ``thread_ts`` is None until the thread exists.

    ``is_private``: whether only its members may read there, as in a direct message; None when that is not
    known. It is no part of what makes two places the same.
    """

    team_id: str
    channel_id: str
    thread_ts: str | None = None
    is_private: bool | None = field(default=None, compare=False)

    def for_others(self, words: str) -> str:
        """``words`` that were said here, for people who may not have been here: as they are only if everybody
        may read here."""
        return words if self.is_private is False else PRIVATE
