"""Reads any answer of the image API, whatever its shape: task ids, prices, states, results. Never raises."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.imarouter import fields
from bot.imarouter.error_reasons import ErrorBody, error_in, failure_of
from bot.imarouter.redact import redact
from bot.ports import Done, Failed, Pending

Json = dict[str, Any]

MAX_AMOUNT_USD = Decimal(10_000)
"""Dollars; a larger ``amount_usd`` for one task is a mistake of units and counts as absent."""

INLINE_SCHEME = "inline:"
"""Our own link for a picture that came as base64 in the poll answer: asked for again when it is fetched."""

_TASK_ID = re.compile(r"[!-~]{1,256}")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_HTTP = re.compile(r"https?://[^\s\x00-\x20\x7f]{1,4000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a poll answer says of its task. ``unknown_status`` is a status word that we do not know, fit for a
    log; None when we know it."""

    outcome: Pending | Done | Failed
    unknown_status: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """The account behind the key, in dollars; None where the provider did not say (provider
    reference 2.1)."""

    balance: Money | None
    used: Money | None


def parse(body: bytes) -> Json | None:
    """The JSON object in ``body``; None for anything else. Numbers with a point are exact Decimals, NaN and
    infinities too."""
    try:
        document = json.loads(body, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def task_id_in(document: Json) -> str | None:
    """The task id, wherever it is (provider reference 2.2). None when there is none that fits a path."""
    for path in fields.TASK_ID_PATHS:
        value = _at(document, path)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and _TASK_ID.fullmatch(value) and value not in {".", ".."}:
            return value
    return None


def money_in(document: Json, paths: Iterable[str] = fields.AMOUNT_PATHS) -> Money | None:
    """The price in ``document``; None when it is absent or unusable: then unknown, not free
    (provider reference 4)."""
    for path in paths:
        dollars = decimal_of(_at(document, path))
        if dollars is not None and 0 < dollars <= MAX_AMOUNT_USD:
            return Money.from_decimal(dollars)
    return None


def odd_amount_in(document: Json, *, zero_is_odd: bool) -> str | None:
    """What is said in place of a usable price, shortened for a person; None when nothing or a price is."""
    if money_in(document) is not None:
        return None
    for path in fields.AMOUNT_PATHS:
        value = _at(document, path)
        if value is not None and value != "" and (zero_is_odd or decimal_of(value) != 0):
            return redact(str(value), limit=40)
    return None


def balance_in(document: Json) -> Balance:
    """The account's figures. Unlike a price they may be zero or negative."""
    return Balance(_figure(document, fields.BALANCE_LEFT), _figure(document, fields.BALANCE_USED))


def _figure(document: Json, paths: Iterable[str]) -> Money | None:
    for path in paths:
        dollars = decimal_of(_at(document, path))
        if dollars is not None and abs(dollars) < 10**12:
            return Money.from_decimal(dollars)
    return None


def decimal_of(value: object) -> Decimal | None:
    """A JSON number, or one written as a string in the way of JSON, exactly. None for all else, NaN and
    infinities. ``Decimal`` itself would also take ``1_000`` and the digits of every script."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not (len(value) <= 64 and _NUMBER.fullmatch(value.strip(" "))):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def read_poll(
    document: Json, *, task_id: str, dialect: str, secrets: Iterable[str] = ()
) -> PollResult | None:
    """What ``document`` says of the task: shapes W and F, the video cousin, jobs (provider reference 2.3).

    None when it says nothing of a task at all (an error object, an unrelated answer).
    """
    status = next((s for path in fields.STATUS_PATHS if isinstance(s := _at(document, path), str)), None)
    if status is None and (not _is_task(document) or error_in(document).stated):
        return None
    word = (status or "").strip().lower()
    if word in fields.DONE_STATUSES:
        return PollResult(_done(document, task_id=task_id, dialect=dialect))
    if word in fields.FAILED_STATUSES:
        return PollResult(Failed(failure_of(_task_error(document), status=word, secrets=secrets)))
    if word in fields.QUEUED_STATUSES:
        return PollResult(Pending(processing=False))
    unknown_status = None if word in fields.DRAWING_STATUSES else redact(word, limit=40)
    return PollResult(Pending(processing=True), unknown_status)


def inline_picture(document: Json, index: int) -> bytes | None:
    """The bytes of the ``index``-th result when it came as base64 or as a data: link; None otherwise."""
    found = _results(document)
    if not 0 <= index < len(found) or _HTTP.fullmatch(found[index]):
        return None
    text = found[index]
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _done(document: Json, *, task_id: str, dialect: str) -> Done | Failed:
    links = tuple(
        found if _HTTP.fullmatch(found) else f"{INLINE_SCHEME}{dialect}:{index}:{task_id}"
        for index, found in enumerate(_results(document))
    )
    if not links:
        return Failed(Failure(Problem.NO_PICTURE, "the task is done, but its answer has no link"))
    return Done(links, money_in(document), odd_amount_in(document, zero_is_odd=True))


def _results(document: Json) -> list[str]:
    """Links (and inline data), without repeats, from the place that has most; the earlier place wins a tie.

    Places are not joined: one picture may be named in two of them under two links.
    """
    found = [list(dict.fromkeys(_results_at(document, path))) for path in fields.RESULT_PATHS]
    return max(found, key=len)


def _results_at(document: Json, path: str) -> Iterable[str]:
    value = _at(document, path) if path else document
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            link, inline = item.get(fields.LINK), item.get(fields.INLINE)
        else:
            link, inline = (item if isinstance(value, list) else None), None
        if isinstance(link, str) and (_HTTP.fullmatch(link.strip()) or link.startswith("data:image/")):
            yield link.strip()
        elif isinstance(inline, str) and inline:
            yield inline


def _is_task(document: Json) -> bool:
    return task_id_in(document) is not None or bool(_results(document))


def _task_error(document: Json) -> ErrorBody:
    for path in fields.FAILURE_PATHS:
        value = _at(document, path)
        if value:
            return error_in({"error": value})
    return ErrorBody()


def _at(document: Json, path: str) -> Any:
    value: Any = document
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
