"""The week in money, for budget admins: one message with everything at a glance. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from handlers.budget.cards import forecast_text, spoken
from handlers.messages.block_kit import (
    Bold,
    Channel,
    Part,
    Person,
    bullets,
    fallback,
    rich_text,
    section,
)
from handlers.messages.money.meter import meter
from handlers.messages.problems.error_message import Notice

Facts = Mapping[str, Any]

MOST_CHANNELS = 10


def digest_notice(facts: Facts) -> Notice:
    """``facts`` are ``bot.domain.budget.weekly_digest.facts_of``'s."""
    head: list[Part] = [
        Bold("Last week in pictures: "),
        f"{Money(facts['spent']).as_cost()} spent ({_dates(facts)}).",
    ]
    lines = [line for line in _lines(facts) if line]
    blocks = [rich_text(section(head)), rich_text(bullets(lines))]
    return Notice(fallback(" ".join(_spoken(line) for line in [head, *lines])), blocks)


def _spoken(line: Sequence[Part]) -> str:
    """The plain text of a line: channels are their ids in it, as none of several is "this channel"."""
    return spoken([f"#{part.channel_id}" if isinstance(part, Channel) else part for part in line])


def _lines(facts: Facts) -> list[tuple[Part, ...]]:
    return [
        _asks(facts),
        ("By channel: ", *_list(_channels(facts["channels"]), _place), ".") if facts["channels"] else (),
        ("Most by person: ", *_list(facts["users"], Person), ".") if facts["users"] else (),
        _month(facts),
        _open(facts),
    ]


def _asks(facts: Facts) -> tuple[Part, ...]:
    paid, failed = int(facts["paid"]), int(facts["failed"])
    average = f", {Money(facts['average']).as_cost()} each on average" if facts["average"] else ""
    failures = f"; {failed} failed" if failed else "; none failed"
    return (f"{paid} order{'s' if paid != 1 else ''} paid{average}{failures}.",)


def _channels(rows: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """The dearest ones; all direct messages count as one place, because they are private."""
    sums: Counter[str] = Counter()
    for ident, micros in rows:
        sums["" if str(ident).startswith("D") else str(ident)] += int(micros)
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:MOST_CHANNELS]


def _place(channel_id: str) -> Part:
    return Channel(channel_id) if channel_id else "direct messages"


def _list(rows: Sequence[Sequence[Any]], named: Callable[[str], Part]) -> list[Part]:
    parts: list[Part] = []
    for number, (ident, micros) in enumerate(rows):
        parts += [", " if number else "", named(str(ident)), f" {Money(int(micros)).as_cost()}"]
    return parts


def _month(facts: Facts) -> tuple[Part, ...]:
    if facts["limit"] is None or facts["month_spent"] is None:
        return ()
    spent, limit = Money(facts["month_spent"]), Money(facts["limit"])
    used_up = facts["used_up"]
    ahead = f" {forecast_text(datetime.fromisoformat(used_up), facts['tz'])}" if used_up else ""
    bar = meter(spent.micros, limit.micros)
    return (f"This month: {bar} {spent.as_cost()} of {limit.as_room()}.{ahead}",)


def _open(facts: Facts) -> tuple[Part, ...]:
    count = int(facts["open"])
    if not count:
        return ()
    what = "one order" if count == 1 else f"{count} orders"
    return (f"{Money(facts['held']).as_cost()} is set aside for {what} not yet settled.",)


def _dates(facts: Facts) -> str:
    zone = ZoneInfo(facts["tz"])
    first = datetime.fromisoformat(facts["start"]).astimezone(zone)
    last = (datetime.fromisoformat(facts["end"]) - timedelta(seconds=1)).astimezone(zone)
    return f"{first.day} {first:%b} to {last.day} {last:%b}"
