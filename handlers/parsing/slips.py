"""Which command a mistyped word was meant to be. Pure (loop reference 5)."""

from __future__ import annotations

COMMANDS = ("help", "status", "history", "settings", "presets", "budget", "cancel", "show", "find")
"""The words that a command begins with."""

_WORDS = frozenset(("presents", "fiend", "fin", "fins", "showy", "shown", "shows", "budge"))
"""Words of their own: people draw them."""

_LONG = 7
"""From so many letters on one wrong letter is a slip."""


def meant_command(word: str) -> str | None:
    """The command that ``word`` is, or is a slip of: the same first letter, and one letter more, one
    less, two neighbours swapped or, in a long word, one wrong. None for other words."""
    if word in COMMANDS:
        return word
    if word in _WORDS:
        return None
    return next((command for command in COMMANDS if _is_slip(word, command)), None)


def _is_slip(word: str, command: str) -> bool:
    if not word or word[0] != command[0]:
        return False
    if len(word) == len(command) + 1:
        return _without_one(word, command)
    if len(word) == len(command) - 1:
        return _without_one(command, word)
    if len(word) != len(command):
        return False
    wrong = [place for place, (a, b) in enumerate(zip(word, command, strict=True)) if a != b]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return word[first] == command[second] and word[second] == command[first]
    return len(wrong) == 1 and len(command) >= _LONG


def _without_one(longer: str, shorter: str) -> bool:
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
