"""What a single task can be made to do: behaviours, the magic words that ask for them, and the queue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from sandbox.imarouter.options import Amount, RefusalShape

AT_SUBMIT = frozenset(
    {
        "moderate", "account", "ratelimit", "noid", "model", "quota", "key", "toolarge",
        "drop", "lost", "lost-502",
    }
)  # fmt: skip
AT_WORK = frozenset(
    {
        "fail", "moderate-late", "account-late", "chinese", "wget", "nourl", "partial",
        "slow", "quick", "stuck", "forgotten", "as-png",
    }
)  # fmt: skip
AT_RESULT = {
    "expired": "gone",
    "forbidden": "forbidden",
    "moved": "moved",
    "redirect": "redirect",
    "wrong-type": "wrong_type",
    "html": "html",
    "oversize": "oversize",
    "truncated": "truncated",
}
"""Behaviour to `Options.result` mode."""

DONE_WORDS = frozenset({"succeeded", "completed", "success"})
FAILED_WORDS = frozenset({"failed", "failure", "error", "cancelled", "canceled", "expired"})
AMOUNTS = frozenset(get_args(Amount))
SHAPES = frozenset(get_args(RefusalShape))

_WORD = re.compile(r"\[([a-z][a-z0-9_:-]*)\]", re.IGNORECASE)


def is_known(behaviour: str) -> bool:
    """Whether the name is a behaviour: a plain one, `status:WORD`, `amount:MODE`, `error:SHAPE` or
    `links:COUNT`."""
    head, colon, tail = behaviour.partition(":")
    if not colon:
        return behaviour in AT_SUBMIT or behaviour in AT_WORK or behaviour in AT_RESULT
    return (
        head == "status"
        or (head == "amount" and tail in AMOUNTS)
        or (head == "error" and tail in SHAPES)
        or (head == "links" and re.fullmatch(r"[1-9][0-9]{0,3}", tail) is not None)
    )  # fmt: skip


def magic(prompt: str) -> frozenset[str]:
    """The behaviours that a prompt asks for in square brackets; unknown words are just words."""
    return frozenset(word for word in map(str.lower, _WORD.findall(prompt)) if is_known(word))


@dataclass(frozen=True)
class Conduct:
    """The behaviours of one submit."""

    words: frozenset[str] = frozenset()

    def has(self, word: str) -> bool:
        return word in self.words

    def argument(self, head: str) -> str | None:
        """The part after the colon of `head:…`, or None if there is no such behaviour."""
        found = [word.partition(":")[2] for word in sorted(self.words) if word.startswith(f"{head}:")]
        return found[0] if found else None

    def result_mode(self) -> str | None:
        """The `Options.result` mode asked for, or None."""
        found = [mode for word, mode in AT_RESULT.items() if word in self.words]
        return found[0] if found else None


class NextTasks:
    """Behaviours ordered for the next submits, first in first out."""

    def __init__(self) -> None:
        self._queue: list[tuple[int, frozenset[str]]] = []

    def add(self, behaviours: Iterable[str], count: int) -> None:
        """Order these for the next `count` submits; -1 until cleared. ValueError for an unknown one."""
        words = frozenset(behaviours)
        unknown = sorted(word for word in words if not is_known(word))
        if unknown or not words:
            raise ValueError(f"unknown behaviour {unknown[0]!r}" if unknown else "no behaviour given")
        if count == 0 or count < -1:
            raise ValueError("'count' is a positive number, or -1 for until cleared")
        self._queue.append((count, words))

    def take(self, prompt: str) -> Conduct:
        """The conduct of this submit: what its prompt asks for and what was ordered."""
        if not self._queue:
            return Conduct(magic(prompt))
        count, words = self._queue[0]
        if count == 1:
            del self._queue[0]
        elif count > 1:
            self._queue[0] = (count - 1, words)
        return Conduct(magic(prompt) | words)

    def clear(self) -> None:
        self._queue.clear()

    def waiting(self) -> list[dict[str, object]]:
        """What is still ordered."""
        return [{"count": count, "behaviours": sorted(words)} for count, words in self._queue]
