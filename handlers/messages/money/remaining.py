"""What budgets have left and when they begin anew, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.scope import ScopeKind
from bot.domain.money import Money
from handlers.messages.money.scope_text import owner, owner_of


def reset_text(at: datetime, zone: str | None = None) -> str:
    """``1 Dec``, in ``zone`` (default: as it comes)."""
    local = at.astimezone(ZoneInfo(zone)) if zone else at
    return f"{local.day} {local:%b}"


def time_text(at: datetime, zone: str) -> str:
    """``30 Nov, 14:05``, in ``zone``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}, {local:%H:%M}"


def left_text(standings: Sequence[ScopePeriod]) -> str:
    """``you have $3.20 left, the workspace has $11.40 · resets 1 Dec``, for the two tightest scopes, and
    ``$0.40 over this channel's soft limit``."""
    exceeded = [row for row in standings if row.is_soft_limit_exceeded]
    limited = [row for row in standings if row.left is not None and row not in exceeded]
    limited.sort(key=lambda row: row.left or Money.zero())
    warnings = [f"{row.over.as_cost()} over {owner_of(row.scope)} soft limit" for row in exceeded]
    said = [_rows_text(limited[:2]), *warnings]
    return " · ".join(text for text in said if text) or "no budget limit"


def _rows_text(rows: Sequence[ScopePeriod]) -> str:
    if not rows:
        return ""
    ends = [reset_text(row.end, row.tz) for row in rows]
    first = next((row for row in rows if row.left and row.left.micros >= 0), rows[0])
    said = [_room(row, is_first=row is first) for row in rows]
    if len(set(ends)) == 1:
        return f"{', '.join(said)} · resets {ends[0]}"
    return ", ".join(f"{room} until {end}" for room, end in zip(said, ends, strict=True))


def _room(row: ScopePeriod, *, is_first: bool) -> str:
    """``you have $3.20 left``, then ``the workspace has $11.40``."""
    left, is_person = row.left or Money.zero(), row.scope.kind is ScopeKind.USER
    whose = owner(row.scope)
    if left.micros < 0:
        return f"{whose} {'are' if is_person else 'is'} {(-left).as_cost()} over"
    return f"{whose} {'have' if is_person else 'has'} {left.as_room()}{' left' if is_first else ''}"
