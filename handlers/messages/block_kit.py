"""Text that other people wrote, made harmless for every Slack surface.

Preferred: ``rich_text`` and ``plain_text``, whose text Slack does not parse at all. Where only parsed text
exists (the top-level ``text``) it is escaped here. Facts: Slack reference 8; docs formatting-message-text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ELLIPSIS = "…"
_ZERO_WIDTH = "\u200b"
_ZWJ = "\u200d"
_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"^>", re.MULTILINE)
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_CONVERSATION = re.compile(r"[CG][A-Z0-9]{1,30}")
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Characters that reorder or hide what follows them; a prompt does not need them."""


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy, such as a command."""

    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Names a person outright, and so notifies them where they can read it. ``spoken`` is what they are
    called where their name cannot be shown."""

    user_id: str
    spoken: str = "you"


@dataclass(frozen=True, slots=True)
class Channel:
    """``spoken`` is what it is called where its name cannot be shown."""

    channel_id: str
    spoken: str = "this channel"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere. ``url`` comes from Slack, never from a person."""

    text: str
    url: str


Part = str | Bold | Code | Person | Channel | Link
"""A piece of a sentence. A plain ``str`` may hold anything that anyone wrote."""


def visible(text: str) -> str:
    """``text`` without control characters, text-direction overrides and broken surrogates.

    Line breaks and tabs stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _UNSEEN.sub("", text)
    return "".join(_seen(char) for char in text)


def _seen(char: str) -> str:
    if char in "\n\t":
        return char
    kind = unicodedata.category(char)
    return {"Cc": "", "Cs": "\ufffd"}.get(kind, char)


def shorten(text: str, limit: int = 300) -> str:
    """``text`` on one line and at most ``limit`` characters long, ending in … if something was left out.

    Cut between words where one is near, and never inside a character as people see it (accents, emoji
    with skin tones, families, flags).
    """
    return cut(" ".join(visible(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters of ``text``, ending in … if something was left out."""
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and _inside_a_character(text, end):
        end -= 1
    end = end or limit - len(ELLIPSIS)
    space = text.rfind(" ", max(end - 20, 0), end)
    if space > 0 and text[end] != " ":
        end = space
    return text[:end].rstrip() + ELLIPSIS


def _inside_a_character(text: str, index: int) -> bool:
    char, before = text[index], text[index - 1]
    if _ZWJ in {before, char} or unicodedata.category(char) in {"Mn", "Me", "Mc"}:
        return True
    if 0x1F3FB <= ord(char) <= 0x1F3FF or 0xE0020 <= ord(char) <= 0xE007F:
        return True
    return _is_flag_letter(char) and _flag_letters_before(text, index) % 2 == 1


def _is_flag_letter(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _flag_letters_before(text: str, index: int) -> int:
    count = 0
    while index > count and _is_flag_letter(text[index - count - 1]):
        count += 1
    return count


def escape(text: str) -> str:
    """For text that Slack parses: no mention, link, broadcast, code span or quote can come out of it.

    ``*bold*`` may still show as bold: that neither pings nor breaks a layout.
    """
    text = _QUOTE_MARK.sub(f"{_ZERO_WIDTH}>", visible(text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("`", "ˋ")  # a modifier letter that looks like the backtick
    return _BROADCAST.sub(f"@{_ZERO_WIDTH}", text)


def inert(text: str) -> str:
    """For titles and descriptions, which Slack shows as they are: nothing in it would be a mention or a
    link even if it were parsed, and nothing in it looks escaped."""
    return _BROADCAST.sub(f"@{_ZERO_WIDTH}", re.sub(r"<(?=[!@#a-z])", f"<{_ZERO_WIDTH}", text))


def fallback(text: str, limit: int = 2000) -> str:
    """For the top-level ``text`` that notifications and screen readers use. Never empty.

    The limit leaves room for escapes below the 4000 characters that chat.update takes.
    """
    escaped = escape(cut(text.strip(), limit))
    while len(escaped) > 3900:
        limit = limit * 3 // 4
        escaped = escape(cut(text.strip(), limit))
    return escaped or ELLIPSIS


def plain_text(text: str, limit: int = 3000) -> Json:
    """A text object that Slack does not parse; ``:colons:`` stay colons. Never empty: Slack refuses that."""
    shown = cut(visible(text).strip(), limit)
    return {"type": "plain_text", "text": shown or ELLIPSIS, "emoji": False}


def context(*texts: str) -> Json:
    """Small grey text, one element per text (Slack takes ten)."""
    return {"type": "context", "elements": [plain_text(text, 2000) for text in texts[:10]]}


def rich_text(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def section(parts: Iterable[Part]) -> Json:
    return {"type": "rich_text_section", "elements": _elements(parts)}


def quote(text: str) -> Json:
    """``text`` behind a quote bar, unparsed."""
    return {"type": "rich_text_quote", "elements": _elements([text])}


def preformatted(text: str) -> Json:
    """Lines to copy, in a box."""
    return {"type": "rich_text_preformatted", "elements": _elements([text])}


def bullets(items: Iterable[Sequence[Part]]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(item) for item in items]}


def as_text(parts: Iterable[Part]) -> str:
    """The sentence without its markup, not yet escaped: hand it to ``fallback``."""
    return "".join(_spoken(part) for part in parts)


def _elements(parts: Iterable[Part]) -> list[Json]:
    made = [_element(part) for part in parts]
    kept = [element for element in made if element.get("text") != ""]
    return kept or [{"type": "text", "text": ELLIPSIS}]


def _element(part: Part) -> Json:
    match part:
        case Person(user_id) if _PERSON.fullmatch(user_id):
            return {"type": "user", "user_id": user_id}
        case Channel(channel_id) if _CONVERSATION.fullmatch(channel_id):
            return {"type": "channel", "channel_id": channel_id}
        case Link(text, url):
            return {"type": "link", "url": url, "text": visible(text)}
        case Bold(text):
            return {"type": "text", "text": visible(text), "style": {"bold": True}}
        case Code(text):
            return {"type": "text", "text": visible(text), "style": {"code": True}}
        case _:
            return {"type": "text", "text": visible(_spoken(part))}


def _spoken(part: Part) -> str:
    match part:
        case str():
            return part
        case Person() | Channel():
            return part.spoken
        case _:
            return part.text
