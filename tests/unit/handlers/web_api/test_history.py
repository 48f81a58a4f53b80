"""Whether reading conversations is limited is found out from Slack's answers, believed for a day, and
unlearned."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.web_api.history import MEMO_SECONDS, HistoryLimit, HistoryMode

REPLIES, HISTORY = "conversations.replies", "conversations.history"


class Room:
    def __init__(self, mode: HistoryMode = "auto") -> None:
        self.now = 1000.0
        self.limit = HistoryLimit(mode, now=lambda: self.now)

    def read(self, count: int, *, more: bool = False, method: str = REPLIES, limit: int = 1000) -> bool:
        answer: dict[str, Any] = {"messages": [{}] * count, "has_more": more}
        self.limit.answered(method, {"limit": limit}, answer)
        return self.limit.is_limited

    def refuse(self, after: float | None, method: str = REPLIES) -> bool:
        self.limit.refused(method, after)
        return self.limit.is_limited


@pytest.mark.parametrize(
    ("count", "more", "limit", "limited"),
    [
        (15, True, 1000, True),
        (14, True, 100, True),
        (15, False, 1000, False),
        (1000, True, 1000, False),
        (1, True, 1, False),
        (15, True, 15, False),
    ],
)
def test_few_messages_where_more_were_asked_for_and_are_there(
    count: int, limit: int, *, more: bool, limited: bool
) -> None:
    assert Room().read(count, more=more, limit=limit) is limited


def test_it_is_believed_for_a_day_and_no_longer() -> None:
    room = Room()
    room.read(15, more=True)
    room.now += MEMO_SECONDS - 1
    assert room.limit.is_limited
    room.now += 2
    assert not room.limit.is_limited


def test_a_refusal_for_most_of_a_minute_after_one_read_shows_it() -> None:
    room = Room()
    room.read(1, method=HISTORY, limit=1)
    room.now += 5

    assert room.refuse(55.0, HISTORY)


@pytest.mark.parametrize("after", [None, 1.0, 20.0])
def test_a_short_refusal_says_nothing(after: float | None) -> None:
    assert not Room().refuse(after)


def test_a_refusal_after_many_reads_is_the_ordinary_rate() -> None:
    room = Room()
    for _ in range(40):
        room.read(3)
    assert not room.refuse(50.0)


def test_other_methods_say_nothing() -> None:
    room = Room()
    assert not room.refuse(60.0, "chat.update")
    assert not room.read(3, more=True, method="users.list")


def test_two_answers_within_a_minute_or_a_large_one_disprove_it() -> None:
    room = Room()
    assert room.read(15, more=True)
    room.now += 5
    assert not room.read(3)
    assert room.refuse(50.0) is False

    room.now += 120
    assert room.read(15, more=True)
    room.now += 61
    assert room.read(3), "once a minute is what is allowed"
    room.now += 61
    assert not room.read(200)


@pytest.mark.parametrize(("mode", "limited"), [("limited", True), ("full", False)])
def test_the_operators_word_counts(mode: HistoryMode, *, limited: bool) -> None:
    room = Room(mode)
    assert room.limit.is_limited is limited
    assert room.read(15, more=True) is limited
    assert room.read(500) is limited
