"""The rules of voice as far as a test can hold them (loop reference 12), and what reads a message by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handlers.messages.problems.error_message import Notice

MOST_WORDS = 20

NEVER: Mapping[str, re.Pattern[str]] = {
    "an exclamation mark": re.compile(r"!"),
    "an id": re.compile(
        r"#[0-9a-hjkmnp-tv-z]{4,}\b|\b(?!\d+x\d+\b)[0-9a-hjkmnp-tv-z]*\d[0-9a-hjkmnp-tv-z]{7,}\b"
    ),
    "a vendor or a model": re.compile(r"gpt|openai|imarouter|\bmodels?\b", re.IGNORECASE),
    "our insides": re.compile(
        r"ledger|micro-dollar|database|\bworkers?\b|\bqueues?\b|\btokens?\b|\bAPI\b|\bserver|\bthis computer",
        re.IGNORECASE,
    ),
    "an apology": re.compile(r"\b(?:sorry|apolog|oops|unfortunately|please)", re.IGNORECASE),
    "a time zone": re.compile(r"\bUTC\b|\b(?!Follow)[A-Z][a-z]+/[A-Z][a-z]+\b"),
    "a year in a date": re.compile(r"\b\d{1,2} [A-Z][a-z]{2} 20\d\d\b"),
    "another name for a picture": re.compile(
        r"\bimages?\b(?! service)|\bphotos?\b|\brenders?\b", re.IGNORECASE
    ),
    "another name for the words": re.compile(r"\bprompts?\b|\bdescriptions?\b", re.IGNORECASE),
    "another name for an ask": re.compile(r"\bjobs?\b|\btasks?\b|\bgenerat\w+", re.IGNORECASE),
}
"""What no sentence has. “Copy prompt” became “Words”, a field, as apps have no clipboard."""

TROUBLE = re.compile(
    r"fail|error|wrong|refus|could not|can't|cannot|declin|broke|stuck|problem|denied|too (?:many|large)",
    re.IGNORECASE,
)
"""What is never said where everybody reads it."""

COMMAND = re.compile(r"/(?:imagine|invite)\b")
FIRST_PERSON = re.compile(r"\bI(?:'\w+)?\b")
NOT_CHARGED = re.compile(r"not(?:hing was)? charged", re.IGNORECASE)


def texts(said: Notice) -> list[str]:
    """Every text of it: the one that is spoken, and those of its blocks, buttons, fields and pictures."""
    return [text for text in (said.text, *_strings(said.blocks)) if text]


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                if key in {"text", "alt_text", "accessibility_label"}:
                    yield value
            else:
                yield from _strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)


def paragraphs(node: object) -> Iterator[str]:
    """The texts that are read in one go: the parts of a section, or a text by itself. Not what people wrote:
    quotes."""
    if isinstance(node, dict):
        if node.get("type") == "rich_text_quote":
            return
        if node.get("type") == "rich_text_section":
            yield "".join(part.get("text", "@somebody") for part in node["elements"])
            return
        if isinstance(text := node.get("text"), str):
            yield text
        for value in node.values():
            yield from paragraphs(value)
    elif isinstance(node, list):
        for item in node:
            yield from paragraphs(item)


def body(said: Notice) -> str:
    """What is read before the small print and the buttons; not the link to the place, which begins a message
    that is read elsewhere."""
    large = [block for block in said.blocks if block.get("type") in {"rich_text", "section"}]
    return " ".join(paragraphs(large)).removeprefix("Your picture: ")


def without_own(text: str) -> str:
    """The text without what people wrote themselves."""
    return re.sub(r"“[^”]*”", "“…”", text)


def sentences(paragraph: str) -> list[str]:
    """Its sentences, without what people wrote themselves; small print is one a part."""
    return re.split(r"(?<=[.?:])\s|\n| · ", without_own(paragraph))


def count(text: str) -> int:
    """Its words; what stands between them is none."""
    return sum(1 for word in without_own(text).split() if re.search(r"[^\W_]", word))


def buttons(said: Notice) -> Iterator[tuple[str, str]]:
    """The action id and the label of everything that can be pressed in it, the options of a menu included."""
    for block in said.blocks:
        if block.get("type") != "actions":
            continue
        for element in block["elements"]:
            if element["type"] == "overflow":
                for option in element["options"]:
                    yield option["value"].split(".")[0], option["text"]["text"]
            else:
                yield element["action_id"], element["text"]["text"]


def submits(said: Notice) -> Iterator[str]:
    """The buttons that send or close a form."""
    for block in said.blocks:
        if block.get("type") == "view":
            yield from (_text(block[key]) for key in ("submit", "close") if key in block)


def _text(element: Mapping[str, Any]) -> str:
    return str(element["text"])
