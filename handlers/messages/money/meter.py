"""How full a budget is, as a bar of characters."""

from __future__ import annotations

_FILLED, _EMPTY, _BAR = "█", "░", 10


def meter(used: int, limit: int) -> str:
    """Ten places, filled as far as it is used; never empty for a cent, never full before it is."""
    if limit <= 0:
        return _EMPTY * _BAR
    filled = min(used * _BAR // limit, _BAR)
    filled = max(filled, 1) if used > 0 else 0
    return _FILLED * filled + _EMPTY * (_BAR - filled)
