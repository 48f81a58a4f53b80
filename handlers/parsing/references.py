"""Which of several pictures a person means: "the third one", "#2", "bottom left". Pure (loop reference 5)."""

from __future__ import annotations

import re

from bot.domain.requests.ask import LAST, UNCLEAR
from bot.domain.requests.variations import MOST_OF_A_SET

_NOUN = r"(?:one|picture|pic|image|version|draft|option)"
_PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": LAST,
    "top left": 1, "upper left": 1, "top right": 2, "upper right": 2,
    "bottom left": 3, "lower left": 3, "bottom right": 4, "lower right": 4,
    "left": 1, "right": 2,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
    "ninth": 9, "9th": 9, "tenth": 10, "10th": 10, "eleventh": 11, "11th": 11, "twelfth": 12, "12th": 12,
}  # fmt: skip
"""A sheet of four has two rows; ``left`` and ``right`` are those of a sheet of two."""

DIGITS = r"(?:1[0-2]|[1-9])"
"""A number that a picture of the largest sheet has."""

_PLACE = "|".join(name.replace(" ", "[ -]") for name in sorted(_PLACES, key=len, reverse=True))
_HASH = r"#(?P<hash>[1-9]\d?)(?![\w])"
_NUMBERED = (
    r"(?:number|no\.|picture|pic|image|version|draft|option) #?(?P<number>[1-9]\d?)(?![\w:.,]*\d)(?!\w)"
)

_WHOLE = re.compile(
    rf"(?P<digit>{DIGITS})|{_HASH}|{_NUMBERED}|(?:the )?(?P<place>{_PLACE})(?: {_NOUN})?", re.IGNORECASE
)
_INSIDE = re.compile(
    rf"(?<![\w#&])(?:{_HASH}|{_NUMBERED}|(?:the )?(?P<place>{_PLACE}) {_NOUN}(?!\w))", re.IGNORECASE
)

_ONE = rf"(?:#?{DIGITS}|(?:the )?(?:{_PLACE}))"
_AND = r"(?: ?, ?(?:and |or )?| and | or | ?& ?| ?\+ ?)"
_SEVERAL = re.compile(
    rf"(?<![\w#&])(?:{_ONE}(?: {_NOUN})?{_AND}(?:the )?(?:(?:{_PLACE}) {_NOUN}s?|#[1-9]\d?(?!\w))"
    rf"|(?:numbers?|{_NOUN}s?) #?{DIGITS}{_AND}#?{DIGITS}(?!\w)"
    rf"|(?:both|all (?:two|three|four)|the (?:first|last) (?:two|three)) {_NOUN}s)(?!\w)",
    re.IGNORECASE,
)
_ANY = rf"(?:#?{DIGITS}(?!\w)|(?:{_NOUN}|number|no\.) #?{DIGITS}(?!\w)|(?:the )?(?:{_PLACE})(?: {_NOUN})?)"
_BOTH = re.compile(rf"(?:both|all)(?: of)?(?: (?:them|these|those))?|{_ANY}(?:{_AND}{_ANY})+", re.IGNORECASE)
_LOOSE = (
    rf"(?:{_ANY}|both|all|every|everything|each|them|these|those|it|this|that|the|of|and|or"
    rf"|times|two|three|four|{_NOUN}s?)"
)
_ONLY_PICTURES = re.compile(rf"{_LOOSE}(?:(?: ?[,&+] ?| ){_LOOSE})*", re.IGNORECASE)
_LONGEST = 40
"""The most characters of words that only count or name pictures."""

_GOES_ON = re.compile(
    r"(?:make (?:it|this|that)|change|remove|add|replace|without|now|but|same)\b", re.IGNORECASE
)


def whole_reference(text: str) -> int | None:
    """The number, from 1 to MOST_OF_A_SET, or LAST, when ``text`` is only a reference to a picture;
    UNCLEAR when it is one to several; else None."""
    if len(text) <= _LONGEST and _BOTH.fullmatch(text):
        return UNCLEAR
    match = _WHOLE.fullmatch(text)
    number = _number(match) if match else None
    return number if number is not None and number <= MOST_OF_A_SET else None


def only_pictures(text: str) -> bool:
    """Whether ``text`` only names or counts pictures, in whatever way: "them all", "3 times"."""
    return len(text) <= _LONGEST and _ONLY_PICTURES.fullmatch(text) is not None


def take_reference(text: str) -> tuple[int | None, str]:
    """The reference inside a sentence, and the sentence with "it" in its place: "make the third one blue"
    gives 3 and "make it blue". A place alone ("the second floor") is none. (None, ``text``) without one, and
    (UNCLEAR, ``text``) where several pictures are named."""
    found = list(_INSIDE.finditer(text))
    if _SEVERAL.search(text) or len({_number(match) for match in found}) > 1:
        return UNCLEAR, text
    if not found:
        return None, text
    match = found[0]
    return _number(match), f"{text[: match.start()]}it{text[match.end() :]}"


def goes_on(text: str) -> bool:
    """Whether ``text`` changes a picture that was there before it: "make it blue", "without the tree", "the
    third one at night"."""
    return _GOES_ON.match(text) is not None or take_reference(text)[0] is not None


def _number(match: re.Match[str]) -> int:
    found = match.groupdict()
    digit = found.get("digit") or found["hash"] or found["number"]
    return int(digit) if digit else _PLACES[found["place"].lower().replace("-", " ")]
