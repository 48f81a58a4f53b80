"""How our own types are stored: exact times and money as integers, enums as text that SQL can check."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.domain.budget.scope import Scope
from bot.domain.money import Money

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_scope_named = lru_cache(maxsize=4096)(Scope.parse)
"""A long table names few scopes, many times."""


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime as microseconds since 1970: exact and sortable on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Micros(TypeDecorator[Money]):
    """Money as integer micro-dollars. Refuses bare numbers, so that no unit is ever guessed."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, _dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Money):
            raise TypeError("a stored amount must be Money")
        return value.micros

    def process_result_value(self, value: Any, _dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


class Word(TypeDecorator[StrEnum]):
    """A member of one of the domain's enums, by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class ScopeName(TypeDecorator[Scope]):
    """A budget scope in its public spelling, such as ``channel:T1/C1``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Scope | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Scope | None:
        return None if value is None else _scope_named(value)


class Sentences(TypeDecorator[tuple[str, ...]]):
    """A few short texts, as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, _dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))
