"""T15: money is whole micro-dollars, in code and in every column; and T16 on a hundred thousand amounts."""

from __future__ import annotations

import ast
import random
from pathlib import Path

from sqlalchemy import Float, Numeric

from bot.domain.money import Money
from handlers.messages.status_text import price
from storage.schema.budget_tables import alerts  # noqa: F401 - makes the metadata whole
from storage.schema.columns import Micros
from storage.schema.tables import metadata

ROOT = Path(__file__).parents[4]
FOLDERS = ("bot/domain/budget", "bot/services/budget")
FILES = (
    "bot/domain/money.py",
    "bot/services/pipeline/provider_prices.py",
    "bot/services/requests/approvals.py",
    "bot/services/requests/confirm.py",
    "storage/repositories/alerts.py",
    "storage/repositories/backfill.py",
    "storage/repositories/ledger.py",
    "storage/repositories/ledger_sums.py",
    "storage/repositories/limits.py",
    "storage/schema/columns.py",
)
NOT_MONEY = {"admin_notices.py", "rate_limit.py", "clock_guard.py", "housekeeping.py"}
"""They count seconds."""

PATHS = [
    *FILES,
    *(
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).glob("*.py"))
        if path.name not in NOT_MONEY
    ),
]
DECIMAL_DIVISIONS = {"bot/domain/requests/pricing.py"}
"""Where / divides a Decimal. Nowhere else, as it makes a float of two whole numbers."""


def mistakes(path: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{path}:{node.lineno}: {node.value}")
        if isinstance(node, ast.Name) and node.id in {"float", "Float", "round"}:
            found.append(f"{path}:{node.lineno}: {node.id}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and path not in DECIMAL_DIVISIONS:
            found.append(f"{path}:{node.lineno}: /")
    return found


def test_no_float_where_money_is_reckoned() -> None:
    assert [mistake for path in PATHS for mistake in mistakes(path)] == []


def test_every_amount_is_stored_as_whole_micro_dollars() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.columns]

    assert [str(c) for c in columns if isinstance(c.type, Float | Numeric)] == []
    amounts = [c for c in columns if c.name.endswith("micros")]
    assert len(amounts) > 15
    assert [str(c) for c in amounts if not isinstance(c.type, Micros)] == []


def test_a_hundred_thousand_amounts_are_shown_honestly() -> None:
    """What is left is never shown as more, what it costs never as less, and nothing as free that is not."""
    dice = random.Random(16)
    for _ in range(100_000):
        micros = dice.choice((dice.randrange(20_000), dice.randrange(10**7), dice.randrange(10**12)))
        money = Money(micros)
        cost, room, said = money.as_cost(), money.as_room(), price(money, exact=True)
        assert _cents(room) * 10_000 <= micros, micros
        assert _cents(cost.removeprefix("<")) * 10_000 >= micros, micros
        assert micros == 0 or "$0.00" not in {cost, said}, micros


def _cents(shown: str) -> int:
    return int(shown.removeprefix("$").replace(".", ""))
