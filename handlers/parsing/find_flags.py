"""Finds the flags in a text and leaves the prompt: dashes, quotes and gluing as people's keyboards do them.

A flag begins a word with two dashes of any kind, as phones turn ``--`` into one long dash also with a single
one if its name is known. Dashes anywhere else, also a lone ``--``, are the prompt's own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from handlers.parsing.flags import Flag, Foreign, Setting, Takes, closest, is_slip, lookup
from handlers.parsing.values import SIZE_NAMES, is_quality

_DASH = "-‐‑‒–—―−﹘﹣－"
_STRAIGHT = str.maketrans("“”„‟″＂‘’‚‛＇", '""""""' + "'''''")
_NAME = r"[A-Za-z]+(?:[-_‐‑][A-Za-z]+)*"
_CANDIDATE = re.compile(
    rf'(?P<quoted>(?<!\S)"[^"\n]*[^"\s]"(?!\w))|(?P<dashes>[{_DASH}]+)(?P<name>{_NAME}|(?=\d))'
)
_OPENERS = "[({*_`"  # "[--ar 16:9]" is copied from a manual, "*--n 2*" written in bold
_ENDS = ",;.!?，；。、！)]}*_`"
_PAUSE = re.compile(rf"[{re.escape(_ENDS)}]*(?=\s|$)|[，；。、！]+")
_EQUALS = re.compile(r"[^\S\n]*[=＝]|[:：]")
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'(?!\w)")
_TWO_NUMBERS = re.compile(r"\d[\d.,．，]*\s*[:：∶/x×*х✕]\s*\d[\d.．]*(?=[\s,;)，；。、！]|$)", re.IGNORECASE)
_SIZE = rf"(?:{'|'.join(map(re.escape, SIZE_NAMES))}|\d[\d.]*[:/x×]\d[\d.]*)(?=[\s,;.!?，；。、！)\]}}]|$)"
_SIZES = re.compile(rf"[^\s,，；。、！]+(?:,[^\s,，；。、！]+|\s*,\s*{_SIZE})*", re.IGNORECASE)
_ONE_WORD = re.compile(r"[^\s，；。、！]+|\S")  # no space follows a comma in Chinese and Japanese
_NUMBER = re.compile(r"[+-]?\d[\w.,:]*|random\b")
_COUNTS = frozenset("1234")
_GLUED_TO = ",;.!?:)]}\"'…" + _OPENERS


@dataclass(frozen=True, slots=True)
class Typed:
    """A flag as found. ``value`` is None when none was given; ``start`` and ``end`` span all of it."""

    name: str
    known: Flag | Foreign | None
    value: str | None
    start: int
    end: int

    @property
    def flag(self) -> str:
        """The name as messages write it."""
        return f"--{self.name.lower()}"


def straighten(text: str) -> str:
    """Curly quotes made straight and every kind of space a plain one; nothing moves, positions stay."""
    text = text.translate(_STRAIGHT)
    return "".join(" " if char.isspace() and char != "\n" else char for char in text)


def find_flags(text: str) -> list[Typed]:
    """All flags in straightened ``text``, in order."""
    found: list[Typed] = []
    match = _next(text, 0)
    while match is not None:
        found.append(_unwrapped(text, _read(text, match)))
        match = _next(text, found[-1].end)
    return found


def remove(text: str, flags: list[Typed]) -> str:
    """``text`` without these flags, single spaces between the words; line breaks stay."""
    pieces, position = [], 0
    for typed in flags:
        pieces.append(text[position : typed.start])
        position = typed.end
    pieces.append(text[position:])
    lines = [" ".join(line.split()) for line in " ".join(pieces).split("\n")]
    return "\n".join(lines).strip()


def _unwrapped(text: str, typed: Typed) -> Typed:
    """With the bracket or the marks that were typed around the flag."""
    start = typed.start
    while start and text[start - 1] in _OPENERS:
        start -= 1
    return replace(typed, start=start) if not start or text[start - 1].isspace() else typed


def _next(text: str, position: int) -> re.Match[str] | None:
    """The next flag at or after ``position``, quoted words left out."""
    match = _CANDIDATE.search(text, position)
    while match is not None and not _is_flag(text, match):
        match = _CANDIDATE.search(text, match.end())
    return match


def _is_flag(text: str, match: re.Match[str]) -> bool:
    if match["quoted"] is not None:
        return False
    dashes, name = match["dashes"], match["name"]
    before = text[match.start() - 1 : match.start()]
    known = lookup(name)
    if before and not before.isspace():
        # "fox,--ar 16:9" and "狐狸--ar 16:9"; but not "fox--no, wolf".
        wide = unicodedata.east_asian_width(before) in {"W", "F"}
        return len(dashes) > 1 and isinstance(known, Flag) and (wide or before in _GLUED_TO)
    if len(dashes) > 1:
        return True
    if not name or (len(name) > 1 and name != name.lower()):
        return False
    if dashes == "-":
        sure = len(name) > 1 and isinstance(known, Flag)
        return sure or (known is not None and _has_valid_value(text, match, known))
    return known is not None or is_slip(name) or text[match.end() : match.end() + 1] == "="


def _has_valid_value(text: str, match: re.Match[str], known: Flag | Foreign) -> bool:
    """Whether what follows a name after one dash is a value of that flag: ``-q low``, ``-n 2``, another bot's
    ``-seed 5``, but no "-q train"."""
    following = text[match.end() :].lstrip(" =:：＝").split(maxsplit=1)
    if not following:
        return False
    value = _tidy(following[0]).lower()
    if isinstance(known, Foreign):
        return known.takes is Takes.NUMBER and _NUMBER.fullmatch(value) is not None
    if known.setting is Setting.COUNT:
        return value in _COUNTS
    return known.setting is Setting.QUALITY and is_quality(value)


def _read(text: str, match: re.Match[str]) -> Typed:
    name, position = match["name"], match.end()
    if not name:
        return _odd(text, match)
    known = lookup(name)
    takes = known.takes if known else _of_unknown(name)
    one = takes if takes in {Takes.RATIO, Takes.SIZES} else Takes.WORD
    equals = _EQUALS.match(text, position)
    if equals is not None:
        colon = equals[0] in ":："  # "--draft: a fox" and "--no: fog, rain" are sentences, "--no=fog" is not
        value, end = _word(text, equals.end(), takes if colon else one)
        return Typed(name, known, value, match.start(), end)
    pause = _PAUSE.match(text, position)
    if pause is not None:
        value, end = _word(text, pause.end(), takes)
        return Typed(name, known, value, match.start(), end)
    if known is not None and takes is not Takes.NOTHING and text[position] in "0123456789.\"'":
        value, end = _word(text, position, one)
        return Typed(name, known, value, match.start(), end)
    return _odd(text, match)


def _of_unknown(name: str) -> Takes:
    """An unknown flag takes a number, or what the flag takes that was clearly meant (``--kuality high``)."""
    meant = lookup((closest(name, cutoff=0.8) or "").lstrip("-"))
    return Takes.NUMBER if meant is None or meant.takes is Takes.REST else meant.takes


def _odd(text: str, match: re.Match[str]) -> Typed:
    """A word with a flag's dashes and no flag's name: all of it is the unknown name."""
    end = match.end("dashes") + len(text[match.end("dashes") :].split(maxsplit=1)[0])
    return Typed(text[match.end("dashes") : end].rstrip(_ENDS), None, None, match.start(), end)


def _word(text: str, position: int, takes: Takes) -> tuple[str | None, int]:
    """The value at ``position`` and where it ends; None and ``position`` when there is none."""
    start = position + len(text[position:]) - len(text[position:].lstrip(" "))
    quoted = _QUOTED.match(text, start)
    if takes is Takes.NOTHING or start >= len(text) or _starts_flag(text, start):
        return None, position
    if quoted is not None and takes is not Takes.NUMBER:
        return _tidy(quoted[1] if quoted[1] is not None else quoted[2]), _after(text, quoted.end())
    if takes is Takes.REST:
        following = _next(text, start)
        stop = following.start() if following else len(text)
        line = text.find("\n", start, stop)
        stop = line if line >= 0 else stop
        return _tidy(text[start:stop]), stop
    wanted = {Takes.RATIO: _TWO_NUMBERS, Takes.NUMBER: _NUMBER, Takes.SIZES: _SIZES}.get(takes)
    match = wanted.match(text, start) if wanted else None
    if match is None and takes is Takes.NUMBER:
        return None, position
    match = match or _ONE_WORD.match(text, start)
    end = match.end() if match else start
    return _tidy(text[start:end]), _after(text, end)


def _starts_flag(text: str, position: int) -> bool:
    match = _CANDIDATE.match(text, position)
    return match is not None and _is_flag(text, match)


def _after(text: str, position: int) -> int:
    """Past the punctuation that ends a value and belongs to no word."""
    pause = _PAUSE.match(text, position)
    return pause.end() if pause else position


def _tidy(value: str) -> str:
    """Full-width letters and digits made plain (``16：9``), the spaces and punctuation around removed; the
    brace that ends a list stays."""
    plain = unicodedata.normalize("NFKC", value).strip()
    bare = plain.rstrip(_ENDS).lstrip("=").strip()
    return f"{bare}}}" if bare.rfind("{") > bare.rfind("}") and "}" in plain[len(bare) :] else bare
