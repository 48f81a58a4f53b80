"""Which of several pictures a person means: "the third one", "#2", "bottom left". Pure (loop reference 5)."""

from __future__ import annotations

import re

from bot.domain.requests.ask import LAST

_NOUN = r"(?:one|picture|pic|image|version|draft|option)"
_PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": LAST,
    "top left": 1, "upper left": 1, "top right": 2, "upper right": 2,
    "bottom left": 3, "lower left": 3, "bottom right": 4, "lower right": 4,
    "left": 1, "right": 2,
}  # fmt: skip
"""A sheet of four has two rows; ``left`` and ``right`` are those of a sheet of two."""

_PLACE = "|".join(name.replace(" ", "[ -]") for name in sorted(_PLACES, key=len, reverse=True))
_HASH = r"#(?P<hash>[1-4])(?![\w])"
_NUMBERED = r"(?:number|no\.|picture|pic|image|version|draft|option) #?(?P<number>[1-4])(?![\w:.,]*\d)"

_WHOLE = re.compile(
    rf"(?P<digit>[1-4])|{_HASH}|{_NUMBERED}|(?:the )?(?P<place>{_PLACE})(?: {_NOUN})?", re.IGNORECASE
)
_INSIDE = re.compile(
    rf"(?<![\w#&])(?:{_HASH}|{_NUMBERED}|(?:the )?(?P<place>{_PLACE}) {_NOUN}(?!\w))", re.IGNORECASE
)


def whole_reference(text: str) -> int | None:
    """The number, from 1 to 4 or LAST, when ``text`` is nothing but a reference to a picture; else None."""
    match = _WHOLE.fullmatch(text)
    return _number(match) if match else None


def take_reference(text: str) -> tuple[int | None, str]:
    """The first reference inside a sentence, and the sentence with "it" in its place: "make the third one
    blue" gives 3 and "make it blue". A place alone ("the second floor") is none. (None, ``text``) without
    one."""
    match = _INSIDE.search(text)
    if match is None:
        return None, text
    return _number(match), f"{text[: match.start()]}it{text[match.end() :]}"


def _number(match: re.Match[str]) -> int:
    found = match.groupdict()
    digit = found.get("digit") or found["hash"] or found["number"]
    return int(digit) if digit else _PLACES[found["place"].lower().replace("-", " ")]
