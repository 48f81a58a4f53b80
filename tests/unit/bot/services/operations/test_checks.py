"""The doctor's checks: each question has one finding, also when it breaks, and none holds a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, StoreUnavailable, TryLater
from bot.media.publish import problem_with
from bot.services.operations.checks import (
    Check,
    Finding,
    Level,
    check_clock,
    check_database,
    check_provider,
    check_public_url,
    check_settings,
    error,
    examine,
    ok,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def gives(value: Any) -> Callable[[], Awaitable[Any]]:
    async def answer() -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    return answer


async def found(check: Check) -> tuple[Level, str, bool]:
    """Level, message, and whether it says what to do."""
    (finding,) = await examine({"it": check})
    return finding.level, finding.message, bool(finding.todo)


def test_a_finding_has_the_shape_of_the_contract() -> None:
    finding = error("database", "gone.", "Bring it back.")

    assert finding.as_dict() == {
        "check": "database",
        "status": "error",
        "message": "gone.",
        "todo": "Bring it back.",
    }
    assert finding.line() == "error    database: gone. Bring it back."
    assert finding.is_error
    assert not ok("database", "fine.").is_error
    assert ok("database", "fine.").line() == "ok       database: fine."


async def test_checks_run_together_and_report_in_order() -> None:
    begun = asyncio.Event()

    async def first() -> Finding:
        await begun.wait()
        return ok("first", "1")

    async def second() -> Finding:
        begun.set()
        return ok("second", "2")

    findings = await examine({"first": first, "second": second})

    assert [finding.name for finding in findings] == ["first", "second"]


async def test_a_check_that_breaks_is_an_error_without_its_words() -> None:
    (finding,) = await examine({"odd": gives(RuntimeError("xoxb-secret"))})

    assert finding.is_error
    assert finding.name == "odd"
    assert "secret" not in finding.line()
    assert "RuntimeError" in finding.message


async def test_a_check_that_meets_an_outage_says_what_is_away() -> None:
    (finding,) = await examine({"slack": gives(TryLater("auth.test: TimeoutError"))})

    assert (finding.level, finding.message) == (Level.ERROR, "auth.test: TimeoutError.")


async def test_a_check_that_hangs_is_left_behind() -> None:
    async def hang() -> Finding:
        await asyncio.Event().wait()
        return ok("never", "")

    hanging, fine = await examine({"slow": hang, "fine": gives(ok("fine", "."))}, patience=0.05)

    assert hanging.is_error
    assert "no answer" in hanging.message
    assert fine.level is Level.OK


async def test_no_checks_are_no_findings() -> None:
    assert await examine({}) == []


async def test_settings_tell_every_sentence() -> None:
    def wrong() -> list[str]:
        raise SettingsError(["A is missing.", "B is wrong."])

    assert await found(check_settings(lambda: [])) == (Level.OK, "complete.", False)
    assert await found(check_settings(lambda: ["A is missing."])) == (Level.ERROR, "A is missing.", True)
    assert await found(check_settings(wrong)) == (Level.ERROR, "A is missing. B is wrong.", True)


REFUSED = GivenUp(Failure(Problem.PROVIDER_ACCOUNT, "HTTP 401"))


@pytest.mark.parametrize(
    ("balance", "dialects", "level", "says"),
    [
        (Money(20_000_000), {"jobs": "missing", "images": "answers"}, Level.OK, "speaks images; $20.00 left"),
        (Money(1_000_000), {"jobs": "answers", "images": "answers"}, Level.OK, "speaks jobs and images"),
        (Money(999_999), {"jobs": "answers"}, Level.WARNING, "$0.99 left"),
        (Money(-1), {"jobs": "answers"}, Level.WARNING, "left"),
        (None, {"jobs": "answers"}, Level.WARNING, "not told"),
        (
            Money(5_000_000),
            {"jobs": "missing", "images": "denied"},
            Level.ERROR,
            "jobs: missing, images: denied",
        ),
        (REFUSED, {}, Level.ERROR, "refused"),
        (TryLater("away"), {}, Level.ERROR, "away"),
    ],
)
async def test_the_provider_is_judged_by_key_balance_and_dialect(
    balance: Money | Exception | None, dialects: Mapping[str, str], level: Level, says: str
) -> None:
    got, message, has_todo = await found(check_provider(gives(balance), gives(dialects)))

    assert got is level
    assert says in message
    assert has_todo == (level is not Level.OK)


@pytest.mark.parametrize("asked_in", ["jobs", "images"])
async def test_a_dialect_that_is_asked_for_and_not_served_is_an_error(asked_in: str) -> None:
    other = {"jobs": "images", "images": "jobs"}[asked_in]
    only = {asked_in: "missing", other: "answers"}

    check = check_provider(gives(Money(20_000_000)), gives(only), asked_in=asked_in)
    level, message, has_todo = await found(check)

    assert (level, has_todo) == (Level.ERROR, True)
    assert f"IMAROUTER_API={asked_in}" in message
    fine = check_provider(gives(Money(20_000_000)), gives(only), asked_in=other)
    assert (await found(fine))[0] is Level.OK


@pytest.mark.parametrize(
    ("url", "is_needed", "level"),
    [
        ("https://bot.example.com", True, Level.OK),
        ("https://bot.example.com/base/", False, Level.OK),
        (None, True, Level.ERROR),
        (None, False, Level.WARNING),
        ("http://bot.example.com", False, Level.ERROR),
        ("https://localhost:3000", True, Level.ERROR),
        ("https://127.0.0.1", True, Level.ERROR),
        ("https://10.0.0.1", True, Level.ERROR),
        ("https://169.254.169.254", False, Level.ERROR),
        ("https://[fd00::1]", False, Level.ERROR),
        ("not an address", True, Level.ERROR),
    ],
)
async def test_the_public_url(url: str | None, is_needed: bool, level: Level) -> None:
    got, _, has_todo = await found(_public_url(url, needed_by_transport=is_needed))

    assert got is level
    assert has_todo == (level is not Level.OK)


def _public_url(url: str | None, **more: bool) -> Check:
    return check_public_url(url, problem=problem_with, **more)


async def test_with_object_storage_edits_need_no_address_of_our_own() -> None:
    level, message, _ = await found(_public_url(None, needed_by_transport=False, has_storage=True))
    assert (level, "object storage" in message) == (Level.OK, True)

    level, _, _ = await found(_public_url(None, needed_by_transport=True, has_storage=True))
    assert level is Level.ERROR


async def test_the_public_url_does_not_show_a_password() -> None:
    _, message, _ = await found(_public_url("https://me:word@bot.example.com", needed_by_transport=True))

    assert "word" not in message


async def test_the_database_is_asked_for_its_schema_and_written_to() -> None:
    away = StoreUnavailable("disk full")

    assert (await found(check_database(gives(True), gives(None))))[0] is Level.OK
    assert (await found(check_database(gives(False), gives(None))))[0] is Level.ERROR
    assert await found(check_database(gives(True), gives(away))) == (Level.ERROR, "disk full.", True)
    assert await found(check_database(gives(away), gives(None))) == (Level.ERROR, "disk full.", True)


@pytest.mark.parametrize(
    ("seconds", "level", "says"),
    [
        (0, Level.OK, ""),
        (30, Level.OK, ""),
        (-31, Level.WARNING, "-31 s"),
        (300, Level.WARNING, "+300 s"),
        (301, Level.ERROR, "301 s ahead"),
        (-301, Level.ERROR, "301 s behind"),
    ],
)
async def test_the_clock_may_be_five_minutes_off(seconds: int, level: Level, says: str) -> None:
    check = check_clock(gives(NOW), lambda: NOW + timedelta(seconds=seconds))

    got, message, _ = await found(check)

    assert got is level
    assert says in message


async def test_a_clock_with_nothing_to_compare_is_a_warning() -> None:
    assert (await found(check_clock(gives(None), lambda: NOW)))[0] is Level.WARNING
