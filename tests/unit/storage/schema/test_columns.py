"""Column types: exact both ways, and deaf to what could be misread."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from storage.schema.columns import Micros, ScopeName, Sentences, UtcTime, Word

DIALECTS: list[Dialect] = [sqlite.dialect(), postgresql.dialect()]


def there_and_back(kind: Any, value: Any, dialect: Dialect) -> Any:
    return kind.process_result_value(kind.process_bind_param(value, dialect), dialect)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", [UtcTime(), Micros(), ScopeName(), Sentences(), Word(Status)])
def test_nothing_stays_nothing(kind: Any, dialect: Dialect) -> None:
    assert there_and_back(kind, None, dialect) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_time_is_exact_to_the_microsecond(time: datetime) -> None:
    assert there_and_back(UtcTime(), time, DIALECTS[0]) == time


def test_time_is_stored_as_microseconds_and_read_as_utc() -> None:
    tokyo = datetime(1970, 1, 1, 9, 0, 1, 7, tzinfo=timezone(timedelta(hours=9)))

    stored = UtcTime().process_bind_param(tokyo, DIALECTS[0])
    read = UtcTime().process_result_value(stored, DIALECTS[0])

    assert stored == 1_000_007
    assert read is not None
    assert read.tzinfo is UTC


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), DIALECTS[0])  # noqa: DTZ001 - the mistake itself


@given(st.integers(min_value=-(2**62), max_value=2**62))
def test_money_is_exact(micros: int) -> None:
    assert there_and_back(Micros(), Money(micros), DIALECTS[0]) == Money(micros)


@pytest.mark.parametrize("amount", [5, 0.41, "5"])
def test_money_must_be_money(amount: Any) -> None:
    with pytest.raises(TypeError):
        Micros().process_bind_param(amount, DIALECTS[0])


def test_word_must_be_one_of_its_words() -> None:
    assert there_and_back(Word(Status), Status.RUNNING, DIALECTS[0]) is Status.RUNNING
    assert Word(Status).process_bind_param("running", DIALECTS[0]) == "running"
    with pytest.raises(ValueError, match="nonsense"):
        Word(Status).process_bind_param("nonsense", DIALECTS[0])


@given(st.lists(st.text()))
def test_sentences_come_back_in_order(sentences: list[str]) -> None:
    assert there_and_back(Sentences(), tuple(sentences), DIALECTS[0]) == tuple(sentences)


def test_scope_is_stored_in_its_public_spelling() -> None:
    scope = Scope(ScopeKind.CHANNEL, "T1", "C1")

    assert ScopeName().process_bind_param(scope, DIALECTS[0]) == "channel:T1/C1"
    assert there_and_back(ScopeName(), scope, DIALECTS[0]) == scope
